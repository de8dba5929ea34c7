//! Specs full of names that mean something: to Rust, to cargo, to file systems, to generated
//! code. Made by chance, the same each time.

use std::collections::BTreeSet;

use alicloud_codegen::{Dependency, File, Options, Severity, Spec, Tolerance};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

/// Names that would not compile as they are, or that stand for something already.
const WORDS: &[&str] = &[
    "Lib",
    "Bin",
    "Main",
    "Mod",
    "Build",
    "Tests",
    "Examples",
    "Test",
    "RustlsAwsLc",
    "NativeTls",
    "Serde",
    "Default",
    "Full",
    "Blocking",
    "Tokio",
    "Tracing",
    "Con",
    "Aux",
    "Nul",
    "Com1",
    "Lpt9",
    "AlicloudRuntime",
    "Alicloud",
    "Std",
    "Core",
    "Alloc",
    "Crate",
    "Self",
    "Super",
    "Type",
    "Async",
    "Gen",
    "Macro",
    "Union",
    "Box",
    "Vec",
    "Option",
    "Some",
    "None",
    "Ok",
    "Err",
    "String",
    "Str",
    "Bool",
    "I64",
    "Result",
    "Error",
    "ErrorKind",
    "Request",
    "Response",
    "Client",
    "Call",
    "Wire",
    "Operation",
    "Product",
    "Replay",
    "Response",
    "Sent",
    "New",
    "Clone",
    "Fmt",
    "Eq",
    "AsRef",
    "Into",
    "From",
    "Get",
    "GetMut",
    "Schema",
    "Rows",
    "Items",
    "IntoItems",
    "Samples",
    "SAMPLES",
    "Value",
    "Object",
    "Field",
    "Limit",
    "Boxed",
    "Json",
    "Bytes",
    "Drop",
    "Send",
    "Sync",
    "Iterator",
    "Debug",
    "Static",
    "Const",
    "Fn",
    "Match",
    "WaitUntilReady",
    "Ready",
    "Underscore",
    "X",
    "A1",
    "IDs",
    "ID",
];

/// A word as it is, or changed.
fn name() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(WORDS);
    prop_oneof![
        4 => word().prop_map(str::to_owned),
        1 => word().prop_map(str::to_lowercase),
        1 => word().prop_map(str::to_uppercase),
        1 => (word(), word()).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (word(), prop::sample::select(vec!["-", "_", ".", "/", "::", "#", "__", "'", "*/", "{}"]), word())
            .prop_map(|(a, mark, b)| format!("{a}{mark}{b}")),
        1 => word().prop_map(|word| format!("{word}s")),
        1 => (0..100u8, word()).prop_map(|(number, word)| format!("{number}{word}")),
        1 => word().prop_map(|word| format!("_{word}_")),
        1 => (word(), 300..400usize).prop_map(|(word, length)| word.repeat(length / word.len())),
        1 => "[!-~]{1,8}",
    ]
}

struct Names {
    runner: TestRunner,
    next: usize,
}

impl Names {
    fn any(&mut self) -> String {
        let tree = name().new_tree(&mut self.runner).expect("a name");
        tree.current()
    }

