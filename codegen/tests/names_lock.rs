//! Names that were generated once stay: the bare name of a product, and what a change of
//! the metadata would rename is a finding.

mod support;

use alicloud_codegen::{Dependency, Lock, Options, Output, Severity, Tolerance, generate_locked};
use serde_json::{Value, json};
use support::{Spec, text};

/// Generates what is maintained, and reads the lock again as it was written.
fn generate(specs: &[&Spec], lock: &mut Lock) -> Output {
    generate_as(Tolerance::Maintained, specs, lock)
}

fn generate_as(tolerance: Tolerance, specs: &[&Spec], lock: &mut Lock) -> Output {
    let read: Vec<(String, Vec<u8>)> = specs
        .iter()
        .enumerate()
        .map(|(index, spec)| (format!("specs/{index}/api-docs.json"), spec.json()))
        .collect();
    let read: Vec<_> = read
        .iter()
        .map(|(path, json)| alicloud_codegen::Spec {
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
        tolerance,
        guides: Vec::new(),
        versions: Default::default(),
    };
    let output = generate_locked(&read, &options, lock);
    *lock = Lock::parse(&lock.contents()).expect("a lock reads what it writes");
    output
}

/// The modules that the facade gives the products, with their versions.
fn modules(output: &Output) -> Vec<(String, bool)> {
    let files = output.files.iter();
    let products = files.filter_map(|file| {
        let folder = file.path.strip_suffix("/src/lib.rs")?;
        Some((
            folder.replace('-', "_"),
            file.text.contains("\"2020-01-01\""),
        ))
    });
    let mut products: Vec<_> = products.collect();
    products.sort();
    products
}

fn named<const N: usize>(modules: [(&str, bool); N]) -> [(String, bool); N] {
    modules.map(|(name, is_oldest)| (name.to_owned(), is_oldest))
}

#[test]
fn the_bare_name_is_the_newest_version_s_and_never_moves() {
    let old = Spec::rpc();
    let new = Spec::rpc().version("2024-01-01");
    let newest = Spec::rpc().version("2025-01-01");
    let mut lock = Lock::default();
    let both = generate(&[&old, &new], &mut lock);
    assert_eq!(
        modules(&both),
        named([("demo", false), ("demo_2020_01_01", true)])
    );

    let mut lock = Lock::default();
    assert_eq!(
        modules(&generate(&[&old], &mut lock)),
        named([("demo", true)])
    );
    let all = generate(&[&newest, &old, &new], &mut lock);
    assert_eq!(
        modules(&all),
        named([
            ("demo", true),
            ("demo_2024_01_01", false),
            ("demo_2025_01_01", false)
        ])
    );
    let others = generate(&[&newest], &mut lock);
    assert_eq!(modules(&others), named([("demo_2025_01_01", false)]));
}

#[test]
fn the_publisher_s_default_has_the_bare_name_where_there_is_none_yet() {
    let old = Spec::rpc();
    let new = Spec::rpc().version("2024-01-01");
    let mut lock = Lock::default();
    lock.prefer("Demo", "2020-01-01");
    let both = generate(&[&old, &new], &mut lock);
    assert_eq!(
        modules(&both),
        named([("demo", true), ("demo_2024_01_01", false)])
    );
    lock.prefer("Demo", "2024-01-01");
    let again = generate(&[&old, &new], &mut lock);
    assert_eq!(modules(&again), modules(&both));
}

#[test]
fn of_two_specs_of_one_version_a_published_run_takes_the_first() {
    let (one, two) = (Spec::rpc(), Spec::rpc().name("DoOther"));
    let mut lock = Lock::default();
    let strict = generate(&[&one, &two], &mut lock);
    assert!(strict.files.is_empty());
    let tolerant = generate_as(Tolerance::Published, &[&one, &two], &mut lock);
    assert_eq!((tolerant.specs, tolerant.operations), (2, 1));
    let said = &tolerant.diagnostics[0];
    assert_eq!(said.severity, Severity::Warning);
    assert!(said.message.ends_with("; this one is left out"), "{said}");
}

/// What is said of a change, after what was generated before it.
#[track_caller]
fn renamed(before: &Spec, after: &Spec) -> Vec<String> {
    let mut lock = Lock::default();
    let first = generate(&[before], &mut lock);
    assert!(!first.files.is_empty(), "{:?}", first.diagnostics);
    let known = lock.clone();
    assert!(!generate(&[before], &mut lock).files.is_empty());
    assert_eq!(lock, known, "the same specs add nothing");
    let output = generate(&[after], &mut lock);
    let errors = output.diagnostics.iter();
    let errors = errors.filter(|it| it.severity == Severity::Error);
    let said: Vec<String> = errors
        .map(|it| format!("{}: {}", it.pointer, it.message))
        .collect();
    assert_eq!(said.is_empty(), !output.files.is_empty());
    said
}

fn parameters(names: &[&str]) -> Spec {
    let parameter = |name: &&str| json!({"name": name, "in": "query", "schema": text()});
    Spec::rpc().params(names.iter().map(parameter))
}

#[test]
fn a_member_that_would_be_renamed_is_a_finding() {
    assert_eq!(
        renamed(&parameters(&["Key"]), &parameters(&["key", "Key"])),
        ["/apis/DoThing: `Key` of `Request` was generated as `key`, and would be `key_2` now"]
    );
    for harmless in [&["Key", "key"][..], &["Other"], &["Other", "Key"]] {
        assert!(renamed(&parameters(&["Key"]), &parameters(harmless)).is_empty());
    }
}

#[test]
fn an_error_code_or_an_operation_that_would_be_renamed_is_a_finding() {
    let given = |name: &str| Spec::rpc().set("x-rust-name", json!(name));
    assert_eq!(
        renamed(&given("one"), &given("other")),
        ["/apis/DoThing: the operation `DoThing` was generated as `one`, and would be `other` now"]
    );
    let codes = |names: &[&str]| {
        let rows: Vec<Value> = names.iter().map(|it| json!({"errorCode": it})).collect();
        Spec::rpc().set("errorCodes", json!({"400": rows}))
    };
    assert!(renamed(&codes(&["A.B"]), &codes(&["A_B", "A.B", "C"])).is_empty());
}

#[test]
fn a_type_that_would_be_renamed_is_a_finding() {
    let object = |member: &str| json!({"type": "object", "properties": {member: text()}});
    let reply =
        |properties: Value| Spec::rpc().reply(json!({"type": "object", "properties": properties}));
    let before = reply(json!({"Owner": {"type": "object", "properties": {
        "Tag": object("A"), "Name": text()}}}));
    let after = reply(json!({"Owner": {"type": "object", "properties": {
        "Tag": object("A"), "Name": text()}}, "Tag": object("B")}));
    assert_eq!(
        renamed(&before, &after),
        [
            "/apis/DoThing: the type of `Tag` of `Owner` was generated as `Tag`, and would be `OwnerTag` now"
        ]
    );
}
