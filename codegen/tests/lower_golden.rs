//! Bad specs and what is said of them: everything at once, each finding with its
//! place and what to do. `UPDATE_GOLDEN=1` writes the expectations anew; the
//! change is then in the diff.

mod support;

use std::fmt::Write as _;
use std::path::Path;

use alicloud_codegen::lower::Settings;
use support::lower;

#[test]
fn every_bad_spec_is_told_all_that_is_wrong_with_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bad");
    let mut cases: Vec<_> = std::fs::read_dir(&folder)
        .expect("the golden cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "the golden cases are gone");

    let mut differences = String::new();
    for case in cases {
        let read = |name: &str| std::fs::read(case.join(name)).ok();
        let name = case.file_name().expect("a name").to_string_lossy();
        let json = read("api-docs.json").expect("a spec");
        let overlay = read("overlay.json");
        let overlay = overlay.as_deref().map(|bytes| ("overlay.json", bytes));
        let (product, diagnostics) = lower("api-docs.json", &json, overlay, &Settings::default());

        let mut found = String::new();
        for diagnostic in &diagnostics {
            writeln!(found, "{diagnostic}").expect("a string takes it");
        }
        let generated = if product.is_some() { "yes" } else { "no" };
        writeln!(found, "generated: {generated}").expect("a string takes it");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(case.join("expected.txt"), &found).expect("writable");
        }
        let expected = read("expected.txt").unwrap_or_default();
        if found.as_bytes() != expected {
            let expected = String::from_utf8_lossy(&expected);
            write!(
                differences,
                "--- {name}: expected\n{expected}--- {name}: found\n{found}"
            )
            .expect("a string takes it");
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
