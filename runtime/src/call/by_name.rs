//! [`RawCall`]: any operation by its name, with the parameters as they are
//! written on the wire; for what is not generated. Everything else is as in a
//! generated call: signing, retries, errors.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde_json::Value as Json;

#[cfg(doc)]
use super::call::Call;
use super::download::Downloading;
use super::events::Events;
use super::explain::Explanation;
use super::job::{ByName, Nothing, Parts, PlaceOfUrl};
use super::options::{Options, option_setters};
use super::reply::{Raw, Reply};
use super::wait::Wait;
use super::{decode, engine, explain};
use crate::client::Client;
use crate::client::Config;
use crate::content::FileContent;
use crate::decode::{Mismatches, request_id};
use crate::encode::{NOT_UPLOADED, UnsignedRequest, content_type, secrets_by_name};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::mask::{MASK, masked};
use crate::params::Pair;
use crate::schema::{ApiStyle, Operation, OperationKind, Product, ReplyBody, Schema};
use crate::value::{Object, Pending, Sealed, Slot, Value, View};

/// Calls operations by their names, of a product without a generated client. Where there
/// is one, its own `call` ([`Client::call`]) knows the product's hosts too.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), alicloud_runtime::Error> {
/// # let replay = alicloud_runtime::testing::Replay::new().respond(200, r#"{"TotalCount": 3}"#);
/// # let config = replay.config();
/// use alicloud::RawClient;
///
/// let ga = RawClient::rpc(&config, "Ga", "2019-11-20");
/// let reply = ga
///     .call("ListAccelerators")
///     .query("RegionId", "cn-hangzhou")
///     .read_only()
///     .await?;
/// println!("{}", reply.value["TotalCount"]);
/// # assert_eq!(reply.value["TotalCount"], 3);
/// # assert_eq!(replay.requests()[0].query("RegionId"), Some("cn-hangzhou"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RawClient(Client);

/// A call by name. Sent when it is awaited.
///
/// What its reply should be is not known, so any JSON or XML document is a success;
/// so is an empty one of a ROA product, with the value `null`. An HTML page is an error,
/// and an empty reply of an RPC product.
#[must_use = "a call is sent when it is awaited"]
pub struct RawCall {
    client: Client,
    name: String,
    kind: OperationKind,
    paid: bool,
    high_risk: bool,
    method: &'static str,
    encoded: UnsignedRequest<'static>,
    options: Options,
    files: Vec<(Pending, PlaceOfUrl)>,
    secret: Vec<String>,
    shows_secrets: bool,
}

impl RawClient {
    /// Creates a client of an RPC product version.
    ///
    /// Names of products and operations are kept for as long as the process runs,
    /// so they are to come from a program or its users, not from the network.
    pub fn rpc(config: &Config, product: &str, version: &str) -> Self {
        Self::new(config, product, version, ApiStyle::Rpc)
    }

    /// Creates a client of a ROA product version.
    pub fn roa(config: &Config, product: &str, version: &str) -> Self {
        Self::new(config, product, version, ApiStyle::Roa)
    }

    fn new(config: &Config, product: &str, version: &str, style: ApiStyle) -> Self {
        Self(Client::new(config, intern_product(product, version, style)))
    }

    /// Calls an operation; see [`Client::call`].
    pub fn call(&self, operation: &str) -> RawCall {
        self.0.call(operation)
    }
}

/// Calls by name.
impl Client {
    /// Calls an operation by its name, with the parameters as they are written on the
    /// wire: for operations that are newer than this crate. The product's hosts, its
    /// region and all that the configuration says apply.
    ///
    /// It is `POST /`, unless the call says otherwise, and taken for a write, see
    /// [`RawCall::read_only`]. The name is kept for as long as the process runs, so it is
    /// to come from a program or its users, not from the network.
    pub fn call(&self, operation: &str) -> RawCall {
        RawCall {
            client: self.clone(),
            name: operation.to_owned(),
            kind: OperationKind::Write,
            paid: true,
            high_risk: true,
            method: "POST",
            encoded: UnsignedRequest::new("POST"),
            options: Options::default(),
            files: Vec::new(),
            secret: Vec::new(),
            shows_secrets: false,
        }
    }
}

