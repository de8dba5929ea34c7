//! A mock server over raw TCP that executes each idempotency token once, as the
//! service does, breaks in ways that it draws from the call's and the attempt's
//! numbers, and knows what became of every call.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_support::{Fault, http};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the mock server does with one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The sample reply.
    Success,
    /// The sample reply, after 50 ms.
    Late,
    /// The sample reply, called HTML.
    WrongContentType,
    /// An HTTP error of the service: status, code, further headers.
    Refusal(u16, &'static str, &'static str),
    /// Status 200 with half a document.
    TruncatedJson,
    /// A page that is no document, with status 200.
    Page,
    /// Executed, and then closed without a reply.
    CloseBeforeReply,
    /// Executed, and then reset without a reply.
    ResetBeforeReply,
    /// Executed, and then reset in the middle of the reply.
    ResetMidReply,
    /// Executed, and then nothing.
    Silence,
}

/// Each as often as the others, together 5% of the attempts.
const FAULTS: [Answer; 16] = [
    Answer::Late,
    Answer::WrongContentType,
    Answer::Refusal(500, "InternalError", ""),
    Answer::Refusal(503, "ServiceUnavailable", ""),
    Answer::Refusal(503, "ServiceUnavailable", "x-acs-retry-after: 20\r\n"),
    Answer::Refusal(503, "", "retry-after: 0\r\n"),
    Answer::Refusal(400, "Throttling.User", ""),
    Answer::Refusal(403, "Throttling.Api", "x-acs-retry-after: 5\r\n"),
    Answer::Refusal(429, "FlowControl", ""),
    Answer::Refusal(400, "NotExist.Accelerator", ""),
    Answer::TruncatedJson,
    Answer::Page,
    Answer::CloseBeforeReply,
    Answer::ResetBeforeReply,
    Answer::ResetMidReply,
    Answer::Silence,
];

/// What the mock server does with an attempt, from 1, of a call.
fn drawn(call: usize, attempt: u8) -> Answer {
    let mut hasher = DefaultHasher::new();
    (call, attempt).hash(&mut hasher);
    let number = hasher.finish() as usize;
    match number % 100 {
        0..5 => FAULTS[number / 100 % FAULTS.len()],
        _ => Answer::Success,
    }
}

impl Answer {
    /// Whether the service carries the request out before it answers so.
    fn executes(self) -> bool {
        !matches!(self, Self::Refusal(..) | Self::Page)
    }
}

/// What became of a call. All are made in the beginning, so that they do not look
/// like a leak.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record {
    /// The hash of its token, and of its last nonce.
    token: u64,
    nonce: u64,
    pub(crate) attempts: u8,
    /// Under how many tokens it was carried out.
    pub(crate) executions: u8,
    pub(crate) last: Option<Answer>,
    /// An attempt came with another token or with the nonce of the one before.
    pub(crate) improper: bool,
}

/// The mock server. A clone is the same one.
#[derive(Clone)]
pub(crate) struct MockServer {
    pub(crate) address: String,
    records: Arc<Mutex<Vec<Record>>>,
}

impl MockServer {
    pub(crate) async fn start(calls: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Self {
            address: format!("http://{}", listener.local_addr().expect("an address")),
            records: Arc::new(Mutex::new(vec![Record::default(); calls])),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(crate) fn record(&self, call: usize) -> Record {
        self.records.lock().expect("the records")[call]
    }

    async fn serve(self, stream: TcpStream) {
        drop(stream.set_nodelay(true));
        let mut stream = BufReader::new(stream);
        while let Some(request) = read(&mut stream).await {
            let answer = self.take(&request);
            if !give(answer, request.call, stream.get_mut()).await {
                return;
            }
        }
    }

    /// Writes down an attempt, and draws what becomes of it.
    fn take(&self, request: &Request) -> Answer {
        let mut records = self.records.lock().expect("the records");
        let record = &mut records[request.call];
        let another_token = record.token != request.token;
        record.improper |= record.attempts > 0 && (another_token || record.nonce == request.nonce);
        record.attempts += 1;
        let answer = drawn(request.call, record.attempts);
        // A token that was carried out already is not again.
        if answer.executes() && (another_token || record.executions == 0) {
            record.executions += 1;
        }
        record.token = request.token;
        record.nonce = request.nonce;
        record.last = Some(answer);
        answer
    }
}

struct Request {
    call: usize,
    token: u64,
    nonce: u64,
}

/// The next request of a connection, which has no body.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let query = |name: &str| {
        let pairs = line.split(['?', '&', ' ']);
        let mut values = pairs.filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        values.next().map(str::to_owned)
    };
    let (call, token) = (query("ListenerId")?, hashed(&query("ClientToken")?));
    let mut nonce = None;
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
        if let Some(value) = line.strip_prefix("x-acs-signature-nonce:") {
            nonce = Some(hashed(value.trim()));
        }
    }
    Some(Request {
        call: call.strip_prefix("lsr-")?.parse().ok()?,
        token,
        nonce: nonce?,
    })
}

fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What the call's attempt is answered with, after a while where that is the answer.
async fn give(answer: Answer, call: usize, stream: &mut TcpStream) -> bool {
    const JSON: &str = "application/json;charset=utf-8";
    let document = format!(r#"{{"RequestId":"req-{call}","ListenerId":"lsr-{call}"}}"#);
    let ok = |kind: &str, body: &str| http("200 OK", &format!("content-type: {kind}\r\n"), body);
    let fault = match answer {
        Answer::Success => ok(JSON, &document),
        Answer::Late => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            ok(JSON, &document)
        }
        Answer::WrongContentType => ok("text/html", &document),
        Answer::Refusal(status, code, headers) => {
            let body = match code {
                "" => String::new(),
                code => format!(r#"{{"RequestId":"req-{call}","Code":"{code}","Message":"no"}}"#),
            };
            http(&format!("{status} -"), headers, &body)
        }
        Answer::TruncatedJson => ok(JSON, &document[..document.len() / 2]),
        Answer::Page => ok("text/plain", "Please log in."),
        Answer::CloseBeforeReply => Fault::CloseBeforeReply,
        Answer::ResetBeforeReply => Fault::ResetBeforeReply,
        Answer::ResetMidReply => Fault::ResetInBody,
        Answer::Silence => Fault::HangAtHeaders,
    };
    fault.play(stream).await
}
