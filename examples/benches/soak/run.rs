//! The calls, and what each of them must come to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::{Config, Credentials, Error, TransportErrorKind};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::mock_server::{Answer, MockServer};

/// Of an attempt. A silent server is left after that; a healthy one that is starved
/// of its CPU is not.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Every so many calls, one goes to a port that nobody listens at.
const REFUSED_EVERY: usize = 997;
/// How often a call is sent, by default.
const ATTEMPTS: u32 = 3;

/// What a soak found.
#[derive(Default)]
pub(crate) struct Summary {
    calls: usize,
    concurrency: usize,
    elapsed: Duration,
    /// How many calls ended how.
    outcomes: BTreeMap<String, usize>,
    attempts: usize,
    /// Resident memory in KiB, once a fifth of the calls was made and in the end.
    resident: [usize; 2],
    /// What was wrong, in words; the first few.
    wrong: Vec<String>,
}

impl Summary {
    pub(crate) fn passed(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, seconds) = (self.calls, self.elapsed.as_secs_f64());
        writeln!(
            f,
            "{calls} calls, {} at a time, {} attempts, {seconds:.1} s",
            self.concurrency, self.attempts
        )?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "{count:>10}  {outcome}")?;
        }
        let [before, after] = self.resident;
        writeln!(
            f,
            "resident memory: {before} KiB at 20%, {after} KiB at the end"
        )?;
        for wrong in &self.wrong {
            writeln!(f, "WRONG: {wrong}")?;
        }
        writeln!(
            f,
            "{}",
            if self.passed() {
                "each call ended in its right outcome, none was executed twice"
            } else {
                "not every call was right"
            }
        )
    }
}

/// Makes calls, so many at a time.
pub(crate) async fn run(calls: usize, concurrency: usize) -> Summary {
    let server = MockServer::start(calls).await;
    let config = Config::new(Credentials::new("testid", "testsecret"))
        .endpoint(&server.address)
        .timeout(TIMEOUT)
        // The mock server throttles by chance, at any rate.
        .adaptive_rate(false)
        .no_proxy();
    let client = ga::Client::new(&config);
    let closed = closed_port().await;
    let (next, summary) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::default()));
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..concurrency {
        let (server, client, closed) = (server.clone(), client.clone(), closed.clone());
        let (next, summary) = (next.clone(), Arc::<Mutex<Summary>>::clone(&summary));
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return;
                }
                let refused = number % REFUSED_EVERY == 1;
                let endpoint = if refused { &closed } else { &server.address };
                let call = client
                    .associate_additional_certificates_with_listener(request(number))
                    .endpoint(endpoint);
                let outcome = call
                    .reply()
                    .await
                    .map(|reply| (reply.value, reply.attempts));
                let judged = judge(number, refused, &server, outcome);
                let mut summary = summary.lock().expect("the summary");
                summary.add(number, judged);
                if number == calls / 5 {
                    summary.resident[0] = resident();
                }
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done.expect("a worker");
    }
    let mut summary = std::mem::take(&mut *summary.lock().expect("the summary"));
    summary.elapsed = started.elapsed();
    (summary.calls, summary.concurrency) = (calls, concurrency);
    summary.resident[1] = resident();
    summary
}

/// Without a token: the client makes one.
fn request(number: usize) -> associate::Request {
    associate::Request::new()
        .accelerator_id("ga-bp1odcab8tmno0hdq")
        .listener_id(format!("lsr-{number}"))
        .certificates([associate::Certificate::new()
            .id("6092-cn-hangzhou")
            .domain("example.com")])
}

impl Summary {
    fn add(&mut self, number: usize, judged: Result<(String, u32), String>) {
        match judged {
            Ok((outcome, attempts)) => {
                *self.outcomes.entry(outcome).or_default() += 1;
                self.attempts += attempts as usize;
            }
            Err(wrong) if self.wrong.len() < 20 => {
                self.wrong.push(format!("call {number}: {wrong}"));
            }
            Err(_) => {}
        }
    }
}

type Outcome = Result<(associate::Response, u32), Error<associate::ErrorKind>>;

/// How a call ended, in words, and after how many attempts; or what is wrong about
/// that, by what the mock server did.
fn judge(
    number: usize,
    refused: bool,
    server: &MockServer,
    outcome: Outcome,
) -> Result<(String, u32), String> {
    let record = server.record(number);
    let attempts = match &outcome {
        Ok((_, attempts)) => *attempts,
        Err(error) => error.attempts(),
    };
    let seen = format!("{outcome:?}, but the mock server: {record:?}");
    let require = |right: bool, what: &str| match right {
        true => Ok(()),
        false => Err(format!("{what}: {seen}")),
    };
    require(!record.improper, "another token or a used nonce")?;
    require(record.executions <= 1, "executed twice")?;
    if refused {
        let kind = transport(&outcome);
        require(kind == Some(TransportErrorKind::Connect), "not refused")?;
        require(attempts == ATTEMPTS, "not tried again")?;
        return Ok(("error: no connection".to_owned(), attempts));
    }
    require(attempts == u32::from(record.attempts), "attempts")?;
    let last = record.last.ok_or_else(|| format!("never seen: {seen}"))?;
    require(
        attempts == ATTEMPTS || !is_repeated(last),
        "given up too early",
    )?;
    require(is_right(last, number, &outcome), "another outcome")?;
    require(outcome.is_err() || record.executions == 1, "not executed")?;
    let outcome = match &outcome {
        Ok(_) => format!("success, attempts: {attempts}"),
        Err(_) => format!("error after {last:?}"),
    };
    Ok((outcome, attempts))
}

/// Whether the client must try again after that, while it may: the operation is a
/// write with a token, so executing it twice does no harm.
fn is_repeated(last: Answer) -> bool {
    match last {
        Answer::Refusal(_, code, _) => code != "NotExist.Accelerator",
        Answer::CloseBeforeReply
        | Answer::ResetBeforeReply
        | Answer::ResetMidReply
        | Answer::Silence => true,
        Answer::Success
        | Answer::Late
        | Answer::WrongContentType
        | Answer::TruncatedJson
        | Answer::Page => false,
    }
}

/// Whether a call whose last attempt was answered so has the outcome that it must
/// have.
fn is_right(last: Answer, number: usize, outcome: &Outcome) -> bool {
    match last {
        Answer::Success | Answer::Late | Answer::WrongContentType => {
            outcome.as_ref().is_ok_and(|(response, _)| {
                response.listener_id == format!("lsr-{number}")
                    && response.request_id == format!("req-{number}")
            })
        }
        Answer::Refusal(status, code, _) => outcome.as_ref().is_err_and(|error| {
            let documented = code == "NotExist.Accelerator";
            let kind = documented.then_some(associate::ErrorKind::NotExistAccelerator);
            error.status() == Some(status)
                && error.code().unwrap_or_default() == code
                && error.kind() == kind
        }),
        // A reply that cannot be read is an error with the reply's status.
        Answer::TruncatedJson | Answer::Page => outcome
            .as_ref()
            .is_err_and(|error| error.status() == Some(200) && error.kind().is_none()),
        Answer::CloseBeforeReply | Answer::ResetBeforeReply | Answer::ResetMidReply => {
            transport(outcome) == Some(TransportErrorKind::Reset)
        }
        Answer::Silence => transport(outcome) == Some(TransportErrorKind::Timeout),
    }
}

fn transport(outcome: &Outcome) -> Option<TransportErrorKind> {
    Some(outcome.as_ref().err()?.transport()?.kind())
}

/// An address that refuses connections.
async fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

/// The resident memory of this process, in KiB; 0 where the system does not say.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}
