//! What is wrong with the shape of a spec, all of it at once.
//!
//! Serde stops at the first thing that does not fit [`crate::metadata`]. This is
//! the second look at a spec that does not: it reports every missing key and every
//! value of the wrong type, and puts something harmless in their place, so that
//! lowering can go on: to find what else is wrong with a spec that is maintained, and
//! to generate what is left of a published one. What is no spec at all stays an error.

mod format;

use crate::diagnostics::{Finding, Kind, Pointer, Severity};
use crate::tree::Tree;
use format::{API, DOCUMENT, Key, SCHEMA, Shape};

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
pub(crate) fn repair(document: &mut Tree) -> Repair {
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
fn answer(document: &Tree) -> Option<Finding> {
    let Tree::Object(members) = document else {
        return None;
    };
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, v)| v);
    if member("info").is_some() || member("apis").is_some() {
        return None;
    }
    let said: Vec<String> = ["code", "message"]
        .iter()
        .filter_map(|name| match member(name)? {
            Tree::Text(text) => Some(text.clone()),
            Tree::Number(number) => Some(number.to_string()),
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

impl Shape {
    fn repair(&self, tree: &mut Tree, at: &Pointer<'_>, repair: &mut Repair) {
        match (self, &mut *tree) {
            (Shape::List(shape), Tree::List(items)) => {
                let mut index = 0;
                items.retain_mut(|item| {
                    let at = at.index(index);
                    index += 1;
                    if shape.is_scalar() && !shape.takes(item) {
                        repair
                            .findings
                            .push(shape.misfit(item, &at, "it is left out"));
                        return false;
                    }
                    shape.repair(item, &at, repair);
                    true
                });
            }
            (Shape::Map(shape), Tree::Object(members)) => {
                for (key, value) in members {
                    shape.repair(value, &at.key(key), repair);
                }
            }
            (Shape::Operations, Tree::Object(members)) => operations(members, at, repair),
            (Shape::Object(keys) | Shape::Core(keys), Tree::Object(_)) => {
                object(keys, tree, self.is_core(), at, repair);
            }
            (Shape::Row(keys), Tree::Object(_)) => {
                if !object(keys, tree, false, at, repair) {
                    *tree = self.stand_in();
                }
            }
            (Shape::Schema | Shape::Additional, Tree::Object(_)) => {
                object(SCHEMA, tree, false, at, repair);
            }
            (_, tree) if self.takes(tree) => {}
            (Shape::Map(_) | Shape::Object(_) | Shape::Operations, Tree::List(items))
                if items.is_empty() =>
            {
                repair
                    .findings
                    .push(self.misfit(tree, at, "it is read as an empty object"));
                *tree = Tree::Object(Vec::new());
            }
            (_, tree) => {
                let mut finding = self.misfit(tree, at, self.became());
                if self.is_core() {
                    finding.became = None;
                }
                repair.findings.push(finding);
                *tree = self.stand_in();
            }
        }
    }

    fn misfit(&self, tree: &Tree, at: &Pointer<'_>, became: &'static str) -> Finding {
        let kind = match self {
            Shape::Text | Shape::Name => Kind::NotText,
            _ => Kind::WrongValue,
        };
        Finding::degraded(
            kind,
            at,
            format!("{} where the format has {}", tree.kind(), self.words()),
            became,
            format!("write {} here", self.words()),
        )
    }

    /// Without it there is no spec.
    fn is_core(&self) -> bool {
        matches!(self, Shape::Core(_) | Shape::Operations)
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Shape::Text | Shape::Scalar | Shape::Flag)
    }

    /// What a value of the wrong type becomes.
    fn became(&self) -> &'static str {
        match self {
            Shape::List(_) => "it is read as an empty list",
            Shape::Map(_) | Shape::Object(_) => "it is read as an empty object",
            Shape::Schema | Shape::Additional => "it becomes `Json`",
            _ => "it is left out",
        }
    }

    /// Whether a value that holds no others is right.
    fn takes(&self, tree: &Tree) -> bool {
        match (self, tree) {
            (Shape::Anything, _)
            | (Shape::Text | Shape::Name | Shape::Scalar | Shape::Flag, Tree::Null)
            | (Shape::Text | Shape::Name | Shape::Scalar, Tree::Text(_))
            | (Shape::Scalar, Tree::Number(_))
            | (Shape::Scalar | Shape::Flag | Shape::Additional, Tree::Bool(_)) => true,
            (Shape::Flag, Tree::Text(text)) => matches!(text.as_str(), "true" | "false" | ""),
            _ => false,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Shape::Text | Shape::Name => "a string",
            Shape::Scalar => "a string, a number or a boolean",
            Shape::Flag => "a boolean",
            Shape::Anything => "any value",
            Shape::List(_) => "a list",
            Shape::Map(_) | Shape::Object(_) | Shape::Core(_) | Shape::Row(_) => "an object",
            Shape::Operations => "an object",
            Shape::Schema => "a schema (an object)",
            Shape::Additional => "a boolean or a schema (an object)",
        }
    }

    fn stand_in(&self) -> Tree {
        match self {
            Shape::Text | Shape::Scalar => Tree::Text(String::new()),
            Shape::Name => Tree::Text(LEFT_OUT.to_owned()),
            Shape::Flag => Tree::Bool(false),
            Shape::Anything => Tree::Null,
            Shape::List(_) => Tree::List(Vec::new()),
            Shape::Map(_) | Shape::Object(_) | Shape::Operations => Tree::Object(Vec::new()),
            Shape::Schema | Shape::Additional => {
                Tree::Object(vec![("type".to_owned(), Tree::Text("any".to_owned()))])
            }
            Shape::Core(keys) | Shape::Row(keys) => Tree::Object(
                keys.iter()
                    .filter(|key| key.required)
                    .map(|key| (key.name.to_owned(), key.shape.stand_in()))
                    .collect(),
            ),
        }
    }
}

