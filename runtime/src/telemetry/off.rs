//! The same functions without the feature: they do nothing, and cost nothing.

use std::time::Duration;

use crate::params::Pair;
use crate::schema::Operation;

pub(crate) struct Instruments;

impl Instruments {
    /// Whether anything is measured.
    pub(crate) const MEASURE: bool = false;

    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn call(&self, _: &Operation, _: u32, _: Duration, _: Option<&str>) {}

    pub(crate) fn attempt(
        &self,
        _: &Operation,
        _: (&str, u16),
        _: Duration,
        _: Option<u16>,
        _: Option<&str>,
    ) {
    }

    pub(crate) fn throttle_wait(&self, _: &Operation, _: Duration) {}
}

pub(crate) fn count_refresh(_: &'static str, _: bool) {}

pub(crate) fn inject(_: &mut Vec<Pair<'_>>) {}
