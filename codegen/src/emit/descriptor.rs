//! What the runtime knows of an operation: static data.

use crate::model::{Operation, OperationKind, Paging, ReplyBody, Sample, Type};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn descriptor(
        name: &str,
        method: &str,
        path: &str,
        kind: impl Emit,
        anonymous: impl Emit,
        region: impl Emit,
        token: impl Emit,
        dry_run: impl Emit,
        reply: impl Emit,
        paging: impl Emit,
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
    fn some(value: impl Emit) -> Code = Value { Some(__value) }
    fn index(value: usize) -> Code = Value { __value }
    fn indices(all: impl Emit) -> Code = Value { &[__all] }
    fn object() -> Code = Value { operation::ReplyBody::Object }
    fn document() -> Code = Value { operation::ReplyBody::Document }
    fn binary() -> Code = Value { operation::ReplyBody::Binary }
    fn empty() -> Code = Value { operation::ReplyBody::Empty }
    fn by_number(page: usize, first: i64, size: impl Emit, items: impl Emit, total: impl Emit) -> Code = Value {
        operation::Paging::Number { page: __page, first: __first, size: __size, items: __items, total: __total }
    }
    fn by_token(token: usize, next: impl Emit, items: impl Emit) -> Code = Value {
        operation::Paging::Token { token: __token, next: __next, items: __items }
    }
}

/// The function that gives the operation's description.
pub(super) fn definition(operation: &Operation) -> impl Emit {
    descriptor(
        operation.name,
        &operation.method,
        &operation.path,
        match operation.kind {
            OperationKind::Read => read().code(),
            OperationKind::Write => write().code(),
        },
        truth(operation.anonymous),
        optional(operation.region.map(index)),
        optional(operation.idempotency_token.map(index)),
        optional(operation.dry_run.map(index)),
        match operation.reply {
            ReplyBody::Object => object().code(),
            ReplyBody::Document => document().code(),
            ReplyBody::Binary => binary().code(),
            ReplyBody::Empty => empty().code(),
        },
        optional(operation.paging.as_ref().map(paging)),
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
            by_number(*page, *first, optional(size.map(index)), path(items), total).code()
        }
        Paging::Token { token, next, items } => {
            by_token(*token, path(next), optional(items.as_deref().map(path))).code()
        }
    }
}

fn truth(value: bool) -> Code {
    if value { yes().code() } else { no().code() }
}

fn optional(value: Option<impl Emit>) -> Code {
    match value {
        Some(value) => some(value).code(),
        None => none().code(),
    }
}

/// A path of field indices.
pub(super) fn path(path: &[usize]) -> impl Emit {
    indices(move |code: &mut Code| {
        for step in path {
            code.element(index(*step));
        }
    })
}

templates! {
    fn response(samples: impl Emit) -> Code = Items {
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
    fn paged(item: impl Emit, items: impl Emit) -> Code = Items {
        impl alicloud_runtime::Paged for Response {
            type Item = __item;
            #[inline]
            fn into_items(self) -> Vec<Self::Item> {
                __items
            }
        }
    }
    fn this() -> Code = Value { self }
    fn member(of: impl Emit, field: &Ident) -> Code = Value { __of.__field }
    fn present(value: impl Emit) -> Code = Value { __value.unwrap_or_default() }
}

/// Adds what makes `Response` the reply to its operation.
pub(super) fn reply(code: &mut Code, operation: &Operation) {
    if operation.samples.is_empty() {
        code.item(response_without_samples());
        return;
    }
    code.item(response(|code: &mut Code| {
        for sample in &operation.samples {
            match sample {
                Sample::Json(text) => code.row(json(text)),
                Sample::Xml(text) => code.row(xml(text)),
            };
        }
    }));
}

/// The list that the response pages through, where it is known which.
pub(super) fn pages(operation: &Operation) -> Option<impl Emit> {
    let path = match operation.paging.as_ref()? {
        Paging::Number { items, .. } => items,
        Paging::Token { items, .. } => items.as_ref()?,
    };
    let mut code = this().code();
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
        code = present(member(code, &field.ident)).code();
    }
    let field = at.fields.get(*last)?;
    let Type::List(item) = &field.ty else {
        return None;
    };
    Some(paged(super::types::bare(item), member(code, &field.ident)))
}
