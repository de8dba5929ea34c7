//! A request's fields, placed into an HTTP request as the metadata says. Common
//! parameters, headers and the signature are not added here.

use super::{
    form,
    preflight::{Violation, ViolationKind, is_dot_segment},
    schema::Place,
    ser,
    value::{Object, Value, View},
};
use crate::{
    operation::Operation,
    signature::{self, Pair},
};
use bytes::Bytes;
use std::borrow::Cow;

/// An HTTP request without host, common parameters and signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded<'a> {
    /// In upper case.
    pub method: &'static str,
    /// Percent-encoded, without a query.
    pub path: Cow<'a, str>,
    /// Not encoded, in the order of the fields.
    pub query: Vec<Pair<'a>>,
    /// Header parameters.
    pub headers: Vec<Pair<'a>>,
    /// The parameters that the body holds where it is a form, not encoded: the V1
    /// signature covers them.
    pub form: Vec<Pair<'a>>,
    /// Empty where there is none.
    pub body: Bytes,
    /// The body's type; none where there is no body.
    pub content_type: Option<&'static str>,
}

impl Encoded<'_> {
    /// The same, independent of the request.
    pub fn into_owned(self) -> Encoded<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let owned = |pairs: Vec<Pair<'_>>| {
            pairs
                .into_iter()
                .map(|(name, value)| (own(name), own(value)))
                .collect()
        };
        Encoded {
            method: self.method,
            path: own(self.path),
            query: owned(self.query),
            headers: owned(self.headers),
            form: owned(self.form),
            body: self.body,
            content_type: self.content_type,
        }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const BINARY: &str = "application/octet-stream";

/// Encodes a request. It fails only where a path parameter is missing or would
/// make the path that of another operation; everything else is for
/// [`preflight`](super::preflight) to find.
pub fn encode<'a>(
    operation: &Operation,
    request: &'a dyn Object,
) -> Result<Encoded<'a>, Vec<Violation>> {
    let (template, query) = match operation.path.split_once('?') {
        Some((template, query)) => (template, Some(query)),
        None => (operation.path, None),
    };
    let mut encoded = Encoded {
        method: operation.method,
        path: fill(template, request)?,
        query: Vec::with_capacity(16),
        headers: Vec::new(),
        form: Vec::new(),
        body: Bytes::new(),
        content_type: None,
    };
    encoded.query.extend(query.into_iter().flat_map(|query| {
        query.split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.into(), value.into())
        })
    }));
    place_fields(request, &mut encoded);
    if !encoded.form.is_empty() && encoded.content_type == Some(FORM) {
        encoded.body = form_body(&encoded.form);
    }
    Ok(encoded)
}

fn place_fields<'a>(request: &'a dyn Object, encoded: &mut Encoded<'a>) {
    for (index, field) in request.schema().fields.iter().enumerate() {
        let value = request.get(index);
        match field.place {
            Place::Body => {
                encoded.body = document(value);
                encoded.content_type = Some(JSON);
            }
            // An operation that can take a form says so of an empty one too.
            Place::Form => encoded.content_type = Some(FORM),
            _ => {}
        }
        if value.is_unset() {
            continue;
        }
        match field.place {
            Place::Query => form::params(field.name, field.style, value, &mut encoded.query),
            Place::Form => form::params(field.name, field.style, value, &mut encoded.form),
            Place::Header => form::params(field.name, field.style, value, &mut encoded.headers),
            Place::BodyIfSet => {
                encoded.body = ser::to_json(value).into();
                encoded.content_type = Some(JSON);
            }
            Place::RawBody => {
                (encoded.body, encoded.content_type) = match value.view() {
                    View::Bytes(bytes) => (bytes.clone(), Some(BINARY)),
                    view => (form::text(view).into_owned().into(), Some(JSON)),
                };
            }
            // The path is filled from its template, the host by the gateway.
            Place::Path | Place::Host | Place::Body | Place::Member => {}
        }
    }
}

/// An operation that takes a document of parts always gets one: the official clients
/// send `{}` for an object of which nothing is given, and `[]` for a list of objects.
fn document(value: &dyn Value) -> Bytes {
    match value.view() {
        View::Unset => Bytes::from_static(b"{}"),
        _ => ser::to_json(value).into(),
    }
}

