//! The comparison itself: products, operations, types, fields, error kinds.

use std::collections::BTreeMap;

use super::{Change, Impact};
use crate::model::{EnumValue, ErrorVariant, Field, Limit, Operation, Product, Struct, Waiter};

/// All changes between two versions of a product.
pub(super) fn products(old: &Product<'_>, new: &Product<'_>) -> Vec<Change> {
    let mut found = Changes::default();
    let skipped = |name: &str| new.skipped.iter().find(|it| it.operation == name);
    pairs(
        &old.operations,
        &new.operations,
        |it| it.name,
        |pair| match pair {
            Pair::Gone(old) => {
                found.operation = Some(old.name.to_owned());
                found.breaking(
                    "",
                    match skipped(old.name) {
                        Some(skipped) => format!("no longer generated: {}", skipped.reason),
                        None => "removed".to_owned(),
                    },
                );
            }
            Pair::New(new) => {
                found.operation = Some(new.name.to_owned());
                found.additive("", "added");
            }
            Pair::Both(old, new) => {
                found.operation = Some(old.name.to_owned());
                operations(old, new, &mut found);
            }
        },
    );
    found.operation = None;
    if old.endpoints != new.endpoints {
        found.additive("", "hosts changed");
    }
    if old.default_region != new.default_region {
        found.additive(
            "",
            format!(
                "the region that calls go to by default is {}, was {}",
                named(new.default_region.as_deref()),
                named(old.default_region.as_deref())
            ),
        );
    }
    waiters(&old.waiters, &new.waiters, &mut found);
    found.changes
}

fn operations(old: &Operation<'_>, new: &Operation<'_>, found: &mut Changes) {
    if old.ident != new.ident {
        found.breaking(
            "",
            format!("the method `{}` is called `{}`", old.ident, new.ident),
        );
    }
    if (&old.method, &old.path) != (&new.method, &new.path) {
        found.additive(
            "",
            format!(
                "sent with {} {}, was {} {}",
                new.method, new.path, old.method, old.path
            ),
        );
    }
    if old.kind != new.kind {
        found.additive(
            "",
            format!(
                "a {:?}, was a {:?}: what is sent again changes",
                new.kind, old.kind
            ),
        );
    }
    if old.anonymous != new.anonymous {
        let now = if new.anonymous {
            "sent without credentials"
        } else {
            "needs credentials"
        };
        found.additive("", now);
    }
    match (&old.deprecated, &new.deprecated) {
        (None, Some(_)) => found.additive("", "deprecated"),
        (Some(_), None) => found.additive("", "no longer deprecated"),
        (old, new) if old != new => found.documentation(""),
        _ => {}
    }
    if old.reply != new.reply {
        found.breaking(
            "Response",
            format!("its body is {:?}, was {:?}", new.reply, old.reply),
        );
    }
    if old.dry_run.is_some() != new.dry_run.is_some() {
        match new.dry_run {
            Some(_) => found.additive("", "has a dry run"),
            None => found.breaking("", "has no dry run any more"),
        }
    }
    if old.events != new.events {
        match new.events {
            true => found.additive("", "can be answered with events"),
            false => found.breaking("", "cannot be answered with events any more"),
        }
    }
    marks(old, new, found);
    paging(old, new, found);
    types(&old.request, &new.request, Side::Request, found);
    types(&old.response, &new.response, Side::Response, found);
    error_kinds(&old.errors, &new.errors, found);
    let texts = |it: &Operation<'_>| {
        (
            it.title.to_owned(),
            it.summary.to_owned(),
            it.description.to_string(),
        )
    };
    if texts(old) != texts(new) {
        found.documentation("");
    }
}

/// What a guard goes by, and what tells the outcome.
fn marks(old: &Operation<'_>, new: &Operation<'_>, found: &mut Changes) {
    match (old.high_risk, new.high_risk) {
        (false, true) => found.additive("", "of high risk now: a guard may deny it"),
        (true, false) => found.additive("", "no longer of high risk"),
        _ => {}
    }
    match (old.paid, new.paid) {
        (false, true) => found.additive("", "costs money now: a guard may deny it"),
        (true, false) => found.additive("", "no longer costs money"),
        _ => {}
    }
    if old.outcome != new.outcome {
        found.documentation("");
    }
}

/// Whether lists can be paged through, and what the items are.
fn paging(old: &Operation<'_>, new: &Operation<'_>, found: &mut Changes) {
    let items = |operation: &Operation<'_>| {
        let paging = operation.paging.as_ref()?;
        item_type(operation, paging.items.as_ref()?)
    };
    match (items(old), items(new)) {
        (None, Some(_)) => found.additive("", "its items can be paged through"),
        (Some(_), None) => found.breaking("", "its items cannot be paged through any more"),
        (Some(old), Some(new)) if old != new => {
            found.breaking("", format!("its pages hold `{new}`, held `{old}`"));
        }
        _ if old.paging.is_some() && new.paging.is_none() => {
            found.breaking("", "it does not page any more");
        }
        _ => {}
    }
}

