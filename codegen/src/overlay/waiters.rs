//! Waiters: what an overlay says of operations that are asked until a value is there.

use std::collections::HashSet;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;

use super::Corrected;
use crate::diagnostics::{Finding, Pointer, Severity};
use crate::model::{Operation, Product, Struct, Type, Waiter};
use crate::names;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishedWaiter {
    #[serde(default)]
    description: String,
    operation: String,
    path: Vec<String>,
    success: Vec<String>,
    #[serde(default)]
    failure: Vec<String>,
    #[serde(default = "three")]
    interval_seconds: u64,
    #[serde(default = "six_hundred")]
    deadline_seconds: u64,
}

fn three() -> u64 {
    3
}

fn six_hundred() -> u64 {
    600
}

/// The waiters that an overlay defines on a product.
pub(crate) fn waiters(
    corrected: &Corrected,
    product: &Product,
    findings: &mut Vec<Finding>,
) -> Vec<Waiter> {
    let root = Pointer::ROOT;
    let at = root.key("waiters");
    let mut idents = HashSet::new();
    let mut waiters = Vec::new();
    let all = product.operations.iter();
    let methods: FxHashMap<_, _> = all.clone().map(|it| (&it.ident, it.name)).collect();
    let operations: FxHashMap<_, _> = all.map(|it| (it.name, it)).collect();
    for (name, published) in &corrected.waiters {
        let at = at.key(name);
        match waiter(name, published, &operations) {
            Ok(waiter) if methods.contains_key(&waiter.ident) => findings.push(Finding::new(
                Severity::Error,
                at,
                format!(
                    "the waiter `{}` has the name of the operation `{}`",
                    waiter.ident, methods[&waiter.ident]
                ),
                "rename the waiter",
            )),
            Ok(waiter) if idents.insert(waiter.ident.clone()) => waiters.push(waiter),
            Ok(waiter) => findings.push(Finding::new(
                Severity::Error,
                at,
                format!("two waiters are named `{}`", waiter.ident),
                "rename one of the two",
            )),
            Err((message, help)) => {
                findings.push(Finding::new(Severity::Error, at, message, help));
            }
        }
    }
    waiters
}

fn waiter(
    name: &str,
    published: &Value,
    operations: &FxHashMap<&str, &Operation<'_>>,
) -> Result<Waiter, (String, &'static str)> {
    let waiter = PublishedWaiter::deserialize(published).map_err(|e| {
        (
            format!("not a waiter: {e}"),
            "see the head of codegen/src/overlay.rs for what it has",
        )
    })?;
    let operation = operations.get(&*waiter.operation).ok_or_else(|| {
        (
            format!("there is no operation `{}`", waiter.operation),
            "name an operation of this spec as it is on the wire",
        )
    })?;
    if waiter.success.is_empty() {
        return Err((
            "nothing ends the wait: `success` is empty".into(),
            "name the values that are waited for",
        ));
    }
    if waiter.interval_seconds == 0 || waiter.deadline_seconds < waiter.interval_seconds {
        return Err((
            "the deadline has to be at least the interval, and that at least a second".into(),
            "correct `interval_seconds` and `deadline_seconds`",
        ));
    }
    Ok(Waiter {
        ident: names::module(&format!("wait_until_{name}")),
        operation: operation.ident.clone(),
        description: waiter.description,
        path: field_path(&operation.response, &waiter.path)?,
        success: waiter.success,
        failure: waiter.failure,
        interval_seconds: waiter.interval_seconds,
        deadline_seconds: waiter.deadline_seconds,
    })
}

fn field_path(response: &[Struct], path: &[String]) -> Result<Vec<usize>, (String, &'static str)> {
    let help = "name members of the reply as they are on the wire, down to one value";
    let mut here = response.first();
    let mut indices = Vec::with_capacity(path.len());
    let mut ends_well = false;
    for name in path {
        let found = here.and_then(|s| {
            let index = s.fields.iter().position(|field| field.name == *name)?;
            Some((index, &s.fields[index].ty))
        });
        let Some((index, ty)) = found else {
            return Err((format!("the reply has no `{name}` there"), help));
        };
        indices.push(index);
        ends_well = matches!(ty, Type::Text | Type::Int | Type::Bool);
        here = match ty {
            Type::Struct(ident) => response.iter().find(|s| s.ident == *ident),
            _ => None,
        };
    }
    if ends_well {
        Ok(indices)
    } else {
        Err((
            "the path does not end at a value that can be compared".into(),
            help,
        ))
    }
}
