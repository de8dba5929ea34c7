//! Pages, items, and waiting for a state.

use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Call, Client, Operation, Wait, WaitError, Waiter};

use crate::ga;
use crate::list_listeners::{ErrorKind, Request, Response};
use crate::listeners::{BY_NUMBER, BY_TOKEN, READ};

fn paged(
    replay: &Replay,
    operation: &'static Operation,
    size: Option<i64>,
) -> Call<Response, ErrorKind> {
    let client = Client::new(&replay.config(), ga::product());
    let request = Request {
        page_size: size,
        ..Request::default()
    };
    Call::with_operation(&client, operation, Box::new(request))
}

fn page(states: &[&str], total: Option<i64>, token: Option<&str>) -> String {
    let listeners: Vec<_> = states
        .iter()
        .map(|s| serde_json::json!({"State": s}))
        .collect();
    serde_json::json!({"RequestId": "r", "Listeners": listeners, "TotalCount": total, "NextToken": token}).to_string()
}

fn replay(pages: &[String]) -> Replay {
    pages.iter().fold(Replay::new(), |replay, page| {
        replay.respond(200, page.clone())
    })
}

async fn states(
    call: Call<Response, ErrorKind>,
) -> Result<Vec<String>, alicloud_runtime::Error<ErrorKind>> {
    let mut items = call.items();
    let mut states = Vec::new();
    while let Some(item) = items.next().await {
        states.push(item?.state);
    }
    Ok(states)
}

