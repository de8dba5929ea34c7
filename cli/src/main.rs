//! `cargo alicloud`: what an app's developer runs.

fn main() {}
