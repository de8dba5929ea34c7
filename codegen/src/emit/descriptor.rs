//! What the runtime knows of an operation: static data.

use crate::model::{Operation, OperationKind, Paging, ReplyBody, Sample, Type};
use crate::names::Ident;
use crate::template::{Code, templates};

templates! {
    fn descriptor(
        name: &str,
        method: &str,
        path: &str,
        kind: &Code,
        anonymous: &Code,
        region: &Code,
        token: &Code,
        dry_run: &Code,
        reply: &Code,
        paging: &Code,
    ) -> Code = Items {
        #[inline]
        fn operation() -> &'static operation::Operation {
            const {
                &operation::Operation {
                    product: super::product(),
                    name: "__name",
                    method: "__method",
                    path: "__path",
                    kind: __kind,
                    anonymous: __anonymous,
                    region: __region,
                    idempotency_token: __token,
                    dry_run: __dry_run,
                    reply: __reply,
                    paging: __paging,
                }
            }
        }
    }
    fn read() -> Code = Value { operation::OperationKind::Read }
    fn write() -> Code = Value { operation::OperationKind::Write }
    fn yes() -> Code = Value { true }
    fn no() -> Code = Value { false }
    fn none() -> Code = Value { None }
    fn some(value: &Code) -> Code = Value { Some(__value) }
    fn index(value: usize) -> Code = Value { __value }
    fn indices(all: &Code) -> Code = Value { &[__all] }
    fn object() -> Code = Value { operation::ReplyBody::Object }
    fn document() -> Code = Value { operation::ReplyBody::Document }
    fn binary() -> Code = Value { operation::ReplyBody::Binary }
    fn empty() -> Code = Value { operation::ReplyBody::Empty }
    fn by_number(page: usize, first: i64, size: &Code, items: &Code, total: &Code) -> Code = Value {
        operation::Paging::Number { page: __page, first: __first, size: __size, items: __items, total: __total }
    }
    fn by_token(token: usize, next: &Code, items: &Code) -> Code = Value {
        operation::Paging::Token { token: __token, next: __next, items: __items }
    }
}

/// The function that gives the operation's description.
pub(super) fn definition(operation: &Operation) -> Code {
    descriptor(
        &operation.name,
        &operation.method,
        &operation.path,
        &match operation.kind {
            OperationKind::Read => read(),
            OperationKind::Write => write(),
        },
        &if operation.anonymous { yes() } else { no() },
        &optional(operation.region.map(index)),
        &optional(operation.idempotency_token.map(index)),
        &optional(operation.dry_run.map(index)),
        &match operation.reply {
            ReplyBody::Object => object(),
            ReplyBody::Document => document(),
            ReplyBody::Binary => binary(),
            ReplyBody::Empty => empty(),
        },
        &optional(operation.paging.as_ref().map(paging)),
    )
}

fn paging(paging: &Paging) -> Code {
    match paging {
        Paging::Number {
            page,
            first,
            size,
            items,
            total,
        } => {
            let total = optional(total.as_deref().map(path));
            by_number(
                *page,
                *first,
                &optional(size.map(index)),
                &path(items),
                &total,
            )
        }
        Paging::Token { token, next, items } => {
            by_token(*token, &path(next), &optional(items.as_deref().map(path)))
        }
    }
}

fn optional(value: Option<Code>) -> Code {
    value.map_or_else(none, |value| some(&value))
}

/// A path of field indices.
pub(super) fn path(path: &[usize]) -> Code {
    let mut all = Code::new();
    for step in path {
        all.element(&index(*step));
    }
    indices(&all)
}

templates! {
    fn response(samples: &Code) -> Code = Items {
        impl alicloud_runtime::Response for Response {
            #[inline]
            fn operation() -> &'static operation::Operation {
                operation()
            }
            const SAMPLES: &'static [operation::Sample] = &[__samples];
        }
    }
    fn response_without_samples() -> Code = Items {
        impl alicloud_runtime::Response for Response {
            #[inline]
            fn operation() -> &'static operation::Operation {
                operation()
            }
        }
    }
    fn json(text: &str) -> Code = Value { operation::Sample::Json("__text") }
    fn xml(text: &str) -> Code = Value { operation::Sample::Xml("__text") }
    fn paged(item: &Code, items: &Code) -> Code = Items {
        impl alicloud_runtime::Paged for Response {
            type Item = __item;
            #[inline]
            fn into_items(self) -> Vec<Self::Item> {
                __items
            }
        }
    }
    fn this() -> Code = Value { self }
    fn member(of: &Code, field: &Ident) -> Code = Value { __of.__field }
    fn present(value: &Code) -> Code = Value { __value.unwrap_or_default() }
}

/// What makes `Response` the reply to its operation.
pub(super) fn reply(operation: &Operation) -> Code {
    let mut samples = Code::new();
    for sample in &operation.samples {
        samples.row(&match sample {
            Sample::Json(text) => json(text),
            Sample::Xml(text) => xml(text),
        });
    }
    if samples.is_empty() {
        response_without_samples()
    } else {
        response(&samples)
    }
}

/// The list that the response pages through, where it is known which.
pub(super) fn pages(operation: &Operation) -> Option<Code> {
    let path = match operation.paging.as_ref()? {
        Paging::Number { items, .. } => items,
        Paging::Token { items, .. } => items.as_ref()?,
    };
    let mut code = this();
    let mut at = operation.response.first()?;
    let (last, init) = path.split_last()?;
    for step in init {
        let field = at.fields.get(*step)?;
        let Type::Struct(inner) = &field.ty else {
            return None;
        };
        at = operation
            .response
            .iter()
            .find(|item| item.ident == *inner)?;
        code = present(&member(&code, &field.ident));
    }
    let field = at.fields.get(*last)?;
    let Type::List(item) = &field.ty else {
        return None;
    };
    Some(paged(
        &super::types::bare(item),
        &member(&code, &field.ident),
    ))
}
