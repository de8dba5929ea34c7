//! Documented samples: each is decoded with the generated response and encoded
//! again, and what the schema declares must still be there.
//!
//! Texts that are empty, `null`, `[]` and `{}` count as absent, and a number or a
//! boolean in quotes as the bare one. Where a sample contradicts its own schema,
//! what is lost is an exception, not a failure; it is listed all the same.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::driver::{Driver, Task};
use crate::specs::{Document, Source};

/// How the samples of a spec fared.
#[derive(Default)]
pub(crate) struct Tally {
    total: usize,
    kept: usize,
    /// One line for each sample that is not kept whole.
    exceptions: Vec<String>,
    lost: usize,
}

impl Tally {
    /// How many samples lost what they hold in agreement with their schema.
    pub(crate) fn lost(&self) -> usize {
        self.lost
    }

    /// How many of the samples are kept whole.
    pub(crate) fn share(&self) -> String {
        if self.total == 0 {
            return "no samples are documented".to_owned();
        }
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let share = 100.0 * self.kept as f64 / self.total as f64;
        format!(
            "{} of {} samples kept whole, {share:.2}%",
            self.kept, self.total
        )
    }

    /// Adds the figures of another spec.
    pub(crate) fn add(&mut self, other: Self) {
        self.total += other.total;
        self.kept += other.kept;
        self.lost += other.lost;
        self.exceptions.extend(other.exceptions);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for exception in &self.exceptions {
            writeln!(f, "sample: {exception}")?;
        }
        writeln!(f, "{}", self.share())
    }
}

/// A documented reply of an operation.
struct Sample {
    operation: String,
    text: String,
    value: Json,
    schema: Json,
}

/// Decodes every documented JSON sample of the generated operations.
pub(crate) fn check(driver: &mut Driver, source: &Source) -> anyhow::Result<Tally> {
    let document = source.document()?;
    let mut tally = Tally::default();
    let mut samples = Vec::new();
    for (name, api) in document.apis.iter().filter(|(name, _)| driver.has(name)) {
        for text in replies(api) {
            tally.total += 1;
            match (serde_json::from_str(&text), schema(api)) {
                (Ok(value), Some(schema)) => samples.push(Sample {
                    operation: name.clone(),
                    text,
                    value,
                    schema: schema.clone(),
                }),
                (Ok(_), None) => tally.kept += 1,
                (Err(error), _) => {
                    tally
                        .exceptions
                        .push(format!("{name}: the sample is no JSON: {error}"));
                }
            }
        }
    }

    let tasks = samples.iter().map(|sample| Task {
        operation: sample.operation.clone(),
        arguments: path_arguments(document.apis.get(&sample.operation)),
        reply: Some(sample.text.clone()),
    });
    for (sample, outcome) in samples.iter().zip(driver.run(tasks)?) {
        let mut walk = Walk {
            document: &document,
            contradictions: Vec::new(),
            losses: Vec::new(),
        };
        match outcome.error {
            Some(error) => walk.undecoded(&sample.value, &sample.schema, &error),
            None => {
                let schema = document.resolve(&sample.schema);
                let has_fields = is_object(schema) && schema.get("properties").is_some();
                let ours = if has_fields {
                    Some(&outcome.value)
                } else {
                    outcome.value.get("body")
                };
                // A reply that is a text is one as it came, quotes and all.
                if has_fields || ours.and_then(Json::as_str) != Some(&*sample.text) {
                    walk.compare(&sample.value, ours, &sample.schema, "");
                }
            }
        }
        let Walk {
            contradictions,
            losses,
            ..
        } = walk;
        if contradictions.is_empty() && losses.is_empty() {
            tally.kept += 1;
        } else {
            tally.lost += usize::from(!losses.is_empty());
            let reasons: Vec<_> = losses.into_iter().chain(contradictions).collect();
            tally
                .exceptions
                .push(format!("{}: {}", sample.operation, reasons.join("; ")));
        }
    }
    Ok(tally)
}

/// The JSON samples of an operation: a list inside of a text.
fn replies(api: &Json) -> Vec<String> {
    let demo = api
        .get("responseDemo")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let Ok(Json::Array(demos)) = serde_json::from_str(demo) else {
        return Vec::new();
    };
    let text = |demo: &Json| {
        let is_json = demo.get("type").and_then(Json::as_str) == Some("json");
        let text = demo.get("example").and_then(Json::as_str)?;
        (is_json && !text.trim().is_empty()).then(|| text.to_owned())
    };
    demos.iter().filter_map(text).collect()
}

