//! Generates the operations that the app calls, and no others, from a spec that it
//! keeps itself.

use std::path::Path;
use std::process::ExitCode;

use alicloud_codegen::{Spec, generate_for_build};

const SPEC: &str = "../../specs/ga/2019-11-20/api-docs.json";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={SPEC}");
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        // As it is: returned from `main`, its line breaks would be escaped.
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    let json =
        std::fs::read(SPEC).map_err(|error| format!("error: cannot read {SPEC}: {error}"))?;
    let spec = Spec {
        path: SPEC,
        json: &json,
        overlay: None,
    };
    let code = generate_for_build(&spec, &["DescribeListener"]).map_err(|findings| {
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        findings.join("\n")
    })?;
    let out = std::env::var("OUT_DIR").map_err(|_| "error: cargo sets OUT_DIR")?;
    let file = Path::new(&out).join("ga.rs");
    std::fs::write(&file, code)
        .map_err(|error| format!("error: cannot write {}: {error}", file.display()))
}
