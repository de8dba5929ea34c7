//! [`Recorder`]: real calls, written to a file without their secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value as Json};

use super::document::Document;
use super::ids::Ids;
use super::masker::{Keep, Masker};
use super::recorded::Recorded;
use super::recording::{Parameters, RecordingError, head};
use crate::encode::{UnsignedRequest, secrets_by_name};
use crate::future::BoxFuture;
use crate::gateway;
use crate::mask::MASK;
use crate::params::pair;
use crate::schema::{Operation, ReplyBody};
use crate::transport::{
    Body, Confidential, SendOptions, Transport, TransportError, TransportErrorKind,
};
use crate::value::secret_names;

/// Sends by another transport, and writes each exchange to a file that
/// [`Replay::from_recording`](super::Replay::from_recording) answers from.
///
/// The file holds no secret: neither credentials and signatures (nor any other header of a
/// request), nor the values of parameters and members of replies that the metadata calls
/// secret, or whose name says that they are. They are masked wherever they occur, in
/// whichever spelling, also in later exchanges. A reply that cannot be read as what it begins
/// as (a cut JSON document, say) is not kept, since what of it is secret is not known.
///
/// Ids are replaced, each by the same stand-in throughout the file: those of accounts and
/// users (16 or 18 digits), of access keys (`LTAI…`, `STS.…`), of requests and tokens (UUIDs),
/// and of resources (a prefix in lower case, `-`, and 10 or more lower-case letters and digits,
/// with both among them: `lsr-bp1bpn0kn908w4nbw`; or 32 or 33 of these alone). Names, addresses
/// and domains are kept, unless [`replace`](Self::replace) says otherwise: look at a file before
/// you publish it.
///
/// It records the calls of the configuration whose transport it is. What fetches credentials
/// or uploads files passes by. A reply is read whole, to the call's limit, before it is handed
/// on, so events come all at once. A file is written by one recorder at a time, each exchange in one piece.
///
/// ```no_run
/// # use alicloud_runtime as alicloud;
/// use alicloud::testing::{Recorder, Replay};
/// use alicloud::transport::{Http, HttpOptions};
/// use alicloud::Config;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let file = "tests/recordings/listeners.jsonl";
/// let config = if std::env::var_os("RECORD").is_some() {
///     let http = Http::new(&HttpOptions::default())?;
///     Config::from_env().await?.transport(Recorder::create(file, http)?)
/// } else {
///     Replay::from_recording(file)?.config()
/// };
/// // … the test, with `config`
/// # Ok(())
/// # }
/// ```
pub struct Recorder {
    transport: Box<dyn Transport>,
    path: PathBuf,
    keeps_ids: bool,
    replacements: Vec<(String, String)>,
    ignored: Vec<String>,
    tape: Mutex<Tape>,
}

struct Tape {
    file: File,
    ids: Ids,
    /// The secrets of all replies so far: later requests may send them.
    secrets: BTreeSet<String>,
}

