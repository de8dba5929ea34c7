//! Good specs and what comes of them: small cases under `golden/good`, each with the
//! whole crate that is generated. `UPDATE_GOLDEN=1` writes what is expected anew.

#[path = "support/names.rs"]
mod names;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use alicloud_codegen::{
    Dependency, File, ForBuild, Guide, Options, Severity, Spec, Tolerance, generate_all_for_build,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/good")
}

fn cases() -> Vec<String> {
    let mut cases: Vec<String> = fs::read_dir(root())
        .expect("the golden cases are there")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .collect();
    cases.sort();
    cases
}

fn generate(case: &str, runtime: &str) -> Vec<File> {
    let directory = root().join(case);
    let json = fs::read(directory.join("api-docs.json")).expect("each case has a spec");
    let overlay = fs::read(directory.join("overlay.json")).ok();
    let path = format!("specs/{case}/api-docs.json");
    let spec = Spec {
        path: &path,
        json: &json,
        overlay: overlay.as_deref().map(|bytes| ("overlay.json", bytes)),
    };
    let options = Options {
        crate_name: format!("golden-{case}"),
        runtime: Dependency::Path(runtime.to_owned()),
        standalone: false,
        versions: BTreeMap::new(),
        guides: guides(case, spec.path),
        operations: None,
        tolerance: Tolerance::Published,
    };
    let output = alicloud_codegen::generate(&[spec], &options);
    let errors: Vec<String> = output
        .diagnostics
        .iter()
        .filter(|it| it.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{case}: {errors:#?}");
    let mut files = output.files;
    let found = output.diagnostics.iter().map(|it| format!("{it}\n"));
    let skipped = output.skipped.iter();
    let skipped = skipped.map(|it| format!("skipped: {}: {}\n", it.operation, it.reason));
    let text: String = found.chain(skipped).collect();
    if !text.is_empty() {
        // What is said of the spec is expected too.
        let path = "findings.txt".to_owned();
        files.push(File { path, text });
    }
    files
}

/// The pages beside a case's spec.
fn guides(case: &str, spec: &str) -> Vec<Guide> {
    let pages = read(&root().join(case).join("guides")).into_iter();
    let guide = |(name, text): (String, String)| Guide {
        spec: spec.to_owned(),
        name: name.trim_end_matches(".md").to_owned(),
        text,
    };
    pages.map(guide).collect()
}

/// Files below a directory, by their relative path.
fn read(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let name = path
                .strip_prefix(directory)
                .expect("below")
                .to_string_lossy();
            let text = fs::read_to_string(&path).expect("text");
            found.insert(name.replace('\\', "/"), text);
        }
    }
    found
}

fn write(directory: &Path, files: &[File]) {
    for file in files {
        let path = directory.join(&file.path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("writable");
        fs::write(path, &file.text).expect("writable");
    }
}

#[test]
fn good_specs_give_the_expected_crates() {
    for case in cases() {
        let files = generate(&case, "../../runtime");
        assert_eq!(
            files,
            generate(&case, "../../runtime"),
            "{case}: twice the same"
        );
        let directory = root().join(&case).join("expected");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let _ = fs::remove_dir_all(&directory);
            write(&directory, &files);
        }
        let mut expected = read(&directory);
        for file in &files {
            let want = expected.remove(&file.path).unwrap_or_default();
            for (number, (want, have)) in want.lines().zip(file.text.lines()).enumerate() {
                assert_eq!(have, want, "{case}: {}:{}", file.path, number + 1);
            }
            assert_eq!(
                want.lines().count(),
                file.text.lines().count(),
                "{case}: {}",
                file.path
            );
        }
        assert!(
            expected.is_empty(),
            "{case}: not generated any more: {:?}",
            expected.keys()
        );
    }
}

