//! What interceptors are told of attempts and calls, and what they may refuse.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{
    Attempt, Bytes, CallOutcome, CallSummary, Config, Interceptor, Refusal, TransportErrorKind,
    UnsignedRequest,
};
use test_support::{FakeService, answer, until};

use crate::{JSON_SAMPLE, associate, call, example, ga, list};

type Lines = Arc<Mutex<Vec<String>>>;

/// Writes down what it is told, and refuses the attempt of one number.
#[derive(Clone, Debug)]
struct Observer {
    name: &'static str,
    lines: Lines,
    refuses: Option<u32>,
}

impl Observer {
    fn new(name: &'static str, lines: &Lines) -> Self {
        Self {
            name,
            lines: lines.clone(),
            refuses: None,
        }
    }

    fn refusing(self, attempt: u32) -> Self {
        let refuses = Some(attempt);
        Self { refuses, ..self }
    }

    fn write(&self, line: String) {
        let line = format!("{} {line}", self.name);
        self.lines.lock().expect("the lines").push(line);
    }
}

impl Interceptor for Observer {
    fn before_signing(
        &self,
        attempt: &Attempt,
        _: &mut UnsignedRequest<'_>,
    ) -> Result<(), Refusal> {
        self.write(format!("before {}", attempt.number));
        match self.refuses == Some(attempt.number) {
            true => Err("not on\na Sunday".into()),
            false => Ok(()),
        }
    }

    fn after_reply(&self, _: &Attempt, reply: &mut http::Response<Bytes>) {
        self.write(format!("reply {}", reply.status().as_u16()));
    }

    fn after_attempt(&self, attempt: &Attempt, outcome: &CallOutcome<'_>) {
        self.write(format!("attempt {}: {}", attempt.number, told(outcome)));
    }

    fn after_call(&self, call: &CallSummary<'_>) {
        let (name, attempts) = (call.operation.name, call.attempts);
        self.write(format!("{name} x{attempts}: {}", told(&call.outcome)));
    }
}

/// All of it but the duration.
fn told(outcome: &CallOutcome<'_>) -> String {
    let status = outcome.status.unwrap_or(0);
    let (id, error) = (outcome.request_id, outcome.error_type());
    assert_eq!(outcome.is_success(), error.is_none());
    assert_eq!(
        outcome.error.is_some(),
        error.is_some_and(|e| e != "cancelled")
    );
    let (id, error) = (id.unwrap_or("-"), error.unwrap_or("-"));
    let bytes = (outcome.bytes_sent, outcome.bytes_received);
    format!("{status} {id} {error} {bytes:?}")
}

fn lines(lines: &Lines) -> Vec<String> {
    std::mem::take(&mut *lines.lock().expect("the lines"))
}

const NAME: &str = "AssociateAdditionalCertificatesWithListener";

#[tokio::test]
async fn each_attempt_and_the_end_of_a_call_are_told_in_the_order_of_the_interceptors() {
    let failed = r#"{"Code":"ServiceUnavailable","RequestId":"id-1"}"#;
    let service = FakeService::start([answer(503, failed), answer(200, JSON_SAMPLE)]).await;
    let seen = Lines::default();
    let config = service
        .config()
        .interceptor(Observer::new("a", &seen))
        .interceptor(Observer::new("b", &seen));
    call(&config).await.expect("success");

    // The id of the success is in its body alone.
    let response = serde_json::from_str::<serde_json::Value>(JSON_SAMPLE).expect("JSON");
    let id = response["RequestId"].as_str().expect("an id");
    let (first, second) = (failed.len(), JSON_SAMPLE.len());
    assert_eq!(
        lines(&seen),
        [
            "a before 1".to_owned(),
            "b before 1".to_owned(),
            "a reply 503".to_owned(),
            "b reply 503".to_owned(),
            format!("a attempt 1: 503 id-1 ServiceUnavailable (0, {first})"),
            format!("b attempt 1: 503 id-1 ServiceUnavailable (0, {first})"),
            "a before 2".to_owned(),
            "b before 2".to_owned(),
            "a reply 200".to_owned(),
            "b reply 200".to_owned(),
            format!("a attempt 2: 200 {id} - (0, {second})"),
            format!("b attempt 2: 200 {id} - (0, {second})"),
            format!("a {NAME} x2: 200 {id} - (0, {})", first + second),
            format!("b {NAME} x2: 200 {id} - (0, {})", first + second),
        ]
    );
}

