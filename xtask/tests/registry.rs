//! What the manifests of published crates say to a registry.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn published_crates_say_what_a_registry_displays() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(&root)
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    // `publish = false` is an empty list of registries.
    let published = packages.iter().filter(|it| it["publish"].is_null());
    let mut count = 0;
    for package in published {
        count += 1;
        let name = package["name"].as_str().expect("a name");
        for key in ["description", "license", "repository", "rust_version"] {
            assert!(package[key].is_string(), "{name}: {key}");
        }
        let folder = package["manifest_path"].as_str().expect("a path");
        let readme = package["readme"].as_str().expect("a readme");
        let readme = Path::new(folder).with_file_name(readme);
        assert!(readme.is_file(), "{name}: {}", readme.display());
        assert!(package["metadata"]["docs"]["rs"].is_object(), "{name}");

        let words = |key: &str| -> Vec<&str> {
            let words = package[key].as_array().expect("a list").iter();
            words.filter_map(Value::as_str).collect()
        };
        // The limits of crates.io.
        assert!((1..=5).contains(&words("categories").len()), "{name}");
        let keywords = words("keywords");
        assert!((1..=5).contains(&keywords.len()), "{name}");
        assert!(keywords.iter().all(|word| word.len() <= 20), "{name}");
    }
    // Five by hand, the facade, and the products.
    assert!(count > 40, "{count} crates are published");
}
