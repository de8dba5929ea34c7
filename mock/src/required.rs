//! Which required parameter is missing, nested ones included.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::{Document, Request};

/// The parameters of a request, by where they travel.
pub(crate) struct Parameters<'a> {
    request: &'a Request,
    path: &'a [(String, String)],
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(request: &'a Request, path: &'a [(String, String)]) -> Self {
        Self { request, path }
    }

    /// The first required parameter that is not there: `Certificates.2.Domain`.
    pub(crate) fn missing(&self, api: &Json, document: &Document) -> Option<String> {
        let parameters = api["parameters"].as_array()?;
        parameters.iter().find_map(|parameter| {
            let name = parameter["name"].as_str()?;
            let schema = document.resolve(&parameter["schema"]);
            let is_required = schema["required"] == true || parameter["required"] == true;
            match parameter["in"].as_str()? {
                "query" => pairs(
                    &self.request.query,
                    name,
                    parameter,
                    schema,
                    is_required,
                    document,
                ),
                "formData" => pairs(
                    &self.request.form,
                    name,
                    parameter,
                    schema,
                    is_required,
                    document,
                ),
                "path" => (!has(self.path, name)).then(|| name.to_owned()),
                "header" => {
                    let is_there = self.request.header(&name.to_lowercase()).is_some();
                    (is_required && !is_there).then(|| name.to_owned())
                }
                "body" => {
                    let body = serde_json::from_slice(&self.request.body).unwrap_or_default();
                    let is_empty = self.request.body.is_empty();
                    match schema["type"].as_str() {
                        _ if is_empty => is_required.then(|| name.to_owned()),
                        Some("object" | "array") => members(&body, schema, "", document),
                        _ => None,
                    }
                }
                _ => None,
            }
        })
    }
}

fn has(pairs: &[(String, String)], name: &str) -> bool {
    pairs
        .iter()
        .any(|(key, value)| key == name && !value.is_empty())
}

/// A parameter that travels as pairs.
fn pairs(
    pairs: &[(String, String)],
    name: &str,
    parameter: &Json,
    schema: &Json,
    is_required: bool,
    document: &Document,
) -> Option<String> {
    let value = pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str());
    if parameter["style"] == "json" {
        return match value.map(serde_json::from_str) {
            Some(Ok(value)) => members(&value, schema, name, document),
            _ => is_required.then(|| name.to_owned()),
        };
    }
    flat(pairs, name, schema, is_required, document)
}

/// A value that is flattened: `Name.1.Member`.
fn flat(
    pairs: &[(String, String)],
    name: &str,
    schema: &Json,
    is_required: bool,
    document: &Document,
) -> Option<String> {
    let prefix = format!("{name}.");
    let inner = || {
        pairs
            .iter()
            .filter_map(|(key, _)| key.strip_prefix(&prefix))
    };
    if !has(pairs, name) && inner().next().is_none() {
        return is_required.then(|| name.to_owned());
    }
    match schema["type"].as_str() {
        Some("array") => {
            let item = document.resolve(&schema["items"]);
            let first = |key: &str| {
                key.split('.')
                    .next()
                    .unwrap_or_default()
                    .parse::<u32>()
                    .ok()
            };
            let indices: BTreeSet<u32> = inner().filter_map(first).collect();
            indices
                .into_iter()
                .find_map(|index| flat(pairs, &format!("{prefix}{index}"), item, false, document))
        }
        Some("object") => {
            required_members(schema, document).find_map(|(member, schema, needed)| {
                flat(
                    pairs,
                    &format!("{prefix}{member}"),
                    schema,
                    needed,
                    document,
                )
            })
        }
        _ => None,
    }
}

/// A value that is a JSON document.
fn members(value: &Json, schema: &Json, path: &str, document: &Document) -> Option<String> {
    let inside = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Json::Array(items) => {
            let item = document.resolve(&schema["items"]);
            items.iter().enumerate().find_map(|(index, value)| {
                members(value, item, &inside(&(index + 1).to_string()), document)
            })
        }
        Json::Object(values) => {
            required_members(schema, document).find_map(|(name, schema, needed)| {
                match values.get(name) {
                    Some(Json::Null) | None => needed.then(|| inside(name)),
                    Some(value) => members(value, schema, &inside(name), document),
                }
            })
        }
        _ => None,
    }
}

/// The members of an object's schema, and whether each is required.
fn required_members<'a>(
    schema: &'a Json,
    document: &'a Document,
) -> impl Iterator<Item = (&'a str, &'a Json, bool)> {
    schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| {
            let schema = document.resolve(schema);
            (name.as_str(), schema, schema["required"] == true)
        })
}
