//! `diff`, `lint`, `new` and `fetch` as a maintainer runs them, on a project of the test's own.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value as Json;
use support::{Ran, spec};
use tempfile::TempDir;

/// A project under git with one product.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write(
            "specs/toy/2024-01-01/api-docs.json",
            &spec("Toy", &["ListToys"]),
        );
        fs::create_dir_all(project.path("xtask")).unwrap();
        project.git(&["init", "--quiet"]);
        project.git(&["add", "."]);
        let who = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
        project.git(&[&who[..], &["commit", "--quiet", "-m", "first"]].concat());
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, words: &[&str]) {
        let done = Command::new("git")
            .arg("-C")
            .arg(self.0.path())
            .args(words)
            .status();
        assert!(done.unwrap().success(), "{words:?}");
    }

    fn xtask(&self, words: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(words).current_dir(self.0.path());
        // Where cargo would say that the crate is.
        command.env("CARGO_MANIFEST_DIR", self.path("xtask"));
        Ran(command.output().unwrap())
    }
}

const SPEC: &str = "specs/toy/2024-01-01/api-docs.json";

#[test]
fn a_change_is_judged_against_a_revision_a_file_and_a_folder() {
    let project = Project::new();
    let ran = project.xtask(&["diff", "HEAD"]).succeeds();
    assert_eq!(ran.stdout(), "Nothing changed.\n");

    project.write("old/api-docs.json", &spec("Toy", &["ListToys"]));
    project.write(SPEC, &spec("Toy", &["ListToys", "CreateToy"]));
    let added = "### Toy 2024-01-01\n\nadditive: next version patch.\n\n\
                 **Added or changed**\n\n- `CreateToy`: added\n";
    for old in ["HEAD", "old", "old/api-docs.json"] {
        assert_eq!(
            project.xtask(&["diff", old]).succeeds().stdout(),
            added,
            "{old}"
        );
    }
    let ran = project.xtask(&["diff", "HEAD", "--exit-code"]);
    assert_eq!(ran.0.status.code(), Some(10));

    project.write(SPEC, &spec("Toy", &["CreateToy"]));
    let ran = project.xtask(&["diff", "HEAD", "--json", "--exit-code"]);
    assert_eq!(ran.0.status.code(), Some(11));
    let report: Json = serde_json::from_str(&ran.stdout()).unwrap();
    assert_eq!(report[0]["impact"], "breaking");
    assert_eq!(report[0]["semver"], "minor (breaking)");
    assert_eq!(report[0]["changes"][0]["operation"], "ListToys");

    let ran = project.xtask(&["diff", "no-such-thing"]).fails();
    let words = "`no-such-thing` is no file, no folder and no revision of git";
    assert!(ran.stderr().contains(words), "{}", ran.stderr());
}

#[test]
fn a_product_that_comes_or_goes_is_a_change_of_its_operations() {
    let project = Project::new();
    project.write("specs/new/1/api-docs.json", &spec("New", &["ListNews"]));
    let ran = project.xtask(&["diff", "HEAD"]).succeeds();
    assert!(
        ran.stdout().contains("`ListNews`: added"),
        "{}",
        ran.stdout()
    );
    let ran = project.xtask(&["diff", "specs", "specs/new"]).succeeds();
    assert!(
        ran.stdout().contains("`ListToys`: removed"),
        "{}",
        ran.stdout()
    );
}

#[test]
fn generate_says_what_it_is_about_to_change() {
    let project = Project::new();
    let ran = project.xtask(&["generate"]).succeeds();
    assert!(!ran.stdout().contains("###"), "{}", ran.stdout());
    project.write(SPEC, &spec("Toy", &["ListToys", "CreateToy"]));
    let ran = project.xtask(&["generate"]).succeeds();
    assert!(
        ran.stdout().contains("- `CreateToy`: added\n"),
        "{}",
        ran.stdout()
    );
}

#[test]
fn the_page_of_what_is_generated_is_written_and_held() {
    let project = Project::new();
    project.xtask(&["coverage"]).fails();
    let page =
        "# Mine\n\n<!-- begin: written by `cargo xtask generate` -->\n<!-- end -->\n\nand more\n";
    project.write("docs/coverage.md", page);
    project.xtask(&["generate"]).succeeds();
    let written = fs::read_to_string(project.path("docs/coverage.md")).unwrap();
    assert!(written.starts_with("# Mine\n"), "{written}");
    assert!(
        written.contains("| `alicloud-toy` | 2024-01-01 | 1 |  |\n"),
        "{written}"
    );
    assert!(
        written.contains("\n1 product version, 1 operation, 0 not generated.\n"),
        "{written}"
    );
    assert!(written.ends_with("<!-- end -->\n\nand more\n"), "{written}");
    project.xtask(&["generate", "--check"]).succeeds();
    project.write("docs/coverage.md", &written.replace("| 1 |", "| 7 |"));
    let ran = project.xtask(&["generate", "--check"]).fails();
    assert!(
        ran.stdout()
            .contains("+| `alicloud-toy` | 2024-01-01 | 1 |"),
        "{}",
        ran.stdout()
    );
    project.xtask(&["coverage"]).succeeds();
    assert_eq!(
        fs::read_to_string(project.path("docs/coverage.md")).unwrap(),
        written
    );
    let ran = project.xtask(&["coverage", "--json"]).succeeds();
    let report: Json = serde_json::from_str(&ran.stdout()).unwrap();
    assert_eq!(report[0]["operations"], 1);
}