impl RawCall {
    /// Sets the HTTP method, in upper case. Default: `POST`.
    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self.encoded.method = method.into();
        self
    }

    /// Sets the path of a ROA operation, with its parameters filled in and
    /// percent-encoded. Default: `/`.
    ///
    /// It begins with `/` and has no query and no segment `.` or `..`; the call is
    /// not sent otherwise.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.encoded.path = Cow::Owned(path.into());
        self
    }

    /// Adds a parameter of the query, as it is on the wire (`Certificates.1.Id`).
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.encoded
            .query
            .push((Cow::Owned(name.into()), Cow::Owned(value.into())));
        self
    }

    /// Adds several parameters of the query.
    pub fn queries<N: Into<String>, V: Into<String>>(
        self,
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        parameters
            .into_iter()
            .fold(self, |call, (name, value)| call.query(name, value))
    }

    /// Adds a parameter of a form body. Where there are any, they are the body.
    pub fn form(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.encoded
            .form
            .push((Cow::Owned(name.into()), Cow::Owned(value.into())));
        self
    }

    /// Sets a JSON document as the body.
    pub fn json(mut self, body: &Json) -> Self {
        let body = Bytes::from(body.to_string());
        self.encoded.set_body(body, content_type::JSON);
        self
    }

    /// Sets bytes as the body.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.encoded.set_body(body.into(), content_type::BINARY);
        self
    }

    /// Sets bytes, a file or a stream as the body; see [`FileContent`].
    pub fn body(mut self, content: impl Into<FileContent>) -> Self {
        self.encoded.set_file(&content.into());
        self
    }

    /// Sets a file for a parameter of the query that takes a URL: it is uploaded before the call,
    /// and its URL sent. See [`FileUrl`](crate::FileUrl) for what that takes.
    pub fn file(mut self, name: impl Into<String>, content: impl Into<FileContent>) -> Self {
        let name = name.into();
        let place = PlaceOfUrl::Query(self.encoded.query.len());
        self.add_file(&name, content.into(), place);
        self.query(name, NOT_UPLOADED)
    }

    /// Sets a file for a parameter of the form that takes a URL, likewise.
    pub fn form_file(mut self, name: impl Into<String>, content: impl Into<FileContent>) -> Self {
        let name = name.into();
        let place = PlaceOfUrl::Form(self.encoded.form.len());
        self.add_file(&name, content.into(), place);
        self.form(name, NOT_UPLOADED)
    }

    fn add_file(&mut self, name: &str, content: FileContent, place: PlaceOfUrl) {
        let parameter = name.to_owned();
        self.files.push((Pending { parameter, content }, place));
    }

    /// Marks the operation as one that changes nothing: it may be sent again after
    /// any failure that may pass, and a [`Guard`](crate::Guard) takes it for a read, which is
    /// of no high risk.
    pub fn read_only(mut self) -> Self {
        self.kind = OperationKind::Read;
        self.not_high_risk()
    }

    /// States that the operation costs no money, for a [`Guard`](crate::Guard) that denies
    /// what does.
    pub fn not_paid(mut self) -> Self {
        self.paid = false;
        self
    }

    /// States that the operation destroys and interrupts nothing, for a
    /// [`Guard`](crate::Guard) that denies what can.
    pub fn not_high_risk(mut self) -> Self {
        self.high_risk = false;
        self
    }

    option_setters!(
        "Sets the region that decides the endpoint; it is no parameter of the call.",
        options
    );

    /// Marks the parameter of this name as a secret: `Debug`, `explain` and errors
    /// print `***` in its value's place. So they do for parameters, members of JSON
    /// documents and headers whose name says so (`Password`, `PrivateKey`,
    /// `SecurityToken`).
    pub fn secret(mut self, name: impl Into<String>) -> Self {
        self.secret.push(name.into());
        self
    }

    /// Lets [`explain`](Self::explain) print the values of secret parameters.
    pub fn show_secrets(mut self) -> Self {
        self.shows_secrets = true;
        self
    }

    /// Explains what would be sent: signed, with secrets masked; see
    /// [`secret`](Self::secret) and [`show_secrets`](Self::show_secrets). Nothing
    /// is sent, but credentials are fetched as for a real call.
    pub fn explain(self) -> BoxFuture<'static, Result<Explanation, Error>> {
        Box::pin(explain::explain(self.into_parts()))
    }

    /// Returns the future that awaiting the call makes: for `tokio::spawn`,
    /// `join_all` and whatever else takes a future. Nothing is sent before it is
    /// polled.
    pub fn send(self) -> BoxFuture<'static, Result<Reply<Json>, Error>> {
        self.into_future()
    }

    /// Makes the call again until `is_wanted` says so of a reply; see
    /// [`Call::until`](super::Call::until). Its
    /// documented errors are not known, so what is [gone](Wait::gone_on_code) is said by a
    /// code.
    pub fn until(
        self,
        is_wanted: impl Fn(&Reply<Json>) -> bool + Send + 'static,
    ) -> Wait<Reply<Json>, (), Reply<Json>> {
        Wait::until(self.into_parts(), decoded, |error| error, is_wanted)
    }

    /// Returns the reply as server-sent events, each with its data: a document, or else a text;
    /// see
    /// [`Call::events`]. A parameter that asks for events (`stream`) is the app's to set.
    pub fn events(self) -> Events<Json, ()> {
        Events::new(self.into_parts(), &[], read, |error| error)
    }

    /// Returns the reply's bytes as they come, as many as there are; see [`Call::download`].
    pub fn download(self) -> Downloading<()> {
        Downloading::new(self.into_parts(), |error| error)
    }

    /// What the engine knows the operation by.
    pub(crate) fn operation(&self) -> &'static Operation {
        intern(self)
    }

    fn into_parts(self) -> Box<Parts> {
        let mut parts = Parts::new(&self.client, self.operation(), Box::new(Nothing));
        parts.options = self.options;
        parts.encoded = Some(ByName {
            request: self.encoded,
            files: self.files,
            secret: self.secret,
            shows_secrets: self.shows_secrets,
        });
        parts
    }
}

