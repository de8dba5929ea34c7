//! Metrics and trace context, with the feature `opentelemetry`; nothing without it.

#[cfg(not(feature = "opentelemetry"))]
mod off;
#[cfg(feature = "opentelemetry")]
mod opentelemetry;

#[cfg(not(feature = "opentelemetry"))]
pub(crate) use off::{Instruments, count_refresh, inject};
#[cfg(feature = "opentelemetry")]
pub(crate) use opentelemetry::{Instruments, count_refresh, inject};
