//! `cargo xtask generate` as a maintainer meets it: the real binary on real
//! directories.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use support::{Ran, spec};
use tempfile::TempDir;

/// Specs and the directory that is generated from them.
struct Project {
    directory: TempDir,
}

impl Project {
    fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// A project with one product that has been generated.
    fn generated() -> Self {
        let project = Self::new();
        project.spec("toy", &spec("Toy", &["ListToys", "CreateToy"]));
        project.generate(&[]).succeeds();
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn out(&self) -> PathBuf {
        self.path("out")
    }

    fn spec(&self, product: &str, text: &str) {
        let folder = self.path("specs").join(product).join("2024-01-01");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("api-docs.json"), text).unwrap();
    }

    fn generate(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("generate").args(arguments);
        command
            .arg("--specs")
            .arg(self.path("specs"))
            .arg("--out")
            .arg(self.out());
        Ran(command.output().unwrap())
    }

    /// Every file with its text and the time of its last change.
    fn files(&self) -> BTreeMap<PathBuf, (String, SystemTime)> {
        let mut files = BTreeMap::new();
        collect(&self.out(), &mut files);
        files
    }

    fn has(&self, path: &str) -> bool {
        self.out().join(path).exists()
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (String, SystemTime)>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let changed = fs::metadata(&path).unwrap().modified().unwrap();
            files.insert(path.clone(), (fs::read_to_string(&path).unwrap(), changed));
        }
    }
}

/// A spec with a parameter in a place that does not exist.
fn broken(product: &str) -> String {
    spec(product, &["ListToys"]).replace("\"query\"", "\"attic\"")
}

#[test]
fn a_crate_a_product_is_written_with_a_file_an_operation() {
    let project = Project::new();
    project.spec("toy", &spec("Toy", &["ListToys", "CreateToy"]));

    let ran = project.generate(&[]).succeeds();

    for path in [
        "Cargo.toml",
        "src/lib.rs",
        "toy/Cargo.toml",
        "toy/README.md",
        "toy/src/lib.rs",
        "toy/src/create_toy.rs",
    ] {
        assert!(project.has(path), "{path}");
        assert!(
            ran.stdout()
                .contains(&format!("added {}", project.out().join(path).display()))
        );
    }
    assert!(
        ran.stdout()
            .contains("2 operations of 1 spec: 9 added, 0 changed, 0 removed")
    );
}

#[test]
fn the_same_specs_give_the_same_bytes() {
    let (one, two) = (Project::generated(), Project::generated());
    let texts = |project: &Project| -> Vec<(PathBuf, String)> {
        let out = project.out();
        let files = project.files().into_iter();
        files
            .map(|(path, (text, _))| (path.strip_prefix(&out).unwrap().to_owned(), text))
            .collect()
    };
    assert_eq!(texts(&one), texts(&two));
}

#[test]
fn a_second_run_touches_nothing() {
    let project = Project::generated();
    let before = project.files();
    let ran = project.generate(&[]).succeeds();
    assert_eq!(project.files(), before);
    assert!(
        ran.stdout()
            .starts_with("2 operations of 1 spec: 0 added, 0 changed, 0 removed, 9 un")
    );
}

#[test]
fn only_what_changed_is_written() {
    let project = Project::generated();
    let before = project.files();
    let text = spec("Toy", &["ListToys", "CreateToy"]).replacen("toys.", "old toys.", 1);
    project.spec("toy", &text);

    project.generate(&[]).succeeds();

    let after = project.files();
    let is_same = |name: &str| {
        let path = project.out().join(name);
        before[&path] == after[&path]
    };
    assert!(is_same("Cargo.toml") && is_same("src/lib.rs"));
    // Operations are written in the order of their names: the first was changed.
    assert!(!is_same("toy/src/create_toy.rs"));
    assert!(is_same("toy/src/list_toys.rs"));
}

#[test]
fn what_is_no_longer_generated_is_removed_with_its_directory() {
    let project = Project::generated();
    project.spec("other", &spec("Other", &["ListThings"]));
    project.generate(&[]).succeeds();
    assert!(project.has("other/src/list_things.rs"));

    fs::remove_dir_all(project.path("specs/other")).unwrap();
    let ran = project.generate(&[]).succeeds();

    assert!(!project.has("other"));
    assert!(ran.stdout().contains("4 removed"), "{}", ran.stdout());
}

