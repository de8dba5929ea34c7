//! [`Limits`]: a configuration's rates, and its bound on calls in flight.

use std::time::Duration;

/// What a configuration says of how fast calls are made.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Whether calls of an operation are slowed down when the service throttles them.
    pub(crate) adaptive: bool,
    /// How many attempts there may be at a time.
    pub(crate) max_in_flight: Option<usize>,
    pub(crate) rates: Vec<RateLimit>,
}

/// At most so many calls begin within any span of that length.
#[derive(Clone, Debug)]
pub(crate) struct RateLimit {
    pub(crate) product: String,
    /// One operation; all of the product together where there is none.
    pub(crate) operation: Option<String>,
    pub(crate) calls: u32,
    pub(crate) per: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            adaptive: true,
            max_in_flight: None,
            rates: Vec::new(),
        }
    }
}

impl Limits {
    /// How many calls of an operation, or of a product's operations together, may begin
    /// within which span.
    pub(crate) fn of(&self, product: &str, operation: Option<&str>) -> Option<(u32, Duration)> {
        let rate = self.rate(product, operation)?;
        Some((rate.calls, rate.per))
    }

    /// The rates of operations or of products, as they may be displayed.
    pub(crate) fn shown(&self, of_operations: bool) -> impl Iterator<Item = String> {
        let rates = self.rates.iter();
        let rates = rates.filter(move |rate| rate.operation.is_some() == of_operations);
        rates.map(|rate| {
            let operation = rate.operation.iter().map(|name| format!("/{name}"));
            let operation: String = operation.collect();
            let RateLimit {
                product,
                calls,
                per,
                ..
            } = rate;
            format!("{product}{operation} {calls} in {per:?}")
        })
    }

    /// The limit of an operation, or of a product's operations together: the one that was
    /// set last.
    pub(super) fn rate(&self, product: &str, operation: Option<&str>) -> Option<&RateLimit> {
        self.rates.iter().rev().find(|rate| {
            rate.product.eq_ignore_ascii_case(product) && rate.operation.as_deref() == operation
        })
    }
}
