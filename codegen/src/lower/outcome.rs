//! What tells how an asynchronous operation went.

use crate::diagnostics::Pointer;
use crate::metadata::{Api, Document};
use crate::model::Outcome;
use crate::scan::trim;

use super::Context;

/// An interval below this is in seconds, since it would be none in milliseconds: both are
/// published.
const SECONDS: u64 = 100;
/// An interval above this, in milliseconds, is a mistake.
const HOUR: u64 = 3_600_000;
/// Nobody waits longer, in milliseconds: so many questions are a mistake.
const MONTH: u64 = 30 * 24 * HOUR;

impl Context<'_> {
    /// What tells how it went, where that is said and can be.
    pub(super) fn outcome(
        &mut self,
        document: &Document<'_>,
        name: &str,
        api: &Api<'_>,
        at: &Pointer<'_>,
    ) -> Option<Outcome> {
        let said = api.static_info.as_ref()?;
        let callback = trim(&said.callback);
        if callback.is_empty() {
            return None;
        }
        let info = at.key("staticInfo");
        let at = info.key("callback");
        let (operation, product) = named(document, callback);
        let is_own = product.is_none() && operation == name;
        if operation.is_empty() || is_own {
            let what = match is_own {
                true => "the operation itself, which would be done once more",
                false => "no operation",
            };
            self.note(
                &at,
                format!("`{callback}` names {what}; it is left out"),
                "name the operation that tells how this one went",
            );
            return None;
        }
        if product.is_none() && !self.operations.contains(&*operation) {
            self.note(
                &at,
                format!("`{operation}` is no operation of this version; it is said all the same"),
                "name one that is",
            );
        }
        let at = info.key("callbackInterval");
        let interval = match self.whole(&said.callback_interval, &at) {
            seconds @ 0..SECONDS => seconds * 1000,
            milliseconds => milliseconds,
        };
        let interval = self.at_most(HOUR, interval, 1, &at);
        let at = info.key("maxCallbackTimes");
        let times = self.whole(&said.max_callback_times, &at);
        Some(Outcome {
            operation,
            product,
            interval_ms: interval,
            times: self.at_most(MONTH, times, interval, &at),
        })
    }

    /// A whole number; 0 where there is none.
    fn whole(&mut self, said: &str, at: &Pointer<'_>) -> u64 {
        let said = trim(said);
        if said.is_empty() {
            return 0;
        }
        said.parse().unwrap_or_else(|_| {
            let message = format!("`{said}` is no whole number; it is left out");
            self.note(at, message, "write one, without a unit");
            0
        })
    }

    /// The number, or 0 where so many of these milliseconds are more than the limit.
    fn at_most(&mut self, limit: u64, number: u64, each: u64, at: &Pointer<'_>) -> u64 {
        if number.saturating_mul(each) <= limit {
            return number;
        }
        let message = format!("`{number}`: nobody waits that long; it is left out");
        self.note(at, message, "write milliseconds, and how many times");
        0
    }
}

/// The operation of `CS::2015-12-15::ListAddons`, and the product where it is another one.
pub(super) fn named(document: &Document<'_>, text: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = text.split("::").map(trim).collect();
    let info = &document.info;
    match parts[..] {
        [product, version, operation] => {
            let is_same = product.eq_ignore_ascii_case(&info.product) && *version == *info.version;
            let other = (!is_same).then(|| format!("{product} {version}"));
            (operation.to_owned(), other)
        }
        _ => (text.to_owned(), None),
    }
}
