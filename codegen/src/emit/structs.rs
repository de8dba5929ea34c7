//! Requests, responses and the types in them: plain data, and its description.

use super::texts;
use super::types::{self, Side};
use crate::docs::Doc;
use crate::model::{Field, Limit, Place, Struct, Style};
use crate::names::Ident;
use crate::template::{Code, templates};

templates! {
    fn definition(docs: &Doc, name: &Ident, fields: &Code) -> Code = Items {
        #[doc = "__docs"]
        #[derive(Default)]
        #[non_exhaustive]
        pub struct __name {
            __fields: (),
        }
    }
    fn field(docs: &Doc, name: &Ident, ty: &Code) -> Code = Fields {
        #[doc = "__docs"]
        pub __name: __ty,
    }
    fn methods(name: &Ident, members: &Code) -> Code = Items {
        impl __name {
            __members!{}
        }
    }
    fn constructor() -> Code = Members {
        /// One with nothing set.
        #[inline]
        pub fn new() -> Self {
            <Self as Default>::default()
        }
    }
    fn object(name: &Ident, text: &str, rows: &Code, get: &Code, get_mut: &Code) -> Code = Items {
        impl wire::Object for __name {
            #[inline]
            fn schema(&self) -> &'static wire::Schema {
                const { &wire::Schema { name: "__text", fields: &[__rows] } }
            }
            #[inline]
            fn get(&self, index: usize) -> &dyn wire::Value {
                match index {
                    __get => {}
                }
            }
            #[inline]
            fn get_mut(&mut self, index: usize) -> &mut dyn wire::Value {
                match index {
                    __get_mut => {}
                }
            }
        }
        wire::object!(__name);
    }
    fn object_of_one(name: &Ident, text: &str, rows: &Code, field: &Ident) -> Code = Items {
        impl wire::Object for __name {
            #[inline]
            fn schema(&self) -> &'static wire::Schema {
                const { &wire::Schema { name: "__text", fields: &[__rows] } }
            }
            #[inline]
            fn get(&self, _: usize) -> &dyn wire::Value {
                &self.__field
            }
            #[inline]
            fn get_mut(&mut self, _: usize) -> &mut dyn wire::Value {
                &mut self.__field
            }
        }
        wire::object!(__name);
    }
    // Without fields no index is asked for.
    fn object_of_none(name: &Ident, text: &str) -> Code = Items {
        impl wire::Object for __name {
            #[inline]
            fn schema(&self) -> &'static wire::Schema {
                const { &wire::Schema { name: "__text", fields: &[] } }
            }
            #[inline]
            fn get(&self, _: usize) -> &dyn wire::Value {
                self
            }
            #[inline]
            fn get_mut(&mut self, _: usize) -> &mut dyn wire::Value {
                self
            }
        }
        wire::object!(__name);
    }
    fn get(index: usize, field: &Ident) -> Code = Arms { __index => &self.__field, }
    fn get_last(field: &Ident) -> Code = Arms { _ => &self.__field, }
    fn get_mut(index: usize, field: &Ident) -> Code = Arms { __index => &mut self.__field, }
    fn get_mut_last(field: &Ident) -> Code = Arms { _ => &mut self.__field, }
}

/// Adds a type, its methods and its description. `note` says what is to be added to the
/// comment of the field at an index.
pub(super) fn add(
    code: &mut Code,
    item: &Struct,
    side: Side,
    docs: &Doc,
    note: impl Fn(usize) -> &'static str,
) {
    let (mut fields, mut members) = (Code::new(), Code::new());
    for (index, each) in item.fields.iter().enumerate() {
        fields.line(&field(
            &texts::field(each, note(index)),
            &each.ident,
            &types::of_field(each, side),
        ));
        members.line(&types::constants(each));
    }
    if side == Side::Request {
        members.item(&constructor());
        for each in &item.fields {
            members.item(&types::setter(each));
        }
    }
    code.item(&definition(docs, &item.ident, &fields));
    if !members.is_empty() {
        code.item(&methods(&item.ident, &members));
    }
    code.item(&description(item));
}

/// The implementation of `Object`.
fn description(item: &Struct) -> Code {
    let name = item.ident.as_str();
    let mut rows = Code::new();
    for field in &item.fields {
        rows.row(&row(field));
    }
    match item.fields.as_slice() {
        [] => object_of_none(&item.ident, name),
        [only] => object_of_one(&item.ident, name, &rows, &only.ident),
        [init @ .., last] => {
            let (mut read, mut write) = (Code::new(), Code::new());
            for (index, field) in init.iter().enumerate() {
                read.line(&get(index, &field.ident));
                write.line(&get_mut(index, &field.ident));
            }
            read.line(&get_last(&last.ident));
            write.line(&get_mut_last(&last.ident));
            object(&item.ident, name, &rows, &read, &write)
        }
    }
}