#[test]
fn a_file_that_is_not_generated_is_never_removed_or_changed() {
    let project = Project::generated();
    fs::write(project.out().join("toy/src/notes.rs"), "// by hand\n").unwrap();
    fs::write(
        project.out().join("toy/NOTES.md"),
        "@generated by `cargo xtask generate`?",
    )
    .unwrap();
    fs::create_dir(project.out().join("docs")).unwrap();
    let page = "`// @generated by `cargo xtask generate` from a spec` is the mark.\n";
    fs::write(project.out().join("docs/README.md"), page).unwrap();
    fs::remove_dir_all(project.path("specs/toy")).unwrap();
    project.spec("other", &spec("Other", &["ListThings"]));

    project.generate(&[]).succeeds();

    assert!(!project.has("toy/src/list_toys.rs"));
    assert!(project.has("toy/src/notes.rs") && project.has("toy/NOTES.md"));

    assert!(project.has("docs/README.md"));

    fs::write(project.out().join("src/lib.rs"), "// by hand\n").unwrap();
    let before = project.files();
    let ran = project.generate(&[]).fails();
    assert!(
        ran.stderr().contains("lib.rs is not a generated file"),
        "{}",
        ran.stderr()
    );
    assert_eq!(project.files(), before);
}

#[test]
fn an_error_in_one_spec_leaves_everything_as_it_was() {
    let project = Project::generated();
    let before = project.files();
    project.spec("toy", &spec("Toy", &["ListToys", "DeleteToy"]));
    project.spec("other", &broken("Other"));

    let ran = project.generate(&[]).fails();

    assert_eq!(project.files(), before);
    let file = project.path("specs/other/2024-01-01/api-docs.json");
    assert!(
        ran.stderr().contains(&format!("{}:", file.display())),
        "{}",
        ran.stderr()
    );
    assert!(
        ran.stderr().contains("/apis/ListToys/parameters/0/in"),
        "{}",
        ran.stderr()
    );
    assert!(
        ran.stderr().contains("nothing was written"),
        "{}",
        ran.stderr()
    );
}

#[test]
fn no_directory_appears_for_specs_with_errors() {
    let project = Project::new();
    project.spec("other", "{ \"apis\": ");
    project.generate(&[]).fails();
    let entries: Vec<_> = fs::read_dir(project.directory.path()).unwrap().collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
}

#[test]
fn nothing_is_left_beside_the_directory() {
    let project = Project::generated();
    let entries = fs::read_dir(project.directory.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["out", "specs"]);
}

#[test]
fn check_passes_where_nothing_differs() {
    let project = Project::generated();
    let ran = project.generate(&["--check"]).succeeds();
    assert!(!ran.stdout().contains("@@"));
}

#[test]
fn check_shows_drift_and_writes_nothing() {
    let project = Project::generated();
    fs::remove_file(project.out().join("toy/src/list_toys.rs")).unwrap();
    let edited = project.out().join("toy/src/lib.rs");
    let text = fs::read_to_string(&edited).unwrap();
    fs::write(&edited, format!("{text}// edited\n")).unwrap();
    let before = project.files();

    let ran = project.generate(&["--check"]).fails();

    assert_eq!(project.files(), before);
    let stdout = ran.stdout();
    assert!(
        stdout.contains(&format!("--- {}", edited.display())),
        "{stdout}"
    );
    assert!(stdout.contains("\n-// edited\n"), "{stdout}");
    assert!(stdout.contains("--- /dev/null\n"), "{stdout}");
    assert!(
        stdout.contains("would be 1 added, 1 changed, 0 removed"),
        "{stdout}"
    );
    assert!(
        ran.stderr().contains("run `cargo xtask generate`"),
        "{}",
        ran.stderr()
    );
}

#[test]
fn names_that_were_generated_once_are_locked_beside_the_specs() {
    let project = Project::generated();
    let lock = project.path("specs/names.lock");
    let text = fs::read_to_string(&lock).unwrap();
    assert!(text.contains("\nproduct toy 2024-01-01\n"), "{text}");
    assert!(text.contains("\nListToys list_toys\n  Error: "), "{text}");

    // A later version does not take the name.
    let newer = spec("Toy", &["ListToys"]).replace("2024-01-01", "2025-06-01");
    project.spec("toy-of-2025", &newer);
    project.generate(&[]).succeeds();
    assert!(project.has("toy/src/create_toy.rs"));
    assert!(project.has("toy-2025-06-01/src/list_toys.rs"));

    // What would be called otherwise is an error, and nothing is written.
    let text = fs::read_to_string(&lock).unwrap();
    let other = text.replacen("ListToys list_toys", "ListToys list_all_toys", 1);
    fs::write(&lock, &other).unwrap();
    let before = project.files();
    let said = project.generate(&[]).fails().stderr();
    assert!(
        said.contains("the operation `ListToys` was generated as `list_all_toys`"),
        "{said}"
    );
    assert_eq!(project.files(), before);
    assert_eq!(fs::read_to_string(&lock).unwrap(), other);

    // A lock that is gone is drift.
    fs::remove_file(&lock).unwrap();
    let ran = project.generate(&["--check"]).fails();
    assert!(ran.stdout().contains("+product toy 2025-06-01"));
    assert!(!lock.exists());

    // Specs that are published are not ours to write to.
    project.generate(&["--published"]).succeeds();
    assert!(!lock.exists() && project.has("names.lock"));
}

