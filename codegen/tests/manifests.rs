//! What the manifests of generated crates say to a registry.

mod support;

use alicloud_codegen::{Dependency, Options, Tolerance, generate};
use support::Spec;

/// The manifests of a crate with that product: the facade's and the product's.
fn manifests(product: &str, runtime: Dependency) -> [String; 2] {
    let json = Spec::rpc().product(product).json();
    let spec = alicloud_codegen::Spec {
        path: "specs/demo/1/api-docs.json",
        json: &json,
        overlay: None,
    };
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime,
        standalone: false,
        operations: None,
        tolerance: Tolerance::Maintained,
        guides: Vec::new(),
        versions: Default::default(),
    };
    let output = generate(&[spec], &options);
    let found = output
        .files
        .into_iter()
        .filter(|file| file.path.ends_with("Cargo.toml"));
    let mut found: Vec<String> = found.map(|file| file.text).collect();
    found.sort_by_key(|text| text.contains("name = \"alicloud-"));
    found.try_into().expect("two manifests")
}

#[test]
fn published_crates_say_what_a_registry_displays() {
    for text in manifests("Demo", Dependency::Workspace) {
        for line in [
            "repository.workspace = true\n",
            "license.workspace = true\n",
            "readme = \"README.md\"\n",
            "categories = [\"api-bindings\"]\n",
            "[package.metadata.docs.rs]\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
    }
    let [facade, product] = manifests("Demo", Dependency::Workspace);
    let keywords = r#"keywords = ["alibaba-cloud", "aliyun", "cloud", "sdk", "#;
    assert!(facade.contains(&format!("{keywords}\"api\"]\n")));
    assert!(product.contains(&format!("{keywords}\"demo\"]\n")));
}

#[test]
fn a_name_that_is_too_long_for_a_keyword_is_none() {
    let [_, product] = manifests("ProductWithAVeryLongName", Dependency::Workspace);
    assert!(
        product.contains("keywords = [\"alibaba-cloud\", \"aliyun\", \"cloud\", \"sdk\"]\n"),
        "{product}"
    );
}

#[test]
fn a_crate_outside_of_the_workspace_inherits_nothing_of_it() {
    for text in manifests("Demo", Dependency::Path("../runtime".to_owned())) {
        assert!(!text.contains(".workspace = true"), "{text}");
        assert!(text.contains("publish = false\n"), "{text}");
    }
}
