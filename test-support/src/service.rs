//! A service over real TCP: it verifies signatures with code of its own, records what
//! it was asked, and answers as told.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_runtime::{Bytes, Config};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Response;

use crate::loopback::listen;
use crate::{ID, Request, SECRET, config, signature};

/// A server on loopback that answers what it was told to, or what a function says. A
/// clone is the same one.
#[derive(Clone)]
pub struct FakeService {
    address: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    seen: Vec<Request>,
    answers: Answers,
    /// How requests are signed; none where they are not.
    signed: Option<Signed>,
}

struct Signed {
    secret: String,
    nonces: HashSet<String>,
}

enum Answers {
    /// In this order; the last one again and again.
    Sequence(VecDeque<Answer>),
    By(Box<dyn Fn(&Request) -> Answer + Send>),
}

/// What to answer.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    delay: Duration,
}

/// An answer without headers, at once. `{uri}` in a body stands for what was asked for.
pub fn answer(status: u16, body: impl Into<Bytes>) -> Answer {
    Answer {
        status,
        headers: vec![],
        body: body.into(),
        delay: Duration::ZERO,
    }
}

impl Answer {
    /// With one more header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(self.body)).expect("a response")
    }

    /// After a while.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl FakeService {
    /// Answers in this order; the last one again and again. Requests must be signed with
    /// [`SECRET`], and each with a nonce of its own.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::serve(Answers::Sequence(answers.into_iter().collect()), true).await
    }

    /// Answers as a function says. Requests must be signed as for [`start`](Self::start).
    pub async fn answering(answering: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        Self::serve(Answers::By(Box::new(answering)), true).await
    }

    /// Answers as a function says, whoever asks.
    pub async fn unsigned(answering: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        Self::serve(Answers::By(Box::new(answering)), false).await
    }

    async fn serve(answers: Answers, is_signed: bool) -> Self {
        let (listener, address) = listen().await;
        let signed = is_signed.then(|| Signed {
            secret: SECRET.to_owned(),
            nonces: HashSet::new(),
        });
        let inner = Inner {
            seen: vec![],
            answers,
            signed,
        };
        let service = Self {
            address,
            inner: Arc::new(Mutex::new(inner)),
        };
        let app = axum::Router::new()
            .fallback(reply)
            .with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        service
    }

    /// `http://` and where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The service knows another secret from now on.
    pub fn set_secret(&self, secret: &str) {
        let mut inner = self.inner.lock().expect("the service");
        let signed = inner.signed.as_mut().expect("one that checks signatures");
        signed.secret = secret.to_owned();
    }

    /// A configuration that calls it.
    pub fn config(&self) -> Config {
        config(&self.address)
    }

    /// What it was asked.
    pub fn seen(&self) -> Vec<Request> {
        self.inner.lock().expect("the service").seen.clone()
    }

    /// What it was asked, each as `GET /path`.
    pub fn paths(&self) -> Vec<String> {
        let line = |seen: &Request| format!("{} {}", seen.method, seen.path);
        self.seen().iter().map(line).collect()
    }
}

async fn reply(State(service): State<FakeService>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let answer = {
        let mut inner = service.inner.lock().expect("the service");
        inner.answer(Request::new(&parts, &body))
    };
    tokio::time::sleep(answer.delay).await;
    // A page that quotes what it was asked for.
    let body = match std::str::from_utf8(&answer.body) {
        Ok(text) if text.contains("{uri}") => text.replace("{uri}", &parts.uri.to_string()).into(),
        _ => answer.body.clone(),
    };
    Answer { body, ..answer }.response()
}

impl Inner {
    fn answer(&mut self, request: Request) -> Answer {
        let refused = self
            .signed
            .as_mut()
            .and_then(|signed| signed.refuse(&request));
        self.seen.push(request);
        if let Some(refusal) = refused {
            return refusal;
        }
        match &mut self.answers {
            Answers::By(answering) => answering(&self.seen[self.seen.len() - 1]),
            Answers::Sequence(answers) if answers.len() > 1 => {
                answers.pop_front().expect("an answer")
            }
            Answers::Sequence(answers) => match answers.front() {
                Some(last) => last.clone(),
                None => answer(500, "the service was told no answer"),
            },
        }
    }
}

impl Signed {
    /// The gateway's answer to what is not signed, or not for the first time.
    fn refuse(&mut self, request: &Request) -> Option<Answer> {
        let error = |status, code: &str, message: &str| {
            let body = serde_json::json!({"Code": code, "Message": message});
            Some(answer(status, body.to_string()))
        };
        // The gateway takes it; this client gives every parameter a value of its own, and a
        // type only to what it signs.
        let mut pairs = request.raw_query.split('&').filter(|pair| !pair.is_empty());
        assert!(pairs.all(|pair| pair.contains('=')), "{request:?}");
        let has_type = request.header("content-type").is_some();
        assert!(!has_type || !request.body.is_empty(), "{request:?}");
        if !self
            .nonces
            .insert(request.nonce().expect("a nonce").to_owned())
        {
            return error(400, "SignatureNonceUsed", "used");
        }
        match signature::verify(request, ID, &self.secret) {
            Ok(_) => None,
            Err(refusal) => error(refusal.status, &refusal.code, &refusal.message),
        }
    }
}
