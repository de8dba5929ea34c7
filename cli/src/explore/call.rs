//! Signing and sending a request, and saying what came back.

use alicloud_runtime::operation::{self, ApiStyle, ReplyBody};
use alicloud_runtime::wire::{self, DynamicObject, Object, Schema, Value};
use alicloud_runtime::{Bytes, Call, Client, Credentials, Error, Json, Undocumented};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha1::Sha1;
use sha2::Sha256;

use super::caller::Caller;
use super::describe::DocumentedError;
use super::events::HeardEvent;
use super::parameters::Problem;
use super::program;
use super::spec::Operation;

/// The name of V3's algorithm, which a string to sign begins with.
pub(super) const V3: &str = "ACS3-HMAC-SHA256";
/// What stands for a secret.
pub(crate) const MASK: &str = "***";

/// A request, signed.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Signed {
    /// The HTTP method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The headers, in the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// The body; text that is no UTF-8 with replacement characters.
    pub body: String,
    /// The canonical request, which is hashed into the string to sign.
    pub canonical_request: String,
    /// The string that the key is applied to.
    pub string_to_sign: String,
    /// The signature of the request as it is shown here.
    pub signature: String,
    /// True where `***` stands for something secret (a password among the parameters, a security
    /// token): then the signature is that of the masked request, and the service refuses it.
    pub masked: bool,
    /// A `curl` command that sends it, for a POSIX shell. Services take a signature for
    /// fifteen minutes.
    pub curl: String,
}

pub(super) async fn sign(
    operation: Operation,
    record: DynamicObject,
    caller: &Caller,
) -> Result<Signed, Error> {
    let secret = !secrets(&record).is_empty();
    let call = call::<Document>(operation, record, caller);
    let mut explained = call.preflight(false).explain().await?;
    let signature = signature(&explained.string_to_sign, operation, &caller.credentials);
    // The runtime masks what it shows; here the signature is what was asked for.
    let encoded = alicloud_runtime::signature::encode(&signature);
    let masked = format!("Signature={MASK}");
    explained.url = explained
        .url
        .replace(&masked, &format!("Signature={encoded}"));
    for (name, value) in &mut explained.headers {
        if let Some(before) = value.strip_suffix(MASK)
            && name == "authorization"
        {
            *value = format!("{before}{signature}");
        }
    }
    let credentials = &caller.credentials;
    let token = credentials.bearer_token().or(credentials.identity_token());
    let token = token.or(credentials.security_token());
    Ok(Signed {
        curl: explained.curl(),
        method: explained.method,
        url: explained.url,
        headers: explained.headers,
        body: explained.body,
        canonical_request: explained.canonical_request,
        string_to_sign: explained.string_to_sign,
        signature,
        masked: secret || token.is_some(),
    })
}

/// The last step of a signature: the key applied to the string to sign. Empty where nothing is
/// signed.
fn signature(string_to_sign: &str, operation: Operation, credentials: &Credentials) -> String {
    let secret = credentials.access_key_secret();
    if string_to_sign.is_empty() {
        return String::new();
    }
    if string_to_sign.starts_with(V3) {
        return HEXLOWER.encode(&hmac::<Hmac<Sha256>>(secret, string_to_sign));
    }
    // The older signatures: for RPC, the key is followed by `&`.
    let end = if operation.spec.client.style == ApiStyle::Rpc {
        "&"
    } else {
        ""
    };
    BASE64.encode(&hmac::<Hmac<Sha1>>(
        &format!("{secret}{end}"),
        string_to_sign,
    ))
}

fn hmac<M: KeyInit + Mac>(key: &str, text: &str) -> Vec<u8> {
    // Any length of a key will do for HMAC.
    let Ok(mut hmac) = M::new_from_slice(key.as_bytes()) else {
        return Vec::new();
    };
    hmac.update(text.as_bytes());
    hmac.finalize().into_bytes().to_vec()
}

