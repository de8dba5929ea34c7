//! `cargo xtask import`, on a toy product, and on what is published where it lies
//! beside the project.

mod support;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Ran, spec};
use tempfile::TempDir;

/// Published metadata of a product, and a place for specs.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new(operations: &[&str]) -> Self {
        let place = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        place.publish(operations);
        place
    }

    fn publish(&self, operations: &[&str]) {
        let folder = self.directory.path().join("published/toy/2024-01-01");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("api-docs.json"), spec("Toy", operations)).unwrap();
    }

    fn import(&self, more: &[&str]) -> Ran {
        let path = |name: &str| self.directory.path().join(name);
        Ran(Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("import")
            .arg(path("published"))
            .arg("--specs")
            .arg(path("specs"))
            .args(more)
            .output()
            .unwrap())
    }

    fn spec(&self) -> PathBuf {
        self.directory
            .path()
            .join("specs/toy/2024-01-01/api-docs.json")
    }
}

#[test]
fn an_import_writes_facts_says_what_it_dropped_and_can_be_checked() {
    let place = Place::new(&["GetToy"]);
    let before = place.import(&["--check"]).succeeds();
    assert!(!place.spec().exists(), "{}", before.stdout());

    let ran = place.import(&[]).succeeds();
    let text = fs::read_to_string(place.spec()).unwrap();
    assert!(text.contains("\n\"GetToy\":{\"methods\""), "{text}");
    assert!(!text.contains("broken"), "{text}");
    let said = "left out: description 2, errorMessage 1, responseDemo 1, summary 1";
    assert!(ran.stdout().contains(said), "{}", ran.stdout());

    place.import(&["--check"]).succeeds();
    fs::write(place.spec().with_file_name("overlay.json"), "{}").unwrap();
    place.publish(&["GetToy", "ListToys"]);
    let ran = place.import(&["--check"]).fails();
    let said = "is not what its source gives";
    assert!(ran.stdout().contains(said), "{}", ran.stdout());
    assert_eq!(fs::read_to_string(place.spec()).unwrap(), text);

    place.import(&[]).succeeds();
    place.import(&["--check"]).succeeds();
    let text = fs::read_to_string(place.spec()).unwrap();
    assert!(text.contains("\n\"ListToys\":"), "{text}");
    let overlay = fs::read_to_string(place.spec().with_file_name("overlay.json"));
    assert_eq!(overlay.unwrap(), "{}");
}

#[test]
fn a_spec_with_texts_of_its_own_is_left_alone() {
    let place = Place::new(&["GetToy"]);
    fs::create_dir_all(place.spec().parent().unwrap()).unwrap();
    for own in [&spec("Toy", &["ListToys"]), "not even JSON"] {
        fs::write(place.spec(), own).unwrap();
        let ran = place.import(&[]).fails();
        let said = "refused: has texts of its own";
        assert!(ran.stdout().contains(said), "{}", ran.stdout());
        assert_eq!(fs::read_to_string(place.spec()).unwrap(), own);
        place.import(&["--check"]).succeeds();
    }
}

/// Prose of the published metadata, whole and sentence by sentence; what has fewer
/// than four words is a name that anyone would choose.
#[derive(Default)]
struct PublishedProse(HashSet<String>);

impl PublishedProse {
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    match value {
                        Value::String(text) if is_prose(key) => self.add(text),
                        Value::Object(titles) if key == "enumValueTitles" => {
                            let titles = titles.values().filter_map(Value::as_str);
                            titles.for_each(|title| self.add(title));
                        }
                        value => self.collect(value),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        for part in std::iter::once(text).chain(sentences(text)) {
            let words = part.split_whitespace().filter(|word| {
                let letters = word.chars().filter(|c| c.is_alphabetic());
                letters.count() * 2 > word.len()
            });
            if words.count() > 3 || part.chars().filter(|c| !c.is_ascii()).count() > 10 {
                self.0.insert(plain(part));
            }
        }
    }

    /// Those that a text is, or has as a sentence.
    fn of(&self, text: &str) -> Option<String> {
        let parts = std::iter::once(text).chain(sentences(text));
        parts.map(plain).find(|part| self.0.contains(part))
    }
}

fn is_prose(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "summary"
            | "description"
            | "requestParamsDescription"
            | "responseParamsDescription"
            | "extraInfo"
            | "errorMessage"
            | "message"
            | "noSubstitutionReason"
    )
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '。', '"'])
        .flat_map(|line| line.split_inclusive(". "))
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn specs_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(specs_below(&path));
        } else if path.ends_with("api-docs.json") {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_text_that_was_published_stands_in_an_imported_spec() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read =
        |path: &PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let mut published = PublishedProse::default();
    for path in specs_below(&root.join("../shared/published")) {
        published.collect(&read(&path));
    }
    let mut copied = BTreeSet::new();
    for path in specs_below(&root.join("specs")) {
        let bytes = fs::read(&path).unwrap();
        let name = path.to_string_lossy();
        let imported = alicloud_codegen::import::import(&name, &bytes).unwrap();
        if imported.had_prose() {
            continue; // Written by hand.
        }
        assert_eq!(imported.json, bytes, "{name} is not as an import writes it");
        assert!(
            imported.dropped.is_empty(),
            "{name}: {:?}",
            imported.dropped
        );
        let mut strings = Vec::new();
        collect_strings(&read(&path), &mut strings);
        copied.extend(strings.iter().filter_map(|string| published.of(string)));
    }
    assert!(copied.is_empty(), "published, and here too: {copied:#?}");
}

fn collect_strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|it| collect_strings(it, found)),
        Value::Object(members) => {
            for (key, value) in members {
                found.push(key.clone());
                collect_strings(value, found);
            }
        }
        _ => {}
    }
}