/// An operation that is no object cannot be described.
fn operations(members: &mut Vec<(String, Tree)>, at: &Pointer<'_>, repair: &mut Repair) {
    members.retain_mut(|(name, value)| {
        let at = at.key(name);
        let shape = Shape::Object(API);
        if let Tree::Object(_) = value {
            shape.repair(value, &at, repair);
            return true;
        }
        let mut finding = shape.misfit(value, &at, "the operation is skipped");
        finding.kind = Kind::SkippedOperation;
        repair.skipped.push((name.clone(), finding.message.clone()));
        repair.findings.push(finding);
        false
    });
}

/// Repairs an object; `false` where a name is missing that it must have.
fn object(
    keys: &[Key],
    tree: &mut Tree,
    is_core: bool,
    at: &Pointer<'_>,
    repair: &mut Repair,
) -> bool {
    let Tree::Object(members) = tree else {
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
            if key.nullable && *value == Tree::Null {
                return true;
            }
            if matches!(key.shape, Shape::Name) && !key.shape.takes(value) {
                is_whole = false;
                let mut finding = key.shape.misfit(value, &place, "the row is left out");
                if is_core {
                    finding.became = None;
                }
                repair.findings.push(finding);
                *value = key.shape.stand_in();
            } else {
                key.shape.repair(value, &place, repair);
            }
            true
        });
        if key.required && !found {
            let is_name = matches!(key.shape, Shape::Name);
            is_whole &= !is_name;
            let became = if is_name {
                "the row is left out"
            } else {
                key.shape.became()
            };
            let mut finding = Finding::degraded(
                Kind::MissingKey,
                at,
                format!("the key `{}` is missing", key.name),
                became,
                format!("add `{}`: {}", key.name, key.shape.words()),
            );
            if is_core {
                finding.became = None;
            }
            repair.findings.push(finding);
            members.push((key.name.to_owned(), key.shape.stand_in()));
        }
    }
    is_whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;

    /// Whatever the shape of a document, once it is repaired serde takes it.
    #[track_caller]
    fn repaired(json: &str) -> Vec<String> {
        let mut tree: Tree = serde_json::from_str(json).expect("JSON");
        let findings = repair(&mut tree).findings;
        let text = serde_json::to_vec(&tree).expect("serializes");
        metadata::parse(&text).expect("fits the metadata once repaired");
        assert_eq!(
            metadata::parse(json.as_bytes()).is_err(),
            !findings.is_empty(),
            "serde and the shapes agree on what is right"
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
            let mut tree: Tree = serde_json::from_str(text).expect("JSON");
            let found = repair(&mut tree).findings;
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
