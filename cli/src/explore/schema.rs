//! What the client has to know of a product and its operations, made of the metadata while
//! the program runs. Generated code has it as constants; here it is made once and kept.

use alicloud_codegen::model::{self, Field, Limit, OperationKind, Place, ReplyBody, Struct, Style};
use alicloud_runtime::operation::{self, ErrorRow};
use alicloud_runtime::wire;

/// An operation, described.
pub(super) struct Described {
    pub(super) operation: &'static operation::Operation,
    /// Of the types of the request, by their index in the model.
    pub(super) schemas: Vec<&'static wire::Schema>,
}

fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn keep_all<T>(values: impl IntoIterator<Item = T>) -> &'static [T] {
    values.into_iter().collect::<Vec<_>>().leak()
}

pub(super) fn product(model: &'static model::Product<'static>) -> &'static operation::Product {
    let hosts = |all: &'static [(String, String)]| {
        keep_all(
            all.iter()
                .map(|(region, host)| (region.as_str(), host.as_str())),
        )
    };
    let style = match model.style {
        model::ApiStyle::Rpc => operation::ApiStyle::Rpc,
        model::ApiStyle::Roa => operation::ApiStyle::Roa,
    };
    let gateway = match model.gateway {
        model::Gateway::Acs => operation::Gateway::Acs,
        model::Gateway::AcsV1 => operation::Gateway::AcsV1,
        model::Gateway::Pds => operation::Gateway::Pds,
    };
    let errors = model.errors.iter().flat_map(|error| &error.rows);
    let errors = errors.map(|row| ErrorRow::new(row.status, row.code, row.message, row.meaning));
    let mut product = operation::Product::new(model.name, model.version, style)
        .gateway(gateway)
        .endpoints(hosts(&model.endpoints))
        .vpc(hosts(&model.vpc))
        .errors(keep_all(errors));
    product.default_region = model.default_region.as_deref();
    keep(product)
}

pub(super) fn describe(
    product: &'static operation::Product,
    model: &'static model::Operation<'static>,
) -> Described {
    let mut operation = match model.kind {
        OperationKind::Read => operation::Operation::read(product, model.name),
        OperationKind::Write => operation::Operation::write(product, model.name),
    };
    operation = operation.http(&model.method, &model.path);
    if model.anonymous {
        operation = operation.anonymous();
    }
    if let Some(field) = model.region {
        operation = operation.region(field);
    }
    if let Some(field) = model.idempotency_token {
        operation = operation.idempotency_token(field);
    }
    // What comes is shown as it is, so any document will do where there is one.
    operation = operation.reply(match model.reply {
        ReplyBody::Object | ReplyBody::Document => operation::ReplyBody::Document,
        ReplyBody::Binary => operation::ReplyBody::Binary,
        ReplyBody::Empty => operation::ReplyBody::Empty,
    });
    if model.events {
        operation = operation.events();
    }
    if let Some(path) = &model.event_switch {
        operation = operation.event_switch(path);
    }
    if model.uploads {
        operation = operation.uploads();
    }
    if model.or_empty {
        operation = operation.or_empty();
    }
    Described {
        operation: keep(operation),
        schemas: model.request.iter().map(schema).collect(),
    }
}

fn schema(item: &'static Struct<'static>) -> &'static wire::Schema {
    let fields = keep_all(item.fields.iter().map(field));
    keep(wire::Schema::new(item.ident.as_str(), fields))
}

fn field(field: &'static Field<'static>) -> wire::Field {
    let name = field.name;
    let mut made = match field.place {
        Place::Member => wire::Field::member(name),
        Place::Query => wire::Field::query(name),
        Place::Form => wire::Field::form(name),
        Place::Path => wire::Field::path(name),
        Place::Header => wire::Field::header(name),
        Place::Host => wire::Field::host(name),
        Place::Body => wire::Field::body(name),
        Place::BodyIfSet => wire::Field::body_if_set(name),
        Place::RawBody => wire::Field::raw_body(name),
    };
    if field.required {
        made = made.required();
    }
    if field.secret {
        made = made.secret();
    }
    if let Some(member) = field.wrapper {
        made = made.wrapper(member);
    }
    let style = match field.style {
        Style::Text => wire::Style::Text,
        Style::Flat => wire::Style::Flat,
        Style::Json => wire::Style::Json,
        Style::Simple => wire::Style::Simple,
        Style::Space => wire::Style::Space,
        Style::Pipe => wire::Style::Pipe,
    };
    made.style(style)
        .limits(keep_all(field.limits.iter().map(limit)))
}

fn limit(limit: &'static Limit) -> wire::Limit {
    match limit {
        Limit::MinItems(limit) => wire::Limit::MinItems(*limit),
        Limit::MaxItems(limit) => wire::Limit::MaxItems(*limit),
        Limit::MinLength(limit) => wire::Limit::MinLength(*limit),
        Limit::MaxLength(limit) => wire::Limit::MaxLength(*limit),
        Limit::Min(limit) => wire::Limit::Min(*limit),
        Limit::Max(limit) => wire::Limit::Max(*limit),
        Limit::MinFloat(limit) => wire::Limit::MinFloat(*limit),
        Limit::MaxFloat(limit) => wire::Limit::MaxFloat(*limit),
        Limit::Only(text) => wire::Limit::Only(text),
        Limit::Chars(ranges, words) => wire::Limit::Chars(ranges, words),
    }
}
