//! A server on loopback that records what it is asked, a clock to turn by hand,
//! and temporary files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alicloud_runtime::credentials::{Context, Environment};
use alicloud_runtime::time::{Clock, format_iso8601};
use alicloud_runtime::transport::{Http, HttpOptions, Transport};
use alicloud_runtime::{Credentials, CredentialsError};
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

/// Secrets that tests use: none of them may ever be shown.
pub(crate) const SECRET: &str = "S3cret+/that=never~shows";
pub(crate) const TOKEN: &str = "T0ken+/that=never~shows";

/// A server that answers what a function says and keeps what it was asked.
pub(crate) struct Double {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) raw_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        decode_pairs(std::str::from_utf8(&self.body).unwrap())
    }
}

/// What to answer: status, body, and how long to wait before.
pub(crate) struct Answer(pub(crate) u16, pub(crate) String, pub(crate) Duration);

pub(crate) fn ok(body: impl Into<String>) -> Answer {
    Answer(200, body.into(), Duration::ZERO)
}

pub(crate) fn status(code: u16, body: impl Into<String>) -> Answer {
    Answer(code, body.into(), Duration::ZERO)
}

impl Double {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let answer = Arc::new(answer);
        let recorded = seen.clone();
        let app = axum::Router::new().fallback(move |request: Request| {
            let (seen, answer) = (recorded.clone(), answer.clone());
            async move { reply(request, &seen, &*answer).await }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        let line = |seen: &Seen| format!("{} {}", seen.method, seen.path);
        self.seen().iter().map(line).collect()
    }
}

async fn reply(
    request: Request,
    seen: &Mutex<Vec<Seen>>,
    answer: &(dyn Fn(&Seen) -> Answer + Send + Sync),
) -> Response {
    let (parts, body) = request.into_parts();
    let raw_query = parts.uri.query().unwrap_or_default().to_owned();
    let request = Seen {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: decode_pairs(&raw_query),
        raw_query,
        headers: parts.headers,
        body: to_bytes(body, 1 << 20).await.unwrap(),
    };
    let Answer(status, body, delay) = {
        seen.lock().unwrap().push(request.clone());
        answer(&request)
    };
    tokio::time::sleep(delay).await;
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

fn decode_pairs(text: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// A port where nothing listens.
pub(crate) async fn closed_port() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

pub(crate) fn transport() -> Arc<dyn Transport> {
    Arc::new(Http::new(&HttpOptions::default().no_proxy()).unwrap())
}

/// A context without variables, files and real endpoints.
pub(crate) fn context() -> Context {
    context_with([("", "")])
}

pub(crate) fn context_with<const N: usize>(variables: [(&str, &str); N]) -> Context {
    Context::new(transport()).environment(Environment::from_map(variables))
}

/// A clock that only moves by hand. It starts in 2026.
#[derive(Clone, Debug)]
pub(crate) struct Hand(Arc<AtomicU64>);

impl Hand {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_790_000_000)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn clock(&self) -> Clock {
        let hand = self.clone();
        Clock::from_fn(move || hand.now())
    }

    pub(crate) fn iso_in(&self, seconds: u64) -> String {
        format_iso8601(self.now() + Duration::from_secs(seconds))
    }
}

/// An hour from now, by the system's clock.
pub(crate) fn soon() -> String {
    format_iso8601(SystemTime::now() + Duration::from_secs(3600))
}

/// The key as STS, the metadata server and credentials URIs spell it.
pub(crate) fn key_json(id: &str, expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}","Expiration":"{expiration}"}}"#
    )
}

/// A reply of STS.
pub(crate) fn sts_json(id: &str, expiration: &str) -> String {
    format!(
        r#"{{"RequestId":"R-1","Credentials":{}}}"#,
        key_json(id, expiration)
    )
}

/// Asserts that this is the key of [`key_json`].
#[track_caller]
pub(crate) fn assert_key(credentials: &Credentials, id: &str) {
    assert_eq!(credentials.access_key_id(), id);
    assert_eq!(credentials.access_key_secret(), SECRET);
    assert_eq!(credentials.security_token(), Some(TOKEN));
    assert!(credentials.expiry().is_some());
}

/// The error's text, which must hold no secret in any spelling.
#[track_caller]
pub(crate) fn text_of(result: Result<Credentials, CredentialsError>) -> String {
    let error = result.expect_err("these credentials should not exist");
    let text = error.to_string();
    assert_no_secret(&text);
    assert_no_secret(&format!("{error:?}"));
    assert_no_secret(&format!("{error:#?}"));
    text
}

#[track_caller]
pub(crate) fn assert_no_secret(text: &str) {
    for secret in [SECRET, TOKEN] {
        let once = alicloud_runtime::signature::encode(secret);
        let twice = alicloud_runtime::signature::encode(&once);
        for form in [secret, &once, &twice, &secret[..8]] {
            assert!(!text.contains(form), "a secret is in: {text}");
        }
    }
}

/// A directory that goes away with its owner.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// Lets background tasks run until something is so; gives up after ten seconds.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}
