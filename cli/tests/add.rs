//! `cargo alicloud add`, as a user runs it.

mod support;

use std::path::Path;

use serde_json::json;
use support::{Desk, Mocking, everything, golden, project_file, vault};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[tokio::test]
async fn an_operation_is_added_with_all_that_it_needs() {
    let desk = Desk::new().await;
    let ran = desk
        .run(&["add", "GA", "describelistener", "--path", ROOT])
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        ran.stdout,
        "include!(concat!(env!(\"OUT_DIR\"), \"/alicloud.rs\")); // once, in main.rs or lib.rs\n\n\
         let client = ga::Client::new(&alicloud_runtime::Config::from_env().await?);\n\
         let reply = client.describe_listener(ga::describe_listener::Request::new()\n    \
         .listener_id(\"lsr-bp1bpn0kn908w4nbw****\")).await?;\n"
    );
    assert!(
        ran.stderr
            .contains("Added Ga 2019-11-20: DescribeListener\n"),
        "{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains('\u{1b}'),
        "colours off a terminal: {}",
        ran.stderr
    );
    let lock = desk.read("app/alicloud.lock");
    assert!(lock.contains("[[product]]\ncode = \"Ga\"\nversion = \"2019-11-20\"\nsha256 = \""));
    assert!(
        lock.contains("operations = [\"DescribeListener\"]"),
        "{lock}"
    );
    assert_eq!(
        desk.read("app/build.rs"),
        "fn main() {\n    alicloud_build::generate();\n}\n"
    );
    let manifest = desk.read("app/Cargo.toml");
    assert!(
        manifest.starts_with("[package]\nname = \"app\"\nedition = \"2024\"\n"),
        "{manifest}"
    );
    for line in [
        "alicloud-runtime = { path = ",
        "alicloud-build = { path = ",
        "tokio = { version",
    ] {
        assert!(manifest.contains(line), "{manifest}");
    }
    assert_eq!(
        desk.read("app/alicloud/ga/2019-11-20/api-docs.json")
            .into_bytes(),
        project_file("specs/ga/2019-11-20/api-docs.json")
    );
}

#[tokio::test]
async fn a_checkout_beside_the_app_is_named_as_it_was_typed() {
    let desk = Desk::new().await;
    for folder in ["runtime", "build"] {
        desk.write(&format!("checkout/{folder}/Cargo.toml"), "");
    }
    let ran = desk
        .run(&["add", "ga", "DescribeListener", "--path", "../checkout"])
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let line = "alicloud-build = { path = \"../checkout/build\" }";
    assert!(
        desk.read("app/Cargo.toml").contains(line),
        "{}",
        desk.read("app/Cargo.toml")
    );
}

#[tokio::test]
async fn adding_twice_changes_nothing_and_asks_nobody() {
    let desk = Desk::new().await;
    desk.run(&["add", "ga", "DescribeListener"]).await;
    let before = desk.read("app/alicloud.lock");
    let asked = desk.publisher.requests().len();
    let ran = desk.run(&["add", "ga", "DescribeListener"]).await;
    assert!(ran.stderr.contains("Unchanged Ga 2019-11-20"), "{ran:?}");
    assert_eq!(desk.read("app/alicloud.lock"), before);
    assert_eq!(desk.publisher.requests().len(), asked);

    // Another operation touches the lock alone.
    let name = "AssociateAdditionalCertificatesWithListener";
    let ran = desk.run(&["add", "ga", name, "--json"]).await;
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["written"], json!(["alicloud.lock"]));
    assert_eq!(report["added"], json!([name]));
    assert_eq!(report["operations"], json!([name, "DescribeListener"]));
    assert!(
        desk.read("app/Cargo.toml")
            .contains("alicloud-runtime = \"0.1.0\"")
    );
}

#[tokio::test]
async fn all_of_a_product_is_added_where_no_operation_is_named() {
    let desk = Desk::new().await;
    let ran = desk.run(&["add", "ga"]).await;
    assert!(
        ran.stderr.contains("Added Ga 2019-11-20: 160 operations"),
        "{ran:?}"
    );
    assert!(
        desk.read("app/alicloud.lock")
            .contains("operations = [\"*\"]")
    );
}

