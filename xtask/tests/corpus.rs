//! `cargo xtask corpus` and `conform` on a toy product.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use support::{Ran, spec};
use tempfile::TempDir;

fn xtask(arguments: &[&str]) -> Ran {
    Ran(Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .output()
        .unwrap())
}

/// A directory with specs of these products.
fn specs(products: &[(&str, String)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (product, text) in products {
        let folder = directory.path().join(product).join("2024-01-01");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("api-docs.json"), text).unwrap();
    }
    directory
}

#[test]
fn a_corpus_run_reports_failures_and_skipped_operations() {
    let good = spec("Toy", &["ListToys", "CreateToy"]);
    let skipped = spec("Store", &["GetObject"]).replace("\"RPC\"", "\"OSS\"");
    let good = good.replace("\"query\"", "\"attic\"");
    let bad = r#"{"code": 500, "message": "server error"}"#.to_owned();
    let specs = specs(&[("toy", good), ("store", skipped), ("bad", bad)]);
    let file = specs.path().join("report.json");

    let arguments = [
        "corpus",
        specs.path().to_str().unwrap(),
        "--json",
        file.to_str().unwrap(),
    ];
    let ran = xtask(&arguments).fails();

    let report: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(
        (&report["specs"], &report["operations"]),
        (&json!(3), &json!(2))
    );
    let failed = report["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 1);
    assert!(
        failed[0]["spec"]
            .as_str()
            .unwrap()
            .ends_with("bad/2024-01-01/api-docs.json")
    );
    assert!(
        failed[0]["diagnostics"][0]
            .as_str()
            .unwrap()
            .contains("the answer of a service: 500, server error")
    );
    assert_eq!(report["skipped_operations"][0]["operation"], "GetObject");
    let degraded = json!({"a parameter without a known place": 2});
    assert_eq!(report["degraded"], degraded);
    assert!(report["seconds"].as_f64().unwrap() > 0.0);
    let last = ran.stdout().lines().last().unwrap().to_owned();
    let expected = "3 specs with 2 operations: 1 failed, 1 operation skipped, ";
    assert!(last.starts_with(expected), "{last}");
}

#[test]
fn parts_of_a_corpus_are_all_of_it_together() {
    let specs = specs(&["a", "b", "c", "d"].map(|name| (name, spec(name, &["ListToys"]))));
    let last_line = |part: &str| {
        let directory = specs.path().to_str().unwrap();
        let ran = xtask(&["corpus", directory, "--part", part]).succeeds();
        ran.stdout().lines().last().unwrap().to_owned()
    };
    for (part, specs) in [("1/3", "2 specs"), ("2/3", "1 spec"), ("3/3", "1 spec")] {
        assert!(
            last_line(part).starts_with(&format!("{specs} with ")),
            "{part}"
        );
    }
    let wrong = xtask(&["corpus", ".", "--part", "4/3"]);
    assert!(wrong.stderr().contains("write it as `2/3`"));
}

/// A request of `ListToys`, with the query that the official SDK is said to send.
fn vector(full: bool, query: &Value) -> String {
    json!({
        "product": "Toy", "version": "2024-01-01", "operation": "ListToys", "full": full,
        "arguments": { "ToyId": "a b" }, "path_arguments": {}, "header_arguments": {},
        "method": "POST", "path": "/", "query": query,
        "headers": { "x-acs-version": "2024-01-01", "x-acs-action": "ListToys" }, "body": "",
    })
    .to_string()
}

#[test]
#[ignore = "builds a client, for minutes: `cargo test -p xtask -- --ignored`"]
fn conform_passes_equal_requests_and_shows_both_sides_of_others() {
    let text = spec("Toy", &["ListToys"]);
    let specs = specs(&[("toy", text)]);
    let path = |name: &str| -> PathBuf { specs.path().join(name) };
    let same = vector(true, &json!([["ToyId", "a b"]]));
    let other = vector(false, &json!([["ToyId", "a b"], ["More", "1"]]));
    fs::write(path("vectors.jsonl"), format!("{same}\n{other}\n")).unwrap();
    fs::write(
        path("known.md"),
        "| toy 2024-01-01 | `ListToys` | required | because |\n",
    )
    .unwrap();
    fs::write(path("none.md"), "").unwrap();
    let conform = |known: &str| {
        xtask(&[
            "conform",
            "--spec",
            path("toy/2024-01-01/api-docs.json").to_str().unwrap(),
            "--vectors",
            path("vectors.jsonl").to_str().unwrap(),
            "--known",
            path(known).to_str().unwrap(),
        ])
    };

    let ran = conform("none.md").fails();
    let stdout = ran.stdout();
    assert!(
        stdout.contains("1 of 1 samples kept whole, 100.00%"),
        "{stdout}{}",
        ran.stderr()
    );
    assert!(
        stdout.contains("query More: the official SDK sent [\"1\"], we send nothing"),
        "{stdout}"
    );
    assert_eq!(stdout.lines().last(), Some("1 passed, 1 failed"));

    let stdout = conform("known.md").succeeds().stdout();
    assert!(
        stdout.contains("known to differ: ListToys (required arguments): because"),
        "{stdout}"
    );
    assert_eq!(stdout.lines().last(), Some("1 passed, 0 failed"));
}
