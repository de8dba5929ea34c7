//! What the form asks: to check it, to fill it with examples, to send it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use alicloud_mock::{Mock, Options as MockOptions};
use alicloud_runtime::Signature;
use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::explorer::{Reply, Server};
use super::{form, reply};
use crate::explore::{Caller, Listening, Operation, Parameters, Problem, Request};

/// What a form holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    product: String,
    version: String,
    operation: String,
    /// By path, in order: what is within comes after what it is in.
    #[serde(default)]
    values: Vec<(String, String)>,
    #[serde(default)]
    region: String,
    #[serde(default)]
    signature: Version,
    #[serde(default)]
    target: Target,
    /// The code that the mock server is to fail with, if it is.
    #[serde(default)]
    fail: String,
    /// Parameters that somebody pasted.
    #[serde(default)]
    json: String,
    /// Whether somebody read why it is dangerous, and wants it.
    #[serde(default)]
    confirmed: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Version {
    #[default]
    V3,
    V1,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    #[default]
    Mock,
    Service,
}

/// The mock servers that were started, by product and version; each serves as long as the
/// process.
#[derive(Default)]
pub(super) struct Service {
    mocks: Mutex<HashMap<(String, String), String>>,
}

pub(super) async fn answer(server: &'static Server, what: &str, body: &[u8]) -> Reply {
    let form: Form = match serde_json::from_slice(body) {
        Ok(form) => form,
        Err(error) => return Reply::refusal(StatusCode::BAD_REQUEST, error.to_string()),
    };
    let operation = match find(server, &form).await {
        Ok(operation) => operation,
        Err(why) => return Reply::refusal(StatusCode::NOT_FOUND, why),
    };
    match what {
        "check" => check(operation, &form).await,
        "example" => filled(operation, &Parameters::example(operation), &[]),
        "paste" => paste(operation, &form.json),
        "send" => send(server, operation, &form).await,
        _ => Reply::refusal(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}

async fn find(server: &'static Server, form: &Form) -> Result<Operation, String> {
    let kept = server.shelf.find(&form.product, &form.version);
    let kept = kept.ok_or("there is no such product")?;
    let operation = kept.spec().await?.operation(&form.operation);
    operation.map_err(|unknown| unknown.to_string())
}

/// The request of a form, and everything that is wrong with it: of each parameter, what cannot
/// be understood comes before what is missing for that reason.
fn request(operation: Operation, form: &Form) -> (Request, Vec<Problem>) {
    let mut parameters = Parameters::new();
    let pairs = form.values.iter();
    let pairs = pairs.map(|(path, value)| (path.as_str(), value.as_str()));
    let mut problems = parameters.set_all(operation, pairs);
    let request = operation.request(&parameters);
    problems.extend(request.problems().iter().cloned());
    (request, problems)
}

/// Parameters to fill the form with, and what of them is wrong: the form has no place for it.
fn paste(operation: Operation, json: &str) -> Reply {
    let (parameters, problems) = match Parameters::from_json(json) {
        Ok(parameters) => {
            let problems = operation.request(&parameters).problems().to_vec();
            (parameters, problems)
        }
        Err(problem) => (Parameters::new(), vec![problem]),
    };
    filled(operation, &parameters, &problems)
}

fn filled(operation: Operation, parameters: &Parameters, problems: &[Problem]) -> Reply {
    let texts = form::texts(&operation.parameters(), parameters.as_json());
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    Reply::json(&json!({"parameters": texts, "problems": problems}))
}

async fn check(operation: Operation, form: &Form) -> Reply {
    let (request, problems) = request(operation, form);
    let caller = Caller::example().signature(match form.signature {
        Version::V3 => Signature::V3,
        Version::V1 => Signature::V1,
    });
    let signed = request.sign(&in_region(caller, &form.region)).await;
    let mut report = json!({
        "problems": problems,
        "hints": request.hints(),
        "code": {
            "rust": request.rust(),
            "aliyun": request.aliyun(),
            "json": format!("{:#}", Json::Object(request.masked())),
        },
        "steps": [],
    });
    match signed {
        Ok(signed) => {
            report["code"]["curl"] = signed.curl.as_str().into();
            let steps = signed.steps().into_iter();
            let steps = steps.map(|it| json!({"title": it.title, "how": it.how, "text": it.text}));
            report["steps"] = steps.collect();
        }
        Err(error) => {
            report["code"]["curl"] = "".into();
            report["unsigned"] = error.to_string().into();
        }
    }
    Reply::json(&report)
}

fn in_region(caller: Caller, region: &str) -> Caller {
    match region.trim() {
        "" => caller,
        region => caller.region(region),
    }
}

async fn send(server: &'static Server, operation: Operation, form: &Form) -> Reply {
    let (request, problems) = request(operation, form);
    if !problems.is_empty() {
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        return Reply::refusal(StatusCode::UNPROCESSABLE_ENTITY, said.join("; "));
    }
    let caller = match form.target {
        Target::Mock => {
            let caller = mock(server, operation).await;
            caller.map(|caller| match form.fail.as_str() {
                "" => caller,
                code => caller.mock_error(code),
            })
        }
        Target::Service if !server.options.allow_send => {
            let why = "the explorer was started without `--allow-send`";
            return Reply::refusal(StatusCode::FORBIDDEN, why);
        }
        Target::Service => {
            let reasons = operation.risk().reasons();
            if !reasons.is_empty() && !form.confirmed {
                let what = format!("{} is about to be sent to the service.", operation.name());
                let confirm = json!({"what": what, "reasons": reasons});
                return Reply::json(&json!({ "confirm": confirm }));
            }
            from_env(server).await
        }
    };
    let caller = match caller {
        Ok(caller) => in_region(caller, &form.region),
        Err(why) => return Reply::refusal(StatusCode::BAD_GATEWAY, why),
    };
    let to_mock = form.target == Target::Mock;
    if let Some(listening) = request.listen(&caller) {
        return events(operation, listening, to_mock);
    }
    let answer = request.send(&caller).await;
    let html = reply::answer(operation, &answer, to_mock).into_string();
    Reply::json(&json!({"success": answer.success, "html": html}))
}

/// The reply in lines of JSON, each as soon as it is known: the panel, the events one by one,
/// what became of it. Who goes away ends the call.
fn events(operation: Operation, mut listening: Listening, to_mock: bool) -> Reply {
    Reply::lines(move |lines| async move {
        let panel = reply::listening(to_mock).into_string();
        lines.send(&json!({ "panel": panel })).await;
        while let Some(event) = listening.next().await {
            let html = reply::event(operation, listening.heard(), &event).into_string();
            lines.send(&json!({ "event": html })).await;
        }
        let answer = listening.answer();
        let html = reply::outcome(operation, &answer).into_string();
        let end = json!({"success": answer.success, "outcome": html});
        lines.send(&end).await;
    })
}

/// The environment's keys, which are read now and not kept.
async fn from_env(server: &'static Server) -> Result<Caller, String> {
    let caller = Caller::from_env()
        .await
        .map_err(|error| error.to_string())?;
    Ok(match &server.options.endpoint {
        Some(endpoint) => caller.endpoint(endpoint),
        None => caller,
    })
}

/// A caller of the operation's mock server, which is started where it does not run yet.
async fn mock(server: &'static Server, operation: Operation) -> Result<Caller, String> {
    let spec = operation.spec();
    let key = (spec.product().to_owned(), spec.version().to_owned());
    let mocks = &server.service.mocks;
    let running = || mocks.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(url) = running().get(&key) {
        return Ok(Caller::mock(url));
    }
    let start = move || Mock::new(spec.json(), &MockOptions::default())?.in_background();
    let started = tokio::task::spawn_blocking(start).await;
    let started = started.map_err(|panic| panic.to_string())?;
    let url = started.map_err(|error| format!("{error:#}"))?;
    running().insert(key, url.clone());
    Ok(Caller::mock(url))
}
