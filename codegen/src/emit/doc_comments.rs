//! What the doc comments of generated items say: the spec's words, made safe by
//! [`crate::docs`], in one order everywhere.

mod field;

use rustc_hash::FxHashMap;

use crate::docs::Doc;
use crate::model::{
    ApiStyle, ErrorVariant, Field, Operation, OperationKind, Product, ReplyBody, Struct, Type,
    Waiter,
};
use crate::names::Ident;
use crate::scan::trim;
use crate::words;
pub(super) use field::{Filled, field, filled, setter, value};

/// Errors that need no table: they are seen at one glance.
const LISTED: usize = 20;

/// A type inside of a request or a reply: named after the field that holds it,
/// whose description is not repeated.
pub(super) fn nested(item: &Struct, holders: &Holders<'_>) -> Doc {
    let mut doc = Doc::new();
    let holder = holders.0.get(&item.ident).copied();
    let Some((outer, field)) = holder else {
        doc.words("`")
            .ident(&item.ident)
            .words("`")
            .prose(": ", item.description);
        return doc;
    };
    doc.words(match field.ty {
        Type::List(_) => "An item of [`",
        Type::Map(_) => "A value of [`",
        _ => "The type of [`",
    });
    doc.ident(outer)
        .words("::")
        .ident(&field.ident)
        .words("`](field@");
    doc.ident(outer).words("::").ident(&field.ident).words(")");
    let repeats = trim(item.description) == trim(&field.description);
    doc.prose(": ", if repeats { "" } else { item.description });
    doc
}

/// The first field that holds each type of a side.
pub(super) struct Holders<'s>(FxHashMap<&'s Ident, (&'s Ident, &'s Field<'s>)>);

impl<'s> Holders<'s> {
    pub(super) fn of(all: &'s [Struct<'s>]) -> Self {
        let mut holders = FxHashMap::default();
        for outer in all {
            for field in &outer.fields {
                if let Some(inner) = held(&field.ty) {
                    holders.entry(inner).or_insert((&outer.ident, field));
                }
            }
        }
        Self(holders)
    }
}

fn held(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::List(item) | Type::Map(item) => held(item),
        Type::Struct(inner) => Some(inner),
        _ => None,
    }
}

/// `Request`.
pub(super) fn request(operation: &Operation) -> Doc {
    let mut doc = Doc::new();
    doc.words("The parameters of ")
        .code(operation.name)
        .words(".");
    doc
}

/// `Response`.
pub(super) fn response(operation: &Operation, item: &Struct) -> Doc {
    let mut doc = Doc::new();
    doc.words("What ")
        .code(operation.name)
        .words(" answers")
        .prose(": ", item.description);
    doc
}

/// `ErrorKind`.
pub(super) fn errors(operation: &Operation) -> Doc {
    let mut doc = Doc::new();
    doc.words("The error codes that are documented for ")
        .code(operation.name)
        .words(".")
        .paragraph();
    if operation.errors.len() > LISTED {
        table(&mut doc, &operation.errors);
    }
    doc.words("The service may answer with others").words(CODE);
    doc
}

/// `ErrorKind` of an operation that documents no codes.
pub(super) fn no_errors(operation: &Operation) -> Doc {
    let mut doc = Doc::new();
    doc.words("No error codes are documented for ")
        .code(operation.name)
        .words(".")
        .paragraph();
    doc.words("The service answers with some all the same")
        .words(CODE);
    doc
}

const CODE: &str = ": those are in [`code`](alicloud_runtime::Error::code).";

/// Codes and statuses at a glance.
fn table(doc: &mut Doc, errors: &[ErrorVariant]) {
    doc.words("| Code | Status |\n|---|---|");
    for error in errors {
        for row in &error.rows {
            doc.words("\n| [").cell(row.code).words("](Self::");
            doc.ident(&error.ident).words(") | ");
            match row.status {
                0 => doc.words("|"),
                status => doc.number(status).words(" |"),
            };
        }
    }
    doc.paragraph();
}

/// A variant of `ErrorKind`: what it means before what the service says.
pub(super) fn error(error: &ErrorVariant) -> Doc {
    let mut doc = Doc::new();
    for row in &error.rows {
        let is_list = error.rows.len() > 1;
        if is_list {
            doc.item();
        }
        doc.code(row.code);
        if row.status != 0 {
            doc.words(", status ").number(row.status);
        }
        match (trim(row.meaning), trim(row.message)) {
            ("", "") => doc.words("."),
            (text, "") | ("", text) => doc.words(": ").sentence(text),
            (meaning, message) if meaning == message => doc.words(": ").sentence(meaning),
            (meaning, message) => {
                doc.words(": ").sentence(meaning);
                if is_list {
                    doc.words(" ");
                } else {
                    doc.paragraph();
                }
                doc.words("The service's message: ").sentence(message)
            }
        };
    }
    doc
}

