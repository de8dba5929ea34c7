//! Published specs lower without an error. They are no part of this project:
//! `ALICLOUD_CORPUS` says where they are, and without it there is nothing to do.

mod support;

use std::path::{Path, PathBuf};
use std::time::Instant;

use alicloud_codegen::diagnostics::Severity;
use alicloud_codegen::lower::{Settings, Tolerance};
use alicloud_codegen::metadata;
use support::lower;

#[test]
fn every_published_spec_lowers() {
    let Some(folder) = std::env::var_os("ALICLOUD_CORPUS") else {
        eprintln!("skipped: ALICLOUD_CORPUS is not set");
        return;
    };
    let mut files = Vec::new();
    specs(Path::new(&folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "no api-docs.json below {folder:?}");

    let sources: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(file).expect("readable"))
        .collect();
    let start = Instant::now();
    for json in &sources {
        // Some have a place that does not fit: lowering says where.
        let _ = metadata::parse(json);
    }
    let parsing = start.elapsed();

    let (mut operations, mut paging, mut notes, mut samples) = (0, 0, 0, 0);
    let mut errors = Vec::new();
    let start = Instant::now();
    for (file, json) in files.iter().zip(&sources) {
        let settings = Settings {
            tolerance: Tolerance::Published,
            ..Settings::default()
        };
        let path = file.to_string_lossy();
        let (product, diagnostics) = lower(&path, json, None, &settings);
        notes += diagnostics.len();
        errors.extend(
            diagnostics
                .iter()
                .filter(|d| d.severity == Severity::Error)
                .map(ToString::to_string),
        );
        if std::env::var_os("ALICLOUD_SHOW").is_some() {
            diagnostics.iter().for_each(|d| eprintln!("{d}"));
        }
        for operation in product.iter().flat_map(|product| &product.operations) {
            operations += 1;
            paging += usize::from(operation.paging.is_some());
            samples += operation.samples.len();
        }
    }
    eprintln!(
        "{} specs, {operations} operations, {paging} page, {samples} samples, {notes} findings; parsed in {parsing:?}, lowered in {:?}",
        files.len(),
        start.elapsed()
    );
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn specs(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            specs(&path, files);
        } else if path.ends_with("api-docs.json") {
            files.push(path);
        }
    }
}
