//! Values, written and read: on generated types, without a call.

/// What is generated for an RPC product, with every kind of value in `describe`.
#[allow(dead_code, unreachable_pub, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/runtime/expected/src/ga/mod.rs"]
#[rustfmt::skip]
mod ga;

/// What is generated for a ROA product.
#[allow(dead_code, unreachable_pub, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/runtime-roa/expected/src/cs/mod.rs"]
#[rustfmt::skip]
mod cs;

mod dynamic;

mod copy;
mod debug;
mod encode;
mod flatten;
mod json;
mod preflight;
mod properties;
mod serde;
mod xml;