/// `application/x-www-form-urlencoded`, sorted by name and with `+` for a space,
/// as the official clients write it.
fn form_body(params: &[Pair<'_>]) -> Bytes {
    // No `%20` in an encoded text is anything but a space: `%` itself is `%25`.
    signature::canonical_query(params)
        .replace("%20", "+")
        .into()
}

/// Fills a path template: `{name}` and `[name]` by that parameter, a last segment
/// `*` by the path parameter that the template does not name.
fn fill(template: &str, request: &dyn Object) -> Result<Cow<'static, str>, Vec<Violation>> {
    // The path of all RPC operations.
    if template == "/" {
        return Ok("/".into());
    }
    let mut filler = Filler {
        request,
        path: String::with_capacity(template.len() + 64),
        violations: Vec::new(),
    };
    match template.strip_suffix("/*") {
        Some(template) => filler.open_template(template),
        None => filler.template(template),
    }
    if filler.violations.is_empty() {
        Ok(filler.path.into())
    } else {
        Err(filler.violations)
    }
}

struct Filler<'a> {
    request: &'a dyn Object,
    path: String,
    violations: Vec<Violation>,
}

impl<'a> Filler<'a> {
    fn template(&mut self, template: &str) {
        let mut rest = template;
        while let Some((before, name, after)) = placeholder(rest) {
            self.path.push_str(before);
            match self.parameter(name) {
                Some(value) if value.is_empty() => self.violation(name, ViolationKind::Missing),
                Some(value) if is_dot_segment(&value) => {
                    self.violation(name, ViolationKind::OtherPath);
                }
                Some(value) => self.path.push_str(&signature::encode(&value)),
                None => self.violation(name, ViolationKind::Missing),
            }
            rest = after;
        }
        self.path.push_str(rest);
    }

    /// A template whose last segment, `*`, stands for any number of segments. Its
    /// parameter may also be the whole path, as the documentation's examples have
    /// it (`/api/v1/providers/Aliyun/products/Redis/…`); then it must match the
    /// template.
    fn open_template(&mut self, template: &str) {
        let Some((name, value)) = self.open_parameter(template) else {
            return self.violation("*", ViolationKind::Missing);
        };
        let (whole, segments) = match value.strip_prefix('/') {
            Some(path) => (true, path),
            None => (false, &*value),
        };
        if segments.is_empty() {
            return self.violation(name, ViolationKind::Missing);
        }
        if segments
            .split('/')
            .any(|s| s.is_empty() || is_dot_segment(s))
            || (whole && !matches_template(segments, template))
        {
            return self.violation(name, ViolationKind::OtherPath);
        }
        if !whole {
            self.template(template);
        }
        for segment in segments.split('/') {
            self.path.push('/');
            self.path.push_str(&signature::encode(segment));
        }
    }

    fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        let fields = self.request.schema().fields;
        let index = fields
            .iter()
            .position(|field| field.place == Place::Path && field.name == name)?;
        Some(form::text(self.request.get(index).view()))
    }

    fn open_parameter(&self, template: &str) -> Option<(&'static str, Cow<'a, str>)> {
        let fields = self.request.schema().fields;
        let index = fields.iter().position(|field| {
            field.place == Place::Path && !placeholders(template).any(|name| name == field.name)
        })?;
        Some((
            fields[index].name,
            form::text(self.request.get(index).view()),
        ))
    }

    fn violation(&mut self, name: &str, kind: ViolationKind) {
        self.violations.push(Violation {
            path: name.to_owned(),
            kind,
        });
    }
}

/// The first placeholder: what stands before it, its name, what stands after it.
fn placeholder(template: &str) -> Option<(&str, &str, &str)> {
    let open = template.find(['{', '['])?;
    let close = if template[open..].starts_with('{') {
        '}'
    } else {
        ']'
    };
    let (name, after) = template[open + 1..].split_once(close)?;
    Some((&template[..open], name, after))
}

fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let (_, name, after) = placeholder(rest)?;
        rest = after;
        Some(name)
    })
}

/// Whether a path begins as the template does and goes on after it.
fn matches_template(path: &str, template: &str) -> bool {
    let mut segments = path.split('/');
    let fits = template.split('/').skip(1).all(|expected| {
        segments
            .next()
            .is_some_and(|segment| segment == expected || placeholder(expected).is_some())
    });
    fits && segments.next().is_some()
}
