//! Published specs, where `ALICLOUD_CORPUS` names a directory of them: whatever is
//! published, what is generated is Rust.

use std::fs;
use std::path::{Path, PathBuf};

use alicloud_codegen::{Dependency, Options, Severity, Spec, Tolerance, generate};

fn specs(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            specs(&path, found);
        } else if path.ends_with("api-docs.json") {
            found.push(path);
        }
    }
}

#[test]
fn what_is_generated_of_published_specs_parses() {
    let Some(directory) = std::env::var_os("ALICLOUD_CORPUS") else {
        return;
    };
    let mut paths = Vec::new();
    specs(Path::new(&directory), &mut paths);
    assert!(
        !paths.is_empty(),
        "ALICLOUD_CORPUS has no api-docs.json below it"
    );
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        versions: std::collections::BTreeMap::new(),
        guides: Vec::new(),
        operations: None,
        tolerance: Tolerance::Published,
    };
    for path in paths {
        let json = fs::read(&path).expect("readable");
        let name = path.to_string_lossy();
        let output = generate(
            &[Spec {
                path: &name,
                json: &json,
                overlay: None,
            }],
            &options,
        );
        let error = output
            .diagnostics
            .iter()
            .find(|it| it.severity == Severity::Error);
        assert!(
            error.is_none(),
            "{}",
            error.map(ToString::to_string).unwrap_or_default()
        );
        for file in output
            .files
            .iter()
            .filter(|file| file.path.ends_with(".rs"))
        {
            let parsed = syn::parse_file(&file.text);
            assert!(parsed.is_ok(), "{name}: {}: {:?}", file.path, parsed.err());
        }
    }
}