#[tokio::test]
async fn facts_alone_are_kept_where_that_is_wanted_and_stay_so() {
    let desk = Desk::new().await;
    let ran = desk
        .run(&["add", "ga", "DescribeListener", "--facts"])
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let file = "app/alicloud/ga/2019-11-20/api-docs.json";
    let kept = desk.read(file);
    assert!(kept.contains("DescribeListener"), "{kept}");
    assert!(!kept.contains("\"description\""), "{kept}");
    assert!(desk.read("app/alicloud.lock").contains("facts = true\n"));
    assert_eq!(desk.run(&["outdated"]).await.code, 0);
    // Texts that change are no business of an app that keeps none.
    let text = String::from_utf8(project_file("specs/ga/2019-11-20/api-docs.json")).expect("text");
    let changed = text.replace("\"description\": \"The ", "\"description\": \"Another ");
    assert_ne!(changed, text);
    desk.publisher.publish("Ga", "2019-11-20", changed);
    assert_eq!(desk.run(&["outdated"]).await.code, 0);
    assert_eq!(desk.run(&["update"]).await.code, 0);
    assert_eq!(desk.read(file), kept);
    let ran = desk
        .run(&["add", "ga", "AssociateAdditionalCertificatesWithListener"])
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(desk.read(file), kept);
}