/// The schema of the first successful reply.
fn schema(api: &Json) -> Option<&Json> {
    let responses = api.get("responses")?.as_object()?;
    let success = |status: &str| status.len() == 3 && status.starts_with('2');
    let response = responses.iter().find(|(status, _)| success(status))?.1;
    response
        .get("schema")
        .filter(|schema| schema.as_object().is_some_and(|s| !s.is_empty()))
}

/// Something for every parameter of the path: a path cannot be sent without. One
/// that the template does not name is the path itself, down from the root.
fn path_arguments(api: Option<&Json>) -> Map<String, Json> {
    let Some(api) = api else { return Map::new() };
    let template = api["path"].as_str().unwrap_or_default();
    let parameters = api["parameters"].as_array().into_iter().flatten();
    let names = parameters
        .filter(|parameter| parameter["in"] == "path")
        .filter_map(|parameter| parameter["name"].as_str());
    let value = |name: &str| {
        if template.contains(&format!("{{{name}}}")) || !template.ends_with('*') {
            return "1".to_owned();
        }
        let is_fixed = |segment: &str| !segment.starts_with('{') && segment != "*";
        let segments = template
            .split('/')
            .map(|s| if is_fixed(s) { s } else { "1" });
        segments.collect::<Vec<_>>().join("/")
    };
    names
        .map(|name| (name.to_owned(), Json::from(value(name))))
        .collect()
}

/// What is wrong with an object of which nothing is documented: it is no reply.
fn type_mismatch(sample: &Json, schema: &Json) -> Option<String> {
    let (members, known) = (sample.as_object()?, schema["properties"].as_object()?);
    let is_other = !members.is_empty() && members.keys().all(|name| !known.contains_key(name));
    is_other.then(|| "none of its members is documented".to_owned())
}

struct Walk<'a> {
    document: &'a Document,
    /// What is not kept because the sample contradicts its schema.
    contradictions: Vec<String>,
    /// What is not kept although it agrees with it.
    losses: Vec<String>,
}

impl Walk<'_> {
    /// The whole sample was refused.
    fn undecoded(&mut self, sample: &Json, schema: &Json, error: &str) {
        let schema = self.document.resolve(schema);
        match contradiction(sample, schema).or_else(|| type_mismatch(sample, schema)) {
            Some(reason) => self.contradictions.push(reason),
            None => self.losses.push(format!("not decoded: {error}")),
        }
    }

    fn compare(&mut self, sample: &Json, ours: Option<&Json>, schema: &Json, path: &str) {
        let schema = self.document.resolve(schema);
        if is_nothing(sample) {
            return;
        }
        let inside = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        match (sample, schema.get("properties"), schema.get("items")) {
            (Json::Object(members), Some(Json::Object(properties)), _) if is_object(schema) => {
                let others = schema.get("additionalProperties").filter(|s| s.is_object());
                for (name, value) in members {
                    if let Some(schema) = properties.get(name).or(others) {
                        let ours = ours.and_then(|ours| ours.get(name));
                        self.compare(value, ours, schema, &inside(name));
                    }
                }
            }
            (Json::Object(members), None, _) if is_map(schema) => {
                let values = &schema["additionalProperties"];
                for (name, value) in members {
                    let ours = ours.and_then(|ours| ours.get(name));
                    self.compare(value, ours, values, &inside(name));
                }
            }
            (Json::Array(items), _, Some(item)) if schema["type"] == "array" => {
                for (index, value) in items.iter().enumerate() {
                    let ours = ours.and_then(|ours| ours.get(index));
                    self.compare(value, ours, item, &format!("{path}[{index}]"));
                }
            }
            _ if ours.is_some_and(|ours| is_equal(sample, ours)) => {}
            _ => {
                let ours = ours.map_or("nothing".to_owned(), shorten);
                let path = if path.is_empty() { "the reply" } else { path };
                let what = format!("{path}: {} became {ours}", shorten(sample));
                match contradiction(sample, schema) {
                    Some(reason) => self.contradictions.push(format!("{what}: {reason}")),
                    None => self.losses.push(format!("{what} (LOST)")),
                }
            }
        }
    }
}

fn is_object(schema: &Json) -> bool {
    schema["type"] == "object"
}

fn is_map(schema: &Json) -> bool {
    is_object(schema)
        && schema["additionalProperties"]
            .as_object()
            .is_some_and(|values| !values.is_empty())
}

