//! `cargo alicloud explore`, as a user runs it.

mod support;

use serde_json::{Value as Json, json};
use support::{Desk, Mocking, Reply, Service, project_file};

const ASSOCIATE: &str = "AssociateAdditionalCertificatesWithListener";
const WHOLE: [&str; 8] = [
    "--set",
    "AcceleratorId=ga-1",
    "--set",
    "ListenerId=lsr-1",
    "--set",
    "Certificates.1.Id=6092-cn-hangzhou",
    "--set",
    "Certificates.1.Domain=example.com",
];

#[tokio::test]
async fn products_operations_and_one_operation_are_shown() {
    let desk = Desk::new().await;
    let ran = desk.run(&["explore"]).await;
    assert_eq!(
        ran.stdout, "Ga  2019-11-20  Global Accelerator\n",
        "{ran:?}"
    );
    let ran = desk
        .run(&["explore", "ga", "--search", "additional associate"])
        .await;
    assert!(
        ran.stdout
            .starts_with("Ga 2019-11-20, 1 operation\n\nAssociate"),
        "{}",
        ran.stdout
    );
    let ran = desk.run(&["explore", "ga", "describe_listener"]).await;
    for line in [
        "DescribeListener  Ga 2019-11-20, POST /\n",
        "\nParameters\n",
        "\n  ListenerId  text required\n",
        "\nReply\n",
        "\nErrors\n",
        "  cargo alicloud explore ga DescribeListener --set ListenerId=…\n",
        "  cargo alicloud add ga DescribeListener\n",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    let ran = desk.run(&["explore", "ga", ASSOCIATE]).await;
    assert!(
        ran.stdout.contains("careful: it changes something\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("  Certificates  list of objects, 1 to 10 items required\n")
    );
    let ran = desk.run(&["explore", "ga", ASSOCIATE, "--json"]).await;
    let described: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        described["parameters"][4]["members"][0]["path"],
        "Certificates.N.Id"
    );
}

#[tokio::test]
async fn parameters_are_checked_and_the_call_is_shown_in_every_form() {
    let desk = Desk::new().await;
    let ran = desk
        .run(&["explore", "ga", ASSOCIATE, "--set", "ListnerId=lsr-1"])
        .await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("did you mean `ListenerId`?\n"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("error: `Certificates` is required\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
    let ran = desk
        .run(&[&["explore", "ga", ASSOCIATE][..], &WHOLE].concat())
        .await;
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in [
        "Rust\n    // In build.rs",
        "\nSigned request\n    POST https://ga.cn-hangzhou.aliyuncs.com/?",
        "\nCanonical request\n    POST\n    /\n",
        "\nString to sign\n    ACS3-HMAC-SHA256\n",
        "\nSignature\n    ",
        "\ncurl\n    curl -X POST '",
        "\naliyun\n    aliyun ga Associate",
        "\nSigned with an example's key: set ALIBABA_CLOUD_ACCESS_KEY_ID",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let words = [
        "explore",
        "ga",
        ASSOCIATE,
        "--json",
        "--params",
        r#"{"ListenerId": 1}"#,
    ];
    let ran = desk.run(&words).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    let report: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    let expected = json!({"path": "ListenerId", "message": "is a number, and is to be a text"});
    assert_eq!(report["problems"][0], expected);
    assert_eq!(report["signed"], Json::Null);
}

#[tokio::test]
async fn a_write_is_sent_only_when_it_is_allowed_and_its_error_is_explained() {
    let desk = Desk::new().await;
    let error = r#"{"Code":"NotExist.Accelerator","Message":"gone","RequestId":"R2"}"#;
    let service = Service::start([
        Reply::json(200, r#"{"ListenerId":"lsr-1","RequestId":"R1"}"#),
        Reply::json(400, error),
    ])
    .await;
    let send = [
        "explore",
        "ga",
        ASSOCIATE,
        "--send",
        "--endpoint",
        &service.url,
    ];
    let words = [&send[..], &WHOLE].concat();
    let ran = desk.run_with_keys(&words).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("it changes something; `--yes` sends it"),
        "{}",
        ran.stderr
    );
    assert_eq!(service.requests(), [""; 0]);

    let words = [&words[..], &["--yes"]].concat();
    let ran = desk.run_with_keys(&words).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("answered with 200\nrequest id R1\n"),
        "{}",
        ran.stdout
    );
    let ran = desk.run_with_keys(&words).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stdout.contains(
            "in Rust: ga::associate_additional_certificates_with_listener::ErrorKind::NotExistAccelerator"
        ),
        "{}",
        ran.stdout
    );
    assert_eq!(service.requests().len(), 2);
}

#[tokio::test]
async fn a_call_is_tried_on_a_mock_server_that_checks_its_signature() {
    let desk = Desk::new().await;
    let words = [&["explore", "ga", ASSOCIATE, "--mock"][..], &WHOLE].concat();
    let ran = desk.run(&words).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("answered with 200\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("\"ListenerId\": \"lsr-"),
        "{}",
        ran.stdout
    );
}

/// `curl` is what users have; where there is none, its line is not tried.
#[tokio::test(flavor = "multi_thread")]
async fn the_curl_line_is_a_request_that_the_mock_server_takes() {
    let desk = Desk::new().await;
    let mock = Mocking::start(&desk, &["mock", "ga"]);
    let endpoint = ["--endpoint", &mock.url];
    let words = [
        &["explore", "ga", ASSOCIATE][..],
        &WHOLE,
        &endpoint,
        &["--json"],
    ]
    .concat();
    let ran = desk.run_with_keys(&words).await;
    let report: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    let mut shell = std::process::Command::new("sh");
    shell
        .arg("-c")
        .arg(report["signed"]["curl"].as_str().expect("a line"));
    let is_there = std::process::Command::new("curl")
        .arg("--version")
        .output()
        .is_ok();
    if is_there {
        let ran = desk.output(shell).await;
        assert!(ran.stdout.contains("\"ListenerId\""), "{ran:?}");
    }
    // Another key is refused.
    let words = [
        &["explore", "ga", "DescribeListener", "--example", "--send"][..],
        &endpoint,
    ];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-alicloud"));
    command.args(words.concat());
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another");
    let ran = desk.output(command).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stdout.contains("SignatureDoesNotMatch"),
        "{}",
        ran.stdout
    );
}

