//! Which parameters of a call by name hold secrets. Its documentation is not known here, so
//! names decide, as they do for the generator where documentation is silent.

use serde_json::Value as Json;

use super::request::UnsignedRequest;
use crate::value::collect_json;

/// What the names of secrets end in, in lower case and without separators.
const LAST: &[&str] = &[
    "accesscode",
    "accesskey",
    "apikey",
    "authkey",
    "authorization",
    "credential",
    "credentials",
    "kubeconfig",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "plaintext",
    "presharedkey",
    "privatekey",
    "psk",
    "pwd",
    "secret",
    "secretdata",
    "secretkey",
    "secrets",
    "secretstring",
    "secretvalue",
    "sessionkey",
    "sharedkey",
];

/// What stands before `token` where it pages, or makes a request idempotent.
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
    "previous",
    "idempotent",
    "idempotency",
];

/// The values of a request's secret parameters, as they are written on the wire: of those
/// whose name says so, and of those that are named in `also`. `headers` are sent too.
pub(crate) fn secrets_by_name(
    request: &UnsignedRequest<'_>,
    headers: &[(String, String)],
    also: &[String],
) -> Vec<String> {
    let mut search = Search {
        also,
        found: Vec::new(),
    };
    for (name, value) in request.query.iter().chain(&request.form) {
        search.text(name, value);
    }
    for (name, value) in headers {
        search.text(name, value);
    }
    if let Ok(json) = serde_json::from_slice(&request.body) {
        search.json(&json);
    }
    search.found.retain(|secret| !secret.is_empty());
    // Longer ones first, so that none is left in part.
    let length = |secret: &String| std::cmp::Reverse(secret.len());
    search.found.sort_by_key(length);
    search.found
}

struct Search<'a> {
    also: &'a [String],
    found: Vec<String>,
}

impl Search<'_> {
    fn text(&mut self, name: &str, value: &str) {
        // A style of parameters writes whole documents.
        let json = value.trim_start().starts_with(['{', '[']);
        let json = json.then(|| serde_json::from_str::<Json>(value).ok());
        match (self.is_secret(name), json.flatten()) {
            (true, json) => {
                self.found.push(value.to_owned());
                json.iter()
                    .for_each(|json| collect_json(json, &mut self.found));
            }
            (false, Some(json)) => self.json(&json),
            (false, None) => {}
        }
    }

    fn json(&mut self, json: &Json) {
        match json {
            Json::Object(members) => {
                for (name, member) in members {
                    match self.is_secret(name) {
                        true => collect_json(member, &mut self.found),
                        false => self.json(member),
                    }
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.json(item)),
            _ => {}
        }
    }

    /// Of `Certificates.1.PrivateKey`, each part is looked at.
    fn is_secret(&self, name: &str) -> bool {
        self.also.iter().any(|also| also == name) || name.split('.').any(says_secret)
    }
}

/// Whether what has this name is a secret, as far as the name says.
pub(crate) fn says_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    let is_token = |before: &str| !PUBLIC.iter().any(|public| before.ends_with(public));
    name.strip_suffix("token").is_some_and(is_token) || LAST.iter().any(|last| name.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_that_have_to_do_with_them() {
        for name in [
            "Password",
            "MasterUserPassword",
            "account_password",
            "PrivateKey",
            "AccessKeySecret",
            "SecurityToken",
            "x-acs-security-token",
            "token",
        ] {
            assert!(says_secret(name), "{name}");
        }
        for name in [
            "ClientToken",
            "NextToken",
            "PageToken",
            "PasswordPolicy",
            "SecretName",
            "KeyId",
            "Name",
            "",
        ] {
            assert!(!says_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_found_in_lists_and_documents() {
        let mut request = UnsignedRequest::new("POST");
        let pair = |name: &'static str, value: &'static str| (name.into(), value.into());
        request.query = vec![
            pair("Users.1.Password", "first"),
            pair("Config", r#"[{"Name":"n","Secrets":["second"]}]"#),
            pair("Name", "n"),
            pair("Notes", "third"),
            pair("Empty.Password", ""),
        ];
        request.body = r#"{"a":{"apiKey":"fourth","b":1}}"#.into();
        let headers = [("x-token".to_owned(), "fifth".to_owned())];
        let mut found = secrets_by_name(&request, &headers, &["Notes".to_owned()]);
        found.sort();
        assert_eq!(found, ["fifth", "first", "fourth", "second", "third"]);
    }
}