#[tokio::test]
async fn the_version_that_came_first_keeps_the_bare_name() {
    let desk = Desk::new().await;
    let text = String::from_utf8(project_file("specs/ga/2019-11-20/api-docs.json")).expect("text");
    let newer = text.replace("2019-11-20", "2021-01-01");
    desk.publisher.publish("Ga", "2021-01-01", newer);
    desk.publisher.catalogue(
        r#"[{"code":"Ga","versions":["2019-11-20","2021-01-01"],"defaultVersion":"2021-01-01"}]"#,
    );
    let ran = desk.run(&["add", "ga", "DescribeListener"]).await;
    assert!(ran.stdout.contains(" ga::Client::new("), "{ran:?}");
    let ran = desk
        .run(&["add", "ga@2019-11-20", "DescribeListener"])
        .await;
    assert!(
        ran.stdout.contains(" ga_2019_11_20::Client::new("),
        "{ran:?}"
    );
    let words = [
        "explore",
        "ga@2019-11-20",
        "DescribeListener",
        "--example",
        "--rust",
    ];
    let ran = desk.run(&words).await;
    assert!(
        ran.stdout
            .contains("use ga_2019_11_20::describe_listener as describe;"),
        "{ran:?}"
    );
    // Which of the two is meant is to be said.
    let ran = desk.run(&["add", "ga", "ListAccelerators"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("Added Ga 2021-01-01: ListAccelerators"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn mistakes_are_answered_with_what_was_meant_and_write_nothing() {
    let desk = Desk::new().await;
    for (words, expected) in [
        (
            &["add", "gaa", "X"][..],
            "error: there is no product `gaa`; did you mean `Ga`?",
        ),
        (&["add", "accelerator"], "did you mean `Ga`?"),
        (
            &["add", "ga@2018-01-01"],
            "Ga has no version `2018-01-01`; there is `2019-11-20`",
        ),
        (
            &["add", "ga", "DescribeListner", "Foo"],
            "Ga has no operation `DescribeListner`; did you mean `DescribeListener`?\n\
             Ga has no operation `Foo`",
        ),
        (
            &["add", "ga", "--path", "/nowhere"],
            "there is no checkout in /nowhere",
        ),
        (
            &["add"],
            "the following required arguments were not provided:\n  <PRODUCT>",
        ),
        (&["ad"], "a similar subcommand exists: 'add'"),
    ] {
        let ran = desk.run(words).await;
        assert_ne!(ran.code, 0, "{words:?}");
        assert!(ran.stderr.contains(expected), "{words:?}: {}", ran.stderr);
    }
    assert!(!desk.path("app/alicloud.lock").exists());
    assert!(!desk.path("app/build.rs").exists());
    assert!(!desk.read("app/Cargo.toml").contains("alicloud"));
}

#[tokio::test]
async fn offline_it_says_what_it_needs_and_takes_what_was_fetched() {
    let desk = Desk::new().await;
    let ran = desk
        .run(&["add", "ga", "DescribeListener", "--offline"])
        .await;
    assert!(
        ran.stderr
            .contains("there is no product `ga` among those fetched before\nwithout `--offline`"),
        "{ran:?}"
    );
    desk.run(&["explore", "--search", "accelerator"]).await;
    let ran = desk
        .run(&["add", "ga", "DescribeListener", "--offline"])
        .await;
    assert!(
        ran.stderr.contains("Ga 2019-11-20 was not fetched yet"),
        "{ran:?}"
    );
    desk.run(&["explore", "ga"]).await;
    let ran = desk
        .run(&["add", "ga", "DescribeListener", "--offline"])
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[tokio::test]
async fn a_build_script_of_the_author_is_left_alone_and_the_line_is_named() {
    let desk = Desk::new().await;
    desk.write("app/build.rs", "fn main() {}\n");
    let ran = desk.run(&["add", "ga", "DescribeListener"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let line = "warning: add this line to `main` in build.rs: alicloud_build::generate();";
    assert!(ran.stderr.contains(line), "{}", ran.stderr);
    assert_eq!(desk.read("app/build.rs"), "fn main() {}\n");
}

#[tokio::test]
async fn a_folder_without_an_app_is_refused() {
    let desk = Desk::new().await;
    std::fs::remove_file(desk.path("app/Cargo.toml")).expect("it is there");
    let ran = desk.run(&["add", "ga", "DescribeListener"]).await;
    assert!(ran.stderr.contains("there is no Cargo.toml in"), "{ran:?}");
    assert!(ran.stderr.contains("`cargo new my-app`"), "{ran:?}");
}

/// From nothing to a reply: `add`, the program that `explore --rust` prints, `mock` as the
/// service. What is printed compiles for every operation of the generator's cases, with all of
/// its parameters.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "builds an app, for a minute or more"]
async fn what_explore_prints_compiles_beside_what_add_writes_and_gets_its_reply() {
    let desk = Desk::new().await;
    let mut catalogue = Vec::new();
    let mut operations = Vec::new();
    let cases = [
        "certificates",
        "files",
        "paging",
        "roa",
        "shapes",
        "streams",
    ]
    .map(golden);
    for spec in cases.into_iter().chain([vault()]) {
        desk.publisher
            .publish(spec.product(), spec.version(), spec.json());
        catalogue.push(json!({"code": spec.product(), "versions": [spec.version()]}));
        operations.extend(spec.operations());
    }
    desk.publisher.catalogue(json!(catalogue).to_string());
    let mock = Mocking::start(&desk, &["mock", "edge"]);
    // Of each operation one thing is called, and some are deprecated.
    let mut main = "#![allow(dead_code, deprecated)]\n\
                    include!(concat!(env!(\"OUT_DIR\"), \"/alicloud.rs\"));\n"
        .to_owned();
    for (index, operation) in operations.iter().enumerate() {
        let product = operation.spec().product();
        let ran = desk
            .run(&["add", product, operation.name(), "--path", ROOT])
            .await;
        assert_eq!(ran.code, 0, "{ran:?}");
        desk.write("app/parameters.json", &everything(*operation));
        let params = ["--rust", "--params", "@parameters.json"];
        let ran = desk
            .run(&[&["explore", product, operation.name()][..], &params].concat())
            .await;
        assert_eq!(ran.code, 0, "{}: {ran:?}", operation.name());
        // The programs share the generated module; the first one is run, on the double.
        let program = ran
            .stdout
            .lines()
            .filter(|line| !line.starts_with("include!"));
        let program: String = program.map(|line| format!("    {line}\n")).collect();
        let endpoint = format!("from_env().await?.endpoint({:?})", mock.url);
        let program = program
            .replace("async fn main", "pub(crate) async fn main")
            .replace("from_env().await?", &endpoint);
        let module = operation.spec().module();
        main.push_str(&format!(
            "mod program_{index} {{\n    use crate::{module};\n{program}}}\n"
        ));
    }
    main.push_str("fn main() {\n    program_0::main().expect(\"a reply\");\n}\n");
    desk.write("app/src/main.rs", &main);
    let lock = Path::new(ROOT).join("Cargo.lock");
    std::fs::copy(lock, desk.path("app/Cargo.lock")).expect("a lock");
    let mut command = std::process::Command::new(env!("CARGO"));
    command.args(["run", "--offline"]);
    command.env(
        "CARGO_TARGET_DIR",
        concat!(env!("CARGO_TARGET_TMPDIR"), "/apps"),
    );
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret");
    let ran = desk.output(command).await;
    assert_eq!(ran.code, 0, "{}\n{main}", ran.stderr);
    assert!(ran.stdout.starts_with("Response {"), "{}", ran.stdout);
}
