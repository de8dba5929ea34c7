//! A provider whose credentials are fetched: what each of them does around its fetch.

use std::time::Duration;

use super::cache::{Cache, FETCH_LIMIT};
use super::credentials::Credentials;
use super::error::CredentialsError;
use super::remote::persist;
use crate::time::Clock;

/// How one provider fetches: its settings, cloned for each fetch.
pub(super) trait Fetch: Clone + Send + Sync + 'static {
    /// The provider's name.
    const NAME: &'static str;
    /// How long one fetch may take.
    const LIMIT: Duration = FETCH_LIMIT;
    /// Whether a failure that may be gone at the next try is tried again at once.
    const PERSISTS: bool = true;

    /// Hears that the service refused what was fetched.
    fn refused(&self, key: &Credentials) {
        let _ = key;
    }

    /// Fetches once.
    fn fetch(
        self,
        clock: Clock,
    ) -> impl Future<Output = Result<Credentials, CredentialsError>> + Send;
}

/// Fetched credentials, kept and renewed.
#[derive(Clone, Debug)]
pub(super) struct Refreshing<F> {
    pub(super) settings: F,
    clock: Clock,
    cache: Cache,
}

impl<F: Fetch> Refreshing<F> {
    pub(super) fn new(settings: F) -> Self {
        let clock = Clock::system();
        Self {
            settings,
            cache: Cache::new(F::NAME, clock.clone(), F::LIMIT),
            clock,
        }
    }

    /// Another clock. What was fetched before is forgotten.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.cache = Cache::new(F::NAME, clock.clone(), F::LIMIT);
        self.clock = clock;
    }

    pub(super) async fn get(&self) -> Result<Credentials, CredentialsError> {
        let fetch = || {
            let (settings, clock) = (self.settings.clone(), self.clock.clone());
            let once = move || settings.clone().fetch(clock.clone());
            match F::PERSISTS {
                true => Box::pin(persist(once)) as _,
                false => Box::pin(once()) as _,
            }
        };
        self.cache.get(fetch).await
    }

    pub(super) fn invalidate(&self, refused: &Credentials) {
        self.settings.refused(refused);
        self.cache.invalidate(refused);
    }
}

/// The trait of a provider that wraps a [`Refreshing`], and its clock.
macro_rules! refreshing {
    ($provider:ident, $settings:ty, clock) => {
        impl $provider {
            /// Replaces the system's clock. What was fetched before is forgotten.
            #[must_use]
            pub fn clock(mut self, clock: $crate::time::Clock) -> Self {
                self.0.set_clock(clock);
                self
            }
        }

        $crate::credentials::refreshing::refreshing!($provider, $settings);
    };
    ($provider:ident, $settings:ty) => {
        impl $crate::credentials::ProvideCredentials for $provider {
            fn provide(
                &self,
            ) -> $crate::future::BoxFuture<
                '_,
                Result<$crate::credentials::Credentials, $crate::credentials::CredentialsError>,
            > {
                Box::pin(self.0.get())
            }

            fn name(&self) -> &'static str {
                <$settings as $crate::credentials::refreshing::Fetch>::NAME
            }

            fn invalidate(&self, refused: &$crate::credentials::Credentials) {
                self.0.invalidate(refused);
            }
        }
    };
}
pub(super) use refreshing;