#[test]
fn no_comment_is_wider_than_a_hundred_columns_where_it_can_be_broken() {
    let files = cases()
        .into_iter()
        .flat_map(|case| generate(&case, "../../runtime"));
    for file in files.filter(|file| file.path.ends_with(".rs")) {
        let mut in_program = false;
        for line in file.text.lines() {
            let comment = line.trim_start();
            let comment = comment.strip_prefix("//!").or(comment.strip_prefix("///"));
            let Some(text) = comment else { continue };
            in_program ^= text.starts_with(" ```");
            // A row of a table, or one link.
            let is_whole = in_program || text.starts_with(" |") || text.starts_with(" [");
            let columns = line.chars().count();
            assert!(is_whole || columns <= 100, "{}: {line}", file.path);
        }
    }
}

/// One workspace of all cases, so that the runtime is built once: checked by rustc
/// and clippy, documented without a warning, and its doc tests run. It builds where
/// xtask's scratch packages do: the pages of `cargo doc` are not for these crates.
#[test]
#[ignore = "builds a crate for each case, for minutes: `cargo test -p alicloud-codegen -- --ignored`"]
fn the_expected_crates_compile_and_their_examples_run() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let workspace = target.join("golden");
    let _ = fs::remove_dir_all(&workspace);
    for case in cases() {
        let runtime = runtime.to_string_lossy().replace('\\', "/");
        write(&workspace.join(&case), &generate(&case, &runtime));
    }
    inline(&workspace.join("inline"), &runtime);
    let path = runtime.to_string_lossy().replace('\\', "/");
    write(&workspace.join("names"), &names::generate(&path));
    let members = cases()
        .into_iter()
        .chain(["inline", "names"].map(str::to_owned));
    let members: Vec<String> = members.map(|case| format!("{case:?}")).collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = false\n",
        members.join(", ")
    );
    fs::write(workspace.join("Cargo.toml"), manifest).expect("writable");
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, workspace.join("Cargo.lock")).expect("the workspace has a lock file");

    let lints = "-D warnings -W missing-docs -W unreachable-pub";
    let lints: Vec<&str> = ["--"].into_iter().chain(lints.split(' ')).collect();
    for (arguments, last) in [
        (["clippy", "--all-targets"], lints.as_slice()),
        (["test", "--doc"], &[]),
        (["doc", "--no-deps"], &[]),
    ] {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args([
                "--quiet",
                "--workspace",
                "--features",
                &features(&workspace),
            ])
            .args(last)
            .current_dir(&workspace)
            .env(
                "CARGO_TARGET_DIR",
                target.with_file_name("xtask").join("build"),
            )
            .env("RUSTDOCFLAGS", "-D warnings")
            .output()
            .expect("cargo runs");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(
            output.status.success(),
            "cargo {}:\n{text}",
            arguments.join(" ")
        );
    }
}

/// A crate that includes one operation, as a `build.rs` would have it written.
fn inline(directory: &Path, runtime: &Path) {
    let json = fs::read(root().join("certificates/api-docs.json")).expect("is there");
    let spec = Spec {
        path: "api-docs.json",
        json: &json,
        overlay: None,
    };
    let text = alicloud_codegen::generate_for_build(&spec, &["DescribeListener"]).expect("good");
    let manifest = format!(
        "[package]\nname = \"inline\"\nedition = \"2024\"\n\n[dependencies]\n\
         alicloud-runtime = {{ path = {runtime:?}, default-features = false }}\n"
    );
    let library = "//! Includes what was generated.\n\ninclude!(\"edge.rs\");\n".to_owned();
    let file = |path: &str, text| File {
        path: path.to_owned(),
        text,
    };
    let files = [
        file("Cargo.toml", manifest),
        file("src/lib.rs", library),
        file("src/edge.rs", text),
    ];
    write(directory, &files);
}