#[tokio::test]
async fn attempts_without_a_reply_and_calls_that_are_not_sent_end_too() {
    let seen = Lines::default();
    let replay = Replay::new()
        .fail(TransportErrorKind::Connect)
        .respond(200, "no JSON, no XML");
    let config = replay.config().interceptor(Observer::new("a", &seen));
    call(&config).await.expect_err("an unreadable reply");
    assert_eq!(
        lines(&seen),
        [
            "a before 1".to_owned(),
            "a attempt 1: 0 - connect (0, 0)".to_owned(),
            "a before 2".to_owned(),
            "a reply 200".to_owned(),
            "a attempt 2: 200 00000000-0000-0000-0000-000000000000 reply (0, 15)".to_owned(),
            format!("a {NAME} x2: 200 00000000-0000-0000-0000-000000000000 reply (0, 15)"),
        ]
    );
    let incomplete = ga::Client::new(&config)
        .associate_additional_certificates_with_listener(associate::Request::new());
    incomplete.await.expect_err("violations");
    assert_eq!(lines(&seen), [format!("a {NAME} x0: 0 - preflight (0, 0)")]);
}

#[tokio::test]
async fn what_an_interceptor_refuses_is_not_sent_and_says_why() {
    let seen = Lines::default();
    let replay = Replay::new().respond(503, "").respond(200, JSON_SAMPLE);
    let config = |refused: u32| {
        replay
            .config()
            .interceptor(Observer::new("a", &seen))
            .interceptor(Observer::new("b", &seen).refusing(refused))
            .interceptor(Observer::new("c", &seen))
    };
    let error = call(&config(1)).await.expect_err("a refusal");
    assert_eq!(
        error.refusal().map(Refusal::reason),
        Some("not on\na Sunday")
    );
    assert_eq!(
        error.to_string(),
        format!("{NAME} was not sent: an interceptor refused it: not on a Sunday")
    );
    assert_eq!((error.attempts(), error.is_retryable()), (0, false));
    assert!(replay.requests().is_empty());
    assert_eq!(
        lines(&seen),
        [
            "a before 1".to_owned(),
            "b before 1".to_owned(),
            "a attempt 1: 0 - refused (0, 0)".to_owned(),
            "b attempt 1: 0 - refused (0, 0)".to_owned(),
            "c attempt 1: 0 - refused (0, 0)".to_owned(),
            format!("a {NAME} x0: 0 - refused (0, 0)"),
            format!("b {NAME} x0: 0 - refused (0, 0)"),
            format!("c {NAME} x0: 0 - refused (0, 0)"),
        ]
    );
    let error = call(&config(1)).explain().await.expect_err("a refusal");
    assert!(error.refusal().is_some(), "{error}");
    // Nothing is known of it but the attempt that was made.
    lines(&seen);

    let error = call(&config(2)).await.expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        format!("{NAME} was not sent again: an interceptor refused it: not on a Sunday")
    );
    assert_eq!((error.attempts(), replay.requests().len()), (1, 1));
    let last = lines(&seen).pop();
    assert_eq!(last, Some(format!("c {NAME} x1: 0 - refused (0, 0)")));
}

#[tokio::test]
async fn a_call_that_is_dropped_is_told_to_have_ended() {
    let service = FakeService::start([answer(200, "").after(Duration::from_secs(600))]).await;
    let seen = Lines::default();
    let config = service.config().interceptor(Observer::new("a", &seen));
    let calling = tokio::spawn(list(&config).send());
    until("the request is there", || !service.seen().is_empty()).await;
    assert_eq!(lines(&seen), ["a before 1"]);
    calling.abort();
    assert!(calling.await.expect_err("aborted").is_cancelled());
    assert_eq!(lines(&seen), ["a ListListeners x1: 0 - cancelled (0, 0)"]);
}

/// Which calls the attempts were of, and which calls ended.
#[derive(Clone, Debug, Default)]
struct Ids(Arc<Mutex<(Vec<u64>, Vec<u64>)>>);

impl Interceptor for Ids {
    fn after_attempt(&self, attempt: &Attempt, _: &CallOutcome<'_>) {
        self.0.lock().expect("the ids").0.push(attempt.call_id);
    }

    fn after_call(&self, call: &CallSummary<'_>) {
        self.0.lock().expect("the ids").1.push(call.call_id);
    }
}

#[tokio::test]
async fn attempts_know_their_call_among_others() {
    let replay = Replay::new()
        .respond(503, "")
        .respond(503, "")
        .respond(200, JSON_SAMPLE)
        .respond(200, JSON_SAMPLE);
    let ids = Ids::default();
    let config: Config = replay.config().interceptor(ids.clone());
    let client = ga::Client::new(&config);
    let calling = || client.associate_additional_certificates_with_listener(example());
    calling().await.expect("success");
    calling().await.expect("success");
    let (attempts, calls) = &*ids.0.lock().expect("the ids");
    let (first, second) = (calls[0], calls[1]);
    assert_ne!(first, second);
    assert_eq!(*attempts, [first, first, first, second]);
}

/// Does nothing.
#[derive(Debug)]
struct Idle;

impl Interceptor for Idle {}

#[tokio::test]
async fn an_interceptor_has_to_do_nothing() {
    let replay = Replay::new().respond(200, JSON_SAMPLE);
    call(&replay.config().interceptor(Idle))
        .await
        .expect("success");
}
