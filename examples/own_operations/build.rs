//! Generates the operations that the app calls, and no others, from a spec that it
//! keeps itself.

use std::path::Path;

use alicloud_codegen::{Spec, generate_for_build};

const SPEC: &str = "../../specs/ga/2019-11-20/api-docs.json";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={SPEC}");
    let spec = Spec {
        path: SPEC,
        json: &std::fs::read(SPEC)?,
        overlay: None,
    };
    let code = generate_for_build(&spec, &["DescribeListener"]).map_err(|findings| {
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        findings.join("\n")
    })?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("ga.rs"), code)?;
    Ok(())
}
