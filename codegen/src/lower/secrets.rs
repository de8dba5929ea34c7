//! Which fields hold secrets: by their names, since the metadata does not say.
//!
//! Too much redaction costs a look into `explain`, too little leaks a password
//! into a log, so a text that is called a token is one unless it pages or makes
//! requests idempotent.

/// Whether a field of this Rust name holds a secret. Only asked of fields that can
/// hold one: texts, lists of texts, bytes and untyped values.
pub(super) fn is_secret(field: &str) -> bool {
    let field = field.trim_end_matches('_');
    const WHOLE: &[&str] = &[
        "plaintext",
        "kubeconfig",
        "kube_config",
        "credential",
        "credentials",
        "secret_data",
        "authorization",
        "encrypted_private_key",
    ];
    const LAST: &[&str] = &[
        "password",
        "passwords",
        "passwd",
        "pwd",
        "passphrase",
        "pass_phrase",
        "pass_word",
        "secret",
        "secrets",
        "secret_key",
        "private_key",
        "access_key_secret",
        "secret_access_key",
        "secret_value",
        "api_key",
        "apikey",
        "ssh_key_private",
    ];
    WHOLE.contains(&field) || LAST.iter().any(|last| ends_in(field, last)) || is_token(field)
}

fn is_token(field: &str) -> bool {
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
mod tests {
    use super::is_secret;

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
            "secret",
            "device_secret",
            "client_secret",
            "kubeconfig",
            "plaintext",
            "pwd",
        ] {
            assert!(is_secret(name), "{name}");
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
            assert!(!is_secret(name), "{name}");
        }
    }
}
