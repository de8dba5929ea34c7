//! The published format, key by key: what [`crate::metadata`] takes.

/// What the published format has at a place.
pub(super) enum Shape {
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
    List(&'static Shape),
    Map(&'static Shape),
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
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// Null is as good as absent.
    pub(super) nullable: bool,
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

pub(super) static DOCUMENT: Shape = Shape::Core(&[
    need("info", Shape::Core(INFO)),
    may(
        "components",
        Shape::Object(&[may("schemas", Shape::Map(&Shape::Schema))]),
    ),
    need("apis", Shape::Operations),
    may("endpoints", Shape::List(&Shape::Row(ENDPOINT))),
    may("errorCodes", Shape::List(&Shape::Row(PRODUCT_ERROR))),
]);

const INFO: &[Key] = &[
    may("style", Shape::Text),
    need("product", Shape::Name),
    need("version", Shape::Name),
];

pub(super) const API: &[Key] = &[
    may("summary", Shape::Text),
    may("title", Shape::Text),
    may("description", Shape::Text),
    may("requestParamsDescription", Shape::Text),
    may("responseParamsDescription", Shape::Text),
    may("extraInfo", Shape::Text),
    may("path", Shape::Text),
    may("methods", Shape::List(&Shape::Text)),
    may("schemes", Shape::List(&Shape::Text)),
    may("consumes", Shape::List(&Shape::Text)),
    may("security", Shape::List(&Shape::Map(&Shape::Anything))),
    may("operationType", Shape::Text),
    nullable(
        "systemTags",
        Shape::Object(&[
            may("operationType", Shape::Text),
            may("riskType", Shape::Text),
            may("chargeType", Shape::Text),
        ]),
    ),
    may("deprecated", Shape::Flag),
    nullable(
        "staticInfo",
        Shape::Object(&[
            may("substitutions", Shape::List(&Shape::Text)),
            may("callback", Shape::Text),
            may("callbackInterval", Shape::Scalar),
            may("maxCallbackTimes", Shape::Scalar),
        ]),
    ),
    may("parameters", Shape::List(&Shape::Row(PARAMETER))),
    may("responses", Shape::Map(&Shape::Object(REPLY))),
    may("errorCodes", Shape::Map(&Shape::List(&Shape::Row(ERROR)))),
    may("responseDemo", Shape::Text),
    may("x-rust-name", Shape::Text),
];

const PARAMETER: &[Key] = &[
    need("name", Shape::Name),
    need("in", Shape::Name),
    nullable("style", Shape::Text),
    need("schema", Shape::Schema),
];

const REPLY: &[Key] = &[nullable("schema", Shape::Schema)];

const ERROR: &[Key] = &[
    need("errorCode", Shape::Name),
    may("errorMessage", Shape::Text),
    may("description", Shape::Text),
];

const PRODUCT_ERROR: &[Key] = &[
    need("code", Shape::Name),
    may("message", Shape::Text),
    may("http_code", Shape::Scalar),
    may("description", Shape::Text),
];

const ENDPOINT: &[Key] = &[
    need("regionId", Shape::Name),
    need("endpoint", Shape::Name),
    may("public", Shape::Text),
    may("vpc", Shape::Text),
];

pub(super) static SCHEMA: &[Key] = &[
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
    may("nullable", Shape::Flag),
    may("readOnly", Shape::Flag),
    may("isFileTransferUrl", Shape::Flag),
    may("itemNode", Shape::Scalar),
    may("itemName", Shape::Text),
    nullable("xml", Shape::Object(&[may("name", Shape::Text)])),
    may("sdkPropertyName", Shape::Text),
    may("x-rust-name", Shape::Text),
];
