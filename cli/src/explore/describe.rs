//! An operation in words: parameters, replies, errors, samples, as data for showing.

use alicloud_codegen::model::{
    self, Field, Limit, OperationKind, Place, Product, ReplyBody, Sample, Struct, Style, Type,
};
use serde::Serialize;

use super::shape::Shape;

/// Levels of types in types that are displayed.
const DEPTH: usize = 8;
/// Members that are described of one request or reply: where types hold each other, every level
/// has many times the members of the one above it.
const MOST_MEMBERS: usize = 3_000;

/// A parameter, a member of one, or a field of a reply.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// The wire name.
    pub name: &'static str,
    /// Its whole name as [`super::Parameters::set`] takes it, `N` for the numbers of items:
    /// `Certificates.N.Id`.
    pub path: String,
    /// Its name in Rust.
    pub rust: &'static str,
    /// The place in which it travels: `query`, `form`, `path`, `header`, `host`, `body`; empty inside of others.
    pub place: &'static str,
    /// Its type in words: `list of objects`.
    pub kind: String,
    /// Its type.
    #[serde(skip)]
    pub shape: Shape,
    /// Required.
    pub required: bool,
    /// Secret: it must not be printed.
    pub secret: bool,
    /// The service advises against it.
    pub deprecated: bool,
    /// What the client does where it is not set; empty for most.
    pub unset: &'static str,
    /// Its bounds in words: `at most 64 characters`.
    pub bounds: Vec<String>,
    /// Documented values, where the text is one of some.
    pub values: Vec<ValueOf>,
    /// What the service takes where it is not set; may be empty.
    pub default: &'static str,
    /// The documented example; may be empty.
    pub example: &'static str,
    /// The description, as Markdown; may be empty.
    pub description: String,
    /// The members of an object, or of the objects of a list or a map.
    pub members: Vec<Member>,
}

/// A documented value.
#[derive(Clone, Debug, Serialize)]
pub struct ValueOf {
    /// The value, as it is on the wire.
    pub value: &'static str,
    /// The meaning; may be empty.
    pub title: &'static str,
}

/// A documented error.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentedError {
    /// The HTTP status; 0 where none is documented.
    pub status: u16,
    /// The code, as the service spells it.
    pub code: &'static str,
    /// The message, as the service words it; may hold placeholders.
    pub message: &'static str,
    /// The meaning; may be empty.
    pub meaning: &'static str,
    /// The variant of the operation's error enum; empty for errors of the whole product.
    pub rust: &'static str,
}

/// A documented reply.
#[derive(Clone, Debug, Serialize)]
pub struct SampleReply {
    /// `json` or `xml`.
    pub format: &'static str,
    /// The body.
    pub body: &'static str,
}

/// The risk of calling an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Risk {
    /// It changes something, or is not known not to.
    pub writes: bool,
    /// It may cost money.
    pub costs: bool,
    /// The service calls it high risk.
    pub high: bool,
}

impl Risk {
    /// Returns the reasons to ask before it is sent, in words; nothing where there is no reason.
    pub fn reasons(&self) -> Vec<&'static str> {
        let reasons = [
            (self.writes, "it changes something"),
            (self.costs, "it may cost money"),
            (self.high, "the service calls it high risk"),
        ];
        reasons
            .into_iter()
            .filter_map(|(is, why)| is.then_some(why))
            .collect()
    }
}

pub(super) fn risk(operation: &model::Operation<'_>) -> Risk {
    Risk {
        writes: operation.kind == OperationKind::Write,
        costs: operation.paid,
        high: operation.high_risk,
    }
}

pub(super) fn parameters(operation: &'static model::Operation<'static>) -> Vec<Member> {
    let Some(root) = operation.request.first() else {
        return Vec::new();
    };
    let unset = |index| match Some(index) {
        index if index == operation.region => "the client's region",
        index if index == operation.idempotency_token => "a new token for each call",
        _ => "",
    };
    let mut describer = Describer::new(&operation.request);
    let fields = root.fields.iter().enumerate();
    fields
        .map(|(index, field)| describer.member(field, "", unset(index), DEPTH))
        .collect()
}

pub(super) fn reply(operation: &'static model::Operation<'static>) -> Vec<Member> {
    match operation.response.first() {
        Some(_) if operation.reply == ReplyBody::Empty => Vec::new(),
        Some(root) => Describer::new(&operation.response).members(root, "", DEPTH),
        None => Vec::new(),
    }
}

/// The types of a request or a reply, and how many of their members are described yet.
struct Describer {
    structs: &'static [Struct<'static>],
    left: usize,
}

impl Describer {
    fn new(structs: &'static [Struct<'static>]) -> Self {
        Self {
            structs,
            left: MOST_MEMBERS,
        }
    }

    fn members(
        &mut self,
        item: &'static Struct<'static>,
        before: &str,
        depth: usize,
    ) -> Vec<Member> {
        let fields = item.fields.iter();
        fields
            .map(|field| self.member(field, before, "", depth))
            .collect()
    }

    fn member(
        &mut self,
        field: &'static Field<'static>,
        before: &str,
        unset: &'static str,
        depth: usize,
    ) -> Member {
        self.left = self.left.saturating_sub(1);
        let path = format!("{before}{}", field.name);
        let (item, suffix) = innermost(&field.ty);
        let inner = match item {
            Type::Struct(ident) if depth > 0 && self.left > 0 => {
                self.structs.iter().find(|it| it.ident == *ident)
            }
            _ => None,
        };
        Member {
            name: field.name,
            rust: field.ident.as_str(),
            place: place(field.place),
            kind: match &field.ty {
                Type::Text if field.file_url => "URL, or file://PATH".to_owned(),
                Type::Bytes if field.place == Place::RawBody => "bytes, or file://PATH".to_owned(),
                ty => kind(ty, field.style),
            },
            shape: Shape::of(&field.ty),
            required: field.required || field.place == Place::Path,
            secret: field.secret,
            deprecated: field.deprecated,
            unset,
            bounds: bounds(&field.limits),
            values: field
                .values
                .iter()
                .map(|it| ValueOf {
                    value: it.value,
                    title: it.title,
                })
                .collect(),
            default: field.default.trim(),
            example: field.example.trim(),
            description: alicloud_codegen::description(&field.description),
            members: inner.map_or_else(Vec::new, |inner| {
                self.members(inner, &format!("{path}{suffix}."), depth - 1)
            }),
            path,
        }
    }
}