#[test]
fn a_build_gets_the_operations_that_it_asks_for() {
    let json = fs::read(root().join("certificates/api-docs.json")).expect("is there");
    let spec = Spec {
        path: "api-docs.json",
        json: &json,
        overlay: None,
    };
    let text = alicloud_codegen::generate_for_build(&spec, &["DescribeListener"]).expect("good");
    syn::parse_file(&text).expect("parses");
    assert!(text.contains("pub mod describe_listener {"));
    assert!(!text.contains("add_certificates"));

    let unknown = alicloud_codegen::generate_for_build(&spec, &["DescribeListner"]);
    let findings = unknown.expect_err("there is no such operation");
    assert!(
        findings
            .iter()
            .any(|it| it.message.contains("DescribeListner")),
        "{findings:#?}"
    );
    let help = findings.iter().map(|it| &*it.help).collect::<Vec<_>>();
    assert_eq!(help, ["did you mean `DescribeListener`?"]);
}

#[test]
fn a_build_gets_several_products_and_versions_in_one_text() {
    let json = fs::read_to_string(root().join("certificates/api-docs.json")).expect("is there");
    let newer = json.replace("2020-01-01", "2021-01-01");
    let one = ["DescribeListener".to_owned()];
    let product = |path, json, operations, version_in_name| ForBuild {
        spec: Spec {
            path,
            json,
            overlay: None,
        },
        operations,
        version_in_name,
    };
    let text = generate_all_for_build(&[
        product("older.json", json.as_bytes(), Some(&one[..]), false),
        product("newer.json", newer.as_bytes(), None, true),
    ]);
    let text = text.expect("good");
    syn::parse_file(&text).expect("parses");
    let (older, newer) = text
        .split_once("pub mod edge_2021_01_01 {")
        .expect("in order");
    assert!(older.contains("pub mod edge {"));
    assert!(!older.contains("add_certificates"));
    assert!(newer.contains("pub mod add_certificates {"));

    let findings = generate_all_for_build(&[
        product("one.json", b"{", None, false),
        product("two.json", b"[", None, false),
        product("three.json", json.as_bytes(), None, false),
        product("four.json", json.as_bytes(), None, false),
    ]);
    let errors = findings.expect_err("all are wrong").into_iter();
    let errors = errors.filter(|it| it.severity == Severity::Error);
    let files: Vec<_> = errors.map(|it| it.file).collect();
    assert_eq!(files, ["one.json", "two.json", "four.json"]);
}

#[test]
fn a_description_is_shown_as_markdown() {
    let text = "<p>The <b>ID</b> of it.</p><ul><li>one</li></ul>";
    assert_eq!(
        alicloud_codegen::description(text),
        "The ID of it.\n\n- one"
    );
    assert_eq!(alicloud_codegen::description(""), "");
}

#[test]
fn a_build_is_told_why_an_operation_cannot_be_generated() {
    let json = br#"{"info": {"style": "OSS", "product": "Oss", "version": "2019-05-17"},
        "apis": {"GetObject": {"methods": ["get"]},
            "PutObject": {"methods": ["put"]}}}"#;
    let spec = Spec {
        path: "oss.json",
        json,
        overlay: None,
    };
    let findings = alicloud_codegen::generate_for_build(&spec, &["PutObject"]);
    let findings = findings.expect_err("it cannot be generated");
    let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0].starts_with("error: oss.json:3:13: /apis/PutObject: `PutObject` cannot be generated: Oss 2019-05-17 is served by"),
        "{said:#?}"
    );
}

/// The product's feature of every case.
fn features(workspace: &Path) -> String {
    let of_case = |case: String| {
        let manifest = fs::read_to_string(workspace.join(&case).join("Cargo.toml")).expect("text");
        let features = manifest
            .lines()
            .filter_map(|line| line.split_once(" = [\"dep:"));
        let features =
            features.map(|(name, _)| format!("golden-{case}/{}", name.trim_matches('"')));
        features.collect::<Vec<_>>()
    };
    cases()
        .into_iter()
        .chain(["names".to_owned()])
        .flat_map(of_case)
        .collect::<Vec<_>>()
        .join(",")
}
