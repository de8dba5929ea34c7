//! Successes that are no replies: whatever has the status 200 is a response only if it
//! is what the operation documents.

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Call, Client, Operation, RawClient, Response};
use test_support::{Answer, FakeService, answer};

use crate::cs::get_config;
use crate::ga::{self, delete, download, list_names};
use crate::listeners::READ;
use crate::{call, list_listeners, set_password};

const PAGE: &str = "<html><head><title>Sign in</title></head><body><p>Welcome</p></body></html>";

/// What becomes of an operation that is answered so.
async fn outcome<R: Response>(operation: &'static Operation, answer: Answer) -> Result<R, String> {
    let double = FakeService::start([answer]).await;
    let client = Client::new(&double.config(), ga::product());
    let call: Call<R, list_listeners::ErrorKind> =
        Call::with_operation(&client, operation, Box::new(list_listeners::Request::new()));
    match call.await {
        Ok(response) => Ok(response),
        Err(error) => {
            assert!(error.status().is_some(), "{error}");
            assert!(error.body().is_some());
            assert_eq!((error.attempts(), double.seen().len()), (1, 1));
            Err(error.to_string())
        }
    }
}

/// The error that a read and a write of an object end in.
async fn refused(
    status: u16,
    body: &'static str,
    header: Option<(&'static str, &'static str)>,
) -> String {
    let answer = || match header {
        Some((name, value)) => answer(status, body).header(name, value),
        None => answer(status, body),
    };
    let read = outcome::<list_listeners::Response>(&READ, answer()).await;
    let read = read.expect_err(body);
    let double = FakeService::start([answer()]).await;
    let write = set_password(&double.config()).await.expect_err(body);
    assert_eq!(
        write.to_string().replace("SetPassword", "ListListeners"),
        read
    );
    // It may have been carried out.
    assert_eq!(double.seen().len(), 1);
    read
}