/// The type inside of lists and maps, and what stands for their keys in a name.
fn innermost(ty: &Type) -> (&Type, String) {
    match ty {
        Type::List(item) => {
            let (inner, rest) = innermost(item);
            (inner, format!(".N{rest}"))
        }
        Type::Map(item) => {
            let (inner, rest) = innermost(item);
            (inner, format!(".KEY{rest}"))
        }
        ty => (ty, String::new()),
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Member => "",
        Place::Query => "query",
        Place::Form => "form",
        Place::Path => "path",
        Place::Header => "header",
        Place::Host => "host",
        Place::Body | Place::BodyIfSet | Place::RawBody => "body",
    }
}

/// A type in words.
fn kind(ty: &Type, style: Style) -> String {
    fn name(ty: &Type, many: bool) -> String {
        let (one, more) = match ty {
            Type::Bool => ("true or false", "booleans"),
            Type::Int => ("integer", "integers"),
            Type::Float => ("number", "numbers"),
            Type::Text => ("text", "texts"),
            Type::Bytes => ("bytes", "bytes"),
            Type::Any => ("any JSON", "any JSON"),
            Type::Struct(_) => ("object", "objects"),
            Type::List(item) => {
                let word = if many { "lists" } else { "list" };
                return format!("{word} of {}", name(item, true));
            }
            Type::Map(item) => {
                let word = if many { "maps" } else { "map" };
                return format!("{word} of {}", name(item, true));
            }
        };
        (if many { more } else { one }).to_owned()
    }
    let written = match style {
        Style::Text | Style::Flat => "",
        Style::Json => ", written as JSON",
        Style::Simple => ", joined with commas",
        Style::Space => ", joined with spaces",
        Style::Pipe => ", joined with |",
    };
    format!("{}{written}", name(ty, false))
}

/// Documented bounds in words, each pair in one.
fn bounds(limits: &[Limit]) -> Vec<String> {
    let mut words = Vec::new();
    let mut ranges: Vec<(&str, Option<String>, Option<String>)> = Vec::new();
    let mut bound = |unit, lower: Option<String>, upper: Option<String>| match ranges
        .iter_mut()
        .find(|it| it.0 == unit)
    {
        Some(range) => {
            range.1 = lower.or(range.1.take());
            range.2 = upper.or(range.2.take());
        }
        None => ranges.push((unit, lower, upper)),
    };
    for limit in limits {
        match limit {
            Limit::MinItems(limit) => bound(" items", Some(limit.to_string()), None),
            Limit::MaxItems(limit) => bound(" items", None, Some(limit.to_string())),
            Limit::MinLength(limit) => bound(" characters", Some(limit.to_string()), None),
            Limit::MaxLength(limit) => bound(" characters", None, Some(limit.to_string())),
            Limit::Min(limit) => bound("", Some(limit.to_string()), None),
            Limit::Max(limit) => bound("", None, Some(limit.to_string())),
            Limit::MinFloat(limit) => bound("", Some(limit.to_string()), None),
            Limit::MaxFloat(limit) => bound("", None, Some(limit.to_string())),
            Limit::Only(text) => words.push(format!("only `{text}`")),
            Limit::Chars(_, name) => words.push(format!("only {name}")),
        }
    }
    let mut all: Vec<String> = ranges
        .into_iter()
        .map(|(unit, lower, upper)| match (lower, upper) {
            (Some(lower), Some(upper)) if lower == upper => format!("exactly {lower}{unit}"),
            (Some(lower), Some(upper)) => format!("{lower} to {upper}{unit}"),
            (Some(lower), None) => format!("at least {lower}{unit}"),
            (None, upper) => format!("at most {}{unit}", upper.unwrap_or_default()),
        })
        .collect();
    all.append(&mut words);
    all
}

pub(super) fn errors(
    product: &'static Product<'static>,
    operation: &'static model::Operation<'static>,
) -> Vec<DocumentedError> {
    let own = operation
        .errors
        .iter()
        .map(|error| (error, error.ident.as_str()));
    let shared = product.errors.iter().map(|error| (error, ""));
    let rows = own.chain(shared).flat_map(|(error, rust)| {
        error.rows.iter().map(move |row| DocumentedError {
            status: row.status,
            code: row.code,
            message: row.message,
            meaning: row.meaning,
            rust,
        })
    });
    rows.collect()
}

pub(super) fn samples(operation: &'static model::Operation<'static>) -> Vec<SampleReply> {
    let samples = operation.samples.iter();
    samples
        .map(|sample| match sample {
            Sample::Json(body) => SampleReply {
                format: "json",
                body,
            },
            Sample::Xml(body) => SampleReply {
                format: "xml",
                body,
            },
        })
        .collect()
}
