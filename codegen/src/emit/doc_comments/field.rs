//! What the doc comments of fields, of their setters and of their values say.

use std::fmt::Display;

use crate::docs::{Doc, Prose};
use crate::emit::usual;
use crate::model::{EnumValue, Field, Limit, Operation, Place, Style, Type};
use crate::scan::trim;

/// Documented values that a field's comment lists; an enum may have hundreds.
const VALUES: usize = 16;

/// Characters of an example that a comment shows.
const EXAMPLE: usize = 160;

/// `` `Name`, **required**: what it is. `` Then its limits, values, example and
/// default, in words; and what the client does with it, if anything.
pub(in crate::emit) fn field(field: &Field, filled: Filled, description: &Prose<'_>) -> Doc {
    let mut doc = Doc::new();
    doc.code(field.name);
    is_required(&mut doc, field, filled);
    let usual = usual(field);
    match usual {
        "" => doc.shared_prose(": ", description),
        usual => doc.words(": ").words(usual),
    };
    // A name alone is no paragraph.
    match usual.is_empty() && trim(&field.description).is_empty() {
        true => doc.words(" "),
        false => doc.paragraph(),
    };
    if filled == Filled::Region {
        doc.words("It does not choose the host: `Call::region` and `Config::region` do. ");
    }
    written(&mut doc, field);
    if field.deprecated {
        doc.words("**Deprecated**: the service advises against it. ");
    }
    if field.nullable {
        doc.words("May be null. ");
    }
    bounds(&mut doc, &field.limits);
    if let ([.., Limit::Only(only)], []) = (&field.limits[..], &field.values[..]) {
        doc.words("Only ").code(only).words(". ");
    }
    values(&mut doc, &field.values);
    if !is_among_values(field, trim(field.example)) {
        fact(&mut doc, "Example: ", field.example);
    }
    fact(&mut doc, "Default: ", field.default);
    doc
}

/// `` Sets [`Name`], **required**: what it is. ``: the field says the rest.
pub(in crate::emit) fn setter(field: &Field, filled: Filled, description: &Prose<'_>) -> Doc {
    let mut doc = Doc::new();
    doc.words("Sets [").code(field.name).words("](field@Self::");
    doc.ident(&field.ident).words(")");
    is_required(&mut doc, field, filled);
    match usual(field) {
        "" => doc.opening(": ", description),
        usual => doc.words(": ").words(usual),
    };
    doc
}

/// What the client does with a parameter that is left unset.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::emit) enum Filled {
    /// It is not sent.
    No,
    /// Sends the client's region.
    Region,
    /// Sends the only region that there is.
    OnlyRegion,
    /// Makes an idempotency token.
    Token,
}

/// Whether it has to be set, and what is sent where it is not.
fn is_required(doc: &mut Doc, field: &Field, filled: Filled) {
    if field.required || field.place == Place::Path {
        doc.words(", **required**");
    }
    doc.words(match filled {
        Filled::No => "",
        Filled::Region => " (if unset, the client's region)",
        Filled::OnlyRegion => " (if unset, the client sends it)",
        Filled::Token => " (if unset, the client makes one for each call)",
    });
}

/// What a member without a description means by its name.
fn usual(field: &Field) -> &'static str {
    match trim(&field.description) {
        "" => usual::meaning(field),
        _ => "",
    }
}

/// Whether the values that a comment lists say it.
fn is_among_values(field: &Field, text: &str) -> bool {
    let listed = field.values.iter().take(VALUES);
    let mut listed = listed.map(|it| it.value);
    let is_only = |limit: &Limit| matches!(limit, Limit::Only(only) if only == text);
    listed.any(|value| value == text) || field.limits.iter().any(is_only)
}

/// What a file becomes on its way, and the form that a list or an object has, where it is not
/// that of its members.
fn written(doc: &mut Doc, field: &Field) {
    if field.file_url {
        doc.words("Takes a URL, or a file that is uploaded first. ");
    }
    if matches!(field.ty, Type::List(_) | Type::Map(_) | Type::Struct(_)) {
        match field.style {
            Style::Json => doc.words("Sent as one JSON text. "),
            Style::Simple => doc.words("Sent as one text, with commas between. "),
            _ => doc,
        };
    }
}

