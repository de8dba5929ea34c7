//! Requests, responses and the types in them: plain data, and its description.

use super::doc_comments::{self, Filled};
use super::types;
use crate::docs::{Doc, Prose};
use crate::model::{Field, Limit, Place, Side, Struct, Style};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn definition(docs: &Doc, name: &Ident, fields: impl Emit) -> Code = Items {
        #[doc = "__docs"]
        #[derive(Default)]
        #[non_exhaustive]
        pub struct __name {
            __fields: (),
        }
    }
    // Setters take a value and give it back.
    fn must_use() -> Code = Attribute { #[must_use = "a setter returns the changed value"] }
    fn field(docs: &Doc, name: &Ident, ty: impl Emit) -> Code = Fields {
        #[doc = "__docs"]
        pub __name: __ty,
    }
    fn methods(name: &Ident, members: impl Emit) -> Code = Items {
        impl __name {
            __members!{}
        }
    }
    fn constructor() -> Code = Members {
        /// Creates one with nothing set.
        #[inline]
        pub fn new() -> Self {
            <Self as Default>::default()
        }
    }
    fn object(name: &Ident, text: &str, rows: impl Emit, get: impl Emit, get_mut: impl Emit) -> Code = Items {
        impl wire::Object for __name {
            #[inline]
            fn schema(&self) -> &'static wire::Schema {
                const { &wire::Schema::new("__text", const { &[__rows] }) }
            }
            #[inline]
            fn get(&self, index: usize) -> &dyn wire::Value {
                match index {
                    __get => {}
                    _ => wire::no_field(index),
                }
            }
            #[inline]
            fn get_mut(&mut self, index: usize) -> &mut dyn wire::Value {
                match index {
                    __get_mut => {}
                    _ => wire::no_field(index),
                }
            }
        }
    }
    fn object_of_none(name: &Ident, text: &str) -> Code = Items {
        impl wire::Object for __name {
            #[inline]
            fn schema(&self) -> &'static wire::Schema {
                const { &wire::Schema::new("__text", &[]) }
            }
            #[inline]
            fn get(&self, index: usize) -> &dyn wire::Value {
                wire::no_field(index)
            }
            #[inline]
            fn get_mut(&mut self, index: usize) -> &mut dyn wire::Value {
                wire::no_field(index)
            }
        }
    }
    fn traits(name: &Ident) -> Code = Items { wire::object!(__name); }
    // Those of a request refuse members that they do not know.
    fn traits_of_request(name: &Ident) -> Code = Items { wire::request!(__name); }
    fn get(index: usize, field: &Ident) -> Code = Arms { __index => &self.__field, }
    fn get_mut(index: usize, field: &Ident) -> Code = Arms { __index => &mut self.__field, }
}

/// Adds a type, its methods and its description. `filled` says what the
/// client does with the field at an index where it is unset.
pub(super) fn add(
    code: &mut Code,
    item: &Struct,
    side: Side,
    docs: &Doc,
    filled: impl Fn(usize) -> Filled,
) {
    // What a field says, its setter begins with.
    let described = item.fields.iter().map(|it| Prose::new(&it.description));
    let described: Vec<_> = described.collect();
    let fields = |code: &mut Code| {
        for (index, each) in item.fields.iter().enumerate() {
            let docs = doc_comments::field(each, filled(index), &described[index]);
            code.line(field(&docs, &each.ident, types::of_field(each, side)));
        }
    };
    let members = |code: &mut Code| {
        for each in &item.fields {
            code.line(types::constants(each));
        }
        if side == Side::Request {
            code.item(constructor());
            for (index, each) in item.fields.iter().enumerate() {
                code.item(types::setter(each, filled(index), &described[index]));
            }
        }
    };
    let definition = definition(docs, &item.ident, fields);
    match side {
        Side::Request => code.item(definition.code().with_attribute(must_use())),
        Side::Response => code.item(definition),
    };
    if side == Side::Request || item.fields.iter().any(types::has_constants) {
        code.item(methods(&item.ident, members));
    }
    description(code, item);
    match side {
        Side::Request => code.item(traits_of_request(&item.ident)),
        Side::Response => code.item(traits(&item.ident)),
    };
}

/// Adds the implementation of `Object`.
fn description(code: &mut Code, item: &Struct) {
    let (ident, name) = (&item.ident, item.ident.as_str());
    let rows = |code: &mut Code| {
        for field in &item.fields {
            code.row(row(field));
        }
    };
    if item.fields.is_empty() {
        code.item(object_of_none(ident, name));
        return;
    }
    let read = |code: &mut Code| {
        for (index, field) in item.fields.iter().enumerate() {
            code.line(get(index, &field.ident));
        }
    };
    let write = |code: &mut Code| {
        for (index, field) in item.fields.iter().enumerate() {
            code.line(get_mut(index, &field.ident));
        }
    };
    code.item(object(ident, name, rows, read, write));
}

