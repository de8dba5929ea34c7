//! A product's client and its configuration.

mod client;
mod config;
mod interceptor;
mod limits;

pub use client::Client;
pub use config::Config;
pub use interceptor::{Attempt, Interceptor};