/// An operation's module, up to its examples.
pub(super) fn operation(product: &Product, operation: &Operation) -> Doc {
    let mut doc = Doc::new();
    headline(&mut doc, operation);
    doc.paragraph();
    if let Some(note) = &operation.deprecated {
        doc.words("**Deprecated**: ").sentence(note).paragraph();
    }
    if operation.high_risk {
        doc.words("**High risk**: it can destroy or interrupt what is in use.");
        doc.paragraph();
    }
    if operation.paid {
        doc.words("**Costs money**: what it makes or does is charged for.");
        doc.paragraph();
    }
    if !trim(operation.title).is_empty() && trim(operation.summary) != trim(operation.title) {
        doc.text(operation.summary).paragraph();
    }
    if trim(&operation.description) != trim(operation.summary) {
        doc.text(&operation.description).paragraph();
    }
    doc.words("Operation ").code(operation.name);
    if product.style == ApiStyle::Roa {
        let way = format!("{} {}", operation.method, operation.path);
        doc.words(", ").code(&way);
    }
    match (operation.kind, token(operation)) {
        (OperationKind::Read, _) => doc.words(": it only reads."),
        (OperationKind::Write, None) => doc.words(": a write."),
        (OperationKind::Write, Some(token)) => doc
            .words(": a write, repeated safely under one ")
            .code(token)
            .words("."),
    };
    if let Some(paging) = &operation.paging {
        doc.words(" It answers in pages: see [`pages`](alicloud_runtime::Call::pages)");
        doc.words(if paging.items.is_some() {
            " and [`items`](alicloud_runtime::Call::items)."
        } else {
            "."
        });
    }
    if let Some(note) = &operation.paging_note {
        doc.words(" Not paged through: ").sentence(note);
    }
    later(&mut doc, operation);
    official_page(&mut doc, product, operation);
    doc
}

/// Where the service describes the operation itself.
fn official_page(doc: &mut Doc, product: &Product, operation: &Operation) {
    let parts = [product.name, product.version, operation.name];
    let is_plain = |part: &&str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if !parts.iter().all(is_plain) {
        return;
    }
    doc.words(" [Its page](https://api.alibabacloud.com/document");
    for part in parts {
        doc.words("/").plain(part);
    }
    doc.words(") at Alibaba Cloud.");
}

/// What comes of an operation after its reply, or while it is waited for.
fn later(doc: &mut Doc, operation: &Operation) {
    if let Some(outcome) = &operation.outcome {
        doc.words(" It goes on after its reply: ");
        doc.code(&outcome.operation);
        if let Some(product) = &outcome.product {
            doc.words(" of ").code(product);
        }
        doc.words(" tells how it went");
        match outcome.interval_ms {
            0 => {}
            interval if interval % 1000 == 0 => {
                doc.words(", asked every ")
                    .number(interval / 1000)
                    .words(" s");
            }
            interval => {
                doc.words(", asked every ").number(interval).words(" ms");
            }
        }
        doc.words(", and [`until`](alicloud_runtime::Call::until) waits for it.");
    }
    if operation.events {
        doc.words(" The service can also answer with server-sent events: ");
        doc.words("[`events`](alicloud_runtime::Call::events) of the call gives them one by one.");
        doc.words(" Awaited, it is answered once, when all is done.");
    }
    if operation.uploads {
        doc.words(
            " What takes the URL of a file takes a file as well, which the call uploads first:",
        );
        doc.words(" see [`FileContent`](alicloud_runtime::FileContent).");
    }
    if operation.reply == ReplyBody::Binary {
        doc.words(" It answers with bytes: [`download`](alicloud_runtime::Call::download) of the");
        doc.words(" call gives them as they come, or writes them into a file.");
    }
}

fn token<'o>(operation: &Operation<'o>) -> Option<&'o str> {
    let field = operation
        .request
        .first()?
        .fields
        .get(operation.idempotency_token?)?;
    Some(field.name)
}

/// What an operation does, in one sentence.
fn headline(doc: &mut Doc, operation: &Operation) {
    let line = [&operation.title, &operation.summary]
        .into_iter()
        .find(|text| !trim(text).is_empty());
    match line {
        Some(line) => doc.sentence(line),
        None => match words::sentence(operation.name, &operation.ident) {
            Some(sentence) => doc.sentence(&sentence),
            None => doc.words("The operation ").code(operation.name).words("."),
        },
    };
}

/// The client's method.
pub(super) fn method(operation: &Operation) -> Doc {
    let mut doc = Doc::new();
    headline(&mut doc, operation);
    doc.paragraph();
    doc.words("Examples, errors and types: [`")
        .ident(&operation.ident);
    doc.words("`](mod@super::")
        .ident(&operation.ident)
        .words(").");
    doc
}

/// A product's crate.
pub(super) fn krate(item: &Product, krate: &str, facade: &str) -> Doc {
    let mut doc = product(item);
    doc.paragraph().words("This is the crate ").code(krate);
    doc.words(". It serves an app alone; the crate ")
        .code(facade);
    doc.words(" has it as its module `")
        .ident(&item.module)
        .words("`, behind the feature ")
        .code(&item.feature)
        .words(".");
    doc
}

/// A product's module.
pub(super) fn product(product: &Product) -> Doc {
    let mut doc = Doc::new();
    doc.code(product.name)
        .words(", version ")
        .code(product.version);
    doc.words(": [`Client`], and a module for each operation.");
    if let Some(region) = &product.default_region {
        doc.words(" The service is in one region, ").code(region);
        doc.words(", whatever the region of the configuration.");
    }
    if !product.skipped.is_empty() {
        doc.paragraph().words("Not generated:").paragraph();
        for skipped in &product.skipped {
            doc.item()
                .code(&skipped.operation)
                .words(": ")
                .sentence(&skipped.reason);
        }
    }
    doc
}

/// `Client`.
pub(super) fn client(product: &Product) -> Doc {
    let mut doc = Doc::new();
    doc.words("Calls the operations of ")
        .code(product.name)
        .words(". Cheap to clone.");
    doc
}

/// A waiter.
pub(super) fn waiter(waiter: &Waiter) -> Doc {
    let mut doc = Doc::new();
    doc.sentence(&waiter.description).paragraph();
    doc.words("Asks [`")
        .ident(&waiter.operation)
        .words("`](Self::")
        .ident(&waiter.operation);
    doc.words(") every ").number(waiter.interval_seconds);
    doc.words(" seconds, for at most ")
        .number(waiter.deadline_seconds)
        .words(" seconds.");
    doc
}
