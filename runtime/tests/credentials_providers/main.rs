//! Every provider of credentials against servers on loopback and files of its own.

mod support;

mod cache;
mod chain;
mod ecs;
mod env;
mod hang;
mod ini;
mod oauth;
mod oidc;
mod process;
mod profile;
mod secrets;
mod sso;
mod sts;
mod uri;
