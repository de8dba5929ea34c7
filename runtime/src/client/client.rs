//! [`Client`]: a configuration bound to a product. What generated clients wrap.

use std::fmt;
use std::sync::Arc;

use super::config::Config;
use super::settings::Settings;
use crate::retry::Budget;
use crate::schema::Product;
use crate::telemetry::Instruments;
use crate::user_agent::user_agent;

/// A client without a product's methods. A product's client wraps one
/// (`alicloud::ga::Client`): that is what apps make. Clones share everything.
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
    /// Creates a client of `product`. Nothing is connected until a call is sent;
    /// what is wrong with the configuration is that call's error.
    pub fn new(config: &Config, product: &'static Product) -> Self {
        let settings = config.shared();
        Self {
            inner: Arc::new(Inner {
                user_agent: user_agent(&settings.user_agent, &settings.environment),
                settings: settings.clone(),
                product,
                budget: Budget::default(),
                instruments: Instruments::new(),
            }),
        }
    }

    /// Creates a client of another product, of the same configuration.
    pub(crate) fn of_product(&self, product: &'static Product) -> Self {
        Self {
            inner: Arc::new(Inner {
                user_agent: self.inner.user_agent.clone(),
                settings: self.inner.settings.clone(),
                product,
                budget: Budget::default(),
                instruments: Instruments::new(),
            }),
        }
    }

    /// Returns the product that it calls.
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
