//! A product's client and its configuration.

mod client;
mod config;
mod interceptor;
mod user_agent;

pub use client::Client;
pub use config::{Config, Format, Signature};
pub use interceptor::{Attempt, Interceptor, Unsigned};