/// The secrets that are set anywhere in it: the variable that holds each, as in
/// [`super::program`], and the text.
fn secrets(object: &dyn Object) -> Vec<(String, String)> {
    fn within(name: Option<String>, value: &dyn Value, found: &mut Vec<(String, String)>) {
        match (value.view(), name) {
            (wire::View::Object(object), name) => of_object(name, object, found),
            (wire::View::List(list), name) => {
                for index in 0..list.len() {
                    let name = name.as_deref();
                    let name = name.map(|name| program::item_variable(name, index, list.len()));
                    within(name, list.at(index), found);
                }
            }
            (wire::View::Map(map), name) => map.each(&mut |key, value| {
                let name = name.as_deref();
                within(
                    name.map(|name| program::inner_variable(name, key)),
                    value,
                    found,
                );
            }),
            (wire::View::Unset, _) | (_, None) => {}
            (wire::View::Text(text), Some(name)) => {
                if !text.is_empty() {
                    found.push((name, text.to_owned()));
                }
            }
            (_, Some(name)) => found.push((name, wire::to_json(value))),
        }
    }
    fn of_object(of: Option<String>, object: &dyn Object, found: &mut Vec<(String, String)>) {
        for (index, field) in object.schema().fields.iter().enumerate() {
            let name = match &of {
                Some(of) => Some(program::inner_variable(of, field.name)),
                None => field.secret.then(|| program::variable(field.name)),
            };
            within(name, object.get(index), found);
        }
    }
    let mut found = Vec::new();
    of_object(None, object, &mut found);
    found
}

/// The answer to a request.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// True where the service answered with a success.
    pub success: bool,
    /// The HTTP status, where there was a reply.
    pub status: Option<u16>,
    /// The request's id, which the service's support asks for.
    pub request_id: Option<String>,
    /// The reply's headers.
    pub headers: Vec<(String, String)>,
    /// The reply's body; bytes that are no text by their number.
    pub body: String,
    /// The number of times that it was sent.
    pub attempts: u32,
    /// The error of a failure, in one line.
    pub error: Option<String>,
    /// The code of an error of the service.
    pub code: Option<String>,
    /// The metadata's row of that code.
    pub documented: Option<DocumentedError>,
    /// The events of a reply that came as server-sent events, and was not
    /// [heard](super::Request::listen) one by one.
    pub events: Vec<HeardEvent>,
    /// The problems of a request that was not sent.
    pub problems: Vec<Problem>,
}

impl Answer {
    pub(super) fn not_sent(problems: &[Problem]) -> Self {
        let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Self {
            error: Some(format!("nothing was sent: {}", words.join("; "))),
            problems: problems.to_vec(),
            ..Self::default()
        }
    }

    pub(super) fn failed(operation: Operation, error: &Error) -> Self {
        let documented = error.code().and_then(|code| {
            let of_code = |it: &&DocumentedError| it.code == code;
            let errors = operation.errors();
            let exact = errors
                .iter()
                .filter(of_code)
                .find(|it| Some(it.status) == error.status());
            exact.or_else(|| errors.iter().find(of_code)).cloned()
        });
        Self {
            status: error.status(),
            request_id: error.request_id().map(str::to_owned),
            headers: error.headers().map(headers).unwrap_or_default(),
            body: error.body().map(|body| text(body)).unwrap_or_default(),
            attempts: error.attempts(),
            error: Some(error.to_string()),
            code: error.code().map(str::to_owned),
            documented,
            ..Self::default()
        }
    }
}

pub(super) async fn send(operation: Operation, record: DynamicObject, caller: &Caller) -> Answer {
    match operation.model.reply {
        alicloud_codegen::model::ReplyBody::Binary => {
            sent(operation, call::<Binary>(operation, record, caller)).await
        }
        _ => sent(operation, call::<Document>(operation, record, caller)).await,
    }
}

async fn sent<R: alicloud_runtime::Response>(
    operation: Operation,
    call: Call<R, Undocumented>,
) -> Answer {
    match call.reply().await {
        Ok(reply) => Answer {
            success: true,
            status: Some(reply.status),
            request_id: reply.request_id.clone().or_else(|| id_within(&reply.body)),
            headers: headers(&reply.headers),
            body: text(&reply.body),
            attempts: reply.attempts,
            ..Answer::default()
        },
        Err(error) => Answer::failed(operation, &error.into()),
    }
}

/// The request's id as most replies name it: this one has no type to find it by.
fn id_within(body: &Bytes) -> Option<String> {
    let json: Json = serde_json::from_slice(body).ok()?;
    let names = ["RequestId", "requestId", "requestid"];
    names
        .iter()
        .find_map(|name| Some(json.get(name)?.as_str()?.to_owned()))
}

