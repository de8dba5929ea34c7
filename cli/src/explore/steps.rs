//! [`Signed::steps`]: how a signature comes about, in words.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::call::{Signed, V3};

/// A step on the way from a request to its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The title.
    pub title: &'static str,
    /// The way in which it is made of the steps before it.
    pub how: &'static str,
    /// The result.
    pub text: String,
}

impl Signed {
    /// The signature, step by step; the last one is the request as it is sent. That alone where
    /// nothing is signed.
    pub fn steps(&self) -> Vec<Step> {
        let step = |title, how, text: &str| Step {
            title,
            how,
            text: text.to_owned(),
        };
        let mut steps = Vec::new();
        if self.string_to_sign.starts_with(V3) {
            let payload = self.header("x-acs-content-sha256").unwrap_or_default();
            let hash = HEXLOWER.encode(&Sha256::digest(&self.canonical_request));
            steps.extend([
                step(
                    "Hash of the body",
                    "SHA-256 of the body's bytes, in hex. It is also the header x-acs-content-sha256.",
                    payload,
                ),
                step(
                    "Canonical request",
                    "Method, path, sorted query, signed headers, their names, and the hash of the body, a line each.",
                    &self.canonical_request,
                ),
                step(
                    "Hash of the canonical request",
                    "SHA-256 of the canonical request, in hex.",
                    &hash,
                ),
                step(
                    "String to sign",
                    "The name of the algorithm, and the hash of the canonical request.",
                    &self.string_to_sign,
                ),
                step(
                    "Signature",
                    "HMAC-SHA256 of the string to sign, in hex. The key is the access key's secret.",
                    &self.signature,
                ),
            ]);
        } else if !self.string_to_sign.is_empty() {
            let is_query = self.url.contains("Signature=");
            if is_query {
                steps.push(step(
                    "Canonical query",
                    "All parameters, percent-encoded, sorted by name.",
                    &self.canonical_request,
                ));
            }
            steps.push(step(
                "String to sign",
                match is_query {
                    true => "Method, path and canonical query, each percent-encoded, joined with &.",
                    false => "Method, accept, content-md5, content-type and date, the x-acs- headers, and path with query.",
                },
                &self.string_to_sign,
            ));
            steps.push(step(
                "Signature",
                match is_query {
                    true => "HMAC-SHA1 of the string to sign, in base64. The key is the access key's secret and &.",
                    false => "HMAC-SHA1 of the string to sign, in base64. The key is the access key's secret.",
                },
                &self.signature,
            ));
        }
        steps.push(step(
            "Signed request",
            match self.string_to_sign.is_empty() {
                true => "Nothing is signed: the operation takes calls without a key.",
                false => "As it is sent.",
            },
            &self.http(),
        ));
        steps
    }

    /// The request as it is on the wire, near enough to read: its line, headers and body.
    pub fn http(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if !self.body.is_empty() {
            text.push_str(&format!("\n{}\n", self.body));
        }
        text
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }
}
