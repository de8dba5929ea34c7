//! Which fields hold secrets: those that the metadata marks, and, since it marks few, those
//! whose name or description says so.
//!
//! Too much redaction costs a look into `explain`, too little leaks a password
//! into a log, so a text that is called a token is one unless it pages or makes
//! requests idempotent.

use crate::metadata::Schema;

/// Whole names of secrets.
const WHOLE: &[&str] = &[
    "access_code",
    "assertion",
    "authorization",
    "babelfish_config",
    "config_json",
    "credential",
    "credentials",
    "extend_info",
    "extra_param",
    "image_auth",
    "kube_config",
    "kubeconfig",
    "passcode",
    "plaintext",
    "psk",
    "secret_binary",
    "secret_data",
    "secret_string",
    "ssl_pri",
    "web_socket_url",
];

/// What the names of secrets end in.
const LAST: &[&str] = &[
    "access_key",
    "access_key_secret",
    "access_secret",
    "api_key",
    "apikey",
    "auth_key",
    "cert_key",
    "client_secret_value",
    "pass_phrase",
    "pass_word",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pre_shared_key",
    "private_key",
    "private_key_base64",
    "private_key_body",
    "private_key_content",
    "private_key_data",
    "private_key_pem",
    "pwd",
    "secret",
    "secret_access_key",
    "secret_key",
    "secret_value",
    "secrets",
    "server_key",
    "session_key",
    "shared_key",
    "ssh_key_private",
    "tls_key",
    "tls_key_base64",
];

/// Whether a field of this Rust name holds a secret. Only asked of fields that can
/// hold one: texts, lists of texts, bytes and untyped values.
pub(super) fn is_secret(field: &str, wire: &str, schema: &Schema<'_>) -> bool {
    schema.sensitive.0
        || is_named(field)
        || is_cut(field, wire)
        || is_described(field, schema.described())
}

fn is_named(field: &str) -> bool {
    let field = field.trim_end_matches('_');
    WHOLE.contains(&field) || LAST.iter().any(|last| ends_in(field, last)) || is_token(field)
}

/// A very long name loses its end on the way to Rust.
fn is_cut(field: &str, wire: &str) -> bool {
    let is_in = |word: &str| wire.to_ascii_lowercase().contains(word);
    field.len() > 100
        && ["password", "secret", "token", "key"]
            .into_iter()
            .any(is_in)
}

/// Whether the description says that this is a secret, not that it has to do with one: it
/// calls a key a private key, or it is a phrase that ends in what it is.
fn is_described(field: &str, description: &str) -> bool {
    let is_key = ends_in(field, "key");
    if is_key && (contains(description, "private key") || description.contains("私钥")) {
        return true;
    }
    if field.ends_with("token") && !is_token(field) {
        return false; // it pages, or makes a request idempotent, whatever it is called
    }
    let phrase = description
        .split(['.', '。', '\n'])
        .next()
        .unwrap_or_default();
    let phrase = phrase.trim();
    if phrase.len() > 60 {
        return false;
    }
    if ["私钥", "密码", "口令", "令牌"]
        .iter()
        .any(|word| phrase.ends_with(word))
    {
        return phrase.chars().count() <= 6;
    }
    let phrase = phrase.to_ascii_lowercase();
    let words: Vec<&str> = phrase
        .split([' ', '-'])
        .filter(|word| *word != "the")
        .collect();
    match words.as_slice() {
        ["password" | "passphrase", "of" | "for", ..] => true,
        ["private", "key", "of" | "for" | "in" | "content", ..] => true,
        words if words.contains(&"of") => false,
        [.., "private", "key"] | [.., "password" | "secret" | "passphrase"] => words.len() <= 4,
        [.., before, "token"] => words.len() <= 3 && !PUBLIC.contains(before),
        ["token"] => true,
        _ => false,
    }
}

fn contains(text: &str, words: &str) -> bool {
    let mut windows = text.as_bytes().windows(words.len());
    windows.any(|window| window.eq_ignore_ascii_case(words.as_bytes()))
}

/// What stands before `token` where it is no secret.
const PUBLIC: &[&str] = &[
    "next",
    "client",
    "page",
    "paging",
    "pagination",
    "continuation",
    "continue",
    "scroll",
    "list",
    "last",
    "prev",
    "previous",
    "start",
    "begin",
    "end",
    "max",
    "idempotent",
    "idempotence",
    "idempotency",
    "query",
    "search",
    "stop",
];

fn is_token(field: &str) -> bool {
    match field.strip_suffix("token") {
        Some("") => true,
        Some(rest) => rest
            .strip_suffix('_')
            .and_then(|before| before.rsplit('_').next())
            .is_some_and(|word| !PUBLIC.contains(&word)),
        None => false,
    }
}

fn ends_in(field: &str, last: &str) -> bool {
    field
        .strip_suffix(last)
        .is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