#[test]
fn findings_are_shown_where_they_stand() {
    let project = Project::new();
    project.xtask(&["lint", "--deny", "warnings"]).succeeds();
    let wrong = spec("Toy", &["ListToys"]).replace("\"string\"", "\"strnig\"");
    project.write(SPEC, &wrong);
    let ran = project.xtask(&["lint"]).fails();
    let text = ran.stdout();
    assert!(text.starts_with("error: "), "{text}");
    assert!(text.contains(&format!("{SPEC}:")), "{text}");
    assert!(text.contains("\"type\":\"strnig\""), "{text}");
    assert!(text.contains("^^^^^^ /apis/ListToys/"), "{text}");
    assert!(text.contains("\nhelp: "), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    let ran = project.xtask(&["lint", SPEC, "--json"]).fails();
    let report: Json = serde_json::from_str(&ran.stdout()).unwrap();
    assert_eq!(report[0]["severity"], "error");
    assert!(report[0]["line"].as_u64().unwrap() > 0);
    project.xtask(&["lint", "nowhere.json"]).fails();
}

#[test]
fn warnings_are_allowed_unless_they_are_denied() {
    let project = Project::new();
    let spec = spec("Toy", &["ListToys"]);
    project.write(
        SPEC,
        &spec.replace("toy.cn-hangzhou.aliyuncs.com", "no host"),
    );
    let ran = project.xtask(&["lint", "--published"]).succeeds();
    assert!(ran.stdout().starts_with("warning: "), "{}", ran.stdout());
    project
        .xtask(&["lint", "--published", "--deny", "warnings"])
        .fails();
}

#[test]
fn a_new_spec_is_valid_from_the_start() {
    let project = Project::new();
    for (product, more) in [
        ("Rpc", &[][..]),
        ("Roa", &["--roa", "--operation", "ListThings"]),
    ] {
        let words = [&["new", product, "2024-01-01"][..], more].concat();
        let ran = project.xtask(&words).succeeds();
        let path = format!("specs/{}/2024-01-01/api-docs.json", product.to_lowercase());
        assert!(ran.stdout().contains(&format!(
            "cargo xtask lint {}",
            project.path(&path).display()
        )));
        project
            .xtask(&["lint", &path, "--deny", "warnings"])
            .succeeds();
        let ran = project.xtask(&words).fails();
        assert!(
            ran.stderr().contains("is there already"),
            "{}",
            ran.stderr()
        );
    }
    project.xtask(&["generate"]).succeeds();
    assert!(
        project
            .path("generated/rpc/src/describe_regions.rs")
            .exists()
    );
    assert!(project.path("generated/roa/src/list_things.rs").exists());
    project.xtask(&["new", "../x", "1"]).fails();
}

#[test]
fn fetching_is_left_to_the_program_for_apps() {
    let project = Project::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["fetch", "ga", "--json"]).env("CARGO", "echo");
    command.env("CARGO_MANIFEST_DIR", project.path("xtask"));
    let ran = Ran(command.output().unwrap()).succeeds();
    assert!(
        ran.stdout().ends_with(" -- fetch ga --json\n"),
        "{}",
        ran.stdout()
    );
    assert!(
        ran.stdout()
            .starts_with("run --quiet --package alicloud-cli "),
        "{}",
        ran.stdout()
    );
}

#[cfg(unix)]
#[test]
fn a_release_is_checked_step_by_step_and_says_what_could_not_be() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new();
    // A cargo that has no further subcommands, and fails where it is told to.
    let script = "#!/bin/sh\ncase \"$*\" in *deny*|*semver*|*\"$FAIL\"*) exit 1;; esac\n";
    project.write("cargo", script);
    let cargo = project.path("cargo");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |fail: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("release-check")
            .args(more)
            .current_dir(project.0.path());
        command.env("CARGO_MANIFEST_DIR", project.path("xtask"));
        // No rustup either.
        command
            .env("CARGO", &cargo)
            .env("FAIL", fail)
            .env("PATH", "/nowhere");
        Ran(command.output().unwrap())
    };
    let ran = run("nothing", &["--since", "HEAD"]).succeeds();
    let text = ran.stdout();
    assert!(
        text.contains("  passed  documentation without a warning\n"),
        "{text}"
    );
    assert!(
        text.contains(" missing  licences and advisories: cargo install cargo-deny\n"),
        "{text}"
    );
    assert!(
        text.ends_with("0 failures, 4 steps not checked\n"),
        "{text}"
    );
    run("nothing", &["--strict"]).fails();
    let ran = run("package --no-verify", &[]).fails();
    assert!(
        ran.stdout().contains("  FAILED  crates can be published"),
        "{}",
        ran.stdout()
    );
}

#[test]
fn every_command_of_a_maintainers_day_teaches_by_examples() {
    for command in [
        "generate",
        "import",
        "diff",
        "lint",
        "coverage",
        "new",
        "api",
        "release-check",
    ] {
        let mut help = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let ran = help.args([command, "-h"]).output().expect("it runs");
        let text = String::from_utf8_lossy(&ran.stdout);
        assert!(text.contains("Examples:\n"), "{command}: {text}");
    }
}