impl Recorder {
    /// Sends by `transport`, and writes to the file at `path`, which is made anew.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(
        path: impl AsRef<Path>,
        transport: impl Transport,
    ) -> Result<Self, RecordingError> {
        let path = path.as_ref().to_owned();
        let make = || {
            let mut file = File::create(&path)?;
            file.write_all(format!("{}\n", head()).as_bytes())?;
            Ok(file)
        };
        let file = make().map_err(|e| RecordingError::io(&path, e))?;
        Ok(Self {
            transport: Box::new(transport),
            path,
            keeps_ids: false,
            replacements: Vec::new(),
            ignored: Vec::new(),
            tape: Mutex::new(Tape {
                file,
                ids: Ids::default(),
                secrets: BTreeSet::new(),
            }),
        })
    }

    /// Keeps ids as they are.
    #[must_use]
    pub fn keep_ids(mut self) -> Self {
        self.keeps_ids = true;
        self
    }

    /// Writes `with` wherever `text` stands: a domain, a name, an address.
    #[must_use]
    pub fn replace(mut self, text: impl Into<String>, with: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.replacements.push((text, with.into()));
        }
        self
    }

    /// Masks a parameter of requests, which any value matches then: one that changes from run
    /// to run, such as a time.
    #[must_use]
    pub fn ignore(mut self, parameter: impl Into<String>) -> Self {
        self.ignored.push(parameter.into());
        self
    }

    /// Writes an exchange, in one piece or not at all.
    fn write(&self, exchange: &Exchange, outcome: Outcome<'_>) -> Result<(), RecordingError> {
        let mut tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let line = self.line(&mut tape, exchange, outcome);
        let mut append = || {
            let before = tape.file.stream_position()?;
            let written = tape.file.write_all(format!("{line}\n").as_bytes());
            if written.is_err() {
                // Half a line would spoil those that are there.
                tape.file.set_len(before)?;
                tape.file.seek(SeekFrom::Start(before))?;
            }
            written
        };
        append().map_err(|e| RecordingError::io(&self.path, e))
    }

    fn line(&self, tape: &mut Tape, exchange: &Exchange, outcome: Outcome<'_>) -> Json {
        let (operation, confidential) = (exchange.operation, &exchange.confidential);
        let mut secrets: Vec<String> = confidential.values.to_vec();
        secrets.extend(tape.secrets.iter().cloned());
        secrets.extend(exchange.secrets());
        let mut response = confidential.response.map(|empty| empty());
        let names = response.as_deref_mut().map(secret_names);
        let ids = (!self.keeps_ids).then_some(&mut tape.ids);
        let names = names.unwrap_or_default();
        let mut masker = Masker::new(secrets, names, &self.replacements, ids);
        let reply = match outcome {
            Outcome::Reply(reply) => Some((reply, Document::of(reply))),
            Outcome::Failure(_) => None,
        };
        if let Some((_, document)) = &reply {
            let mut learned = Masker::new(Vec::new(), masker.names().clone(), &[], None);
            document.each(&mut |json| learned.learn(json));
            tape.secrets.extend(learned.secrets().iter().cloned());
            masker.add(&tape.secrets);
        }
        masker.secrets();

        let mut line = Map::new();
        line.insert("product".into(), operation.product.name.into());
        line.insert("version".into(), operation.product.version.into());
        line.insert("operation".into(), operation.name.into());
        line.insert("request".into(), self.request(&mut masker, exchange));
        masker.keep(Keep::Type);
        match (outcome, reply) {
            (Outcome::Failure(kind), _) => drop(line.insert("failure".into(), kind.name().into())),
            (_, Some((reply, document))) => {
                let is_secret = reply.status().is_success() && is_secret(operation, confidential);
                let body = match is_secret {
                    true => ("text", MASK.into()),
                    false => document.masked(&mut masker),
                };
                let reply = self.reply(&mut masker, operation, reply, body);
                line.insert("reply".into(), reply);
            }
            (_, None) => {}
        }
        line.into()
    }

    fn request(&self, masker: &mut Masker<'_>, exchange: &Exchange) -> Json {
        let (request, parameters) = (&exchange.request, &exchange.parameters);
        let mut out = Map::new();
        out.insert("method".into(), request.method().into());
        out.insert("host".into(), masker.text(request.host()).into());
        out.insert("path".into(), masker.text(&parameters.path).into());
        for (name, pairs) in [("query", &parameters.query), ("form", &parameters.form)] {
            if !pairs.is_empty() {
                out.insert(name.into(), self.pairs(masker, pairs));
            }
        }
        match &parameters.body {
            Some(body) => drop(out.insert("body".into(), self.body(masker, body))),
            None if parameters.form.is_empty() && !request.body().is_empty() => {
                // Nobody knows what of it is secret.
                out.insert("body_bytes".into(), request.body().len().into());
            }
            None => {}
        }
        out.into()
    }

    fn pairs(&self, masker: &mut Masker<'_>, pairs: &BTreeMap<String, String>) -> Json {
        let pairs = pairs.iter();
        let masked = pairs.map(|(name, value)| {
            let value = match self.ignored.contains(name) {
                true => MASK.to_owned(),
                false => masker.text(value),
            };
            (masker.text(name), Json::from(value))
        });
        Json::Object(masked.collect())
    }

    fn body(&self, masker: &mut Masker<'_>, body: &Json) -> Json {
        let mut body = body.clone();
        if let Json::Object(members) = &mut body {
            for (name, member) in members {
                if self.ignored.contains(name) {
                    *member = MASK.into();
                }
            }
        }
        masker.json(&body)
    }

    fn reply(
        &self,
        masker: &mut Masker<'_>,
        operation: &Operation,
        reply: &http::Response<Bytes>,
        (kind, body): (&str, Json),
    ) -> Json {
        let ids = gateway::of(operation.product).spelling().request_id;
        let kept = ["content-type", "retry-after", "x-acs-retry-after"];
        let mut headers = Map::new();
        for name in kept.into_iter().chain(ids.iter().copied()) {
            let value = reply.headers().get(name).and_then(|v| v.to_str().ok());
            if let Some(value) = value {
                headers.insert(name.into(), masker.text(value).into());
            }
        }
        let mut out = Map::new();
        out.insert("status".into(), reply.status().as_u16().into());
        out.insert("headers".into(), headers.into());
        out.insert(kind.into(), body);
        out.into()
    }
}