/// What a decoder cannot tell from absence.
fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Equal, but for quotes around numbers and booleans.
fn is_equal(a: &Json, b: &Json) -> bool {
    let plain = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match (a, b, plain(a), plain(b)) {
        (Json::Array(a), Json::Array(b), ..) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b))
        }
        (Json::Object(a), Json::Object(b), ..) => a
            .iter()
            .all(|(name, a)| is_nothing(a) || b.get(name).is_some_and(|b| is_equal(a, b))),
        (_, _, Some(a), Some(b)) => {
            a == b || matches!((number(&a), number(&b)), (Some(a), Some(b)) if a == b)
        }
        _ => a == b,
    }
}

/// How a sample contradicts its schema, if it does.
fn contradiction(sample: &Json, schema: &Json) -> Option<String> {
    let declared = schema["type"].as_str()?;
    let found = match sample {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(number) if number.is_f64() => "a number with a fraction",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    };
    let agrees = match declared {
        "string" => matches!(sample, Json::String(_) | Json::Number(_) | Json::Bool(_)),
        "integer" => match sample {
            Json::Number(number) => number.as_i64().is_some() || is_whole(number.as_f64()),
            Json::String(text) => text.trim().parse::<i64>().is_ok(),
            _ => false,
        },
        "number" => match sample {
            Json::Number(_) => true,
            Json::String(text) => text.trim().parse::<f64>().is_ok(),
            _ => false,
        },
        "boolean" => match sample {
            Json::Bool(_) => true,
            Json::String(text) => text.parse::<bool>().is_ok(),
            _ => false,
        },
        "array" => sample.is_array(),
        "object" => sample.is_object(),
        _ => true,
    };
    (!agrees).then(|| format!("the sample has {found}, the schema says {declared}"))
}

fn is_whole(number: Option<f64>) -> bool {
    number.is_some_and(|number| number.fract() == 0.0)
}

fn shorten(value: &Json) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn walk(sample: &Json, ours: &Json, schema: &Json) -> (Vec<String>, Vec<String>) {
        let document = Document::default();
        let mut walk = Walk {
            document: &document,
            contradictions: Vec::new(),
            losses: Vec::new(),
        };
        walk.compare(sample, Some(ours), schema, "");
        (walk.contradictions, walk.losses)
    }

    #[test]
    fn a_declared_member_that_is_missing_is_lost_and_an_undeclared_one_is_not() {
        let schema = json!({"type": "object", "properties": {
            "A": {"type": "array", "items": {"type": "object", "properties": {
                "B": {"type": "integer"}, "C": {"type": "string"}}}}}});
        let sample = json!({"A": [{"B": "1", "C": ""}, {"B": 2, "D": 1}], "E": 5});
        assert_eq!(
            walk(&sample, &json!({"A": [{"B": 1}, {"B": 2}]}), &schema),
            (vec![], vec![])
        );
        let (contradictions, losses) = walk(&sample, &json!({"A": [{"B": 1}]}), &schema);
        assert_eq!(contradictions, Vec::<String>::new());
        assert_eq!(losses, ["A[1].B: 2 became nothing (LOST)"]);
    }

    #[test]
    fn every_path_can_be_sent() {
        let api = |path: &str, name: &str| {
            path_arguments(Some(&json!({ "path": path, "parameters": [
                { "name": name, "in": "path" }, { "name": "other", "in": "query" },
            ] })))
        };
        assert_eq!(Json::from(api("/a/{id}", "id")), json!({ "id": "1" }));
        assert_eq!(
            Json::from(api("/a/{b}/c/*", "path")),
            json!({ "path": "/a/1/c/1" })
        );
    }

    #[test]
    fn a_sample_of_which_nothing_is_documented_is_an_exception() {
        let schema = json!({"type": "object", "properties": {"A": {"type": "string"}}});
        let is_other = |sample| type_mismatch(&sample, &schema).is_some();
        assert!(is_other(json!({"B": 1})));
        assert!(!is_other(json!({"A": "", "B": 1})) && !is_other(json!({})));
    }

    #[test]
    fn a_sample_against_its_schema_is_an_exception() {
        let schema = json!({"type": "object", "properties": {"A": {"type": "array",
            "items": {"type": "string"}}}});
        let (contradictions, losses) = walk(&json!({"A": {"B": 1}}), &json!({}), &schema);
        assert_eq!(losses, Vec::<String>::new());
        assert_eq!(
            contradictions,
            [r#"A: {"B":1} became nothing: the sample has an object, the schema says array"#]
        );
    }
}
