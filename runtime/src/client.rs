//! A product's client and its configuration.

mod client;
mod config;
mod getters;
mod interceptor;
mod limits;
mod load;
mod origins;
mod settings;

pub use client::Client;
pub use config::Config;
pub use interceptor::{Attempt, CallOutcome, CallSummary, Interceptor};
pub use load::ConfigLoader;
pub use origins::{Origin, OriginRow, Origins};
pub use settings::Settings;
