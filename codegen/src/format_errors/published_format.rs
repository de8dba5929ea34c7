//! The published format, key by key: what [`crate::metadata`] takes.

/// What the published format has at a place.
pub(super) enum Expected {
    /// Text, or null.
    Text,
    /// Text that must be there.
    Name,
    /// Text, a number or a truth value, or null.
    Scalar,
    /// A truth value, also as text, or null.
    Flag,
    /// Anything at all.
    Anything,
    List(&'static Expected),
    Map(&'static Expected),
    Object(&'static [Key]),
    /// The object without which there is no spec.
    Core(&'static [Key]),
    /// A row of a list: an object that is left out where it has lost a name.
    Row(&'static [Key]),
    /// The operations by name.
    Operations,
    Schema,
    /// A truth value or a schema.
    Additional,
}

pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) expected: Expected,
    pub(super) required: bool,
    /// Null is as good as absent.
    pub(super) nullable: bool,
}

const fn need(name: &'static str, expected: Expected) -> Key {
    Key {
        name,
        expected,
        required: true,
        nullable: false,
    }
}

const fn may(name: &'static str, expected: Expected) -> Key {
    Key {
        name,
        expected,
        required: false,
        nullable: false,
    }
}

const fn nullable(name: &'static str, expected: Expected) -> Key {
    Key {
        name,
        expected,
        required: false,
        nullable: true,
    }
}

pub(super) static DOCUMENT: Expected = Expected::Core(&[
    need("info", Expected::Core(INFO)),
    may(
        "components",
        Expected::Object(&[may("schemas", Expected::Map(&Expected::Schema))]),
    ),
    need("apis", Expected::Operations),
    may("endpoints", Expected::List(&Expected::Row(ENDPOINT))),
    may("errorCodes", Expected::List(&Expected::Row(PRODUCT_ERROR))),
]);

const INFO: &[Key] = &[
    may("style", Expected::Text),
    need("product", Expected::Name),
    need("version", Expected::Name),
];

pub(super) const API: &[Key] = &[
    may("summary", Expected::Text),
    may("title", Expected::Text),
    may("description", Expected::Text),
    may("requestParamsDescription", Expected::Text),
    may("responseParamsDescription", Expected::Text),
    may("extraInfo", Expected::Text),
    may("path", Expected::Text),
    may("methods", Expected::List(&Expected::Text)),
    may("schemes", Expected::List(&Expected::Text)),
    may("consumes", Expected::List(&Expected::Text)),
    may(
        "security",
        Expected::List(&Expected::Map(&Expected::Anything)),
    ),
    may("operationType", Expected::Text),
    nullable(
        "systemTags",
        Expected::Object(&[
            may("operationType", Expected::Text),
            may("riskType", Expected::Text),
            may("chargeType", Expected::Text),
        ]),
    ),
    may("deprecated", Expected::Flag),
    nullable(
        "staticInfo",
        Expected::Object(&[
            may("substitutions", Expected::List(&Expected::Text)),
            may("callback", Expected::Text),
            may("callbackInterval", Expected::Scalar),
            may("maxCallbackTimes", Expected::Scalar),
        ]),
    ),
    may("parameters", Expected::List(&Expected::Row(PARAMETER))),
    may("responses", Expected::Map(&Expected::Object(REPLY))),
    may(
        "errorCodes",
        Expected::Map(&Expected::List(&Expected::Row(ERROR))),
    ),
    may("responseDemo", Expected::Text),
    may("x-rust-name", Expected::Text),
];

const PARAMETER: &[Key] = &[
    need("name", Expected::Name),
    need("in", Expected::Name),
    nullable("style", Expected::Text),
    need("schema", Expected::Schema),
];

const REPLY: &[Key] = &[nullable("schema", Expected::Schema)];

const ERROR: &[Key] = &[
    need("errorCode", Expected::Name),
    may("errorMessage", Expected::Text),
    may("description", Expected::Text),
];

const PRODUCT_ERROR: &[Key] = &[
    need("code", Expected::Name),
    may("message", Expected::Text),
    may("http_code", Expected::Scalar),
    may("description", Expected::Text),
];

const ENDPOINT: &[Key] = &[
    need("regionId", Expected::Name),
    need("endpoint", Expected::Name),
    may("public", Expected::Text),
    may("vpc", Expected::Text),
];

pub(super) static SCHEMA: &[Key] = &[
    may("type", Expected::Text),
    may("format", Expected::Text),
    may("title", Expected::Text),
    may("description", Expected::Text),
    may("example", Expected::Scalar),
    may("default", Expected::Scalar),
    may("required", Expected::Flag),
    may("deprecated", Expected::Flag),
    nullable("$ref", Expected::Text),
    nullable("properties", Expected::Map(&Expected::Schema)),
    nullable("items", Expected::Schema),
    nullable("additionalProperties", Expected::Additional),
    may("enum", Expected::List(&Expected::Scalar)),
    nullable("enumValueTitles", Expected::Map(&Expected::Scalar)),
    may("minimum", Expected::Scalar),
    may("maximum", Expected::Scalar),
    may("sensitive", Expected::Flag),
    may("exclusiveMinimum", Expected::Flag),
    may("exclusiveMaximum", Expected::Flag),
    may("minLength", Expected::Scalar),
    may("maxLength", Expected::Scalar),
    may("minItems", Expected::Scalar),
    may("maxItems", Expected::Scalar),
    may("pattern", Expected::Text),
    may("nullable", Expected::Flag),
    may("readOnly", Expected::Flag),
    may("isFileTransferUrl", Expected::Flag),
    may("itemNode", Expected::Scalar),
    may("itemName", Expected::Text),
    nullable("xml", Expected::Object(&[may("name", Expected::Text)])),
    may("sdkPropertyName", Expected::Text),
    may("x-rust-name", Expected::Text),
];
