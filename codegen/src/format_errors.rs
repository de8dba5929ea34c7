//! What is wrong with the form of a spec, all of it at once.
//!
//! Serde stops at the first thing that does not fit [`crate::metadata`]. This is
//! the second look at a spec that does not: it reports every missing key and every
//! value of the wrong type, and puts something harmless in their place, so that
//! lowering can go on: to find what else is wrong with a spec that is maintained, and
//! to generate what is left of a published one. What is no spec at all stays an error.

mod published_format;

use crate::diagnostics::{Finding, Kind, Pointer, Severity};
use crate::ordered_json::OrderedJson;
use published_format::{API, DOCUMENT, Expected, Key, SCHEMA};

/// What a row of a list says of itself that has lost what it must have. The row stays,
/// so that those after it keep their places, and lowering passes over it.
pub(crate) const LEFT_OUT: &str = "\u{0}left out";

/// What became of a document that was repaired.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    pub(crate) findings: Vec<Finding>,
    /// Operations of which nothing is left, and why.
    pub(crate) skipped: Vec<(String, String)>,
}

/// Reports everything in a document that the format does not allow, and replaces
/// it by something that it does.
pub(crate) fn repair(document: &mut OrderedJson) -> Repair {
    let mut repair = Repair::default();
    let answer = answer(document);
    DOCUMENT.repair(document, &Pointer::ROOT, &mut repair);
    if let Some(finding) = answer {
        // It says all that is wrong with it.
        repair.findings = vec![finding];
    }
    repair
}

