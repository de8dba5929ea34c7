//! What of the published format is a fact: every key that is kept, in the order in
//! which it is written. What is not here is dropped, and counted.

/// What stands at a key, and what of it is kept.
pub(super) enum Shape {
    /// Kept as it is, unless it is empty.
    Fact,
    /// Kept where it is true.
    Flag,
    /// Kept unless it is a sentence.
    Value,
    /// A list of such values.
    Values,
    /// The members of the table; none of them is as good as no object.
    Object(&'static [Key]),
    /// The members of the table, also where there are none.
    Entry(&'static [Key]),
    /// Anything by name.
    Map(&'static Key),
    /// Likewise, where there is any.
    SomeMap(&'static Key),
    /// Anything in a row.
    List(&'static Key),
    /// A type.
    Schema,
}

/// A member of an object.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
}

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape }
}

const fn fact(name: &'static str) -> Key {
    key(name, Shape::Fact)
}

const fn flag(name: &'static str) -> Key {
    key(name, Shape::Flag)
}

/// Keys whose values are somebody's texts. None of them is a fact.
pub(super) const TEXTS: &[&str] = &[
    "title",
    "summary",
    "description",
    "requestParamsDescription",
    "responseParamsDescription",
    "extraInfo",
    "errorMessage",
    "message",
    "enumValueTitles",
    "responseDemo",
    "noSubstitutionReason",
];

pub(super) static DOCUMENT: &[Key] = &[
    fact("version"),
    key(
        "info",
        Shape::Entry(&[fact("style"), fact("product"), fact("version")]),
    ),
    key(
        "components",
        Shape::Entry(&[key("schemas", Shape::Map(&key("", Shape::Schema)))]),
    ),
    key("apis", Shape::Map(&key("", Shape::Entry(API)))),
    key("endpoints", Shape::List(&key("", Shape::Entry(ENDPOINT)))),
    key(
        "errorCodes",
        Shape::List(&key("", Shape::Entry(&[fact("code"), fact("http_code")]))),
    ),
];

static ENDPOINT: &[Key] = &[
    fact("regionId"),
    fact("endpoint"),
    fact("public"),
    fact("vpc"),
];

static API: &[Key] = &[
    fact("path"),
    fact("methods"),
    fact("schemes"),
    fact("security"),
    fact("consumes"),
    fact("produces"),
    fact("operationType"),
    flag("deprecated"),
    key(
        "systemTags",
        Shape::Object(&[fact("operationType"), fact("riskType"), fact("chargeType")]),
    ),
    key(
        "staticInfo",
        Shape::Object(&[
            fact("returnType"),
            fact("callback"),
            fact("callbackInterval"),
            fact("maxCallbackTimes"),
            fact("substitutions"),
        ]),
    ),
    key("parameters", Shape::List(&key("", Shape::Entry(PARAMETER)))),
    key("responses", Shape::Map(&key("", Shape::Entry(REPLY)))),
    key(
        "errorCodes",
        Shape::SomeMap(&key(
            "",
            Shape::List(&key("", Shape::Entry(&[key("errorCode", Shape::Value)]))),
        )),
    ),
];

static PARAMETER: &[Key] = &[
    fact("name"),
    fact("in"),
    fact("style"),
    flag("allowEmptyValue"),
    key("schema", Shape::Schema),
];

static REPLY: &[Key] = &[
    key(
        "headers",
        Shape::SomeMap(&key(
            "",
            Shape::Entry(&[fact("style"), key("schema", Shape::Schema)]),
        )),
    ),
    key("schema", Shape::Schema),
];

pub(super) static SCHEMA: &[Key] = &[
    fact("type"),
    fact("format"),
    fact("$ref"),
    flag("required"),
    flag("docRequired"),
    flag("deprecated"),
    flag("sensitive"),
    flag("nullable"),
    flag("readOnly"),
    flag("isFileTransferUrl"),
    fact("minimum"),
    fact("maximum"),
    flag("exclusiveMinimum"),
    flag("exclusiveMaximum"),
    fact("minLength"),
    fact("maxLength"),
    fact("minItems"),
    fact("maxItems"),
    fact("pattern"),
    key("enum", Shape::Values),
    key("default", Shape::Value),
    key("example", Shape::Value),
    flag("itemNode"),
    fact("itemName"),
    fact("xml"),
    fact("sdkPropertyName"),
    key("properties", Shape::Map(&key("", Shape::Schema))),
    key("items", Shape::Schema),
    key("additionalProperties", Shape::Schema),
];