templates! {
    fn member(name: &str) -> Code = Row { wire::Field::member("__name") }
    fn query(name: &str) -> Code = Row { wire::Field::query("__name") }
    fn form(name: &str) -> Code = Row { wire::Field::form("__name") }
    fn path(name: &str) -> Code = Row { wire::Field::path("__name") }
    fn header(name: &str) -> Code = Row { wire::Field::header("__name") }
    fn host(name: &str) -> Code = Row { wire::Field::host("__name") }
    fn body(name: &str) -> Code = Row { wire::Field::body("__name") }
    fn body_if_set(name: &str) -> Code = Row { wire::Field::body_if_set("__name") }
    fn raw_body(name: &str) -> Code = Row { wire::Field::raw_body("__name") }
    fn flat() -> Code = Link { .style(wire::Style::Flat) }
    fn json() -> Code = Link { .style(wire::Style::Json) }
    fn simple() -> Code = Link { .style(wire::Style::Simple) }
    fn space() -> Code = Link { .style(wire::Style::Space) }
    fn pipe() -> Code = Link { .style(wire::Style::Pipe) }
    fn required() -> Code = Link { .required() }
    fn secret() -> Code = Link { .secret() }
    fn wrapper(member: &str) -> Code = Link { .wrapper("__member") }
    fn xml_item(name: &str) -> Code = Link { .xml_item("__name") }
    fn limits(all: impl Emit) -> Code = Link { .limits(&[__all]) }
    fn min_items(limit: u64) -> Code = Value { wire::Limit::MinItems(__limit) }
    fn max_items(limit: u64) -> Code = Value { wire::Limit::MaxItems(__limit) }
    fn min_length(limit: u64) -> Code = Value { wire::Limit::MinLength(__limit) }
    fn max_length(limit: u64) -> Code = Value { wire::Limit::MaxLength(__limit) }
    fn min(limit: i64) -> Code = Value { wire::Limit::Min(__limit) }
    fn max(limit: i64) -> Code = Value { wire::Limit::Max(__limit) }
    fn min_float(limit: f64) -> Code = Value { wire::Limit::MinFloat(__limit) }
    fn max_float(limit: f64) -> Code = Value { wire::Limit::MaxFloat(__limit) }
    fn chars(ranges: impl Emit, words: &str) -> Code = Row { wire::Limit::Chars(&[__ranges], "__words") }
    fn only(value: &str) -> Code = Row { wire::Limit::Only("__value") }
    fn range(first: char, last: char) -> Code = Value { (__first, __last) }
}

/// The static description of a field: what differs from an optional one.
fn row(field: &Field) -> impl Emit {
    |code: &mut Code| {
        let name = field.name;
        match field.place {
            Place::Member => code.call(member(name)),
            Place::Query => code.call(query(name)),
            Place::Form => code.call(form(name)),
            Place::Path => code.call(path(name)),
            Place::Header => code.call(header(name)),
            Place::Host => code.call(host(name)),
            Place::Body => code.call(body(name)),
            Place::BodyIfSet => code.call(body_if_set(name)),
            Place::RawBody => code.call(raw_body(name)),
        };
        if field.required {
            code.call(required());
        }
        if field.secret {
            code.call(secret());
        }
        match field.style {
            Style::Text => &mut *code,
            Style::Flat => code.call(flat()),
            Style::Json => code.call(json()),
            Style::Simple => code.call(simple()),
            Style::Space => code.call(space()),
            Style::Pipe => code.call(pipe()),
        };
        if field.limits.iter().any(is_literal) {
            code.call(limits(|code: &mut Code| {
                for each in field.limits.iter().filter(|limit| is_literal(limit)) {
                    code.element(limit(each));
                }
            }));
        }
        if let Some(member) = &field.wrapper {
            code.call(wrapper(member));
        }
        if let Some(name) = &field.xml_item {
            code.call(xml_item(name));
        }
    }
}

/// No literal says infinity; it bounds nothing.
fn is_literal(limit: &Limit) -> bool {
    match limit {
        Limit::MinFloat(limit) | Limit::MaxFloat(limit) => limit.is_finite(),
        _ => true,
    }
}

fn limit(limit: &Limit) -> impl Emit {
    |code: &mut Code| {
        match limit {
            Limit::MinItems(limit) => code.call(min_items(*limit)),
            Limit::MaxItems(limit) => code.call(max_items(*limit)),
            Limit::MinLength(limit) => code.call(min_length(*limit)),
            Limit::MaxLength(limit) => code.call(max_length(*limit)),
            Limit::Min(limit) => code.call(min(*limit)),
            Limit::Max(limit) => code.call(max(*limit)),
            Limit::MinFloat(limit) => code.call(min_float(*limit)),
            Limit::MaxFloat(limit) => code.call(max_float(*limit)),
            Limit::Chars(ranges, words) => {
                let all = |code: &mut Code| {
                    for (first, last) in ranges {
                        code.element(range(*first, *last));
                    }
                };
                code.call(chars(all, words))
            }
            Limit::Only(value) => code.call(only(value)),
        };
    }
}
