//! What the mock server knows of a product, and how it answers.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use serde_json::{Map, Value as Json, json};

use crate::signature::{self, Refusal};
use crate::{Document, Options, Request};
use crate::{events, paging, required};

/// The part of `--help` on answers on demand.
pub const HELP: &str = "\
Answers on demand, in a request's headers:
  x-mock-error: CODE         fail with a code, and its documented status and message
  x-mock-status: STATUS      ... with this status instead
  x-mock-delay: MILLISECONDS answer later
  x-mock-events: N           answer with N server-sent events, if the operation has them
  x-mock-event-error: CODE   ... and with this failure after them
A client that cannot set headers gives a text parameter the value `mock-error:CODE`.

A listing has `--items` items, copies of those in its sample, and pages through them: by
number and size, or by token. An operation that has both gives a token to who asks with
`MaxResults` or a token. An operation with server-sent events answers with three if its
parameter `stream` is true.";

/// How far a client's clock may be off.
const CLOCK_SECONDS: i64 = 15 * 60;

/// A product.
pub(crate) struct Service {
    product: String,
    version: String,
    document: Document,
    /// Samples in JSON, of operations that document none.
    made: BTreeMap<String, String>,
    key: (String, String),
    /// How many items a listing has.
    items: usize,
    nonces: Mutex<HashSet<String>>,
    answers: AtomicU64,
}

/// A reply, not yet sent.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) delay: Duration,
}

impl Answer {
    /// To a request whose body was not read.
    pub(crate) fn unread(status: u16, reason: String) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: reason,
            delay: Duration::ZERO,
        }
    }
}

/// An operation that a request is for.
struct Called<'a> {
    name: &'a str,
    api: &'a Json,
    path: Vec<(String, String)>,
}

impl Service {
    pub(crate) fn new(api_docs: &[u8], options: &Options) -> Result<Self> {
        let document: Document = serde_json::from_slice(api_docs)?;
        let spec = alicloud_codegen::Spec {
            path: "api-docs.json",
            json: api_docs,
            overlay: None,
        };
        let text = |key: &str| document.info.get(key).and_then(Json::as_str);
        let (Some(product), Some(version)) = (text("product"), text("version")) else {
            bail!("it is no metadata: `info` names no product and version");
        };
        Ok(Self {
            product: product.to_lowercase(),
            version: version.to_owned(),
            made: alicloud_codegen::samples(&spec),
            key: (
                options.access_key_id.clone(),
                options.access_key_secret.clone(),
            ),
            items: options.items,
            nonces: Mutex::default(),
            answers: AtomicU64::new(0),
            document,
        })
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.product, self.version)
    }

    /// Answers a request that arrives at a time.
    pub(crate) fn answer(&self, request: &Request, now: SystemTime) -> Answer {
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let id = format!("00000000-0000-4000-8000-{number:012X}");
        let is_xml = request
            .query("Format")
            .is_some_and(|format| format.eq_ignore_ascii_case("xml"))
            || request.header("accept") == Some("application/xml");
        let mut has_events = false;
        let done = self.called(request).and_then(|called| {
            self.check(request, &called, now)?;
            let Some(count) = events::wanted(called.api, request) else {
                return self.success(request, &called, is_xml);
            };
            has_events = true;
            let reply = self.success(request, &called, false)?;
            let reply = reply.unwrap_or_else(|| json!({ "RequestId": id }).to_string());
            let failure = request.header("x-mock-event-error");
            let failure = failure.map(|code| on_demand(code.to_owned(), &called, request));
            Ok(Some(events::body(&reply, count, failure)))
        });
        let has_events = has_events && done.is_ok();
        let (status, body) = match done {
            Ok(Some(body)) => (200, body),
            Ok(None) if is_xml => (200, format!("<Reply><RequestId>{id}</RequestId></Reply>")),
            Ok(None) => (200, json!({ "RequestId": id }).to_string()),
            Err(refusal) => (refusal.status, error_body(&refusal, &id, request, is_xml)),
        };
        let milliseconds = request
            .header("x-mock-delay")
            .and_then(|text| text.parse().ok());
        let kind = if has_events {
            "text/event-stream;charset=utf-8"
        } else if is_xml {
            "text/xml;charset=utf-8"
        } else {
            "application/json;charset=utf-8"
        };
        Answer {
            status,
            headers: vec![("content-type", kind.to_owned()), ("x-acs-request-id", id)],
            body,
            delay: Duration::from_millis(milliseconds.unwrap_or_default()),
        }
    }

    /// What the operation documents: its sample, or a page that is made of that.
    fn success(
        &self,
        request: &Request,
        called: &Called<'_>,
        is_xml: bool,
    ) -> Result<Option<String>, Refusal> {
        let documented = sample(called.api, is_xml);
        let json = sample(called.api, false).or_else(|| self.made.get(called.name).cloned());
        let json = json.and_then(|text| serde_json::from_str(&text).ok());
        if let Some(json) = json {
            let page = paging::page(called.api, &self.document, &json, request, self.items)?;
            // Of a sample that is made there is no other form.
            let page = page.or_else(|| documented.is_none().then_some(json));
            if let Some(page) = page {
                return Ok(Some(if is_xml {
                    paging::xml(&format!("{}Response", called.name), &page)
                } else {
                    page.to_string()
                }));
            }
        }
        Ok(documented)
    }

    /// Finds the operation: by its name, or else by method and path.
    fn called(&self, request: &Request) -> Result<Called<'_>, Refusal> {
        let version = request
            .header("x-acs-version")
            .or_else(|| request.query("Version"));
        if version != Some(&self.version) {
            let message = "Specified parameter Version is not valid.";
            return Err(Refusal::new("InvalidVersion", message));
        }
        let action = request
            .header("x-acs-action")
            .or_else(|| request.query("Action"));
        let mut known = self.document.apis.iter();
        let found = match action {
            Some(action) => known
                .find(|(name, _)| *name == action)
                .and_then(|(name, api)| Some((name, api, request.path_values(self.path(api))?))),
            None => known.find_map(|(name, api)| {
                let is_method = methods(api).any(|method| method == request.method);
                let values = request.path_values(self.path(api))?;
                (is_method && self.path(api) != "/").then_some((name, api, values))
            }),
        };
        let not_found = || Refusal {
            status: 404,
            ..Refusal::new(
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            )
        };
        let (name, api, path) = found.ok_or_else(not_found)?;
        if !methods(api).any(|method| method == request.method) {
            return Err(Refusal {
                status: 405,
                ..Refusal::new(
                    "UnsupportedHTTPMethod",
                    "This http method is not supported.",
                )
            });
        }
        Ok(Called { name, api, path })
    }

    /// The path template of an operation. Gateways of RPC products ignore it.
    fn path<'a>(&self, api: &'a Json) -> &'a str {
        let is_rpc = self.document.info["style"] == "RPC";
        api["path"].as_str().filter(|_| !is_rpc).unwrap_or("/")
    }

    /// Everything that a gateway looks at before it calls the service.
    fn check(
        &self,
        request: &Request,
        called: &Called<'_>,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        if !is_anonymous(called.api) {
            let (id, secret) = &self.key;
            let signed = signature::verify(request, id, secret)?;
            let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let skew = i64::try_from(now)
                .unwrap_or(i64::MAX)
                .saturating_sub(signed.date);
            if skew.abs() > CLOCK_SECONDS {
                return Err(Refusal::new(
                    "InvalidTimeStamp.Expired",
                    "Specified time stamp or date value is expired.",
                ));
            }
            let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
            if !nonces.insert(signed.nonce) {
                return Err(Refusal::new(
                    "SignatureNonceUsed",
                    "Specified signature nonce was used already.",
                ));
            }
        }
        let parameters = required::Parameters::new(request, &called.path);
        if let Some(name) = parameters.missing(called.api, &self.document) {
            let message = format!("{name} is mandatory for this action.");
            return Err(Refusal::new("MissingParameter", message));
        }
        match demanded(request) {
            Some(code) => Err(on_demand(code, called, request)),
            None => Ok(()),
        }
    }
}

