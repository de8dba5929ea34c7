//! Answers of a replay by operation and by parameters, and whether they were used.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Retry, TransportErrorKind};

use crate::cs::{self, scale_cluster};
use crate::{associate, call, ga, list, list_listeners, set_password};

const FILE: &str = file!();

/// What a test that fails prints, with the place.
pub(crate) fn panic_of(run: impl FnOnce()) -> (String, String) {
    let place: Arc<Mutex<Option<String>>> = Arc::default();
    let (seen, this) = (place.clone(), std::thread::current().id());
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == this {
            let at = panic.location().map(|at| at.file().to_owned());
            *seen.lock().expect("the place") = at;
        } else {
            hook(panic);
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(run));
    drop(std::panic::take_hook());
    let panic = outcome.expect_err("a panic");
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("text")).to_owned(),
    };
    let place = place.lock().expect("the place").clone();
    (text, place.expect("a place"))
}

#[tokio::test]
async fn answers_by_operation_are_given_in_whichever_order_calls_come() {
    let replay = Replay::new().respond(200, r#"{"RequestId":"by sequence"}"#);
    replay
        .on::<list_listeners::Response>()
        .respond(503, "")
        .sample();
    replay
        .on::<associate::Response>()
        .error(associate::ErrorKind::NotExistAccelerator);
    let config = replay.config();
    let error = call(&config).await.expect_err("an error");
    assert_eq!(
        error.kind(),
        Some(associate::ErrorKind::NotExistAccelerator)
    );
    let response = set_password(&config).await;
    let id = response.expect("the sequence's answer").request_id;
    assert_eq!(id, "by sequence");
    // Each attempt takes an answer.
    assert_eq!(replay.left(), 2);
    list(&config).await.expect("the sample");
    assert_eq!(replay.requests().len(), 4);
    replay.assert_used();
}

#[tokio::test]
async fn parameters_and_functions_choose_among_rules() {
    let replay = Replay::new();
    replay
        .on::<list_listeners::Response>()
        .with("PageNumber", "2")
        .respond(200, r#"{"TotalCount": 2}"#);
    replay
        .on_operation("ListListeners")
        .when(|request| request.query("PageNumber").is_none())
        .respond(200, r#"{"TotalCount": 0}"#)
        .times(2);
    replay
        .on::<list_listeners::Response>()
        .respond(200, r#"{"TotalCount": 9}"#)
        .always();
    let client = ga::Client::new(&replay.config());
    let page = |number: Option<i64>| {
        let request = list_listeners::Request::new();
        client.list_listeners(match number {
            Some(number) => request.page_number(number),
            None => request,
        })
    };
    let mut totals = Vec::new();
    for number in [Some(7), None, Some(2), Some(2), None, None] {
        totals.push(page(number).await.expect("a page").total_count);
    }
    assert_eq!(
        totals,
        [Some(9), Some(0), Some(2), Some(9), Some(0), Some(9)]
    );
    replay.assert_used();
}

#[tokio::test]
async fn members_of_a_json_body_are_parameters_too() {
    let replay = Replay::new();
    replay
        .on::<scale_cluster::Response>()
        .with("count", "3")
        .respond(200, "{}");
    let client = cs::Client::new(&replay.config());
    let scale = |count| {
        let body = scale_cluster::Body::new().count(count);
        let request = scale_cluster::Request::new().cluster_id("c-1").body(body);
        client.scale_cluster(request).endpoint("cs.invalid")
    };
    let error = scale(4).await.expect_err("another number");
    assert!(
        error.to_string().contains("`count` is not \"3\""),
        "{error}"
    );
    scale(3).await.expect("success");
}

#[tokio::test]
async fn a_response_is_answered_as_the_service_writes_it() {
    let replay = Replay::new();
    let listener = list_listeners::Listener {
        state: "active".to_owned(),
    };
    let page = list_listeners::Response {
        total_count: Some(1),
        listeners: vec![listener],
        ..Default::default()
    };
    let given = page.clone();
    replay.on::<list_listeners::Response>().value(given);
    let response = list(&replay.config()).await.expect("the value");
    assert_eq!(response.listeners, page.listeners);
    assert_eq!(response.total_count, Some(1));
}

#[tokio::test]
async fn a_call_that_nothing_was_prepared_for_names_what_was() {
    let replay = Replay::new();
    replay.on::<list_listeners::Response>().sample();
    replay.on_operation("DescribeListener").respond(200, "{}");
    let error = set_password(&replay.config()).await.expect_err("nothing");
    let said = error.to_string();
    let begins =
        format!("SetPassword failed: Replay was prepared to answer ListListeners ({FILE}:");
    assert!(said.starts_with(&begins), "{said}");
    assert!(
        said.contains(&format!(", DescribeListener ({FILE}:")),
        "{said}"
    );
    assert!(said.ends_with("but SetPassword was called"), "{said}");
    assert_eq!(error.attempts(), 1);

    // Other parameters, and no answer left.
    let replay = Replay::new();
    replay
        .on::<list_listeners::Response>()
        .with("PageNumber", "2")
        .sample();
    replay
        .on::<list_listeners::Response>()
        .when(|request| request.query("PageSize") == Some("5"))
        .sample();
    replay.on::<list_listeners::Response>().respond(404, "");
    list(&replay.config()).await.expect_err("the answer");
    let said = list(&replay.config())
        .await
        .expect_err("nothing")
        .to_string();
    for part in [
        "Replay has no answer for this call of ListListeners: ",
        "`PageNumber` is not \"2\" (rule at ",
        "the condition at ",
        " does not hold (rule at ",
        " is used up",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[tokio::test]
async fn what_was_not_used_and_what_had_no_answer_is_listed_with_its_place() {
    let replay = Replay::new()
        .sample::<associate::Response>()
        .fail(TransportErrorKind::Timeout);
    replay.on::<list_listeners::Response>().sample().times(3);
    replay.on_operation("DescribeListener");
    replay
        .on_operation("DeleteListener")
        .respond(204, "")
        .always();
    list(&replay.config()).await.expect("the sample");
    set_password(&replay.config()).await.expect_err("nothing");
    let (text, place) = panic_of(|| replay.assert_used());
    assert_eq!(place, FILE);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for (line, (begins, ends)) in lines.iter().zip([
        ("Replay: status 200 to Associate", ")"),
        (
            "the failure timeout to any operation was not used (prepared at ",
            ")",
        ),
        (
            "status 200 to ListListeners was not used (prepared at ",
            "): given 1 times of 3",
        ),
        ("the rule for DescribeListener has no answer (at ", ")"),
        (
            "status 204 to DeleteListener was not used (prepared at ",
            ")",
        ),
        (
            "Replay was prepared to answer Associate",
            "but SetPassword was called",
        ),
    ]) {
        assert!(line.starts_with(begins) && line.ends_with(ends), "{line}");
    }
    assert_eq!(lines.len(), 6, "{text}");
}

#[test]
fn an_answer_of_another_operation_is_refused_where_it_is_prepared() {
    let replay = Replay::new();
    let (text, place) = panic_of(|| {
        let rule = replay.on::<list_listeners::Response>();
        rule.error(associate::ErrorKind::NotExistAccelerator);
    });
    assert_eq!(place, FILE);
    assert!(
        text.ends_with("and the rule is for ListListeners"),
        "{text}"
    );
}

#[test]
fn what_is_said_of_an_answer_panics_where_there_is_none_yet() {
    let rule = || Replay::new().on_operation("ListListeners");
    let setters: [(&str, &dyn Fn()); 5] = [
        ("Replay::latency", &|| {
            drop(Replay::new().latency(Duration::ZERO))
        }),
        ("Replay::broken_off", &|| {
            drop(Replay::new().broken_off(TransportErrorKind::Reset));
        }),
        ("Rule::latency", &|| drop(rule().latency(Duration::ZERO))),
        ("Rule::times", &|| drop(rule().times(2))),
        ("Rule::always", &|| drop(rule().always())),
    ];
    for (name, setter) in setters {
        let (text, place) = panic_of(setter);
        assert_eq!(place, FILE);
        assert!(
            text.starts_with(name) && text.contains("there is none yet"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn rules_have_latency_and_failures_and_conditions_may_look_at_the_replay() {
    let replay = Replay::new();
    let own = replay.clone();
    replay
        .on::<list_listeners::Response>()
        .when(move |_| own.requests().len() < 2)
        .fail(TransportErrorKind::Connect)
        .sample()
        .latency(Duration::from_secs(600));
    let calling = list(&replay.config()).timeout(Duration::from_millis(10));
    let retry = Retry::default().attempts(2).backoff(Duration::ZERO);
    let error = calling.retry(retry).await.expect_err("slow");
    assert!(error.is_timeout() && error.attempts() == 2, "{error}");
    replay.assert_used();
}

#[tokio::test]
async fn many_calls_at_once_each_take_one_answer() {
    let replay = Replay::new();
    replay.on::<list_listeners::Response>().sample().times(50);
    let config = replay.config();
    let calls: Vec<_> = (0..50)
        .map(|_| tokio::spawn(list(&config).send()))
        .collect();
    for calling in calls {
        calling.await.expect("no panic").expect("an answer");
    }
    replay.assert_used();
    list(&config).await.expect_err("used up");
}
