//! The secrets that a value holds.

use super::value::{Object, Value, View};

/// The values of a request's secret parameters, as they are written on the wire.
pub(crate) fn secrets(request: &dyn Object) -> Vec<String> {
    let mut found = Vec::new();
    collect_object(request, false, &mut found);
    // Longer ones first, so that none is left in part.
    found.sort_by_key(|secret: &String| std::cmp::Reverse(secret.len()));
    found
}

fn collect_object(object: &dyn Object, secret: bool, found: &mut Vec<String>) {
    for (index, field) in object.schema().fields.iter().enumerate() {
        collect(object.get(index), secret || field.secret, found);
    }
}

fn collect(value: &dyn Value, secret: bool, found: &mut Vec<String>) {
    match value.view() {
        View::Object(object) => collect_object(object, secret, found),
        View::List(list) => {
            for index in 0..list.len() {
                collect(list.at(index), secret, found);
            }
        }
        View::Map(map) => map.each(&mut |_, value| collect(value, secret, found)),
        View::Text(text) if secret && !text.is_empty() => found.push(text.to_owned()),
        View::Int(number) if secret => found.push(number.to_string()),
        View::Float(number) if secret => found.push(number.to_string()),
        View::Json(json) if secret => collect_json(json, found),
        View::Bytes(bytes) if secret => push_bytes(bytes, found),
        View::File(file) if secret => {
            file.as_bytes()
                .into_iter()
                .for_each(|bytes| push_bytes(bytes, found));
        }
        _ => {}
    }
}

/// All strings and numbers of a document.
pub(crate) fn collect_json(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::String(text) if !text.is_empty() => found.push(text.clone()),
        serde_json::Value::Number(number) => found.push(number.to_string()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_json(item, found)),
        serde_json::Value::Object(members) => {
            members
                .values()
                .for_each(|member| collect_json(member, found));
        }
        _ => {}
    }
}

fn push_bytes(bytes: &[u8], found: &mut Vec<String>) {
    if !bytes.is_empty() {
        found.push(String::from_utf8_lossy(bytes).into_owned());
    }
}