templates! {
    fn member(name: &str) -> Code = Row { wire::Field::member("__name") }
    fn query(name: &str) -> Code = Row { wire::Field::query("__name") }
    fn form(name: &str) -> Code = Row { wire::Field::form("__name") }
    fn path(name: &str) -> Code = Row { wire::Field::path("__name") }
    fn header(name: &str) -> Code = Row { wire::Field::header("__name") }
    fn body(name: &str) -> Code = Row { wire::Field::body("__name") }
    fn raw_body(name: &str) -> Code = Row { wire::Field::raw_body("__name") }
    fn flat() -> Code = Link { .style(wire::Style::Flat) }
    fn json() -> Code = Link { .style(wire::Style::Json) }
    fn simple() -> Code = Link { .style(wire::Style::Simple) }
    fn space() -> Code = Link { .style(wire::Style::Space) }
    fn pipe() -> Code = Link { .style(wire::Style::Pipe) }
    fn required() -> Code = Link { .required() }
    fn secret() -> Code = Link { .secret() }
    fn wrapper(member: &str) -> Code = Link { .wrapper("__member") }
    fn limits(all: &Code) -> Code = Link { .limits(&[__all]) }
    fn min_items(limit: u64) -> Code = Value { wire::Limit::MinItems(__limit) }
    fn max_items(limit: u64) -> Code = Value { wire::Limit::MaxItems(__limit) }
    fn min_length(limit: u64) -> Code = Value { wire::Limit::MinLength(__limit) }
    fn max_length(limit: u64) -> Code = Value { wire::Limit::MaxLength(__limit) }
    fn min(limit: i64) -> Code = Value { wire::Limit::Min(__limit) }
    fn max(limit: i64) -> Code = Value { wire::Limit::Max(__limit) }
    fn min_float(limit: f64) -> Code = Value { wire::Limit::MinFloat(__limit) }
    fn max_float(limit: f64) -> Code = Value { wire::Limit::MaxFloat(__limit) }
    fn chars(ranges: &Code, words: &str) -> Code = Row { wire::Limit::Chars(&[__ranges], "__words") }
    fn range(first: char, last: char) -> Code = Value { (__first, __last) }
}

/// The static description of a field: what differs from an optional one.
fn row(field: &Field) -> Code {
    let name = field.name.as_str();
    let mut row = match field.place {
        Place::Member => member(name),
        Place::Query => query(name),
        Place::Form => form(name),
        Place::Path => path(name),
        Place::Header => header(name),
        Place::Body => body(name),
        Place::RawBody => raw_body(name),
    };
    if field.required {
        row.call(&required());
    }
    if field.secret {
        row.call(&secret());
    }
    match field.style {
        Style::Text => {}
        Style::Flat => drop(row.call(&flat())),
        Style::Json => drop(row.call(&json())),
        Style::Simple => drop(row.call(&simple())),
        Style::Space => drop(row.call(&space())),
        Style::Pipe => drop(row.call(&pipe())),
    }
    let mut all = Code::new();
    for limit in &field.limits {
        if let Some(limit) = limit_of(limit) {
            all.element(&limit);
        }
    }
    if !all.is_empty() {
        row.call(&limits(&all));
    }
    if let Some(member) = &field.wrapper {
        row.call(&wrapper(member));
    }
    row
}

fn limit_of(limit: &Limit) -> Option<Code> {
    Some(match limit {
        Limit::MinItems(limit) => min_items(*limit),
        Limit::MaxItems(limit) => max_items(*limit),
        Limit::MinLength(limit) => min_length(*limit),
        Limit::MaxLength(limit) => max_length(*limit),
        Limit::Min(limit) => min(*limit),
        Limit::Max(limit) => max(*limit),
        // No literal says infinity; it bounds nothing.
        Limit::MinFloat(limit) | Limit::MaxFloat(limit) if !limit.is_finite() => return None,
        Limit::MinFloat(limit) => min_float(*limit),
        Limit::MaxFloat(limit) => max_float(*limit),
        Limit::Chars(ranges, words) => {
            let mut all = Code::new();
            for (first, last) in ranges {
                all.element(&range(*first, *last));
            }
            chars(&all, words)
        }
    })
}