#[tokio::test]
async fn the_secret_of_the_key_is_shown_nowhere() {
    let desk = Desk::new().await;
    let words = ["explore", "ga", "DescribeListener", "--example"];
    let ran = desk.run_with_keys(&words).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("Credential=testid,"), "{}", ran.stdout);
    assert!(!format!("{ran:?}").contains("testsecret"));
    assert!(!ran.stdout.contains("example's key"), "{}", ran.stdout);
}

#[tokio::test]
async fn fetched_files_are_named_by_their_paths() {
    let desk = Desk::new().await;
    let ran = desk.run(&["fetch", "--list", "accelerator"]).await;
    assert_eq!(
        ran.stdout, "Ga  2019-11-20  Global Accelerator\n",
        "{ran:?}"
    );
    let ran = desk.run(&["fetch", "ga"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let file = std::fs::read(ran.stdout.trim()).expect("a file");
    assert_eq!(file, project_file("specs/ga/2019-11-20/api-docs.json"));
    // The list of products is asked for once, however many there are to look up.
    let lists = || {
        let requests = desk.publisher.requests();
        requests
            .iter()
            .filter(|it| it.contains("products.json"))
            .count()
    };
    let before = lists();
    let ran = desk.run(&["fetch", "ga", "ga@2019-11-20", "GA"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(lists(), before + 1);
    let ran = desk.run(&["fetch", "ga", "gaa"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert_eq!(desk.run(&["fetch"]).await.code, 2);
}

#[tokio::test]
async fn mistakes_are_explained() {
    let desk = Desk::new().await;
    for (words, expected) in [
        (
            &["explore", "--search", "zzz"][..],
            "no product has these words",
        ),
        (
            &["explore", "ga", "--search", "zzz"],
            "no operation of Ga has these words",
        ),
        (
            &["explore", "ga", "DescribeListner"],
            "Ga has no operation `DescribeListner`; did you mean `DescribeListener`",
        ),
        (
            &["explore", "ga", "DescribeListener", "--set", "x"],
            "write `--set x=VALUE`",
        ),
        (
            &["explore", "ga", "DescribeListener", "--params", "{"],
            "the parameters are no JSON",
        ),
        (&["explore", "ga", "--example"], "name the operation"),
        (&["explore", "--spec", "Cargo.toml"], "error: Cargo.toml:1:"),
        (
            &["explore", "--base-url", "ftp://x"],
            "neither an https nor an http URL",
        ),
    ] {
        let ran = desk.run(words).await;
        assert_eq!(ran.code, 1, "{words:?}: {ran:?}");
        assert!(ran.stderr.contains(expected), "{words:?}: {}", ran.stderr);
    }
    let ran = desk.run(&["--help"]).await;
    assert!(
        ran.stdout
            .contains("cargo alicloud add ga ListAccelerators"),
        "{}",
        ran.stdout
    );
}

#[tokio::test]
async fn every_command_teaches_by_examples() {
    let desk = Desk::new().await;
    for command in ["add", "outdated", "update", "explore", "mock", "fetch"] {
        let ran = desk.run(&[command, "--help"]).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        let example = format!("\nExamples:\n  cargo alicloud {command}");
        let example = example.replace("alicloud update", "alicloud outdated");
        assert!(ran.stdout.contains(&example), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("Exit codes") || command == "mock",
            "{command}"
        );
        assert!(ran.stdout.contains("\nMetadata:\n"), "{}", ran.stdout);
    }
    let ran = desk.run(&[]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("\nExamples:\n"), "{ran:?}");
}
