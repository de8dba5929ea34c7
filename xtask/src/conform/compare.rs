//! What was sent against what the official SDK sent.
//!
//! Two differences are none: a boolean as Python spells it (`True`), and a whole
//! float as `1.0` or `1`. JSON documents are compared as documents: the order of
//! their members carries no meaning.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use alicloud_mock::percent::{decode, parse};

const FORM: &str = "application/x-www-form-urlencoded";

/// A request of the official SDK. The path and the query are decoded.
#[derive(Clone, Deserialize)]
pub(crate) struct Expected {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Expected {
    /// The values that the path has for the placeholders of a template.
    pub(crate) fn path_values(&self, template: &str) -> Vec<(String, String)> {
        let mut values = Vec::new();
        let mut parts = template.split('{');
        let start = parts.next().unwrap_or_default();
        let Some(mut rest) = self.path.strip_prefix(start) else {
            return values;
        };
        for part in parts {
            // What follows the placeholder ends its value, which may hold slashes.
            let (name, literal) = part.split_once('}').unwrap_or((part, ""));
            let end = if literal.is_empty() {
                Some(rest.len())
            } else {
                rest.find(literal)
            };
            let Some(end) = end else { break };
            values.push((name.to_owned(), rest[..end].to_owned()));
            rest = &rest[end + literal.len()..];
        }
        values
    }

    /// The body, if it is a JSON document.
    pub(crate) fn document(&self) -> Option<Json> {
        document(&self.body)
    }
}

/// A request as the runtime gives it to a transport.
#[derive(Deserialize)]
pub(crate) struct Sent {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// Every difference, with both sides.
pub(crate) fn differences(expected: &Expected, sent: &Sent) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, theirs: &str, ours: &str| {
        found.push(format!(
            "{what}: the official SDK sent {theirs}, we send {ours}"
        ));
    };
    if expected.method != sent.method {
        differ("method", &expected.method, &sent.method);
    }
    let path = decode(&sent.path, false);
    if expected.path != path {
        differ(
            "path",
            &format!("{:?}", expected.path),
            &format!("{path:?}"),
        );
    }
    pairs("query", &expected.query, &parse(&sent.query), &mut differ);

    let content_type = |headers: &BTreeMap<String, String>| headers.get("content-type").cloned();
    for (name, theirs) in &expected.headers {
        let ours = sent.headers.get(name).map_or("nothing", String::as_str);
        if theirs != ours {
            differ(&format!("header {name}"), theirs, ours);
        }
    }
    if let (None, Some(ours)) = (content_type(&expected.headers), content_type(&sent.headers)) {
        differ("header content-type", "nothing", &ours);
    }

    if content_type(&expected.headers).as_deref() == Some(FORM) {
        pairs(
            "body",
            &parse(&expected.body),
            &parse(&sent.body),
            &mut differ,
        );
    } else if !is_same_string(&expected.body, &sent.body) {
        differ("body", &or_nothing(&expected.body), &or_nothing(&sent.body));
    }
    found
}

/// Whether the only difference is that the Python SDK writes lists and maps of objects
/// that nobody set into a JSON body, as `[]` and `{}`. Its siblings in other languages leave them
/// out, and so do we: to some services `[]` says "remove all".
pub(crate) fn differs_by_unset_lists(expected: &Expected, sent: &Sent) -> bool {
    let (Some(mut theirs), Some(ours)) = (document(&expected.body), document(&sent.body)) else {
        return false;
    };
    drop_unset_lists(&mut theirs, &ours);
    let without = Expected {
        body: theirs.to_string(),
        ..expected.clone()
    };
    differences(&without, sent).is_empty()
}

fn drop_unset_lists(theirs: &mut Json, ours: &Json) {
    match (theirs, ours) {
        (Json::Object(theirs), Json::Object(ours)) => {
            theirs.retain(|name, value| {
                ours.contains_key(name)
                    || match value {
                        Json::Array(list) => !list.is_empty(),
                        Json::Object(map) => !map.is_empty(),
                        _ => true,
                    }
            });
            for (name, value) in theirs {
                if let Some(ours) = ours.get(name) {
                    drop_unset_lists(value, ours);
                }
            }
        }
        (Json::Array(theirs), Json::Array(ours)) => {
            for (theirs, ours) in theirs.iter_mut().zip(ours) {
                drop_unset_lists(theirs, ours);
            }
        }
        _ => {}
    }
}

fn or_nothing(body: &str) -> String {
    if body.is_empty() {
        "nothing".to_owned()
    } else {
        body.to_owned()
    }
}

/// Compares name and value pairs; a name may stand there several times.
fn pairs(
    what: &str,
    theirs: &[(String, String)],
    ours: &[(String, String)],
    differ: &mut impl FnMut(&str, &str, &str),
) {
    let group = |pairs: &[(String, String)]| {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            groups.entry(name.clone()).or_default().push(value.clone());
        }
        groups
    };
    let (theirs, ours) = (group(theirs), group(ours));
    let or_nothing = |values: Option<&Vec<String>>| match values {
        Some(values) => format!("{values:?}"),
        None => "nothing".to_owned(),
    };
    let names: std::collections::BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
    for name in names {
        let (a, b) = (theirs.get(name), ours.get(name));
        let same = match (a, b) {
            (Some(a), Some(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_string(a, b))
            }
            _ => false,
        };
        if !same {
            differ(&format!("{what} {name}"), &or_nothing(a), &or_nothing(b));
        }
    }
}