#[tokio::test]
async fn what_is_no_object_is_no_reply() {
    for status in [200, 201, 204] {
        for body in ["", " \n", "\u{feff}"] {
            let error = refused(status, body, Some(("x-acs-request-id", "r"))).await;
            let expected = format!(
                "ListListeners: the reply (status {status}, request id r) cannot be read: it is empty"
            );
            assert_eq!(error, expected);
        }
    }
    for body in [
        "[]",
        "[{\"RequestId\":\"r\"}]",
        "null",
        "17",
        "\"RequestId\"",
        "OK",
    ] {
        let error = refused(200, body, Some(("content-type", "text/plain"))).await;
        let expected = format!(
            "ListListeners: the reply (status 200, text/plain) cannot be read: it is no object in JSON or XML: {body}"
        );
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn a_page_is_no_reply_however_well_formed() {
    for body in [
        PAGE,
        "<!DOCTYPE html>\n<title>Sign in</title>",
        "\u{feff}<?xml version='1.0'?>\n<!-- page --><HTML lang='en'><body/></HTML>",
    ] {
        let error = refused(200, body, Some(("x-acs-request-id", "r"))).await;
        let start = "ListListeners: the reply (status 200, request id r) cannot be read: it is an HTML page: ";
        assert!(error.starts_with(start), "{error}");
        assert!(
            error.contains("itle") || error.contains("HTML lang"),
            "{error}"
        );
    }
    let error = refused(
        200,
        "<div>Sign in</div>",
        Some(("content-type", "text/html")),
    )
    .await;
    assert!(
        error.contains("(status 200, text/html) cannot be read: it is an HTML page: <div>"),
        "{error}"
    );
    // Nor is it what an operation without a reply answers with.
    let error = outcome::<delete::Response>(delete::Response::operation(), answer(200, PAGE)).await;
    assert!(error.expect_err("a page").contains("is an HTML page"));
}

#[tokio::test]
async fn an_object_of_another_shape_is_no_reply() {
    let error = refused(200, r#"{"access":"sec-ret","b":1}"#, None).await;
    assert_eq!(
        error,
        "ListListeners: the reply (status 200) cannot be read: it has no documented member; its members are `access`, `b`"
    );
    // Also where the gateway has given it an id.
    refused(
        200,
        r#"{"access":"sec-ret"}"#,
        Some(("x-acs-request-id", "r")),
    )
    .await;
    let error = refused(200, "{}", None).await;
    let lacks = "has no request id, in the body or in the header x-acs-request-id";
    assert!(
        error.ends_with(&format!("{lacks}: it has no members")),
        "{error}"
    );
    for body in [
        r#"{"TotalCount":1,"a":1}"#,
        "<R><TotalCount>1</TotalCount><a>1</a></R>",
    ] {
        let error = outcome::<list_listeners::Response>(&READ, answer(200, body)).await;
        let error = error.expect_err("no id");
        assert!(
            error.ends_with(&format!("{lacks}; its members are `TotalCount`, `a`")),
            "{error}"
        );
    }
    let error = outcome::<list_listeners::Response>(&READ, answer(200, "<h1>Sign in</h1>")).await;
    assert!(error.is_err());
}

#[tokio::test]
async fn the_request_id_may_be_anywhere_and_spelled_in_any_way() {
    let with_header = || answer(200, r#"{"TotalCount":1}"#).header("x-acs-request-id", "r");
    let all = [
        with_header(),
        answer(200, "{}").header("x-acs-request-id", "r"),
        answer(200, r#"{"requestId":"r"}"#),
        answer(
            200,
            r#"{"RequestId":"r","TotalCount":1e400,"NextToken":"\ud83d"}"#,
        ),
        answer(200, r#"{"requestid":null,"TotalCount":1}"#),
        answer(200, "\u{feff} {\"RequestId\":\"r\"}\n"),
        answer(200, "<?xml version='1.0'?><R><RequestId>r</RequestId></R>"),
        answer(200, "<R><RequestId>r</RequestId></R>").header("content-type", "text/xml"),
    ];
    for answer in all {
        outcome::<list_listeners::Response>(&READ, answer)
            .await
            .expect("a reply");
    }
}

#[tokio::test]
async fn where_no_request_id_is_documented_none_is_needed() {
    for body in [
        r#"{"config":"c"}"#,
        r#"{"config":null}"#,
        "{}",
        r#"{"request_id":"r"}"#,
    ] {
        let config =
            outcome::<get_config::Response>(get_config::Response::operation(), answer(200, body))
                .await;
        config.expect(body);
    }
    let error = outcome::<get_config::Response>(
        get_config::Response::operation(),
        answer(200, r#"{"cfg":"c"}"#),
    )
    .await;
    assert!(
        error
            .expect_err("another shape")
            .contains("has no documented member")
    );
}

#[tokio::test]
async fn an_empty_reply_is_right_where_it_is_documented() {
    for (status, body) in [(200, ""), (204, ""), (200, r#"{"RequestId":"r"}"#)] {
        let done =
            outcome::<delete::Response>(delete::Response::operation(), answer(status, body)).await;
        done.expect("nothing is documented");
    }
    const OR_EMPTY: Operation = READ.or_empty();
    let accepted = outcome::<list_listeners::Response>(&OR_EMPTY, answer(202, "")).await;
    accepted.expect("empty at another status");
    let error = outcome::<list_listeners::Response>(&OR_EMPTY, answer(200, "")).await;
    assert!(error.expect_err("not at 200").contains("is empty"));

    let bytes =
        outcome::<download::Response>(download::Response::operation(), answer(200, "")).await;
    assert_eq!(
        bytes.expect("an empty file").body.as_deref(),
        Some(&b""[..])
    );
    let page =
        outcome::<download::Response>(download::Response::operation(), answer(200, PAGE)).await;
    assert_eq!(page.expect("a file").body.as_deref(), Some(PAGE.as_bytes()));
}

#[tokio::test]
async fn another_document_than_documented_is_no_reply() {
    let names =
        outcome::<list_names::Response>(list_names::Response::operation(), answer(200, r#"["a"]"#))
            .await;
    assert_eq!(names.expect("a list").body, ["a"]);
    for (body, expected) in [
        (
            r#"{"message":"later"}"#,
            "is an object, where the documentation has a list",
        ),
        (
            "true",
            "is true or false, where the documentation has a list",
        ),
        ("", "is empty"),
        (PAGE, "is an HTML page"),
    ] {
        let error =
            outcome::<list_names::Response>(list_names::Response::operation(), answer(200, body))
                .await;
        let error = error.expect_err(body);
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_call_by_name_takes_any_document_but_no_page() {
    for (body, status, rpc, roa) in [
        ("{}", 200, true, true),
        ("[]", 200, true, true),
        ("<R><A>1</A></R>", 200, true, true),
        ("", 204, false, true),
        (PAGE, 200, false, false),
        ("no document", 200, false, false),
    ] {
        let double = FakeService::start([answer(status, body)]).await;
        let config = double.config();
        let by_rpc = RawClient::rpc(&config, "Ga", "2019-11-20")
            .call("ListThings")
            .await;
        let by_roa = RawClient::roa(&config, "CS", "2015-12-15")
            .call("ListThings")
            .await;
        assert_eq!((by_rpc.is_ok(), by_roa.is_ok()), (rpc, roa), "{body}");
    }
}

#[tokio::test]
async fn what_is_shown_of_a_page_is_short_and_without_secrets() {
    let body = format!(
        "<html>{}: {}{}</html>",
        crate::PASSWORD,
        test_support::SECRET,
        "x".repeat(5000)
    );
    let double = FakeService::start([answer(200, body)]).await;
    let error = set_password(&double.config()).await.expect_err("a page");
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("<html>***: ***xxx"), "{shown}");
    assert!(shown.len() < 1000 && !shown.contains(test_support::SECRET));
}

#[tokio::test]
async fn a_replay_gives_an_id_as_a_gateway_does_but_no_other_shape() {
    let replay = Replay::new()
        .respond(200, r#"{"ListenerId":"l"}"#)
        .respond(200, "{}")
        .sample::<set_password::Response>()
        .xml_sample::<set_password::Response>()
        .respond(200, r#"{"message":"hello"}"#)
        .respond(200, "[]");
    let config = replay.config();
    let reply = call(&config).reply().await.expect("a reply");
    assert_eq!(reply.value.listener_id, "l");
    assert!(reply.request_id.is_some());
    call(&config).await.expect("an empty object");
    set_password(&config).await.expect("a sample");
    set_password(&config).await.expect("a sample in XML");
    call(&config).await.expect_err("another shape");
    call(&config).await.expect_err("no object");
}
