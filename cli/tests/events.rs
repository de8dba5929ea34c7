//! Operations that answer with server-sent events, in the explorer.

mod support;

use alicloud_cli::explore::{Caller, Operation, Parameters, Request};
use alicloud_mock::{Mock, Options};
use support::{Desk, Reply, Service, golden};

fn operation(name: &str) -> Operation {
    golden("streams").operation(name).expect("an operation")
}

fn request(name: &str, json: &str) -> Request {
    let parameters = Parameters::from_json(json).expect("JSON");
    operation(name).request(&parameters)
}

fn mock() -> Caller {
    let mock = Mock::new(golden("streams").json(), &Options::default()).expect("a spec");
    Caller::mock(mock.in_background().expect("a port"))
}

#[test]
fn events_are_wanted_where_the_parameter_says_so_or_where_there_is_none() {
    assert_eq!(
        operation("TellStory").event_switch().as_deref(),
        Some("Stream")
    );
    let nested = operation("RunChat").event_switch().expect("a switch");
    assert!(nested.starts_with("body.options."), "{nested}");
    assert!(!operation("GetRecording").has_events());
    for (name, json, wants, shown) in [
        ("AskQuestion", "{}", true, ".events();"),
        ("TellStory", "{}", false, ".await?;"),
        ("TellStory", r#"{"Stream": false}"#, false, ".await?;"),
        ("TellStory", r#"{"Stream": true}"#, true, ".events();"),
        ("RunChat", r#"{"body": {}}"#, false, ".await?;"),
        (
            "GetRecording",
            r#"{"RecordingId": "r-1"}"#,
            false,
            r#".download().to_file("reply.bin")"#,
        ),
    ] {
        let request = request(name, json);
        assert_eq!(request.wants_events(), wants, "{name} {json}");
        assert!(request.rust().contains(shown), "{}", request.rust());
    }
    let parts = nested.split('.').rev();
    let json = parts.fold("true".to_owned(), |inner, name| {
        format!("{{\"{name}\": {inner}}}")
    });
    assert!(request("RunChat", &json).wants_events(), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_mock_server_are_heard_one_by_one() {
    let caller = mock();
    let asked = request("AskQuestion", r#"{"Question": "Why?"}"#);
    let mut listening = asked.listen(&caller).expect("events");
    let mut ids = Vec::new();
    while let Some(event) = listening.next().await {
        assert!(
            event.data.contains("\n  \"Content\": \"Because.\""),
            "{event:?}"
        );
        ids.push(event.id);
        assert_eq!(listening.heard(), ids.len());
    }
    assert_eq!(ids, ["1", "2", "3"]);
    let answer = listening.answer();
    assert!(
        answer.success && answer.request_id.is_some() && answer.events.is_empty(),
        "{answer:?}"
    );
    // All at once, for who does not want to wait for each.
    let answer = asked.send(&caller).await;
    assert_eq!(answer.events.len(), 3, "{answer:?}");
    // A failure in place of events is explained.
    let answer = asked.send(&caller.mock_error("Question.TooLong")).await;
    assert!(!answer.success, "{answer:?}");
    assert!(answer.documented.is_some(), "{answer:?}");
    // What is wrong is not sent.
    assert!(request("AskQuestion", "{}").listen(&mock()).is_none());
}

/// No other server is asked for what only a mock server understands.
#[tokio::test]
async fn a_document_in_place_of_events_is_one_event() {
    let service = Service::start([Reply::json(200, r#"{"Content":"Because."}"#)]).await;
    let caller = Caller::example().endpoint(&service.url);
    let asked = request("AskQuestion", r#"{"Question": "Why?"}"#);
    let answer = asked.send(&caller).await;
    assert!(answer.success, "{answer:?}");
    assert_eq!(answer.events.len(), 1, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_prints_each_event() {
    let desk = Desk::new().await;
    desk.write(
        "app/chatter.json",
        std::str::from_utf8(golden("streams").json()).expect("text"),
    );
    let words = ["explore", "--spec", "chatter.json", "AskQuestion"];
    let shown = desk.run(&words).await;
    let line = "It answers with server-sent events, one after the other.\n";
    assert!(shown.stdout.contains(line), "{shown:?}");
    let set = ["--set", "Question=Why?", "--mock"];
    let words = [&words[..], &set].concat();
    let ran = desk.run(&words).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("event 1  id 1\n{\n"), "{ran:?}");
    assert!(ran.stdout.contains("\nevent 3  id 3\n{\n"), "{ran:?}");
    assert!(
        ran.stderr.contains("Received 3 events of AskQuestion"),
        "{ran:?}"
    );
    let ran = desk.run(&[&words[..], &["--json"]].concat()).await;
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["answer"]["events"][2]["id"], "3", "{report}");
}
