//! The program that `cargo xtask conform` builds against a generated crate: it
//! makes typed requests from JSON, lets the runtime send them to a transport that
//! records, and prints what would have gone out. One JSON document a line, in and
//! out. Knows nothing of what is expected: comparing is xtask's part.

mod operations;

use std::io::{BufRead as _, Write as _};
use std::sync::{Arc, Mutex};

use alicloud_runtime::transport::Body;
use alicloud_runtime::{
    BoxFuture, Bytes, Call, Config, Credentials, ErrorCodes, Response, Retry, SendOptions, Transport,
    TransportError, http,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// What to do: call an operation, and what the service is to answer.
#[derive(Deserialize)]
struct Task {
    operation: String,
    arguments: Json,
    #[serde(default)]
    reply: Option<String>,
}

type Outcome = Result<Json, String>;

fn main() {
    let recorder = Recorder::default();
    let config = Config::new(Credentials::new("id", "secret"))
        .endpoint("recorded.invalid")
        .preflight(false)
        .retry(Retry::off())
        .in_band_failures(false)
        .fill_unset(false)
        .transport(recorder.clone());
    let client = operations::Client::new(&config);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime of one thread");
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let task: Task = serde_json::from_str(&line.expect("UTF-8")).expect("a task");
        recorder.answer(task.reply.unwrap_or_else(|| "{}".to_owned()));
        let outcome = runtime.block_on(operations::call(&client, &task.operation, task.arguments));
        let (value, error) = match outcome {
            Ok(value) => (value, None),
            Err(error) => (Json::Null, Some(error)),
        };
        let line = json!({ "request": recorder.taken(), "value": value, "error": error });
        writeln!(out, "{line}").expect("the pipe to xtask");
    }
}

/// Reads a request.
fn parse<T: DeserializeOwned>(arguments: Json) -> Result<T, String> {
    serde_json::from_value(arguments).map_err(|error| format!("the arguments do not fit: {error}"))
}

/// Sends a call, and writes its response again.
async fn run<R, E>(call: Result<Call<R, E>, String>) -> Outcome
where
    R: Response + Serialize,
    E: ErrorCodes,
{
    let response = call?.await.map_err(|error| error.to_string())?;
    serde_json::to_value(&response).map_err(|error| error.to_string())
}

/// Answers everything with one body, and keeps the last request.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    request: Json,
    reply: Bytes,
}

impl Recorder {
    fn answer(&self, reply: String) {
        *self.0.lock().expect("one thread") = Recorded { request: Json::Null, reply: reply.into() };
    }

    fn taken(&self) -> Json {
        self.0.lock().expect("one thread").request.take()
    }
}

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let (head, body) = request.into_parts();
        let headers: serde_json::Map<String, Json> = head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())
            })
            .collect();
        let mut recorded = self.0.lock().expect("one thread");
        recorded.request = json!({
            "method": head.method.as_str(),
            "path": head.uri.path(),
            "query": head.uri.query().unwrap_or_default(),
            "headers": headers,
            "body": String::from_utf8_lossy(body.as_bytes().expect("no stream")),
        });
        let reply = http::Response::builder()
            .header("content-type", "application/json")
            // As a gateway gives it: not every sample shows one.
            .header("x-acs-request-id", "recorded")
            .body(Body::from(recorded.reply.clone()))
            .expect("a reply without surprises");
        Box::pin(std::future::ready(Ok(reply)))
    }
}
