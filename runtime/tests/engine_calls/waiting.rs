//! Waiting for a state, which generated data or an app's own condition describes.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Call, Operation, RawClient, WaitError, Waiter};

use crate::ga;
use crate::list_listeners::{ErrorKind, Response};
use crate::listeners::READ;
use crate::paging::{page, paged, replay};
use crate::{associate, call, example};

const ACTIVE_DATA: Waiter = Waiter::new("listener_active", &[3, 0])
    .success(&["active"])
    .failure(&["failed"])
    .success_codes(&["NotExist.Listener"])
    .interval(Duration::from_secs(5))
    .deadline(Duration::from_secs(60));

static ACTIVE: Waiter = ACTIVE_DATA;

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_every_item_is_in_the_state() {
    let replay = replay(&[
        page(&[], None, None),
        page(&["active", "updating"], None, None),
        page(&["active", "active"], None, None),
    ]);
    let response = paged(&replay, &READ, None)
        .wait(&ACTIVE)
        .await
        .expect("active")
        .expect("a response");
    assert_eq!(response.listeners.len(), 2);
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_no_state_ends_with_a_response_that_names_none() {
    static GONE: Waiter = ACTIVE_DATA.success(&[""]);
    let replay = replay(&[page(&["deleting"], None, None), page(&[], None, None)]);
    let response = paged(&replay, &READ, None).wait(&GONE).await.expect("gone");
    assert!(response.expect("a response").listeners.is_empty());
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_a_failure_a_code_or_the_deadline() {
    let failed = replay(&[
        page(&["updating"], None, None),
        page(&["failed"], None, None),
    ]);
    let error = paged(&failed, &READ, None).wait(&ACTIVE).await;
    let error = error.expect_err("it failed");
    assert_eq!(
        error.to_string(),
        "listener_active: ListListeners gave the final state failed"
    );

    let gone = Replay::new().respond(400, r#"{"Code":"NotExist.Listener"}"#);
    let nothing = paged(&gone, &READ, None).wait(&ACTIVE).await;
    assert!(nothing.expect("gone is fine").is_none());

    let other = Replay::new().respond(400, r#"{"Code":"Other"}"#);
    let error = paged(&other, &READ, None).wait(&ACTIVE).await;
    assert!(matches!(error, Err(WaitError::Call(error)) if error.code() == Some("Other")));

    let stuck = replay(&vec![page(&["updating"], None, None); 100]);
    let waiting = paged(&stuck, &READ, None)
        .wait(&ACTIVE)
        .within(Duration::from_secs(21));
    let error = waiting.await.expect_err("too long");
    let said = &error.to_string();
    let expected = "listener_active: not reached by the deadline of 21s: \
                    ListListeners last gave the state updating, after ";
    assert!(said.starts_with(expected), "{said}");
    // Four pauses of 5 seconds, each up to a tenth shorter.
    assert!(
        matches!(error, WaitError::TimedOut { waited, .. }
        if (18..=20).contains(&waited.as_secs())),
        "{said}"
    );
    assert_eq!(&format!("{error:?}"), said);
    let error = alicloud_runtime::Error::from(error);
    assert_eq!(&error.to_string(), said);
    assert_eq!(error.operation().map(|o| o.name), Some("ListListeners"));
    assert!(!error.is_retryable() && error.code().is_none());
    assert_eq!(stuck.requests().len(), 5);

    // The longest times are no overflow.
    let once = replay(&[page(&["updating"], None, None)]);
    let waiting = paged(&once, &READ, None).wait(&ACTIVE).every(Duration::MAX);
    let error = waiting
        .within(Duration::MAX / 2)
        .await
        .expect_err("too long");
    assert!(matches!(error, WaitError::TimedOut { .. }), "{error}");
}

fn listing(replay: &Replay) -> Call<Response, ErrorKind> {
    paged(replay, &READ, None)
}

fn is_active(response: &Response) -> bool {
    response
        .listeners
        .first()
        .is_some_and(|it| it.state == "active")
}

#[tokio::test(start_paused = true)]
async fn any_call_is_made_until_its_response_is_as_wanted() {
    let replay = replay(&[
        page(&["creating"], None, None),
        page(&["updating"], None, None),
        page(&["active"], None, None),
    ]);
    let started = tokio::time::Instant::now();
    let waiting = listing(&replay)
        .until(is_active)
        .every(Duration::from_secs(30));
    let response = waiting.await.expect("active");
    assert_eq!(response.listeners[0].state, "active");
    assert_eq!(replay.left(), 0);
    // Two pauses of 30 seconds, each up to a tenth shorter.
    assert!((54..=60).contains(&started.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn an_apps_own_wait_fails_by_its_condition_its_limit_or_its_call() {
    let failing = replay(&[
        page(&["creating"], None, None),
        page(&["failed"], None, None),
    ]);
    let waiting = listing(&failing)
        .until(is_active)
        .fail_if(|response| response.listeners[0].state == "failed");
    let error = waiting.await.expect_err("it failed");
    let said = "ListListeners gave a final state, not the one waited for";
    assert_eq!(error.to_string(), said);

    let failing = replay(&[page(&["failed"], None, None)]);
    let waiting = listing(&failing)
        .until(is_active)
        .fail_if(|response| response.listeners[0].state == "failed")
        .state(|response| response.listeners[0].state.clone());
    let error = waiting.await.expect_err("it failed");
    assert_eq!(
        error.to_string(),
        "ListListeners gave the final state failed"
    );

    let stuck = replay(&vec![page(&["creating"], None, None); 100]);
    let waiting = listing(&stuck)
        .until(is_active)
        .within(Duration::from_secs(60));
    let error = waiting.await.expect_err("too long");
    let expected =
        "not reached by the deadline of 60s: ListListeners was answered otherwise, after ";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert!((12..=13).contains(&stuck.requests().len()));

    let refused = Replay::new().respond(403, r#"{"Code":"Forbidden"}"#);
    let error = listing(&refused).until(is_active).await;
    assert!(matches!(error, Err(WaitError::Call(error)) if error.code() == Some("Forbidden")));
}

#[tokio::test(start_paused = true)]
async fn an_error_may_say_that_what_is_waited_for_is_gone() {
    for gone in [true, false] {
        let code = if gone {
            "NotExist.Listener"
        } else {
            "Forbidden"
        };
        let replay = Replay::new()
            .respond(200, page(&["deleting"], None, None))
            .respond(404, format!(r#"{{"Code":"{code}"}}"#));
        let waiting = listing(&replay)
            .until(|_| false)
            .gone_on_code("NotExist.Listener");
        match waiting.await {
            Ok(response) => assert!(gone && response.is_none()),
            Err(error) => assert!(!gone, "{error}"),
        }
        assert_eq!(replay.left(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_kind_of_error_may_say_it_too() {
    let kind = associate::ErrorKind::NotExistAccelerator;
    let replay = Replay::new().error(kind);
    let waiting = call(&replay.config()).until(|_| false).gone_on(kind);
    assert!(waiting.await.expect("gone").is_none());
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_by_name_waits_too() {
    let replay = replay(&[
        page(&["creating"], Some(1), None),
        page(&["active"], Some(1), None),
    ]);
    let client = RawClient::rpc(&replay.config(), "Ga", "2019-11-20");
    let waiting = client
        .call("ListListeners")
        .until(|reply| reply.value["Listeners"][0]["State"] == "active");
    let reply = waiting.await.expect("active");
    assert_eq!(reply.value["TotalCount"], 1);
    assert_eq!(replay.left(), 0);
}

#[test]
fn a_thread_waits_too() {
    let replay = replay(&[
        page(&["creating"], None, None),
        page(&["active"], None, None),
    ]);
    let waiting = listing(&replay)
        .until(is_active)
        .every(Duration::from_millis(1));
    let response = waiting.run_blocking().expect("active");
    assert_eq!(response.listeners.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_call_has_a_token_of_its_own_unless_the_app_gave_one() {
    for given in [None, Some("mine")] {
        let replay = (0..2).fold(Replay::new(), |replay, _| {
            replay.sample::<associate::Response>()
        });
        let request = associate::Request {
            client_token: given.map(str::to_owned),
            ..example()
        };
        let client = ga::Client::new(&replay.config());
        let asked = AtomicUsize::new(0);
        let waiting = client
            .associate_additional_certificates_with_listener(request)
            .until(move |_| asked.fetch_add(1, Relaxed) > 0);
        waiting.await.expect("the second");
        let sent = replay.requests();
        let token = |at: usize| sent[at].query("ClientToken").expect("a token").to_owned();
        assert_eq!(token(0) == token(1), given.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_that_of_the_operation_before() {
    #[derive(Default)]
    struct Created(Response);
    static CREATE: Operation = READ.outcome("ListListeners", 20_000, 100);
    impl alicloud_runtime::wire::Object for Created {
        fn schema(&self) -> &'static alicloud_runtime::wire::Schema {
            self.0.schema()
        }
        fn get(&self, index: usize) -> &dyn alicloud_runtime::wire::Value {
            self.0.get(index)
        }
        fn get_mut(&mut self, index: usize) -> &mut dyn alicloud_runtime::wire::Value {
            self.0.get_mut(index)
        }
    }
    impl alicloud_runtime::Response for Created {
        fn operation() -> &'static Operation {
            &CREATE
        }
    }
    let stuck = replay(&vec![page(&["creating"], None, None); 200]);
    let waiting = listing(&stuck).until(is_active).paced_by::<Created>();
    let error = waiting.await.expect_err("too long");
    assert!(matches!(error, WaitError::TimedOut { deadline, .. } if deadline.as_secs() == 2_000));
    assert!(
        (100..=112).contains(&stuck.requests().len()),
        "{}",
        stuck.requests().len()
    );
    // Where nothing is said, nothing changes.
    let unpaced = listing(&Replay::new())
        .until(is_active)
        .paced_by::<Response>();
    assert!(
        format!("{unpaced:?}").contains("interval: 5s"),
        "{unpaced:?}"
    );
}
