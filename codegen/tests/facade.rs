//! The root of the facade: what it re-exports, and what its guide begins with.

mod support;

use std::collections::BTreeSet;
use std::fs;

use alicloud_codegen::{Dependency, Options, Tolerance, generate};
use serde_json::{Value, json};
use support::Spec;
use syn::{Item, UseTree, Visibility};

/// The facade's `src/lib.rs`, of a crate with products of these specs.
fn facade(specs: &[Vec<u8>]) -> String {
    let paths: Vec<_> = (0..specs.len())
        .map(|number| format!("specs/{number}/1/api-docs.json"))
        .collect();
    let specs: Vec<_> = specs
        .iter()
        .zip(&paths)
        .map(|(json, path)| alicloud_codegen::Spec {
            path,
            json,
            overlay: None,
        })
        .collect();
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        operations: None,
        tolerance: Tolerance::Maintained,
        guides: Vec::new(),
        versions: Default::default(),
    };
    let output = generate(&specs, &options);
    let mut files = output.files.into_iter();
    let root = files.find(|file| file.path == "src/lib.rs");
    root.unwrap_or_else(|| panic!("{:#?}", output.diagnostics))
        .text
}

/// The public names at the root of a crate, but for those that are hidden.
fn names(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in syn::parse_file(source).expect("Rust").items {
        match item {
            Item::Use(item) if is_public(&item.vis) => leaves(&item.tree, &mut names),
            Item::Mod(item) if is_public(&item.vis) => {
                let hides = |attribute: &syn::Attribute| {
                    let syn::Meta::List(list) = &attribute.meta else {
                        return false;
                    };
                    list.path.is_ident("doc") && list.tokens.to_string() == "hidden"
                };
                if !item.attrs.iter().any(hides) {
                    names.insert(item.ident.to_string());
                }
            }
            _ => {}
        }
    }
    names
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Rename(rename) => drop(names.insert(rename.rename.to_string())),
        UseTree::Glob(_) => {}
    }
}

#[test]
fn an_app_finds_all_of_the_runtime_in_the_facade() {
    let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/lib.rs");
    let runtime = names(&fs::read_to_string(runtime).expect("the runtime"));
    assert!(runtime.contains("Config") && runtime.contains("testing"));
    let facade = names(&facade(&[Spec::rpc().json()]));
    let missing: Vec<_> = runtime.difference(&facade).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_first_program_calls_what_somebody_has_described() {
    let bare = Spec::rpc().product("Bare").name("ListThings");
    let described = Spec::rpc()
        .product("Told")
        .name("ListThings")
        .set("summary", json!("Lists the things of an account."));
    let text = facade(&[bare.json(), described.json()]);
    assert!(text.contains("features = [\"told\"]"), "{text}");
}

#[test]
fn the_error_that_is_matched_is_one_of_the_request() {
    let answers = |code: &str| json!([{"errorCode": code, "errorMessage": "no"}]);
    let spec = Spec::rpc()
        .name("AskThing")
        .set("errorCodes", json!({"500": answers("InternalError")}));
    let mut spec: Value = serde_json::from_slice(&spec.json()).expect("a spec");
    let mut second = spec["apis"]["AskThing"].clone();
    second["errorCodes"] = json!({"404": answers("Thing.NotFound")});
    spec["apis"]["GetThing"] = second;
    let text = facade(&[spec.to_string().into_bytes()]);
    let matched = "Replay::new().error(get::ErrorKind::ThingNotFound)";
    assert!(text.contains(matched), "{text}");
}
