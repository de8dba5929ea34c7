//! What several tests need: a toy product, and the outcome of a run.

#![allow(dead_code, reason = "no test needs all of it")]

use std::process::Output;

use serde_json::{Value, json};

/// The documented reply of every operation.
pub(crate) const SAMPLE: &str = r#"{"RequestId":"4711"}"#;

/// What a command did.
pub(crate) struct Ran(pub(crate) Output);

impl Ran {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(
            self.0.status.code(),
            Some(0),
            "{}{}",
            self.stdout(),
            self.stderr()
        );
        self
    }

    pub(crate) fn fails(self) -> Self {
        assert_eq!(
            self.0.status.code(),
            Some(1),
            "{}{}",
            self.stdout(),
            self.stderr()
        );
        self
    }
}

/// A spec of one product.
pub(crate) fn spec(product: &str, operations: &[&str]) -> String {
    let apis: serde_json::Map<_, _> = operations
        .iter()
        .map(|name| ((*name).to_owned(), operation()))
        .collect();
    json!({
        "version": "1.0",
        "info": { "style": "RPC", "product": product, "version": "2024-01-01" },
        "directories": [],
        "components": { "schemas": {} },
        "apis": apis,
        "endpoints": [{ "regionId": "cn-hangzhou", "endpoint": "toy.cn-hangzhou.aliyuncs.com" }],
    })
    .to_string()
}

fn operation() -> Value {
    json!({
        "summary": "Does something with toys.",
        "methods": ["post"],
        "schemes": ["https"],
        "security": [{ "AK": [] }],
        "operationType": "read",
        "deprecated": false,
        "parameters": [{
            "name": "ToyId",
            "in": "query",
            "schema": { "description": "The toy.", "type": "string", "required": true },
        }],
        "responses": { "200": { "schema": { "type": "object", "properties": {
            "RequestId": { "description": "The request.", "type": "string" },
        } } } },
        "errorCodes": { "409": [
            { "errorCode": "Toy.Broken", "errorMessage": "The toy is broken." },
        ] },
        "responseDemo": json!([{ "type": "json", "example": SAMPLE }]).to_string(),
    })
}