/// The type of the list at a path of field indices.
fn item_type(operation: &Operation<'_>, path: &[usize]) -> Option<String> {
    let mut fields = &operation.response.first()?.fields;
    let (last, before) = path.split_last()?;
    for index in before {
        let crate::model::Type::Struct(ident) = &fields.get(*index)?.ty else {
            return None;
        };
        fields = &operation
            .response
            .iter()
            .find(|it| it.ident == *ident)?
            .fields;
    }
    Some(type_name(&fields.get(*last)?.ty))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

fn types(old: &[Struct<'_>], new: &[Struct<'_>], side: Side, found: &mut Changes) {
    pairs(
        old,
        new,
        |it| it.ident.as_str(),
        |pair| match pair {
            Pair::Gone(old) => found.breaking(old.ident.as_str(), "the type is gone"),
            Pair::New(new) => found.additive(new.ident.as_str(), "a new type"),
            Pair::Both(old, new) => {
                pairs(
                    &old.fields,
                    &new.fields,
                    |it| it.name,
                    |pair| {
                        field(&old.ident.to_string(), pair, side, found);
                    },
                );
                if old.description != new.description {
                    found.documentation(old.ident.as_str());
                }
            }
        },
    );
}

fn field(owner: &str, pair: Pair<'_, Field<'_>>, side: Side, found: &mut Changes) {
    let item = |field: &Field<'_>| format!("{owner}::{}", field.ident);
    let (old, new) = match pair {
        Pair::Gone(old) => return found.breaking(&item(old), "removed"),
        Pair::New(new) if side == Side::Request && new.required => {
            return found.breaking(&item(new), "a new field, which is required");
        }
        Pair::New(new) => return found.additive(&item(new), "a new field"),
        Pair::Both(old, new) => (old, new),
    };
    let at = item(old);
    if old.ident != new.ident {
        found.breaking(&at, format!("called `{}`", new.ident));
    }
    if old.ty != new.ty || old.boxed != new.boxed || old.file_url != new.file_url {
        let name = |field: &Field<'_>| match &field.ty {
            _ if field.file_url => "FileUrl".to_owned(),
            crate::model::Type::Bytes if side == Side::Request => "FileContent".to_owned(),
            ty => type_name(ty),
        };
        found.breaking(&at, format!("`{}`, was `{}`", name(new), name(old)));
    }
    if side == Side::Request {
        match (old.required, new.required) {
            (false, true) => found.breaking(&at, "required now"),
            (true, false) => found.additive(&at, "no longer required"),
            _ => {}
        }
        if (old.place, old.style, old.wrapper) != (new.place, new.style, new.wrapper) {
            found.additive(&at, "travels in another place or form");
        }
        bounds(&at, &old.limits, &new.limits, found);
    }
    if old.secret != new.secret {
        found.additive(
            &at,
            if new.secret {
                "masked as a secret"
            } else {
                "shown"
            },
        );
    }
    if old.deprecated != new.deprecated {
        found.additive(
            &at,
            if new.deprecated {
                "deprecated"
            } else {
                "no longer deprecated"
            },
        );
    }
    constants(owner, &old.values, &new.values, found);
    if (&old.description, old.example, old.default) != (&new.description, new.example, new.default)
    {
        found.documentation(&at);
    }
}

/// A bound that is new or another one refuses what was sent, unless it only grew wider.
fn bounds(at: &str, old: &[Limit], new: &[Limit], found: &mut Changes) {
    if old == new {
        return;
    }
    let is_held = |limit: &Limit| old.iter().any(|before| is_within(before, limit));
    match new.iter().all(is_held) {
        true => found.additive(at, "its bounds are wider"),
        false => found.breaking(at, "its bounds are narrower"),
    }
}

/// Whether everything within `before` is within `after`.
fn is_within(before: &Limit, after: &Limit) -> bool {
    match (before, after) {
        (Limit::MinItems(a), Limit::MinItems(b)) | (Limit::MinLength(a), Limit::MinLength(b)) => {
            a >= b
        }
        (Limit::MaxItems(a), Limit::MaxItems(b)) | (Limit::MaxLength(a), Limit::MaxLength(b)) => {
            a <= b
        }
        (Limit::Min(a), Limit::Min(b)) => a >= b,
        (Limit::Max(a), Limit::Max(b)) => a <= b,
        (Limit::MinFloat(a), Limit::MinFloat(b)) => a >= b,
        (Limit::MaxFloat(a), Limit::MaxFloat(b)) => a <= b,
        (before, after) => before == after,
    }
}