fn asked(replay: &Replay, parameter: &str) -> Vec<Option<String>> {
    replay
        .requests()
        .iter()
        .map(|sent| sent.query(parameter).map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn numbered_pages_end_with_the_total() {
    let replay = replay(&[
        page(&["a", "b"], Some(4), None),
        page(&["c", "d"], Some(4), None),
    ]);
    let all = states(paged(&replay, &BY_NUMBER, Some(2)))
        .await
        .expect("success");
    assert_eq!(all, ["a", "b", "c", "d"]);
    assert_eq!(asked(&replay, "PageNumber"), [None, Some("2".to_owned())]);
    assert_eq!(
        asked(&replay, "PageSize"),
        [Some("2".to_owned()), Some("2".to_owned())]
    );
}

#[tokio::test]
async fn numbered_pages_end_with_a_short_or_an_empty_page() {
    let short = replay(&[page(&["a", "b"], None, None), page(&["c"], None, None)]);
    assert_eq!(
        states(paged(&short, &BY_NUMBER, Some(2)))
            .await
            .expect("success")
            .len(),
        3
    );
    assert_eq!(short.requests().len(), 2);

    // Without a size, nobody knows what a short page is.
    let empty = replay(&[
        page(&["a", "b"], None, None),
        page(&["c"], None, None),
        page(&[], None, None),
    ]);
    assert_eq!(
        states(paged(&empty, &BY_NUMBER, None))
            .await
            .expect("success")
            .len(),
        3
    );
    assert_eq!(empty.requests().len(), 3);
}

#[tokio::test]
async fn paging_goes_on_from_the_page_that_was_asked_for() {
    let replay = replay(&[
        page(&["c", "d"], Some(5), None),
        page(&["e"], Some(5), None),
    ]);
    let client = Client::new(&replay.config(), ga::product());
    let request = Request {
        page_number: Some(2),
        page_size: Some(2),
        ..Request::default()
    };
    let call = Call::with_operation(&client, &BY_NUMBER, Box::new(request));
    assert_eq!(states(call).await.expect("success"), ["c", "d", "e"]);
    assert_eq!(
        asked(&replay, "PageNumber"),
        [Some("2".to_owned()), Some("3".to_owned())]
    );
}

#[tokio::test]
async fn tokens_are_followed_until_one_is_missing_empty_or_repeated() {
    for last in [None, Some(""), Some("t2")] {
        let replay = replay(&[
            page(&["a"], None, Some("t1")),
            // An empty page does not end it as long as there is a token.
            page(&[], None, Some("t2")),
            page(&["b"], None, last),
        ]);
        let all = states(paged(&replay, &BY_TOKEN, None))
            .await
            .expect("success");
        assert_eq!(all, ["a", "b"]);
        assert_eq!(
            asked(&replay, "NextToken"),
            [None, Some("t1".to_owned()), Some("t2".to_owned())]
        );
    }
}

#[tokio::test]
async fn an_error_ends_the_pages() {
    let replay = Replay::new()
        .respond(200, page(&["a"], None, Some("t1")))
        .respond(404, "");
    let mut pages = paged(&replay, &BY_TOKEN, None).pages();
    assert!(matches!(pages.next().await, Some(Ok(_))));
    assert!(matches!(pages.next().await, Some(Err(error)) if error.status() == Some(404)));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn an_operation_that_does_not_page_has_one_page() {
    let replay = replay(&[page(&["a"], Some(100), Some("t"))]);
    let mut pages = paged(&replay, &READ, None).pages();
    assert!(pages.next().await.is_some());
    assert!(pages.next().await.is_none());
}

const ACTIVE: Waiter = Waiter::new("listener_active", &[3, 0])
    .success(&["active"])
    .failure(&["failed"])
    .success_codes(&["NotExist.Listener"])
    .interval(Duration::from_secs(5))
    .deadline(Duration::from_secs(60));

/// What a waiter does to ask.
fn asking(replay: &Replay) -> impl Fn() -> Call<Response, ErrorKind> + use<> {
    let replay = replay.clone();
    move || paged(&replay, &READ, None)
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_every_item_is_in_the_state() {
    let replay = replay(&[
        page(&[], None, None),
        page(&["active", "updating"], None, None),
        page(&["active", "active"], None, None),
    ]);
    let response = Wait::new(&ACTIVE, asking(&replay))
        .await
        .expect("active")
        .expect("a response");
    assert_eq!(response.listeners.len(), 2);
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_no_state_ends_with_a_response_that_names_none() {
    let gone = ACTIVE.success(&[""]);
    let replay = replay(&[page(&["deleting"], None, None), page(&[], None, None)]);
    let response = Wait::new(&gone, asking(&replay)).await.expect("gone");
    assert!(response.expect("a response").listeners.is_empty());
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_a_failure_a_code_or_the_deadline() {
    let failed = replay(&[
        page(&["updating"], None, None),
        page(&["failed"], None, None),
    ]);
    let error = Wait::new(&ACTIVE, asking(&failed)).await;
    let error = error.expect_err("it failed");
    assert_eq!(
        error.to_string(),
        "listener_active: ListListeners gave the final state failed"
    );

    let gone = Replay::new().respond(400, r#"{"Code":"NotExist.Listener"}"#);
    let nothing = Wait::new(&ACTIVE, asking(&gone)).await;
    assert!(nothing.expect("gone is fine").is_none());

    let other = Replay::new().respond(400, r#"{"Code":"Other"}"#);
    let error = Wait::new(&ACTIVE, asking(&other)).await;
    assert!(matches!(error, Err(WaitError::Call(error)) if error.code() == Some("Other")));

    let stuck = replay(&vec![page(&["updating"], None, None); 100]);
    let waiting = Wait::new(&ACTIVE, asking(&stuck)).deadline(Duration::from_secs(21));
    let error = waiting.await.expect_err("too long");
    let said = "listener_active: not reached by the deadline of 21s: \
                ListListeners last gave the state updating, after 20s";
    assert_eq!(error.to_string(), said);
    assert_eq!(format!("{error:?}"), said);
    let error = alicloud_runtime::Error::from(error);
    assert_eq!(error.to_string(), said);
    assert_eq!(error.operation().map(|o| o.name), Some("ListListeners"));
    assert!(!error.is_retryable() && error.code().is_none());
    assert_eq!(stuck.requests().len(), 5);

    // The longest times are no overflow.
    let once = replay(&[page(&["updating"], None, None)]);
    let waiting = Wait::new(&ACTIVE, asking(&once)).interval(Duration::MAX);
    let error = waiting.deadline(Duration::MAX).await.expect_err("too long");
    assert!(matches!(error, WaitError::TimedOut { .. }), "{error}");
}
