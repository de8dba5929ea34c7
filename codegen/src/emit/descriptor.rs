//! What the runtime knows of an operation: static data.

use super::json::pretty;
use crate::model::{Operation, OperationKind, Paging, ReplyBody, Sample, Type};
use crate::names::Ident;
use crate::template::{Code, Emit, Raw, templates};

templates! {
    fn response(description: impl Emit, samples: impl Emit) -> Code = Items {
        impl alicloud_runtime::Response for Response {
            #[inline]
            fn operation() -> &'static operation::Operation {
                const { __description!{} }
            }
            __samples!{}
        }
    }
    fn read(name: &str) -> Code = Value { &operation::Operation::read(super::product(), "__name") }
    fn write(name: &str) -> Code = Value { &operation::Operation::write(super::product(), "__name") }
    fn http(method: &str, path: &str) -> Code = Link { .http("__method", "__path") }
    fn anonymous() -> Code = Link { .anonymous() }
    fn region(field: usize) -> Code = Link { .region(__field) }
    fn idempotency_token(field: usize) -> Code = Link { .idempotency_token(__field) }
    fn dry_run(field: usize) -> Code = Link { .dry_run(__field) }
    fn document() -> Code = Link { .reply(operation::ReplyBody::Document) }
    fn binary() -> Code = Link { .reply(operation::ReplyBody::Binary) }
    fn empty() -> Code = Link { .reply(operation::ReplyBody::Empty) }
    fn high_risk() -> Code = Link { .high_risk() }
    fn paid() -> Code = Link { .paid() }
    fn events() -> Code = Link { .events() }
    fn uploads() -> Code = Link { .uploads() }
    fn event_switch(path: impl Emit) -> Code = Link { .event_switch(__path) }
    fn outcome(operation: &str, interval: u64, times: u64) -> Code = Link {
        .outcome("__operation", __interval, __times)
    }
    fn samples(all: impl Emit) -> Code = Members {
        const SAMPLES: &'static [operation::Sample] = &[__all];
    }
    fn json(text: impl Emit) -> Code = Value { operation::Sample::Json(__text) }
    fn xml(text: impl Emit) -> Code = Value { operation::Sample::Xml(__text) }
    fn or_empty() -> Code = Link { .or_empty() }
    fn page_token(field: usize, next: impl Emit) -> Code = Link { .page_token(__field, __next) }
    fn page_token_size(field: usize) -> Code = Link { .page_token_size(__field) }
    fn page_number(field: usize, first: i64) -> Code = Link { .page_number(__field, __first) }
    fn page_size(field: usize) -> Code = Link { .page_size(__field) }
    fn page_items(path: impl Emit) -> Code = Link { .page_items(__path) }
    fn page_total(path: impl Emit) -> Code = Link { .page_total(__path) }
    fn index(value: usize) -> Code = Value { __value }
    fn indices(all: impl Emit) -> Code = Value { &[__all] }
}

/// What makes `Response` the reply to its operation: the operation's description, and
/// its documented samples.
pub(super) fn reply(operation: &Operation) -> impl Emit {
    let rows = |code: &mut Code| {
        for sample in &operation.samples {
            match sample {
                Sample::Json(text) => code.row(json(Raw(&pretty(text)))),
                Sample::Xml(text) => code.row(xml(Raw(text))),
            };
        }
    };
    response(description(operation), move |code: &mut Code| {
        if !operation.samples.is_empty() {
            code.call(samples(rows));
        }
    })
}

/// The operation in so many words, but for what is so by default.
fn description(operation: &Operation) -> impl Emit {
    let mut links = Vec::new();
    if (&*operation.method, &*operation.path) != ("POST", "/") {
        links.push(http(&operation.method, &operation.path).code());
    }
    if operation.anonymous {
        links.push(anonymous().code());
    }
    links.extend(operation.region.map(|field| region(field).code()));
    let token = operation.idempotency_token;
    links.extend(token.map(|field| idempotency_token(field).code()));
    links.extend(operation.dry_run.map(|field| dry_run(field).code()));
    match operation.reply {
        ReplyBody::Object => {}
        ReplyBody::Document => links.push(document().code()),
        ReplyBody::Binary => links.push(binary().code()),
        ReplyBody::Empty => links.push(empty().code()),
    }
    if operation.or_empty {
        links.push(or_empty().code());
    }
    if let Some(how) = &operation.paging {
        paging(&mut links, how);
    }
    if operation.high_risk {
        links.push(high_risk().code());
    }
    if operation.paid {
        links.push(paid().code());
    }
    if operation.events {
        links.push(events().code());
    }
    if operation.uploads {
        links.push(uploads().code());
    }
    let switch = operation.event_switch.as_deref();
    links.extend(switch.map(|at| event_switch(path(at)).code()));
    let asked = operation.outcome.as_ref();
    let asked = asked.filter(|asked| asked.product.is_none());
    links.extend(asked.map(|it| outcome(&it.operation, it.interval_ms, it.times).code()));
    move |code: &mut Code| {
        match operation.kind {
            OperationKind::Read => code.call(read(operation.name)),
            OperationKind::Write => code.call(write(operation.name)),
        };
        code.chain(&links);
    }
}

fn paging(links: &mut Vec<Code>, how: &Paging) {
    if let Some(by) = &how.token {
        links.push(page_token(by.token, path(&by.next)).code());
        links.extend(by.size.map(|field| page_token_size(field).code()));
    }
    if let Some(by) = &how.number {
        links.push(page_number(by.page, by.first).code());
        links.extend(by.size.map(|field| page_size(field).code()));
    }
    let items = how.items.as_deref();
    links.extend(items.map(|at| page_items(path(at)).code()));
    let total = how.total.as_deref();
    links.extend(total.map(|at| page_total(path(at)).code()));
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
    fn streamed() -> Code = Items { impl alicloud_runtime::Streamed for Response {} }
    fn downloadable() -> Code = Items { impl alicloud_runtime::Downloadable for Response {} }
}

/// What else a call can do with the reply than to wait for it.
pub(super) fn ways(code: &mut Code, operation: &Operation) {
    if operation.events {
        code.item(streamed());
    }
    if operation.reply == ReplyBody::Binary {
        code.item(downloadable());
    }
}

templates! {
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

/// The list that the response pages through, where it is known which.
pub(super) fn pages(operation: &Operation) -> Option<impl Emit> {
    let path = operation.paging.as_ref()?.items.as_ref()?;
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
