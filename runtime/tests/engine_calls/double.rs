//! A service double over real TCP: it verifies signatures with code of its own,
//! records what it saw, and answers as told.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::{Bytes, Config, Credentials, Retry};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;

use crate::verify;

pub(crate) const ID: &str = "testid";
pub(crate) const SECRET: &str = "test-secret-of-the-key";

/// A request as the double saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.query.iter().chain(&self.form);
        all.find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
    /// What makes each attempt's signature its own.
    pub(crate) fn nonce(&self) -> &str {
        self.header("x-acs-signature-nonce")
            .or_else(|| self.parameter("SignatureNonce"))
            .expect("a nonce")
    }
}

#[derive(Clone, Default)]
pub(crate) struct Double {
    address: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    seen: Vec<Seen>,
    nonces: HashSet<String>,
    answers: VecDeque<Answer>,
    /// Answers where there are none of those.
    answering: Option<Box<Answering>>,
    secret: String,
}

type Answering = dyn Fn(&Seen) -> Answer + Send;

pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    delay: Duration,
}

pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Answer {
    Answer {
        status,
        headers: vec![],
        body: body.into(),
        delay: Duration::ZERO,
    }
}

impl Answer {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl Double {
    /// Answers in this order; the last one again and again.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let double = Self {
            address: format!("http://{}", listener.local_addr().expect("an address")),
            inner: Arc::default(),
        };
        double
            .inner
            .lock()
            .expect("the double")
            .answers
            .extend(answers);
        double.inner.lock().expect("the double").secret = SECRET.to_owned();
        let app = axum::Router::new()
            .fallback(serve)
            .with_state(double.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        double
    }

    /// Answers as `answering` says.
    pub(crate) async fn answering(answering: impl Fn(&Seen) -> Answer + Send + 'static) -> Self {
        let double = Self::start([]).await;
        double.inner.lock().expect("the double").answering = Some(Box::new(answering));
        double
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The double knows another secret from now on.
    pub(crate) fn set_secret(&self, secret: &str) {
        self.inner.lock().expect("the double").secret = secret.to_owned();
    }

    pub(crate) fn config(&self) -> Config {
        config(&self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.inner.lock().expect("the double").seen.clone()
    }
}

/// A configuration for loopback, without pauses and whatever proxy is set here.
pub(crate) fn config(address: &str) -> Config {
    Config::new(Credentials::new(ID, SECRET))
        .endpoint(address)
        .no_proxy()
        .retry(quick())
}

/// The default policy without its pauses.
pub(crate) fn quick() -> Retry {
    Retry::default()
        .base(Duration::ZERO)
        .throttled_base(Duration::ZERO)
}

async fn serve(State(double): State<Double>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let uri = parts.uri.to_string();
    let is_form = parts
        .headers
        .get("content-type")
        .is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    let seen = Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: verify::pairs(parts.uri.query().unwrap_or_default()),
        form: if is_form {
            verify::pairs(std::str::from_utf8(&body).expect("text"))
        } else {
            vec![]
        },
        headers: parts.headers,
        body,
    };
    let answer = double.answer(seen);
    tokio::time::sleep(answer.delay).await;
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    // A page that quotes what it was asked for.
    let body = match std::str::from_utf8(&answer.body) {
        Ok(text) if text.contains("{uri}") => text.replace("{uri}", &uri).into(),
        _ => answer.body,
    };
    response.body(Body::from(body)).expect("a response")
}

impl Double {
    fn answer(&self, seen: Seen) -> Answer {
        let mut inner = self.inner.lock().expect("the double");
        let nonce = seen.nonce().to_owned();
        let verified = verify::signature(&seen, ID, &inner.secret);
        inner.seen.push(seen);
        if !inner.nonces.insert(nonce) {
            return answer(400, r#"{"Code":"SignatureNonceUsed","Message":"used"}"#);
        }
        if let Err(wrong) = verified {
            let message = format!(
                "Specified signature is not matched with our calculation. server string to sign is:{}",
                wrong.string_to_sign
            );
            let body = serde_json::json!({"Code": "SignatureDoesNotMatch", "Message": message, "Reason": wrong.reason});
            return answer(400, body.to_string());
        }
        if let (Some(answering), Some(seen)) = (&inner.answering, inner.seen.last()) {
            return answering(seen);
        }
        match inner.answers.len() {
            0 => answer(500, "the double was told no answer"),
            1 => {
                let last = &inner.answers[0];
                Answer {
                    status: last.status,
                    headers: last.headers.clone(),
                    body: last.body.clone(),
                    delay: last.delay,
                }
            }
            _ => inner.answers.pop_front().expect("an answer"),
        }
    }
}
