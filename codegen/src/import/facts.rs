//! What of the published format is a fact: every key that is kept, in the order in
//! which it is written. What is not here is dropped, and counted.

/// What stands at a key, and what of it is kept.
pub(super) enum Kept {
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
    pub(super) kept: Kept,
}

const fn key(name: &'static str, kept: Kept) -> Key {
    Key { name, kept }
}

const fn fact(name: &'static str) -> Key {
    key(name, Kept::Fact)
}

const fn flag(name: &'static str) -> Key {
    key(name, Kept::Flag)
}

/// Keys whose values are somebody's texts. None of them is a fact.
pub(super) const PROSE: &[&str] = &[
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
        Kept::Entry(&[fact("style"), fact("product"), fact("version")]),
    ),
    key(
        "components",
        Kept::Entry(&[key("schemas", Kept::Map(&key("", Kept::Schema)))]),
    ),
    key("apis", Kept::Map(&key("", Kept::Entry(API)))),
    key("endpoints", Kept::List(&key("", Kept::Entry(ENDPOINT)))),
    key(
        "errorCodes",
        Kept::List(&key("", Kept::Entry(&[fact("code"), fact("http_code")]))),
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
        Kept::Object(&[fact("operationType"), fact("riskType"), fact("chargeType")]),
    ),
    key(
        "staticInfo",
        Kept::Object(&[
            fact("returnType"),
            fact("callback"),
            fact("callbackInterval"),
            fact("maxCallbackTimes"),
            fact("substitutions"),
        ]),
    ),
    key("parameters", Kept::List(&key("", Kept::Entry(PARAMETER)))),
    key("responses", Kept::Map(&key("", Kept::Entry(REPLY)))),
    key(
        "errorCodes",
        Kept::SomeMap(&key(
            "",
            Kept::List(&key("", Kept::Entry(&[key("errorCode", Kept::Value)]))),
        )),
    ),
];

static PARAMETER: &[Key] = &[
    fact("name"),
    fact("in"),
    fact("style"),
    flag("allowEmptyValue"),
    key("schema", Kept::Schema),
];

static REPLY: &[Key] = &[
    key(
        "headers",
        Kept::SomeMap(&key(
            "",
            Kept::Entry(&[fact("style"), key("schema", Kept::Schema)]),
        )),
    ),
    key("schema", Kept::Schema),
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
    key("enum", Kept::Values),
    key("default", Kept::Value),
    key("example", Kept::Value),
    flag("itemNode"),
    fact("itemName"),
    fact("xml"),
    fact("sdkPropertyName"),
    key("properties", Kept::Map(&key("", Kept::Schema))),
    key("items", Kept::Schema),
    key("additionalProperties", Kept::Schema),
];