/// An answer of the service that publishes metadata, instead of metadata:
/// `{"code": 500, "message": "server error"}`, under status 200.
fn answer(document: &OrderedJson) -> Option<Finding> {
    let OrderedJson::Object(members) = document else {
        return None;
    };
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, v)| v);
    if member("info").is_some() || member("apis").is_some() {
        return None;
    }
    let said: Vec<String> = ["code", "message"]
        .iter()
        .filter_map(|name| match member(name)? {
            OrderedJson::Text(text) => Some(text.clone()),
            OrderedJson::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .collect();
    (!said.is_empty()).then(|| {
        Finding::new(
            Severity::Error,
            Pointer::ROOT,
            format!("no spec, but the answer of a service: {}", said.join(", ")),
            "fetch it again: the service that publishes metadata answers so when it is busy",
        )
    })
}

impl Expected {
    fn repair(&self, json: &mut OrderedJson, at: &Pointer<'_>, repair: &mut Repair) {
        match (self, &mut *json) {
            (Expected::List(expected), OrderedJson::List(items)) => {
                let mut index = 0;
                items.retain_mut(|item| {
                    let at = at.index(index);
                    index += 1;
                    if expected.is_scalar() && !expected.takes(item) {
                        repair
                            .findings
                            .push(expected.misfit(item, &at, "it is left out"));
                        return false;
                    }
                    expected.repair(item, &at, repair);
                    true
                });
            }
            (Expected::Map(expected), OrderedJson::Object(members)) => {
                for (key, value) in members {
                    expected.repair(value, &at.key(key), repair);
                }
            }
            (Expected::Operations, OrderedJson::Object(members)) => operations(members, at, repair),
            (Expected::Object(keys) | Expected::Core(keys), OrderedJson::Object(_)) => {
                object(keys, json, self.is_core(), at, repair);
            }
            (Expected::Row(keys), OrderedJson::Object(_)) => {
                if !object(keys, json, false, at, repair) {
                    *json = self.stand_in();
                }
            }
            (Expected::Schema | Expected::Additional, OrderedJson::Object(_)) => {
                object(SCHEMA, json, false, at, repair);
            }
            (_, json) if self.takes(json) => {}
            (
                Expected::Map(_) | Expected::Object(_) | Expected::Operations,
                OrderedJson::List(items),
            ) if items.is_empty() => {
                repair
                    .findings
                    .push(self.misfit(json, at, "it is read as an empty object"));
                *json = OrderedJson::Object(Vec::new());
            }
            (_, json) => {
                let mut finding = self.misfit(json, at, self.became());
                if self.is_core() {
                    finding.became = None;
                }
                repair.findings.push(finding);
                *json = self.stand_in();
            }
        }
    }

    fn misfit(&self, json: &OrderedJson, at: &Pointer<'_>, became: &'static str) -> Finding {
        let kind = match self {
            Expected::Text | Expected::Name => Kind::NotText,
            _ => Kind::WrongValue,
        };
        Finding::degraded(
            kind,
            at,
            format!("{} where the format has {}", json.kind(), self.words()),
            became,
            format!("write {} here", self.words()),
        )
    }

    /// Without it there is no spec.
    fn is_core(&self) -> bool {
        matches!(self, Expected::Core(_) | Expected::Operations)
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Expected::Text | Expected::Scalar | Expected::Flag)
    }

    /// What a value of the wrong type becomes.
    fn became(&self) -> &'static str {
        match self {
            Expected::List(_) => "it is read as an empty list",
            Expected::Map(_) | Expected::Object(_) => "it is read as an empty object",
            Expected::Schema | Expected::Additional => "it becomes `Json`",
            _ => "it is left out",
        }
    }

    /// Whether a value that holds no others is right.
    fn takes(&self, json: &OrderedJson) -> bool {
        match (self, json) {
            (Expected::Anything, _)
            | (
                Expected::Text | Expected::Name | Expected::Scalar | Expected::Flag,
                OrderedJson::Null,
            )
            | (Expected::Text | Expected::Name | Expected::Scalar, OrderedJson::Text(_))
            | (Expected::Scalar, OrderedJson::Number(_))
            | (Expected::Scalar | Expected::Flag | Expected::Additional, OrderedJson::Bool(_)) => {
                true
            }
            (Expected::Flag, OrderedJson::Text(text)) => {
                matches!(text.as_str(), "true" | "false" | "")
            }
            _ => false,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Expected::Text | Expected::Name => "a string",
            Expected::Scalar => "a string, a number or a boolean",
            Expected::Flag => "a boolean",
            Expected::Anything => "any value",
            Expected::List(_) => "a list",
            Expected::Map(_) | Expected::Object(_) | Expected::Core(_) | Expected::Row(_) => {
                "an object"
            }
            Expected::Operations => "an object",
            Expected::Schema => "a schema (an object)",
            Expected::Additional => "a boolean or a schema (an object)",
        }
    }

    fn stand_in(&self) -> OrderedJson {
        match self {
            Expected::Text | Expected::Scalar => OrderedJson::Text(String::new()),
            Expected::Name => OrderedJson::Text(LEFT_OUT.to_owned()),
            Expected::Flag => OrderedJson::Bool(false),
            Expected::Anything => OrderedJson::Null,
            Expected::List(_) => OrderedJson::List(Vec::new()),
            Expected::Map(_) | Expected::Object(_) | Expected::Operations => {
                OrderedJson::Object(Vec::new())
            }
            Expected::Schema | Expected::Additional => OrderedJson::Object(vec![(
                "type".to_owned(),
                OrderedJson::Text("any".to_owned()),
            )]),
            Expected::Core(keys) | Expected::Row(keys) => OrderedJson::Object(
                keys.iter()
                    .filter(|key| key.required)
                    .map(|key| (key.name.to_owned(), key.expected.stand_in()))
                    .collect(),
            ),
        }
    }
}

/// An operation that is no object cannot be described.
fn operations(members: &mut Vec<(String, OrderedJson)>, at: &Pointer<'_>, repair: &mut Repair) {
    members.retain_mut(|(name, value)| {
        let at = at.key(name);
        let expected = Expected::Object(API);
        if let OrderedJson::Object(_) = value {
            expected.repair(value, &at, repair);
            return true;
        }
        let mut finding = expected.misfit(value, &at, "the operation is skipped");
        finding.kind = Kind::SkippedOperation;
        repair.skipped.push((name.clone(), finding.message.clone()));
        repair.findings.push(finding);
        false
    });
}

