//! What the emitters read: a product version with every reference resolved,
//! every name made, every style decided. Nothing here knows the published format.
//!
//! Wire names stay as published; Rust names are [`Ident`]s, which only
//! [`crate::names`] makes. Texts are untrusted until `docs.rs` has seen them. They are
//! borrowed from the document where they stand there as they are wanted: most are long,
//! and they are many.

use std::borrow::Cow;

use crate::names::Ident;

/// A product version.
#[derive(Debug)]
pub struct Product<'a> {
    /// The code as published: `Ga`.
    pub name: &'a str,
    /// `2019-11-20`; not always a date.
    pub version: &'a str,
    /// The module: `ga`, or `ga_2020_01_01` for any but the oldest version.
    pub module: Ident,
    /// The cargo feature: `ga`, `ga-2020-01-01`.
    pub feature: String,
    /// Where the spec was read from, for the header of generated files.
    pub source: String,
    /// RPC or ROA.
    pub style: ApiStyle,
    /// Whose protocol it speaks.
    pub gateway: Gateway,
    /// `(region, host)`, trimmed, sorted by region.
    pub endpoints: Vec<(String, String)>,
    /// The hosts inside of a VPC, likewise. Empty where none is known.
    pub vpc: Vec<(String, String)>,
    /// The region where only one is possible.
    pub default_region: Option<String>,
    /// Codes that every operation can answer with.
    pub errors: Vec<ErrorVariant<'a>>,
    /// In the order of the spec.
    pub operations: Vec<Operation<'a>>,
    /// Operations that are not generated, and why.
    pub skipped: Vec<Skipped>,
    /// Waiters that an overlay defines.
    pub waiters: Vec<Waiter>,
}

/// How the gateway routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiStyle {
    /// By the operation's name.
    Rpc,
    /// By method and path.
    Roa,
}

/// The gateway that serves a product: signature, host and the spelling of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    /// Alibaba Cloud's common one.
    Acs,
    /// The same, where it takes the older signature alone.
    AcsV1,
    /// That of PDS.
    Pds,
}

/// An operation that is not generated.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// Its wire name.
    pub operation: String,
    /// The reason, in words.
    pub reason: String,
}

/// An operation.
#[derive(Debug)]
pub struct Operation<'a> {
    /// The wire name: `ListAccelerators`.
    pub name: &'a str,
    /// Module and method: `list_accelerators`.
    pub ident: Ident,
    /// One sentence; may be empty.
    pub title: &'a str,
    /// What it does; may be empty.
    pub summary: &'a str,
    /// Everything else; may be empty.
    pub description: Cow<'a, str>,
    /// Upper case.
    pub method: String,
    /// `/`, or a template whose placeholders name path parameters.
    pub path: String,
    /// Whether it changes anything.
    pub kind: OperationKind,
    /// Sent without credentials.
    pub anonymous: bool,
    /// Deprecated, and what to say of it (the replacement, where one is named).
    pub deprecated: Option<String>,
    /// It can destroy or interrupt something.
    pub high_risk: bool,
    /// It costs money.
    pub paid: bool,
    /// The service can also answer with server-sent events.
    pub events: bool,
    /// The request's truth value that asks for them: field indices, from `Request` down.
    pub event_switch: Option<Vec<usize>>,
    /// It goes on after its reply.
    pub outcome: Option<Outcome>,
    /// `Request` and the types that it reaches; `Request` is the first.
    pub request: Vec<Struct<'a>>,
    /// `Response` and the types that it reaches; `Response` is the first.
    pub response: Vec<Struct<'a>>,
    /// What a reply's body is.
    pub reply: ReplyBody,
    /// A success of another status than 200 may have no body.
    pub or_empty: bool,
    /// In the order of the spec; equal Rust names merged.
    pub errors: Vec<ErrorVariant<'a>>,
    /// Documented replies that parse.
    pub samples: Vec<Sample<'a>>,
    /// Indices into the fields of `Request`.
    pub region: Option<usize>,
    /// Likewise.
    pub idempotency_token: Option<usize>,
    /// Likewise.
    pub dry_run: Option<usize>,
    /// A parameter takes the URL of a file, or a file.
    pub uploads: bool,
    /// How it pages.
    pub paging: Option<Paging>,
    /// Why it has no paging although it looks like it.
    pub paging_note: Option<String>,
}

/// What tells how an asynchronous operation went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The operation to ask, by its wire name.
    pub operation: String,
    /// `Alb 2020-06-16`, where it is one of another product or version.
    pub product: Option<String>,
    /// Milliseconds between two questions; 0 where nothing is said.
    pub interval_ms: u64,
    /// How often to ask at most; 0 where nothing is said.
    pub times: u64,
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Changes nothing.
    Read,
    /// Changes something, or is not known not to.
    Write,
}

/// What the body of a successful reply is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyBody {
    /// An object with the response's fields.
    Object,
    /// Another document, held by the response's only field, `body`.
    Document,
    /// Bytes, held by the response's only field, `body`.
    Binary,
    /// Nothing.
    Empty,
}

/// Which half of an operation a type belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What the client sends.
    Request,
    /// What the service answers.
    Response,
}

