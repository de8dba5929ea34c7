//! [`Client`]: a configuration bound to a product. What generated clients wrap.

use std::fmt;
use std::sync::Arc;

use super::config::{Config, Settings};
use crate::environment::Environment;
use crate::retry::Budget;
use crate::schema::Product;
use crate::telemetry::Instruments;
use crate::user_agent::user_agent;

/// What the client of a product wraps (`alicloud::ga::Client`): apps make those. Clones
/// share everything.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Arc<Settings>,
    product: &'static Product,
    user_agent: String,
    budget: Budget,
    instruments: Instruments,
}

impl Client {
    /// A client of `product`. Nothing is connected until a call is sent; what is
    /// wrong with the configuration is that call's error.
    pub fn new(config: &Config, product: &'static Product) -> Self {
        Self {
            inner: Arc::new(Inner {
                user_agent: user_agent(&config.settings().user_agent, &Environment::process()),
                settings: config.settings().clone(),
                product,
                budget: Budget::default(),
                instruments: Instruments::new(),
            }),
        }
    }

    /// The product that it calls.
    pub fn product(&self) -> &'static Product {
        self.inner.product
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn user_agent(&self) -> &str {
        &self.inner.user_agent
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.inner.budget
    }

    pub(crate) fn instruments(&self) -> &Instruments {
        &self.inner.instruments
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("product", &self.inner.product.name)
            .field("config", &self.inner.settings)
            .finish()
    }
}