/// A request on its way, as it is recorded.
struct Exchange {
    operation: &'static Operation,
    request: Recorded,
    parameters: Parameters,
    confidential: Confidential,
}

#[derive(Clone, Copy)]
enum Outcome<'r> {
    Reply(&'r http::Response<Bytes>),
    Failure(TransportErrorKind),
}

impl Exchange {
    fn new(
        operation: &'static Operation,
        head: &http::request::Parts,
        body: Option<&Bytes>,
        confidential: Confidential,
    ) -> Self {
        let body = body.cloned().unwrap_or_default();
        let request = Recorded::new(http::Request::from_parts(head.clone(), body));
        Self {
            operation,
            parameters: Parameters::of(&request),
            request,
            confidential,
        }
    }

    /// The secrets that names tell.
    fn secrets(&self) -> Vec<String> {
        let mut request = UnsignedRequest::new("POST");
        let pairs = |all: &'_ [(String, String)]| {
            let pairs = all.iter().map(|(name, value)| pair(name, value));
            pairs
                .map(|(name, value)| (name.into_owned().into(), value.into_owned().into()))
                .collect()
        };
        request.query = pairs(self.request.queries());
        request.form = pairs(self.request.forms());
        request.body = self.request.body().clone();
        let headers = self.request.headers().iter();
        let headers: Vec<(String, String)> = headers
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        secrets_by_name(&request, &headers, &[])
    }
}

/// Whether an operation permits an upload, which a replay does by itself.
fn is_upload(operation: &Operation) -> bool {
    operation.product.name == "OpenPlatform" && operation.name == "AuthorizeFileUpload"
}

/// Whether a success is one secret as a whole.
fn is_secret(operation: &Operation, confidential: &Confidential) -> bool {
    let is_whole = matches!(operation.reply, ReplyBody::Binary | ReplyBody::Document);
    let response = confidential.response.map(|empty| empty());
    let field = response.and_then(|response| response.schema().fields.first());
    is_whole && field.is_some_and(|field| field.secret)
}

impl Transport for Recorder {
    fn send(
        &self,
        mut request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let called = options.operation.filter(|called| !is_upload(called));
            let Some(operation) = called else {
                return self.transport.send(request, options).await;
            };
            let Some(confidential) = request.extensions_mut().remove::<Confidential>() else {
                let message = "a recorder is not told what is secret of this request: \
                               it has to be the transport of the configuration itself";
                return Err(TransportError::new(TransportErrorKind::Other, message).not_sent());
            };
            let (head, body) = request.into_parts();
            let exchange = Exchange::new(operation, &head, body.as_bytes(), confidential);
            let mut pending = Pending {
                recorder: self,
                exchange: Some(exchange),
                started: tokio::time::Instant::now(),
                timeout: options.timeout,
            };
            // What is read as it comes has no limit: to be kept it is read whole.
            let limit = match options.streamed {
                true => usize::MAX,
                false => options.max_reply_bytes,
            };
            let request = http::Request::from_parts(head, body);
            let sent = match self.transport.send(request, options).await {
                Ok(reply) => {
                    let (head, body) = reply.into_parts();
                    let body = body.collect(limit).await;
                    body.map(|body| http::Response::from_parts(head, body))
                }
                Err(error) => Err(error),
            };
            let outcome = match &sent {
                Ok(reply) => Outcome::Reply(reply),
                Err(error) => Outcome::Failure(error.kind()),
            };
            pending.write(outcome).map_err(|error| {
                let message = format!("the exchange took place, but {error}");
                TransportError::new(TransportErrorKind::Other, message)
            })?;
            sent.map(|reply| reply.map(Body::from))
        })
    }

    fn is_recording(&self) -> bool {
        true
    }
}

/// An exchange that is not written yet. Whoever bounds an attempt in time drops it: then it
/// is a timeout.
struct Pending<'r> {
    recorder: &'r Recorder,
    exchange: Option<Exchange>,
    started: tokio::time::Instant,
    timeout: Duration,
}

impl Pending<'_> {
    fn write(&mut self, outcome: Outcome<'_>) -> Result<(), RecordingError> {
        match self.exchange.take() {
            Some(exchange) => self.recorder.write(&exchange, outcome),
            None => Ok(()),
        }
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if self.started.elapsed() >= self.timeout {
            // The call ends with an error anyway.
            let _ = self.write(Outcome::Failure(TransportErrorKind::Timeout));
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("path", &self.path)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}