/// A generated type.
#[derive(Clone, Debug)]
pub struct Struct<'a> {
    /// `Request`, `Certificate`.
    pub ident: Ident,
    /// What it is, in the spec's words; may be empty.
    pub description: &'a str,
    /// Its fields, in the order of the spec.
    pub fields: Vec<Field<'a>>,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The wire name.
    pub name: &'a str,
    /// `listener_id`.
    pub ident: Ident,
    /// Its title and description, in the spec's words; may be empty.
    pub description: Cow<'a, str>,
    /// An example, as published; may be empty.
    pub example: &'a str,
    /// The default that the service applies, as published; may be empty.
    pub default: &'a str,
    /// What it holds.
    pub ty: Type,
    /// Boxed, because the type contains itself.
    pub boxed: bool,
    /// Where it travels.
    pub place: Place,
    /// How it is written into a query or a form.
    pub style: Style,
    /// It must be given.
    pub required: bool,
    /// It must not be shown.
    pub secret: bool,
    /// It should not be used any more.
    pub deprecated: bool,
    /// It may be null.
    pub nullable: bool,
    /// A text that is the URL of a file, or a file that is uploaded before the call.
    pub file_url: bool,
    /// What the list's items are called in XML, where the list is an element of its own.
    pub xml_item: Option<&'a str>,
    /// Documented bounds that are checked before sending.
    pub limits: Vec<Limit>,
    /// The member that holds the list, where the service wraps it.
    pub wrapper: Option<&'a str>,
    /// Documented values of a text, in order, with their meaning (may be empty).
    pub values: Vec<EnumValue<'a>>,
}

/// A documented value of a text field. The set is open.
#[derive(Clone, Debug)]
pub struct EnumValue<'a> {
    /// As it is on the wire.
    pub value: &'a str,
    /// `PROTOCOL_HTTPS`; none where no identifier can be made of the value.
    pub ident: Option<Ident>,
    /// What it means; may be empty.
    pub title: &'a str,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `bool`
    Bool,
    /// `i64`
    Int,
    /// `f64`
    Float,
    /// `String`
    Text,
    /// `Bytes`
    Bytes,
    /// `Json`: anything
    Any,
    /// `Vec<T>`
    List(Box<Type>),
    /// `BTreeMap<String, T>`
    Map(Box<Type>),
    /// A struct of the same operation.
    Struct(Ident),
}

/// Where a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Inside another type or a reply.
    Member,
    /// The query string.
    Query,
    /// A form body.
    Form,
    /// The path.
    Path,
    /// A header.
    Header,
    /// In front of the host.
    Host,
    /// The body, as JSON: always one, `{}` or `[]` where nothing is set.
    Body,
    /// The body, as JSON, where it is set.
    BodyIfSet,
    /// The body, as it is: bytes, or a document in a text.
    RawBody,
}

/// How a value becomes text in a query or a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Scalars.
    Text,
    /// `repeatList` and `flat`.
    Flat,
    /// A JSON document.
    Json,
    /// Joined with commas.
    Simple,
    /// Joined with spaces.
    Space,
    /// Joined with `|`.
    Pipe,
}

/// A documented bound. Lengths count characters.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Limit {
    MinItems(u64),
    MaxItems(u64),
    MinLength(u64),
    MaxLength(u64),
    Min(i64),
    Max(i64),
    MinFloat(f64),
    MaxFloat(f64),
    /// Only characters of these inclusive ranges; and the words for it.
    Chars(Vec<(char, char)>, String),
    /// Only this text.
    Only(String),
}

/// A variant of an error enum.
#[derive(Clone, Debug)]
pub struct ErrorVariant<'a> {
    /// `NotExistAccelerator`
    pub ident: Ident,
    /// One row a status and spelling.
    pub rows: Vec<ErrorRow<'a>>,
}

/// A row of an error table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ErrorRow<'a> {
    /// 0 where the key is no HTTP status.
    pub status: u16,
    /// As the service spells it, trimmed.
    pub code: &'a str,
    /// As the service words it.
    pub message: &'a str,
    /// What it means; may be empty.
    pub meaning: &'a str,
}

/// A documented reply.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Sample<'a> {
    Json(Cow<'a, str>),
    Xml(Cow<'a, str>),
}

/// How an operation pages: by a token, by a number, or by either. Paths are field
/// indices, from `Response` down.
#[derive(Clone, Debug)]
pub struct Paging {
    /// By token.
    pub token: Option<TokenPaging>,
    /// By page number.
    pub number: Option<NumberPaging>,
    /// The list, where it is clear which.
    pub items: Option<Vec<usize>>,
    /// How many items all pages have.
    pub total: Option<Vec<usize>>,
}

/// Paging by token.
#[derive(Clone, Debug)]
pub struct TokenPaging {
    /// Field of `Request`.
    pub token: usize,
    /// The next token.
    pub next: Vec<usize>,
    /// Field of `Request` with the page's size, where it is not that of
    /// [`NumberPaging`].
    pub size: Option<usize>,
}

/// Paging by number.
#[derive(Clone, Debug)]
pub struct NumberPaging {
    /// Field of `Request`.
    pub page: usize,
    /// The first page's number.
    pub first: i64,
    /// Field of `Request`.
    pub size: Option<usize>,
}

/// Waits until a reply says that something is done: defined in overlays.
#[derive(Clone, Debug)]
pub struct Waiter {
    /// `wait_until_listener_active`
    pub ident: Ident,
    /// The operation that is asked.
    pub operation: Ident,
    /// What it waits for, in words.
    pub description: String,
    /// The field of the reply that is looked at.
    pub path: Vec<usize>,
    /// Values that end the wait well.
    pub success: Vec<String>,
    /// Values that end it badly.
    pub failure: Vec<String>,
    /// Error codes that end it well.
    pub gone: Vec<String>,
    /// Seconds between two looks.
    pub interval_seconds: u64,
    /// Seconds until it gives up.
    pub deadline_seconds: u64,
}
