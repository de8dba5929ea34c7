//! Calls by name.

use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Config, Credentials, Network, RawClient, Retry, Signature};
use test_support::{FakeService, answer};

use crate::{cs, ga};

#[tokio::test]
async fn any_operation_is_called_by_name() {
    for signature in [Signature::V3, Signature::V1] {
        let double = FakeService::start([
            answer(200, r#"{"RequestId":"r","Items":[{"A":1}]}"#),
            answer(400, r#"{"Code":"X","Message":"no"}"#),
        ])
        .await;
        let ga = RawClient::rpc(&double.config().signature(signature), "Ga", "2019-11-20");
        let reply = ga
            .call("ListThings")
            .query("Name", "ä b")
            .form("F", "1&2")
            .await
            .expect("success");
        assert_eq!(reply.value["Items"][0]["A"], 1);
        assert_eq!(reply.request_id.as_deref(), Some("r"));
        let error = ga
            .call("ListThings")
            .queries([("A", "1"), ("B", "2")])
            .await
            .expect_err("no");
        assert_eq!(error.to_string(), "ListThings failed: 400 X: no");
        let seen = double.seen();
        assert_eq!(seen[0].parameter("Name"), Some("ä b"));
        assert_eq!(seen[0].form, [("F".to_owned(), "1&2".to_owned())]);
        assert_eq!(seen[1].parameter("B"), Some("2"));

        let cs = RawClient::roa(&double.config().signature(signature), "CS", "2015-12-15");
        let body = serde_json::json!({"name": "n"});
        let call = cs
            .call("Create")
            .method("PUT")
            .path("/clusters/a%2Fb")
            .json(&body);
        call.header("x-acs-thing", "1")
            .await
            .expect_err("the same answer");
        let seen = &double.seen()[2];
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            ("PUT", "/clusters/a%2Fb")
        );
        assert_eq!(&seen.body[..], br#"{"name":"n"}"#);
    }
}

#[tokio::test]
async fn a_client_of_a_product_calls_by_name_where_the_product_is() {
    let replay = Replay::new()
        .respond(200, "{}")
        .respond(200, "{}")
        .respond(503, "");
    // No host of the product is published there, so its own region is called.
    let client = ga::Client::new(&replay.config().region("cn-nowhere"));
    client.call("ListThings").await.expect("success");
    let named = || client.call("ListThings").region("ap-southeast-1");
    named().header("x-acs-thing", "1").await.expect("success");
    let calling = named()
        .deadline(Duration::from_secs(600))
        .timeout(Duration::from_secs(60))
        .retry(Retry::off())
        .read_only();
    let error = calling.await.expect_err("busy");
    assert_eq!((error.status(), error.attempts()), (Some(503), 1));
    let requests = replay.requests();
    let hosts: Vec<_> = requests.iter().map(|sent| sent.host()).collect();
    assert_eq!(hosts, ["ga.cn-hangzhou.aliyuncs.com"; 3]);
    assert_eq!(requests[0].header("x-acs-version"), Some("2019-11-20"));
    assert_eq!(requests[1].header("x-acs-thing"), Some("1"));

    let elsewhere = client.call("ListThings").endpoint("ga.internal");
    let explained = elsewhere.explain().await.expect("an explanation");
    assert!(explained.url.starts_with("https://ga.internal/"));
}

#[tokio::test]
async fn a_call_by_name_is_a_write_unless_it_says_otherwise() {
    let busy = || {
        Replay::new()
            .respond(503, "")
            .respond(503, "")
            .respond(503, "")
    };
    for (token, read_only, attempts) in [(false, false, 1), (true, false, 3), (false, true, 3)] {
        let replay = busy();
        let mut call = RawClient::rpc(&replay.config(), "Ga", "2019-11-20").call("DoThings");
        if token {
            call = call.query("ClientToken", "t");
        }
        if read_only {
            call = call.read_only();
        }
        call.await.expect_err("busy");
        assert_eq!(replay.requests().len(), attempts);
        assert_eq!(replay.requests()[0].host(), "ga.cn-hangzhou.aliyuncs.com");
    }
}

#[tokio::test]
async fn hosts_inside_of_a_vpc_are_the_products_or_by_the_rule_where_no_client_knows_it() {
    let replay = (0..3).fold(Replay::new(), |replay, _| {
        replay.respond(200, r#"{"RequestId":"r"}"#)
    });
    let config = replay.config().network(Network::Vpc).region("cn-hangzhou");
    ga::Client::new(&config)
        .call("NewThing")
        .await
        .expect("success");
    let raw = RawClient::rpc(&config, "Toy", "1");
    raw.call("NewThing").await.expect("success");
    let hosts: Vec<_> = replay
        .requests()
        .iter()
        .map(|r| r.host().to_owned())
        .collect();
    let expected = [
        "ga-vpc.cn-hangzhou.aliyuncs.com",
        "toy-vpc.cn-hangzhou.aliyuncs.com",
    ];
    assert_eq!(hosts, expected);

    let elsewhere = ga::Client::new(&config)
        .call("NewThing")
        .region("eu-central-1");
    elsewhere.await.expect("there is one region");
    let cs = cs::Client::new(&config);
    let error = cs.call("NewThing").region("cn-nowhere").await;
    let text = error.expect_err("no host").to_string();
    let why = "CS has no host inside of a VPC in cn-nowhere, but in ap-";
    assert!(
        text.contains(why) && text.contains(", cn-beijing, "),
        "{text}"
    );
    let nowhere = Config::new(Credentials::new("i", "s")).network(Network::Vpc);
    let error = RawClient::rpc(&nowhere, "Toy", "1").call("NewThing").await;
    let text = error.expect_err("no region").to_string();
    for part in [
        "no hosts of it are known here",
        "set a region",
        "`Client::call`",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