/// Whether two texts say the same: see the module's head.
fn is_same_string(theirs: &str, ours: &str) -> bool {
    theirs == ours
        || matches!((theirs, ours), ("True", "true") | ("False", "false"))
        || same_float(theirs, ours)
        || match (document(theirs), document(ours)) {
            (Some(theirs), Some(ours)) => same_json(&theirs, &ours),
            _ => false,
        }
}

/// `1.0` and `1`, but not `01` and `1`: only the spelling of a whole float.
fn same_float(theirs: &str, ours: &str) -> bool {
    let whole = |text: &str| text.strip_suffix(".0").unwrap_or(text).to_owned();
    let is_number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    is_number(theirs) && is_number(ours) && whole(theirs) == whole(ours)
}

fn document(text: &str) -> Option<Json> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok()
}

fn same_json(theirs: &Json, ours: &Json) -> bool {
    match (theirs, ours) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| same_json(a, b)))
        }
        _ => theirs == ours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_and_whole_floats_may_be_spelled_differently() {
        for (theirs, ours) in [("True", "true"), ("1.0", "1"), ("[1.0]", "[1]"), ("a", "a")] {
            assert!(is_same_string(theirs, ours), "{theirs} {ours}");
        }
    }

    #[test]
    fn nothing_else_may_differ() {
        for (theirs, ours) in [
            ("true", "True"),
            ("01", "1"),
            ("1.5", "1"),
            ("", "{}"),
            ("[]", "{}"),
            ("[1]", "[1,2]"),
        ] {
            assert!(!is_same_string(theirs, ours), "{theirs} {ours}");
        }
    }

    #[test]
    fn lists_that_nobody_set_are_told_from_other_differences() {
        let by_unset_lists = |theirs: &str, ours: &str| {
            let expected = Expected {
                method: "POST".to_owned(),
                path: "/".to_owned(),
                query: Vec::new(),
                headers: BTreeMap::new(),
                body: theirs.to_owned(),
            };
            let sent = Sent {
                method: "POST".to_owned(),
                path: "/".to_owned(),
                query: String::new(),
                headers: BTreeMap::new(),
                body: ours.to_owned(),
            };
            differs_by_unset_lists(&expected, &sent)
        };
        assert!(by_unset_lists(r#"{"a":1,"b":[]}"#, r#"{"a":1}"#));
        assert!(by_unset_lists(r#"{"a":[{"b":[]}]}"#, r#"{"a":[{}]}"#));
        assert!(!by_unset_lists(r#"{"a":1,"b":[1]}"#, r#"{"a":1}"#));
        assert!(!by_unset_lists(r#"{"a":1,"b":[]}"#, r#"{"a":2}"#));
        assert!(by_unset_lists(r#"{"a":1,"b":{}}"#, r#"{"a":1}"#));
        assert!(!by_unset_lists(r#"{"a":1,"b":{}}"#, r#"{"a":2}"#));
        assert!(!by_unset_lists(r#"{"a":1,"b":null}"#, r#"{"a":1}"#));
        assert!(!by_unset_lists(r#"{"a":1}"#, r#"{"a":1,"b":[]}"#));
    }

    #[test]
    fn a_path_tells_the_values_of_its_placeholders() {
        let expected = Expected {
            method: "GET".to_owned(),
            path: "/clusters/alpha beta/diagnosis/a+b/c=d/items".to_owned(),
            query: Vec::new(),
            headers: BTreeMap::new(),
            body: String::new(),
        };
        let values = expected.path_values("/clusters/{id}/diagnosis/{diagnosis}/items");
        let values: Vec<_> = values
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(values, [("id", "alpha beta"), ("diagnosis", "a+b/c=d")]);
        assert_eq!(expected.path_values("/other/{id}"), []);
        assert_eq!(expected.path_values(""), []);
    }

    #[test]
    fn every_part_of_a_request_is_compared() {
        let expected = |path: &str, body: &str| Expected {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: vec![("A".to_owned(), "a b".to_owned())],
            headers: BTreeMap::from([("content-type".to_owned(), FORM.to_owned())]),
            body: body.to_owned(),
        };
        let sent = Sent {
            method: "POST".to_owned(),
            path: "/a%20b".to_owned(),
            query: "A=a%20b".to_owned(),
            headers: BTreeMap::from([("content-type".to_owned(), FORM.to_owned())]),
            body: "B=%E4%B8%AD".to_owned(),
        };
        assert_eq!(
            differences(&expected("/a b", "B=中"), &sent),
            Vec::<String>::new()
        );

        let other = Sent {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: "A=b&C=".to_owned(),
            headers: BTreeMap::new(),
            body: String::new(),
        };
        let found = differences(&expected("/a b", "B=1"), &other);
        let parts: Vec<_> = found
            .iter()
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(
            parts,
            [
                "method",
                "path",
                "query A",
                "query C",
                "header content-type",
                "body B"
            ]
        );
    }
}
