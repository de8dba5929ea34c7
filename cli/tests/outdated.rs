//! `cargo alicloud outdated` and `update`, as a user runs them.

mod support;

use serde_json::{Value as Json, json};
use support::{Desk, project_file};

const DESCRIBE: &str = "DescribeListener";

async fn desk() -> Desk {
    let desk = Desk::new().await;
    let ran = desk.run(&["add", "ga", DESCRIBE]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    desk
}

/// Publishes Global Accelerator with a change.
fn publish(desk: &Desk, change: impl FnOnce(&mut Json)) {
    let bytes = project_file("specs/ga/2019-11-20/api-docs.json");
    let mut spec: Json = serde_json::from_slice(&bytes).expect("JSON");
    change(&mut spec);
    desk.publisher.publish("Ga", "2019-11-20", spec.to_string());
}

fn parameters<'a>(spec: &'a mut Json, operation: &str) -> &'a mut Vec<Json> {
    let parameters = &mut spec["apis"][operation]["parameters"];
    parameters.as_array_mut().expect("a list")
}

#[tokio::test]
async fn nothing_changed_is_said_and_is_a_success() {
    let desk = desk().await;
    let ran = desk.run(&["outdated"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.starts_with("Ga 2019-11-20: as published ("),
        "{}",
        ran.stdout
    );
    // A change of an operation that the app does not use is none of its business.
    publish(&desk, |spec| {
        parameters(spec, "AssociateAdditionalCertificatesWithListener").clear();
    });
    let ran = desk.run(&["outdated"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("not for the operations of this app"),
        "{}",
        ran.stdout
    );
}

#[tokio::test]
async fn what_is_added_is_told_from_what_breaks() {
    let desk = desk().await;
    publish(&desk, |spec| {
        let new = json!({"name": "Verbose", "in": "query", "schema": {"type": "boolean"}});
        parameters(spec, DESCRIBE).push(new);
    });
    let ran = desk.run(&["outdated"]).await;
    assert_eq!(ran.code, 10, "{ran:?}");
    assert!(
        ran.stdout
            .contains("     additive  DescribeListener, Request::verbose: "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("`cargo alicloud update` takes it"),
        "{}",
        ran.stderr
    );
    publish(&desk, |spec| parameters(spec, DESCRIBE).clear());
    let ran = desk.run(&["outdated", "--json"]).await;
    assert_eq!(ran.code, 11, "{ran:?}");
    let report: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report[0]["impact"], "breaking");
    assert_eq!(report[0]["changes"][0]["operation"], DESCRIBE);
    assert_eq!(report[0]["changes"][0]["impact"], "breaking");
}

#[tokio::test]
async fn update_takes_what_is_published() {
    let desk = desk().await;
    publish(&desk, |spec| parameters(spec, DESCRIBE).clear());
    let before = desk.read("app/alicloud.lock");
    let ran = desk.run(&["update", "ga"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("breaking"), "{}", ran.stdout);
    assert!(
        ran.stderr
            .contains("Wrote alicloud/ga/2019-11-20/api-docs.json, alicloud.lock"),
        "{}",
        ran.stderr
    );
    assert_ne!(desk.read("app/alicloud.lock"), before);
    let ran = desk.run(&["update"]).await;
    assert!(
        ran.stderr.contains("Unchanged all of it is as published"),
        "{ran:?}"
    );
    assert_eq!(desk.run(&["outdated"]).await.code, 0);
}

#[tokio::test]
async fn an_operation_that_is_gone_is_named_and_nothing_is_written() {
    let desk = desk().await;
    publish(&desk, |spec| {
        spec["apis"]
            .as_object_mut()
            .expect("operations")
            .remove(DESCRIBE);
    });
    let before = desk.read("app/alicloud.lock");
    let ran = desk.run(&["update"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("Ga has no operation `DescribeListener`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("nothing was written"), "{}", ran.stderr);
    assert_eq!(desk.read("app/alicloud.lock"), before);
    assert_eq!(desk.run(&["outdated"]).await.code, 11);
    assert!(
        ran.stderr.contains("`cargo alicloud update --drop-gone`"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn an_operation_that_is_gone_is_dropped_when_it_is_asked_for() {
    let desk = desk().await;
    assert_eq!(desk.run(&["add", "ga", "ListListeners"]).await.code, 0);
    let unpublish = |names: &[&str]| {
        publish(&desk, |spec| {
            let operations = spec["apis"].as_object_mut().expect("operations");
            operations.retain(|name, _| !names.contains(&name.as_str()));
        });
    };
    unpublish(&[DESCRIBE]);
    let ran = desk.run(&["update", "--drop-gone"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("Dropped DescribeListener of Ga"),
        "{}",
        ran.stderr
    );
    let lock = desk.read("app/alicloud.lock");
    assert!(lock.contains("operations = [\"ListListeners\"]"), "{lock}");
    assert_eq!(desk.run(&["outdated"]).await.code, 0);
    // With its last operation, the product goes, and the app still builds.
    unpublish(&[DESCRIBE, "ListListeners"]);
    let ran = desk.run(&["update", "--drop-gone"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!desk.read("app/alicloud.lock").contains("[[product]]"));
    let generated = alicloud_build::generated(&desk.path("app"));
    assert!(generated.is_ok(), "{generated:?}");
}

#[tokio::test]
async fn mistakes_are_explained() {
    let desk = Desk::new().await;
    let ran = desk.run(&["outdated"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("uses no operation yet: `cargo alicloud add"),
        "{}",
        ran.stderr
    );
    desk.run(&["add", "ga", DESCRIBE]).await;
    let ran = desk.run(&["outdated", "ecs"]).await;
    assert!(
        ran.stderr
            .contains("alicloud.lock has no product `ecs`; it has Ga"),
        "{ran:?}"
    );
    std::fs::remove_dir_all(desk.path("app/alicloud")).expect("it is there");
    let ran = desk.run(&["update"]).await;
    let advice = "`cargo alicloud add Ga@2019-11-20 DescribeListener` fetches it";
    assert!(ran.stderr.contains(advice), "{ran:?}");
    assert_eq!(desk.run(&["add", "Ga@2019-11-20", DESCRIBE]).await.code, 0);
    assert_eq!(desk.run(&["update"]).await.code, 0);
    desk.write("app/alicloud.lock", "version = 1\nproducts = 3\n");
    let ran = desk.run(&["update"]).await;
    assert!(
        ran.stderr
            .contains("alicloud.lock: TOML parse error at line 2"),
        "{ran:?}"
    );
}
