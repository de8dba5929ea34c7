use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{is_named, is_secret};
use crate::{metadata, names};

#[test]
fn passwords_keys_and_tokens_are_secrets() {
    for name in [
        "password",
        "account_password",
        "access_key_secret",
        "security_token",
        "token",
        "access_token",
        "private_key",
        "encrypted_private_key",
        "private_key_body",
        "ssl_pri",
        "server_key",
        "cert_key",
        "oss_access_key",
        "secret",
        "device_secret",
        "client_secret",
        "kubeconfig",
        "plaintext",
        "pwd",
    ] {
        assert!(is_named(name), "{name}");
    }
}

#[test]
fn what_pages_or_names_a_secret_is_none() {
    for name in [
        "next_token",
        "client_token",
        "page_token",
        "max_tokens",
        "tokens",
        "secret_name",
        "secret_id",
        "password_policy",
        "access_key_id",
        "key",
        "key_pair_name",
        "idempotent_token",
        "broken",
        "cpwd",
    ] {
        assert!(!is_named(name), "{name}");
    }
}

/// Whether a member of this name and schema is a secret.
fn judged(name: &str, schema: &Value) -> bool {
    let json = schema.to_string();
    let schema: metadata::Schema<'_> = serde_json::from_str(&json).expect("a schema");
    is_secret(names::field(name).as_str(), name, &schema)
}

#[test]
fn what_is_marked_is_a_secret_whatever_its_name() {
    let schema = |mark: Value| serde_json::json!({"type": "string", "sensitive": mark});
    assert!(judged("Nickname", &schema(true.into())));
    assert!(judged("Nickname", &schema("true".into())));
    assert!(!judged("Nickname", &schema(false.into())));
}

#[test]
fn a_description_that_says_what_it_is_makes_a_secret() {
    let judged = |name, text: &str| {
        judged(
            name,
            &serde_json::json!({"type": "string", "description": text}),
        )
    };
    assert!(judged(
        "Key",
        "The content of the private key of the certificate, in PEM."
    ));
    assert!(judged("CertKey", "证书的私钥。"));
    assert!(judged("Data", "The returned token."));
    assert!(judged("Value", "The new password"));
    assert!(judged("Value", "密码。"));
    assert!(judged("Value", "The password of the account."));
    assert!(!judged("Key", "The key of the tag."));
    assert!(!judged("KeyAlgorithm", "The algorithm of the private key."));
    assert!(!judged("ClientToken", "The token."));
    assert!(!judged("Data", "The pagination token."));
    assert!(!judged(
        "Data",
        "Where the password is checked, the number of attempts."
    ));
}

#[test]
fn a_name_that_is_cut_in_rust_is_read_whole() {
    let name = format!("{}Password", "Deep".repeat(50));
    assert!(!names::field(&name).as_str().contains("password"));
    assert!(judged(&name, &serde_json::json!({"type": "string"})));
}

/// Every text of the published specs whose description speaks of a secret is one, or its name is
/// among those that somebody has looked at. They are no part of this project.
#[test]
fn every_published_text_that_speaks_of_a_secret_is_one_or_was_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/published");
    let mut specs = Vec::new();
    find(&folder, &mut specs);
    if specs.is_empty() {
        eprintln!("skipped: no published specs in {}", folder.display());
        return;
    }
    let reviewed: BTreeSet<&str> = include_str!("reviewed_secrets.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let mut unknown = BTreeSet::new();
    for path in specs {
        let json = std::fs::read(&path).expect("readable");
        let spec: Value = serde_json::from_slice(&json).expect("JSON");
        members(&spec, &mut |name, schema| {
            let field = names::field(name);
            if speaks_of_a_secret(schema)
                && !judged(name, schema)
                && !reviewed.contains(field.as_str())
            {
                unknown.insert(format!("{field}: {}", path.display()));
            }
        });
    }
    assert!(
        unknown.is_empty(),
        "neither secret nor reviewed: {unknown:#?}"
    );
}

fn find(folder: &Path, specs: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, specs);
        } else if path.ends_with("api-docs.json") {
            specs.push(path);
        }
    }
}

/// Every named schema: parameters, properties, and what stands in lists of them.
fn members(value: &Value, seen: &mut dyn FnMut(&str, &Value)) {
    if let (Some(name), Some(schema)) = (value["name"].as_str(), value.get("schema")) {
        member(name, schema, seen);
    }
    match value {
        Value::Object(all) => {
            for (name, schema) in value["properties"].as_object().into_iter().flatten() {
                member(name, schema, seen);
            }
            all.values().for_each(|inner| members(inner, seen));
        }
        Value::Array(items) => items.iter().for_each(|inner| members(inner, seen)),
        _ => {}
    }
}

fn member(name: &str, schema: &Value, seen: &mut dyn FnMut(&str, &Value)) {
    if schema.is_object() {
        seen(name, schema);
        if schema["items"]["type"] == "string" {
            member(name, &schema["items"], seen);
        }
    }
}

fn speaks_of_a_secret(schema: &Value) -> bool {
    let text = |key: &str| schema[key].as_str().unwrap_or_default().to_lowercase();
    let said = text("description") + &text("title");
    let words = [
        "private key",
        "password",
        "secret",
        "token",
        "私钥",
        "密码",
        "口令",
        "令牌",
    ];
    matches!(schema["type"].as_str(), Some("string" | "any"))
        && words.iter().any(|word| said.contains(word))
}