impl IntoFuture for RawCall {
    type Output = Result<Reply<Json>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { engine::start(self.into_parts()).await.and_then(decoded) })
    }
}

fn decoded(mut raw: Raw) -> Result<Reply<Json>, Error> {
    let (answer, mismatches) = read(&mut raw, false)?;
    if raw.request_id.is_none() {
        raw.request_id = answer.as_object().and_then(request_id);
    }
    Ok(Reply::new(answer, mismatches, raw))
}

/// Reads a reply, or an event of it: of that it is not known whether it is a document.
fn read(raw: &mut Raw, is_event: bool) -> Result<(Json, Mismatches), Error> {
    let mut answer = Answer(Json::Null);
    match decode::decode_either(raw, is_event, &mut answer) {
        Ok(mismatches) => Ok((answer.0, mismatches)),
        Err(error) if !is_event => Err(error),
        Err(_) => {
            let text = String::from_utf8_lossy(&raw.body).into_owned();
            Ok((text.into(), Mismatches::default()))
        }
    }
}

impl fmt::Debug for RawCall {
    /// Writes parameters without the values of secret ones, and how long a body is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = secrets_by_name(&self.encoded, &self.options.headers, &self.secret);
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let masked = |pairs: &[Pair<'_>]| -> Vec<String> {
            let shown =
                |(name, value): &Pair<'_>| format!("{name}={}", masked(value, &secrets, MASK));
            pairs.iter().map(shown).collect()
        };
        f.debug_struct("RawCall")
            .field("operation", &self.name)
            .field("query", &masked(&self.encoded.query))
            .field("form", &masked(&self.encoded.form))
            .field("body_bytes", &self.encoded.body.len())
            .field("file", &self.encoded.file_content())
            .finish_non_exhaustive()
    }
}

/// What the engine knows of operations is static; so a name that was called once
/// is kept.
fn intern(call: &RawCall) -> &'static Operation {
    static KNOWN: Interned<(usize, String, &'static str, [bool; 3]), Operation> =
        Mutex::new(BTreeMap::new());
    let product = call.client.product();
    let key = (
        std::ptr::from_ref(product).addr(),
        call.name.clone(),
        call.method,
        [call.kind == OperationKind::Read, call.paid, call.high_risk],
    );
    get_or_keep(&KNOWN, key, || {
        let mut operation = Operation::write(product, call.name.clone().leak())
            .http(call.method, "/")
            .reply(ReplyBody::Any)
            .by_name();
        operation.kind = call.kind;
        operation.paid = call.paid;
        operation.high_risk = call.high_risk;
        operation
    })
}

fn intern_product(name: &str, version: &str, style: ApiStyle) -> &'static Product {
    static KNOWN: Interned<(String, String, bool), Product> = Mutex::new(BTreeMap::new());
    let key = (name.to_owned(), version.to_owned(), style == ApiStyle::Rpc);
    let (name, version) = (name.to_owned(), version.to_owned());
    get_or_keep(&KNOWN, key, || {
        Product::new(name.leak(), version.leak(), style)
    })
}

type Interned<K, V> = Mutex<BTreeMap<K, &'static V>>;

fn get_or_keep<K: Ord, V>(known: &Interned<K, V>, key: K, make: impl FnOnce() -> V) -> &'static V {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known
        .entry(key)
        .or_insert_with(|| Box::leak(Box::new(make())))
}

/// A reply of which nothing is known: its only field takes any document.
struct Answer(Json);

impl Object for Answer {
    fn schema(&self) -> &'static Schema {
        const { &Schema::new("Answer", &[]) }
    }
    fn get(&self, _index: usize) -> &dyn Value {
        &self.0
    }
    fn get_mut(&mut self, _index: usize) -> &mut dyn Value {
        &mut self.0
    }
}

impl Value for Answer {
    fn view(&self) -> View<'_> {
        View::Object(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }
    fn clear(&mut self) {
        self.0 = Json::Null;
    }
    fn sealed(_: Sealed) {}
}