pub(super) fn headers(headers: &alicloud_runtime::http::HeaderMap) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into(),
            )
        })
        .collect()
}

/// A body for reading: JSON indented, other text as it is.
pub(super) fn text(body: &[u8]) -> String {
    if let Ok(json) = serde_json::from_slice::<Json>(body) {
        return serde_json::to_string_pretty(&json).unwrap_or_default();
    }
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("({} bytes)", body.len()),
    }
}

pub(super) fn call<R>(
    operation: Operation,
    record: DynamicObject,
    caller: &Caller,
) -> Call<R, Undocumented> {
    let client = Client::new(&caller.config(operation), operation.spec.client);
    Call::with_operation(&client, operation.described().operation, Box::new(record))
}

/// The `aliyun` command line that does the same.
pub(super) fn aliyun(operation: Operation, record: &DynamicObject) -> String {
    let product = operation.spec.product().to_lowercase();
    let encoded = match wire::encode(operation.described().operation, record) {
        Ok(encoded) => encoded,
        // Only a path can be without its parameter.
        Err(_) => return format!("# the path {} lacks a parameter", operation.http().1),
    };
    let secrets = secrets(record);
    let mut words = vec!["aliyun".to_owned(), product];
    let is_rpc = operation.spec.client.style == ApiStyle::Rpc;
    if is_rpc {
        words.push(operation.name().to_owned());
        for (name, value) in encoded.query.iter().chain(&encoded.form) {
            words.push(format!("--{name}"));
            words.push(argument(&secrets, value));
        }
        words.extend(["--version".to_owned(), operation.spec.version().to_owned()]);
        // Takes the version and the parameters as they are, known to it or not.
        words.push("--force".to_owned());
    } else {
        let query = alicloud_runtime::signature::canonical_query(&encoded.query);
        let mark = if query.is_empty() { "" } else { "?" };
        words.push(encoded.method.to_string());
        let target = format!("{}{mark}{query}", encoded.path);
        words.push(quoted(&masked(&secrets, &target)));
        for (name, value) in &encoded.headers {
            words.push("--header".to_owned());
            words.push(quoted(&masked(&secrets, &format!("{name}={value}"))));
        }
        let body = match encoded.form.is_empty() {
            true => String::from_utf8_lossy(&encoded.body).into_owned(),
            false => alicloud_runtime::signature::canonical_query(&encoded.form),
        };
        if !body.is_empty() {
            words.extend(["--body".to_owned(), quoted(&masked(&secrets, &body))]);
        }
    }
    words.join(" ")
}

/// A value; of a secret parameter, the variable that holds it.
fn argument(secrets: &[(String, String)], value: &str) -> String {
    match secrets.iter().find(|(_, secret)| secret == value) {
        Some((name, _)) => format!("\"${name}\""),
        None => quoted(&masked(secrets, value)),
    }
}

/// A text without the secrets in it, as they are there: plain, in JSON, or encoded.
fn masked(secrets: &[(String, String)], text: &str) -> String {
    let mut text = text.to_owned();
    for (_, secret) in secrets {
        let json = Json::from(secret.as_str()).to_string();
        let encoded = alicloud_runtime::signature::encode(secret);
        for form in [secret.as_str(), &json[1..json.len() - 1], &encoded] {
            text = text.replace(form, MASK);
        }
    }
    text
}

/// For a POSIX shell: plain words as they are.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,=+".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// An operation that no reply here is one of; the call knows its own.
static NONE: operation::Operation = operation::Operation::read(
    const { &operation::Product::new("", "", ApiStyle::Rpc) },
    "",
)
.reply(ReplyBody::Document);

macro_rules! reply {
    ($(#[$doc:meta])* $name:ident, $type:ty) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name($type);

        impl Object for $name {
            fn schema(&self) -> &'static Schema {
                const { &Schema::new(stringify!($name), &[]) }
            }
            fn get(&self, _: usize) -> &dyn Value {
                &self.0
            }
            fn get_mut(&mut self, _: usize) -> &mut dyn Value {
                &mut self.0
            }
        }

        impl alicloud_runtime::Response for $name {
            fn operation() -> &'static operation::Operation {
                &NONE
            }
        }
    };
}
reply! {
    /// A reply that is any document.
    Document, Json
}
impl alicloud_runtime::Streamed for Document {}
reply! {
    /// A reply that is bytes.
    Binary, Bytes
}