#[test]
fn a_product_s_name_narrows_what_is_changed() {
    let project = Project::generated();
    project.spec("other", &spec("Other", &["ListThings"]));
    project.spec("third", &spec("Third", &["ListMore"]));
    project.generate(&["other"]).succeeds();
    assert!(project.has("other/src/list_things.rs"));
    assert!(project.has("toy/src/list_toys.rs"));
    assert!(!project.has("third"));
    let library = fs::read_to_string(project.out().join("src/lib.rs")).unwrap();
    assert!(library.contains(" as toy;") && library.contains(" as other;"));
    assert!(!library.contains(" as third;"));

    // Now both change, and only the named one follows.
    project.spec("toy", &spec("Toy", &["CreateToy"]));
    project.spec("other", &spec("Other", &["CreateThing"]));
    project.generate(&["other"]).succeeds();
    assert!(project.has("other/src/create_thing.rs") && !project.has("other/src/list_things.rs"));
    assert!(project.has("toy/src/list_toys.rs"));
}

#[test]
fn an_unknown_product_lists_the_known_ones() {
    let project = Project::generated();
    project.spec("other", &spec("Other", &["ListThings"]));
    let ran = project.generate(&["toi"]).fails();
    let expected = "error: no spec of a product `toi`; there are: other, toy\n";
    assert_eq!(ran.stderr(), expected);
}

#[test]
fn a_crate_elsewhere_is_a_workspace_of_its_own() {
    let project = Project::generated();
    let manifest = fs::read_to_string(project.out().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("[workspace]"), "{manifest}");
    let path = manifest
        .split_once("path = \"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    let runtime = project.out().join(path).join("Cargo.toml");
    assert!(
        fs::read_to_string(runtime)
            .unwrap()
            .contains("name = \"alicloud-runtime\"")
    );
}

#[test]
fn a_crate_keeps_the_version_that_its_manifest_has() {
    let project = Project::generated();
    let manifest = project.out().join("toy/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    assert!(text.contains("\nversion = \"0.1.0\"\n"), "{text}");
    let text = text.replace("\"0.1.0\"", "\"0.3.2\"");
    fs::write(&manifest, &text).unwrap();

    project.generate(&[]).succeeds();

    assert_eq!(fs::read_to_string(&manifest).unwrap(), text);
    let facade = fs::read_to_string(project.out().join("Cargo.toml")).unwrap();
    assert!(facade.contains("version = \"0.3.2\""), "{facade}");
    let readme = fs::read_to_string(project.out().join("toy/README.md")).unwrap();
    assert!(readme.contains("alicloud-toy = \"0.3.2\""), "{readme}");
}

#[test]
fn guides_beside_a_spec_are_pages_of_its_crate_and_go_with_it() {
    let project = Project::generated();
    let guides = project.path("specs/toy/2024-01-01/guides");
    fs::create_dir(&guides).unwrap();
    fs::write(guides.join("play.md"), "# Play\n\nWith `ListToys`.\n").unwrap();
    fs::write(guides.join("notes.txt"), "nothing").unwrap();

    project.generate(&["--check"]).fails();
    project.generate(&[]).succeeds();
    let page = fs::read_to_string(project.out().join("toy/src/guides/play.rs")).unwrap();
    assert!(page.contains("//! # Play\n"), "{page}");
    assert!(project.has("toy/src/guides.rs"));
    let files = project.files();
    assert!(!files.keys().any(|it| it.ends_with("notes.rs")));
    project.generate(&["--check"]).succeeds();

    fs::remove_dir_all(guides).unwrap();
    project.generate(&[]).succeeds();
    assert!(!project.has("toy/src/guides.rs") && !project.has("toy/src/guides"));
}