/// The code that a request asks to fail with.
fn demanded(request: &Request) -> Option<String> {
    let marked = |text: &str| text.strip_prefix("mock-error:").map(str::to_owned);
    let header = request.header("x-mock-error").map(str::to_owned);
    header.or_else(|| {
        let mut pairs = request.query.iter().chain(&request.form);
        pairs.find_map(|(_, value)| marked(value))
    })
}

fn on_demand(code: String, called: &Called<'_>, request: &Request) -> Refusal {
    let rows = called.api["errorCodes"].as_object().into_iter().flatten();
    let row = rows.flat_map(|(status, rows)| {
        rows.as_array()
            .into_iter()
            .flatten()
            .map(move |row| (status, row))
    });
    let found = { row }.find(|(_, row)| row["errorCode"].as_str().map(str::trim) == Some(&*code));
    let (status, message) = match found {
        Some((status, row)) => (status.parse().ok(), row["errorMessage"].as_str()),
        None => (None, None),
    };
    let is_http = |status: &u16| (100..1000).contains(status);
    let wanted = request
        .header("x-mock-status")
        .and_then(|text| text.parse().ok());
    Refusal {
        status: wanted.or(status).filter(is_http).unwrap_or(400),
        message: message.map_or_else(
            || format!("{} does not document this code.", called.name),
            str::to_owned,
        ),
        code: code.into(),
    }
}

/// The methods that an operation takes, in upper case.
fn methods(api: &Json) -> impl Iterator<Item = String> {
    api["methods"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_uppercase)
}

fn is_anonymous(api: &Json) -> bool {
    let kinds: Vec<&Map<String, Json>> = api["security"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_object)
        .collect();
    !kinds.is_empty() && kinds.iter().all(|kind| kind.contains_key("Anonymous"))
}

/// The documented reply.
fn sample(api: &Json, is_xml: bool) -> Option<String> {
    let demos: Vec<Json> = serde_json::from_str(api["responseDemo"].as_str()?).ok()?;
    let wanted = if is_xml { "xml" } else { "json" };
    let demo = demos.iter().find(|demo| demo["type"] == wanted)?;
    demo["example"]
        .as_str()
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

fn error_body(refusal: &Refusal, id: &str, request: &Request, is_xml: bool) -> String {
    let host = request.header("host").unwrap_or_default();
    if !is_xml {
        return json!({
            "RequestId": id,
            "HostId": host,
            "Code": refusal.code,
            "Message": refusal.message,
        })
        .to_string();
    }
    format!(
        "<Error><RequestId>{id}</RequestId><HostId>{}</HostId><Code>{}</Code><Message>{}</Message></Error>",
        escape(host),
        escape(&refusal.code),
        escape(&refusal.message)
    )
}

/// A text inside of an element.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
