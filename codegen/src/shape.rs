//! What is wrong with the shape of a spec, all of it at once.
//!
//! Serde stops at the first thing that does not fit [`crate::metadata`]. This is
//! the second look at a spec that does not: it reports every missing key and every
//! value of the wrong type, and puts something harmless in their place, so that
//! lowering can go on to find what else is wrong. Nothing is generated from a
//! repaired spec.

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::tree::Tree;

/// What the published format has at a place.
enum Shape {
    /// Text, or null.
    Text,
    /// Text that must be there, with what stands in for it. Null is read as empty here too, and
    /// lowering says what is wrong with a name that is empty.
    Name(&'static str),
    /// Text, a number or a truth value, or null.
    Scalar,
    /// A truth value, also as text, or null.
    Flag,
    /// Anything at all.
    Anything,
    List(&'static Shape),
    Map(&'static Shape),
    Object(&'static [Key]),
    Schema,
    /// A truth value or a schema.
    Additional,
}

struct Key {
    name: &'static str,
    shape: Shape,
    required: bool,
    /// Null is as good as absent.
    nullable: bool,
}

const fn need(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: true,
        nullable: false,
    }
}

const fn may(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: false,
        nullable: false,
    }
}

const fn nullable(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        shape,
        required: false,
        nullable: true,
    }
}

static DOCUMENT: Shape = Shape::Object(&[
    need("info", Shape::Object(INFO)),
    may(
        "components",
        Shape::Object(&[may("schemas", Shape::Map(&Shape::Schema))]),
    ),
    need("apis", Shape::Map(&Shape::Object(API))),
    may("endpoints", Shape::List(&Shape::Object(ENDPOINT))),
    may("errorCodes", Shape::List(&Shape::Object(PRODUCT_ERROR))),
]);

const INFO: &[Key] = &[
    need("style", Shape::Name("RPC")),
    need("product", Shape::Name("Unnamed")),
    need("version", Shape::Name("0000-00-00")),
];

const API: &[Key] = &[
    may("summary", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("requestParamsDescription", Shape::Text),
    may("responseParamsDescription", Shape::Text),
    may("extraInfo", Shape::Text),
    may("path", Shape::Text),
    may("methods", Shape::List(&Shape::Text)),
    may("security", Shape::List(&Shape::Map(&Shape::Anything))),
    may("operationType", Shape::Text),
    nullable(
        "systemTags",
        Shape::Object(&[may("operationType", Shape::Text)]),
    ),
    may("deprecated", Shape::Flag),
    nullable(
        "staticInfo",
        Shape::Object(&[may("substitutions", Shape::List(&Shape::Text))]),
    ),
    may("parameters", Shape::List(&Shape::Object(PARAMETER))),
    may("responses", Shape::Map(&Shape::Object(REPLY))),
    may(
        "errorCodes",
        Shape::Map(&Shape::List(&Shape::Object(ERROR))),
    ),
    may("responseDemo", Shape::Text),
    may("x-rust-name", Shape::Text),
];

const PARAMETER: &[Key] = &[
    need("name", Shape::Name("Unnamed")),
    need("in", Shape::Name("query")),
    nullable("style", Shape::Text),
    need("schema", Shape::Schema),
];

const REPLY: &[Key] = &[nullable("schema", Shape::Schema)];

const ERROR: &[Key] = &[
    need("errorCode", Shape::Name("Unnamed")),
    may("errorMessage", Shape::Text),
    may("description", Shape::Text),
];

const PRODUCT_ERROR: &[Key] = &[
    need("code", Shape::Name("Unnamed")),
    may("message", Shape::Text),
    may("http_code", Shape::Scalar),
    may("description", Shape::Text),
];

const ENDPOINT: &[Key] = &[
    need("regionId", Shape::Name("unnamed")),
    need("endpoint", Shape::Name("unnamed.invalid")),
];

static SCHEMA: &[Key] = &[
    may("type", Shape::Text),
    may("format", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("example", Shape::Scalar),
    may("default", Shape::Scalar),
    may("required", Shape::Flag),
    may("deprecated", Shape::Flag),
    nullable("$ref", Shape::Text),
    nullable("properties", Shape::Map(&Shape::Schema)),
    nullable("items", Shape::Schema),
    nullable("additionalProperties", Shape::Additional),
    may("enum", Shape::List(&Shape::Scalar)),
    nullable("enumValueTitles", Shape::Map(&Shape::Scalar)),
    may("minimum", Shape::Scalar),
    may("maximum", Shape::Scalar),
    may("sensitive", Shape::Flag),
    may("exclusiveMinimum", Shape::Flag),
    may("exclusiveMaximum", Shape::Flag),
    may("minLength", Shape::Scalar),
    may("maxLength", Shape::Scalar),
    may("minItems", Shape::Scalar),
    may("maxItems", Shape::Scalar),
    may("pattern", Shape::Text),
    may("x-rust-name", Shape::Text),
];

/// Reports everything in a document that the format does not allow, and replaces
/// it by something that it does.
pub(crate) fn repair(document: &mut Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    DOCUMENT.repair(document, &Pointer::ROOT, &mut findings);
    findings
}

impl Shape {
    fn repair(&self, tree: &mut Tree, at: &Pointer<'_>, findings: &mut Vec<Finding>) {
        match (self, &mut *tree) {
            (Shape::List(shape), Tree::List(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    shape.repair(item, &at.index(index), findings);
                }
            }
            (Shape::Map(shape), Tree::Object(members)) => {
                for (key, value) in members {
                    shape.repair(value, &at.key(key), findings);
                }
            }
            (Shape::Object(keys), Tree::Object(_)) => object(keys, tree, at, findings),
            (Shape::Schema | Shape::Additional, Tree::Object(_)) => {
                object(SCHEMA, tree, at, findings);
            }
            (_, tree) if self.takes(tree) => {}
            (_, tree) => {
                findings.push(Finding::new(
                    Severity::Error,
                    at,
                    format!("{} where the format has {}", tree.kind(), self.words()),
                    format!("write {} here", self.words()),
                ));
                *tree = self.stand_in();
            }
        }
    }

    /// Whether a value that holds no others is right.
    fn takes(&self, tree: &Tree) -> bool {
        match (self, tree) {
            (Shape::Anything, _)
            | (Shape::Text | Shape::Name(_) | Shape::Scalar | Shape::Flag, Tree::Null)
            | (Shape::Text | Shape::Name(_) | Shape::Scalar, Tree::Text(_))
            | (Shape::Scalar, Tree::Number(_))
            | (Shape::Scalar | Shape::Flag | Shape::Additional, Tree::Bool(_)) => true,
            (Shape::Flag, Tree::Text(text)) => matches!(text.as_str(), "true" | "false" | ""),
            _ => false,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Shape::Text | Shape::Name(_) => "a string",
            Shape::Scalar => "a string, a number or a boolean",
            Shape::Flag => "a boolean",
            Shape::Anything => "any value",
            Shape::List(_) => "a list",
            Shape::Map(_) | Shape::Object(_) => "an object",
            Shape::Schema => "a schema (an object)",
            Shape::Additional => "a boolean or a schema (an object)",
        }
    }

    fn stand_in(&self) -> Tree {
        match self {
            Shape::Text | Shape::Scalar => Tree::Text(String::new()),
            Shape::Name(text) => Tree::Text((*text).to_owned()),
            Shape::Flag => Tree::Bool(false),
            Shape::Anything => Tree::Null,
            Shape::List(_) => Tree::List(Vec::new()),
            Shape::Map(_) => Tree::Object(Vec::new()),
            Shape::Schema | Shape::Additional => {
                Tree::Object(vec![("type".to_owned(), Tree::Text("any".to_owned()))])
            }
            Shape::Object(keys) => Tree::Object(
                keys.iter()
                    .filter(|key| key.required)
                    .map(|key| (key.name.to_owned(), key.shape.stand_in()))
                    .collect(),
            ),
        }
    }
}

fn object(keys: &[Key], tree: &mut Tree, at: &Pointer<'_>, findings: &mut Vec<Finding>) {
    let Tree::Object(members) = tree else { return };
    for key in keys {
        let mut found = false;
        // A repeated key is a finding of its own: serde would refuse the object.
        members.retain_mut(|(name, value)| {
            if name != key.name {
                return true;
            }
            let place = at.key(key.name);
            if found {
                let mut finding = Finding::new(
                    Severity::Error,
                    place,
                    format!("the key `{name}` stands here twice"),
                    "remove one of the two",
                );
                finding.again = true;
                findings.push(finding);
                return false;
            }
            found = true;
            if !(key.nullable && *value == Tree::Null) {
                key.shape.repair(value, &place, findings);
            }
            true
        });
        if key.required && !found {
            findings.push(Finding::new(
                Severity::Error,
                at,
                format!("the key `{}` is missing", key.name),
                format!("add `{}`: {}", key.name, key.shape.words()),
            ));
            members.push((key.name.to_owned(), key.shape.stand_in()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;

    /// Whatever the shape of a document, once it is repaired serde takes it.
    #[track_caller]
    fn repaired(json: &str) -> Vec<String> {
        let mut tree: Tree = serde_json::from_str(json).expect("JSON");
        let findings = repair(&mut tree);
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
