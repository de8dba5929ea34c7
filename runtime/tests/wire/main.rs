//! Values, written and read: on generated types, without a call.

/// What is generated for an RPC product, with every kind of value in `describe`.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/runtime/expected/ga/src/lib.rs"]
#[rustfmt::skip]
mod ga;

/// What is generated for a ROA product.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../../codegen/tests/golden/good/runtime-roa/expected/cs/src/lib.rs"]
#[rustfmt::skip]
mod cs;

mod dynamic;

mod clone;
mod debug;
mod encode;
mod flatten;
mod json;
mod preflight;
mod properties;
mod serde;
mod xml;