    /// Different ones: the words in turn, and others.
    fn some(&mut self, count: usize) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        while names.len() < count / 2 {
            names.insert(WORDS[self.next % WORDS.len()].to_owned());
            self.next += 1;
        }
        while names.len() < count {
            names.insert(self.any());
        }
        names
    }

    /// An object whose members are named by chance, and nested for some levels.
    fn object(&mut self, levels: usize) -> Value {
        let mut properties = Map::new();
        for name in self.some(4) {
            let inner = match (levels, properties.len()) {
                (1.., 0) => self.object(levels - 1),
                (1.., 1) => json!({"type": "array", "items": self.object(levels - 1)}),
                (_, 2) => {
                    let values: Vec<String> = self.some(3).into_iter().collect();
                    json!({"type": "string", "enum": values, "required": true})
                }
                _ => json!({"type": "integer"}),
            };
            properties.insert(name, inner);
        }
        json!({"type": "object", "properties": properties})
    }

    fn operation(&mut self) -> Value {
        let mut parameters = Vec::new();
        for name in self.some(4) {
            let schema = match parameters.len() {
                0 => self.object(2),
                _ => json!({"type": "string", "required": true}),
            };
            parameters
                .push(json!({"name": name, "in": "query", "style": "json", "schema": schema}));
        }
        let codes = self.some(4);
        let codes: Vec<Value> = codes
            .iter()
            .map(|code| json!({"errorCode": code}))
            .collect();
        json!({
            "methods": ["post"],
            "parameters": parameters,
            "responses": {"200": {"schema": self.object(2)}},
            "errorCodes": {"400": codes},
        })
    }

    /// A product of this name, and a waiter in it.
    fn product(&mut self, product: &str) -> (Value, Value) {
        // They travel in headers.
        let travels = |name: &String| name.bytes().all(|byte| byte.is_ascii_graphic());
        let names: Vec<String> = self.some(3).into_iter().filter(travels).collect();
        let apis = names.iter().map(|name| (name.clone(), self.operation()));
        let mut apis: Map<String, Value> = apis.collect();
        let state = json!({"type": "object", "properties": {"State": {"type": "string"}}});
        let last = apis.values_mut().next_back().expect("an operation");
        last["responses"]["200"]["schema"] = state;
        let spec = json!({
            "info": {"style": "RPC", "product": product, "version": "2020-01-01"},
            "apis": apis,
            // No host can be made of every name.
            "endpoints": [{"regionId": "cn-hangzhou", "endpoint": "names.aliyuncs.com"}],
        });
        let waiter =
            json!({"operation": last_operation(&spec), "path": ["State"], "success": ["a"]});
        (spec, json!({"waiters": {"steady": waiter}}))
    }
}

fn last_operation(spec: &Value) -> String {
    let mut names = spec["apis"].as_object().expect("operations").keys();
    names.next_back().expect("an operation").clone()
}

/// Types of which each holds the next one twice, by itself: the largest would have 2^30 fields.
fn doubling() -> Value {
    let level = |at: usize| {
        let inner = match at {
            30 => json!({"type": "string"}),
            _ => json!({"$ref": format!("#/components/schemas/T{}", at + 1)}),
        };
        let schema = json!({"type": "object", "properties": {"A": inner, "B": inner, "C": {"type": "integer"}}});
        (format!("T{at}"), schema)
    };
    let first = json!({"$ref": "#/components/schemas/T1"});
    json!({
        "info": {"style": "RPC", "product": "Doubling", "version": "2020-01-01"},
        "components": {"schemas": (1..=30).map(level).collect::<Map<_, _>>()},
        "apis": {"Double": {
            "methods": ["post"],
            "parameters": [{"name": "A", "in": "query", "style": "json", "schema": first}],
            "responses": {"200": {"schema": first}},
        }},
    })
}

/// The crate of them: `golden-names`.
pub(crate) fn generate(runtime: &str) -> Vec<File> {
    let mut names = Names {
        runner: TestRunner::deterministic(),
        next: 0,
    };
    let words = WORDS.iter().map(|word| (*word).to_owned());
    // A module each: those that differ in case only are one product.
    let mut products: Vec<String> = words.step_by(12).chain([WORDS[1].to_owned()]).collect();
    products.extend(["RustlsAwsLc", "Con", "Tokio", "X".repeat(300).as_str()].map(str::to_owned));
    products.sort();
    products.dedup();
    let specs = products.iter().map(|product| names.product(product));
    let specs = specs.chain([(doubling(), Value::Null)]);
    let bytes: Vec<(Vec<u8>, Vec<u8>)> = specs
        .map(|(spec, overlay)| {
            let bytes = |value| serde_json::to_vec(value).expect("serializes");
            (bytes(&spec), bytes(&overlay))
        })
        .collect();
    let specs: Vec<Spec<'_>> = bytes
        .iter()
        .map(|(json, overlay)| Spec {
            path: "specs/names/api-docs.json",
            json,
            overlay: (overlay != b"null").then_some(("overlay.json", overlay)),
        })
        .collect();
    let options = Options {
        crate_name: "golden-names".to_owned(),
        runtime: Dependency::Path(runtime.to_owned()),
        standalone: false,
        versions: std::collections::BTreeMap::new(),
        guides: Vec::new(),
        operations: None,
        tolerance: Tolerance::Published,
    };
    let output = alicloud_codegen::generate(&specs, &options);
    let errors = output.diagnostics.iter();
    let errors: Vec<String> = errors
        .filter(|it| it.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    output.files
}
