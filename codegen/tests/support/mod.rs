//! Small specs, built by their parts, and a look into what they become.

#![allow(dead_code, reason = "each test file uses its part")]

use alicloud_codegen::diagnostics::Diagnostic;
use alicloud_codegen::lower::{self, Settings};
use alicloud_codegen::model::{Field, Operation, Product, Struct};
use serde_json::{Map, Value, json};

/// A spec of one operation.
pub(crate) struct Spec {
    root: Value,
    name: String,
    operation: Value,
}

impl Spec {
    pub(crate) fn style(style: &str) -> Self {
        Self {
            root: json!({
                "info": {"style": style, "product": "Demo", "version": "2020-01-01"},
                "components": {"schemas": {}},
            }),
            name: "DoThing".into(),
            operation: json!({"methods": ["post", "get"], "security": [{"AK": []}]}),
        }
        .reply(json!({"type": "object", "properties": {"RequestId": {"type": "string"}}}))
    }

    pub(crate) fn rpc() -> Self {
        Self::style("RPC")
    }

    pub(crate) fn roa(path: &str) -> Self {
        Self::style("ROA").set("path", json!(path))
    }

    pub(crate) fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        self.root["info"]["version"] = json!(version);
        self
    }

    pub(crate) fn product(mut self, name: &str) -> Self {
        self.root["info"]["product"] = json!(name);
        self
    }

    /// A key of the document.
    pub(crate) fn root(mut self, key: &str, value: Value) -> Self {
        self.root[key] = value;
        self
    }

    /// A key of the operation.
    pub(crate) fn set(mut self, key: &str, value: Value) -> Self {
        self.operation[key] = value;
        self
    }

    pub(crate) fn params(self, params: impl IntoIterator<Item = Value>) -> Self {
        self.set("parameters", params.into_iter().collect())
    }

    /// The schema of the reply.
    pub(crate) fn reply(self, schema: Value) -> Self {
        self.set("responses", json!({"200": {"schema": schema}}))
    }

    pub(crate) fn component(mut self, name: &str, schema: Value) -> Self {
        self.root["components"]["schemas"][name] = schema;
        self
    }

    pub(crate) fn json(&self) -> Vec<u8> {
        let mut root = self.root.clone();
        let mut apis = Map::new();
        apis.insert(self.name.clone(), self.operation.clone());
        root["apis"] = Value::Object(apis);
        serde_json::to_vec(&root).expect("serializes")
    }

    pub(crate) fn lower(
        &self,
        settings: &Settings<'_>,
    ) -> (Option<Product<'static>>, Vec<Diagnostic>) {
        lower("api-docs.json", &self.json(), None, settings)
    }

    /// The operation and what was found.
    pub(crate) fn found(&self) -> (Operation<'static>, Vec<Diagnostic>) {
        let (product, found) = self.lower(&Settings::default());
        let mut product = product.unwrap_or_else(|| panic!("not generated: {found:?}"));
        (product.operations.remove(0), found)
    }

    pub(crate) fn operation(&self) -> Operation<'static> {
        self.found().0
    }
}

/// Lowers one spec. What products borrow from is leaked: tests end soon.
pub(crate) fn lower(
    path: &str,
    json: &[u8],
    overlay: Option<(&str, &[u8])>,
    settings: &Settings<'_>,
) -> (Option<Product<'static>>, Vec<Diagnostic>) {
    let path = &*path.to_owned().leak();
    let json = &*json.to_vec().leak();
    let overlay = overlay.map(|(path, json)| (&*path.to_owned().leak(), &*json.to_vec().leak()));
    let spec = alicloud_codegen::Spec {
        path,
        json,
        overlay,
    };
    let source: &'static _ = Box::leak(Box::new(lower::Source::new(&spec)));
    let document: &'static _ = Box::leak(Box::new(source.document()));
    lower::lower(source, document, settings)
}

/// The schema of a text.
pub(crate) fn text() -> Value {
    json!({"type": "string"})
}

#[track_caller]
pub(crate) fn structure<'a>(structs: &'a [Struct<'_>], name: &str) -> &'a Struct<'a> {
    structs
        .iter()
        .find(|s| s.ident.as_str() == name)
        .unwrap_or_else(|| panic!("no struct {name}"))
}

#[track_caller]
pub(crate) fn field<'a>(structs: &'a [Struct<'_>], name: &str, wire: &str) -> &'a Field<'a> {
    structure(structs, name)
        .fields
        .iter()
        .find(|f| f.name == wire)
        .unwrap_or_else(|| panic!("no field {wire} in {name}"))
}