fn constants(owner: &str, old: &[EnumValue<'_>], new: &[EnumValue<'_>], found: &mut Changes) {
    let named = |values: &[EnumValue<'_>]| -> BTreeMap<String, String> {
        let named = values
            .iter()
            .filter_map(|it| Some((it.ident.as_ref()?.to_string(), it.value.to_owned())));
        named.collect()
    };
    let (old, new) = (named(old), named(new));
    for (ident, value) in &old {
        let item = format!("{owner}::{ident}");
        match new.get(ident) {
            None => found.breaking(&item, "the constant is gone"),
            Some(other) if other != value => {
                found.breaking(&item, format!("stands for {other:?}, stood for {value:?}"));
            }
            Some(_) => {}
        }
    }
    for ident in new.keys().filter(|ident| !old.contains_key(*ident)) {
        found.additive(&format!("{owner}::{ident}"), "a new constant");
    }
}

fn error_kinds(old: &[ErrorVariant<'_>], new: &[ErrorVariant<'_>], found: &mut Changes) {
    pairs(
        old,
        new,
        |it| it.ident.as_str(),
        |pair| match pair {
            Pair::Gone(old) => found.breaking(&format!("error {}", old.ident), "removed"),
            Pair::New(new) => found.additive(&format!("error {}", new.ident), "a new code"),
            Pair::Both(old, new) => {
                let codes = |it: &ErrorVariant<'_>| -> Vec<(u16, String)> {
                    it.rows
                        .iter()
                        .map(|row| (row.status, row.code.to_owned()))
                        .collect()
                };
                let item = format!("error {}", old.ident);
                if codes(old) != codes(new) {
                    found.additive(&item, "other statuses or spellings");
                } else if old.rows != new.rows {
                    found.documentation(&item);
                }
            }
        },
    );
}

fn waiters(old: &[Waiter], new: &[Waiter], found: &mut Changes) {
    pairs(
        old,
        new,
        |it| it.ident.as_str(),
        |pair| match pair {
            Pair::Gone(old) => found.breaking(&format!("waiter {}", old.ident), "removed"),
            Pair::New(new) => found.additive(&format!("waiter {}", new.ident), "added"),
            Pair::Both(old, new) => {
                let item = format!("waiter {}", old.ident);
                if old.operation != new.operation {
                    found.breaking(&item, "asks another operation");
                } else if format!("{old:?}") != format!("{new:?}") {
                    found.additive(&item, "waits otherwise");
                }
            }
        },
    );
}

enum Pair<'a, T> {
    Gone(&'a T),
    New(&'a T),
    Both(&'a T, &'a T),
}

/// What is in one list, in the other or in both, by name: first what was, then what is new.
fn pairs<'a, T>(
    old: &'a [T],
    new: &'a [T],
    name: impl Fn(&'a T) -> &'a str,
    mut visit: impl FnMut(Pair<'a, T>),
) {
    let mut there: BTreeMap<&str, &T> = new.iter().map(|it| (name(it), it)).collect();
    for old in old {
        match there.remove(name(old)) {
            Some(new) => visit(Pair::Both(old, new)),
            None => visit(Pair::Gone(old)),
        }
    }
    for new in new.iter().filter(|it| there.contains_key(name(it))) {
        visit(Pair::New(new));
    }
}

fn type_name(ty: &crate::model::Type) -> String {
    use crate::model::Type;
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Int => "i64".to_owned(),
        Type::Float => "f64".to_owned(),
        Type::Text => "String".to_owned(),
        Type::Bytes => "Bytes".to_owned(),
        Type::Any => "Json".to_owned(),
        Type::List(item) => format!("Vec<{}>", type_name(item)),
        Type::Map(item) => format!("BTreeMap<String, {}>", type_name(item)),
        Type::Struct(ident) => ident.to_string(),
    }
}

fn named(region: Option<&str>) -> &str {
    region.unwrap_or("none")
}

/// Changes as they are found, of the operation that is being compared.
#[derive(Default)]
struct Changes {
    operation: Option<String>,
    changes: Vec<Change>,
}

impl Changes {
    fn breaking(&mut self, item: &str, what: impl Into<String>) {
        self.push(Impact::Breaking, item, what.into());
    }

    fn additive(&mut self, item: &str, what: impl Into<String>) {
        self.push(Impact::Additive, item, what.into());
    }

    fn documentation(&mut self, item: &str) {
        self.push(Impact::Documentation, item, "its text".to_owned());
    }

    fn push(&mut self, impact: Impact, item: &str, what: String) {
        self.changes.push(Change {
            impact,
            operation: self.operation.clone(),
            item: item.to_owned(),
            what,
        });
    }
}