fn fact(doc: &mut Doc, what: &'static str, text: &str) {
    let text = trim(text);
    if text.is_empty() {
        return;
    }
    doc.words(what);
    let longer = || text.char_indices().nth(EXAMPLE);
    match (text.len() > EXAMPLE).then(longer).flatten() {
        Some((end, _)) => doc.code(&text[..end]).words("…. "),
        None => doc.code(text).words(". "),
    };
}

fn values(doc: &mut Doc, values: &[EnumValue]) {
    if values.is_empty() {
        return;
    }
    doc.words("Values: ");
    for (number, value) in values.iter().take(VALUES).enumerate() {
        doc.words(if number == 0 { "" } else { ", " });
        match &value.ident {
            Some(ident) => {
                let linked = doc.words("[").code(value.value).words("](Self::");
                linked.ident(ident).words(")");
            }
            None => drop(doc.code(value.value)),
        }
    }
    if let Some(more @ 1..) = values.len().checked_sub(VALUES) {
        doc.words(" and ").number(more).words(" more");
    }
    doc.words(". ");
}

/// Documented bounds in words, each pair as one sentence: `From 1 to 10 items.`
fn bounds(doc: &mut Doc, limits: &[Limit]) {
    let (mut items, mut length, mut int, mut float) = Default::default();
    for limit in limits {
        match limit {
            Limit::MinItems(limit) => lower(&mut items, *limit),
            Limit::MaxItems(limit) => upper(&mut items, *limit),
            Limit::MinLength(limit) => lower(&mut length, *limit),
            Limit::MaxLength(limit) => upper(&mut length, *limit),
            Limit::Min(limit) => lower(&mut int, *limit),
            Limit::Max(limit) => upper(&mut int, *limit),
            Limit::MinFloat(limit) => lower(&mut float, *limit),
            Limit::MaxFloat(limit) => upper(&mut float, *limit),
            Limit::Chars(_, words) => drop(doc.words("Only ").phrase(words).words(". ")),
            // With the values.
            Limit::Only(_) => {}
        }
    }
    range(doc, items, " items. ");
    range(doc, length, " characters. ");
    range(doc, int, ". ");
    range(doc, float, ". ");
}

type Range<T> = (Option<T>, Option<T>);

fn lower<T>(range: &mut Range<T>, limit: T) {
    range.0 = Some(limit);
}

fn upper<T>(range: &mut Range<T>, limit: T) {
    range.1 = Some(limit);
}

fn range<T: Display + PartialEq>(doc: &mut Doc, range: Range<T>, unit: &'static str) {
    match range {
        (Some(min), Some(max)) if min == max => doc.words("Exactly ").number(min).words(unit),
        (Some(min), Some(max)) => doc
            .words("From ")
            .number(min)
            .words(" to ")
            .number(max)
            .words(unit),
        (Some(min), None) => doc.words("At least ").number(min).words(unit),
        (None, Some(max)) => doc.words("At most ").number(max).words(unit),
        (None, None) => doc,
    };
}

/// A documented value of a field.
pub(in crate::emit) fn value(field: &Field, value: &EnumValue) -> Doc {
    let mut doc = Doc::new();
    doc.code(value.value)
        .words(", a value of ")
        .code(field.name);
    if trim(value.title).is_empty() {
        doc.words(".");
    } else {
        doc.words(": ").sentence(value.title);
    }
    doc
}

/// What the client does with a parameter that is left unset.
pub(in crate::emit) fn filled(operation: &Operation, parameter: usize) -> Filled {
    let root = operation.request.first();
    let has_one_value = root
        .and_then(|root| root.fields.get(parameter))
        .is_some_and(|field| {
            let mut limits = field.limits.iter();
            limits.any(|limit| matches!(limit, Limit::Only(_)))
        });
    let parameter = Some(parameter);
    if parameter == operation.region && has_one_value {
        Filled::OnlyRegion
    } else if parameter == operation.region {
        Filled::Region
    } else if parameter == operation.idempotency_token {
        Filled::Token
    } else {
        Filled::No
    }
}