/// Repairs an object; `false` where a name is missing that it must have.
fn object(
    keys: &[Key],
    json: &mut OrderedJson,
    is_core: bool,
    at: &Pointer<'_>,
    repair: &mut Repair,
) -> bool {
    let OrderedJson::Object(members) = json else {
        return true;
    };
    let mut is_whole = true;
    for key in keys {
        let mut found = false;
        // A repeated key is a finding of its own: serde would refuse the object.
        members.retain_mut(|(name, value)| {
            if name != key.name {
                return true;
            }
            let place = at.key(key.name);
            if found {
                let mut finding = Finding::degraded(
                    Kind::RepeatedKey,
                    place,
                    format!("the key `{name}` stands here twice"),
                    "the first one is used",
                    "remove one of the two",
                );
                finding.again = true;
                repair.findings.push(finding);
                return false;
            }
            found = true;
            if key.nullable && *value == OrderedJson::Null {
                return true;
            }
            if matches!(key.expected, Expected::Name) && !key.expected.takes(value) {
                is_whole = false;
                let mut finding = key.expected.misfit(value, &place, "the row is left out");
                if is_core {
                    finding.became = None;
                }
                repair.findings.push(finding);
                *value = key.expected.stand_in();
            } else {
                key.expected.repair(value, &place, repair);
            }
            true
        });
        if key.required && !found {
            let is_name = matches!(key.expected, Expected::Name);
            is_whole &= !is_name;
            let became = if is_name {
                "the row is left out"
            } else {
                key.expected.became()
            };
            let mut finding = Finding::degraded(
                Kind::MissingKey,
                at,
                format!("the key `{}` is missing", key.name),
                became,
                format!("add `{}`: {}", key.name, key.expected.words()),
            );
            if is_core {
                finding.became = None;
            }
            repair.findings.push(finding);
            members.push((key.name.to_owned(), key.expected.stand_in()));
        }
    }
    is_whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;

    /// Whatever the form of a document, once it is repaired serde takes it.
    #[track_caller]
    fn repaired(json: &str) -> Vec<String> {
        let mut document: OrderedJson = serde_json::from_str(json).expect("JSON");
        let findings = repair(&mut document).findings;
        let text = serde_json::to_vec(&document).expect("serializes");
        metadata::parse(&text).expect("fits the metadata once repaired");
        assert_eq!(
            metadata::parse(json.as_bytes()).is_err(),
            !findings.is_empty(),
            "serde and the format check agree on what is right"
        );
        findings
            .into_iter()
            .map(|f| format!("{}: {}", f.pointer, f.message))
            .collect()
    }

    #[test]
    fn every_missing_key_and_wrong_type_is_found_at_once() {
        let found = repaired(
            r#"{"info": {"style": 1, "product": "P"},
                "apis": {"A": {"methods": "post", "parameters": [{"in": "query", "schema": []}, 7]},
                         "B": [],
                         "C": {"deprecated": "yes", "responses": {"200": {"schema": {"properties": {"x": null}}}}}}}"#,
        );
        assert_eq!(
            found,
            [
                "/info/style: a number where the format has a string",
                "/info: the key `version` is missing",
                "/apis/A/methods: a string where the format has a list",
                "/apis/A/parameters/0: the key `name` is missing",
                "/apis/A/parameters/0/schema: a list where the format has a schema (an object)",
                "/apis/A/parameters/1: a number where the format has an object",
                "/apis/B: a list where the format has an object",
                "/apis/C/deprecated: a string where the format has a boolean",
                "/apis/C/responses/200/schema/properties/x: null where the format has a schema (an object)",
            ]
        );
    }

    #[test]
    fn a_document_that_is_no_object_is_one_finding() {
        assert_eq!(repaired("[1]"), [": a list where the format has an object"]);
    }

    #[test]
    fn an_answer_of_a_service_is_told_from_a_spec() {
        for text in [
            r#"{"code":500,"message":"server error"}"#,
            r#"{"code":"500, server error","requestId":"R"}"#,
        ] {
            let mut json: OrderedJson = serde_json::from_str(text).expect("JSON");
            let found = repair(&mut json).findings;
            assert_eq!(
                found[0].message,
                "no spec, but the answer of a service: 500, server error"
            );
            assert_eq!((found.len(), found[0].became), (1, None));
        }
    }

    #[test]
    fn a_repeated_key_is_found() {
        assert_eq!(
            repaired(
                r#"{"info": {"style": "RPC", "product": "P", "version": "1", "version": "2"}, "apis": {}}"#
            ),
            ["/info/version: the key `version` stands here twice"]
        );
    }

    #[test]
    fn null_and_bare_numbers_are_taken_where_the_published_files_may_have_them() {
        assert!(
            repaired(
                r#"{"info": {"style": "RPC", "product": "P", "version": "1"}, "newer": {},
                    "apis": {"A": {"summary": null, "systemTags": null, "staticInfo": null,
                      "parameters": [{"name": "x", "in": "query", "style": null,
                        "schema": {"type": "integer", "maximum": 7, "minimum": "1", "required": "true",
                                   "example": 1.5, "items": null, "enum": [1, "2", true], "default": null}}]}}}"#
            )
            .is_empty()
        );
    }
}
