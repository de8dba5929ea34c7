//! Names that mean something already, where an identifier may stand.

/// Keywords of every edition, strict and reserved.
pub(super) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that generated types have as functions or methods for their own ends.
pub(super) const METHODS: &[&str] = &["new", "default", "clone"];

/// Names that a product's client has as methods for its own ends.
pub(super) const CLIENT: &[&str] = &["call"];

/// File names that Windows does not take, whatever their extension.
pub(super) const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// What the crate of a product has at its root beside its operations, as modules, as
/// crates in scope, or as files that mean something to cargo.
pub(super) const CRATE: &[&str] = &[
    "alicloud_runtime",
    "alloc",
    "core",
    "credentials",
    "http",
    "lib",
    "main",
    "operation",
    "signature",
    "std",
    "testing",
    "transport",
    "wire",
];

/// What the facade has at its root beside its products, as modules, as crates in
/// scope, as cargo features, or as folders.
pub(super) const ROOT: &[&str] = &[
    "alicloud",
    "alicloud_runtime",
    "alloc",
    "benches",
    "bin",
    "blocking",
    "call",
    "client",
    "config",
    "core",
    "credentials",
    "default",
    "endpoint",
    "error",
    "examples",
    "full",
    "guide",
    "http",
    "lib",
    "native_tls",
    "opentelemetry",
    "operation",
    "retry",
    "runtime",
    "rustls",
    "rustls_aws_lc",
    "serde",
    "signature",
    "src",
    "std",
    "target",
    "test",
    "testing",
    "tests",
    "tls",
    "tokio",
    "tracing",
    "transport",
    "wire",
];

/// Types that a generated module has or names beside those of its spec.
pub(super) const TYPES: &[&str] = &[
    "BTreeMap",
    "Box",
    "Bytes",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ErrorKind",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "Json",
    "New",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Request",
    "Response",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToString",
    "Vec",
];
