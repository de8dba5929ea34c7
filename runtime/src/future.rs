//! [`BoxFuture`]: what the object-safe traits here return.

use std::future::Future;
use std::pin::Pin;

/// A boxed future: what the object-safe traits here return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
