//! ACS3-HMAC-SHA256: a signature over method, path, query, body and headers that
//! travels in the header `authorization`.

use super::request::ID_TOKEN;
use super::{Common, Identity, ToSign};
use crate::params::{Pair, encoded_size, into_string, pair, push_canonical_query};
use crate::schema::ApiStyle;
use crate::time::format_iso8601;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, ops::Range};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// Of a SHA-256 in hex.
const HASH_LENGTH: usize = 64;
/// The hash of a body that is not there.
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A signature and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// Method, path, query, headers, their names, and the body's hash.
    pub canonical_request: String,
    /// The string that the key was applied to.
    pub string_to_sign: String,
    /// Lower-case hex.
    pub signature: String,
    /// The value of the header `authorization`.
    pub authorization: String,
    query: Range<usize>,
}

impl Signed {
    /// Returns the query as it was signed, encoded: sending just this leaves
    /// nothing for the gateway to normalise differently.
    pub fn query(&self) -> &str {
        &self.canonical_request[self.query.clone()]
    }
}

/// Hashes a body: lower-case hex of its SHA-256. It is signed, and sent as
/// the header `x-acs-content-sha256`.
pub fn payload_hash(body: &[u8]) -> Cow<'static, str> {
    if body.is_empty() {
        return Cow::Borrowed(EMPTY_HASH);
    }
    Cow::Owned(HEXLOWER.encode(&Sha256::digest(body)))
}

/// Signs a request whose body has that [`payload_hash`]. Of the headers the
/// documented ones are signed (`host`, `content-type`, `x-acs-*`): a proxy may
/// rewrite any other without breaking the signature.
pub fn sign<T: AsRef<str>>(
    request: &ToSign<'_, T>,
    payload_hash: &str,
    access_key_id: &str,
    access_key_secret: &str,
) -> Signed {
    let headers = headers_to_sign(request.headers);
    let names: usize = headers.iter().map(|(name, _)| name.len() + 1).sum();
    let values: usize = headers.iter().map(|(_, value)| value.len() + 1).sum();
    let mut out = Vec::with_capacity(
        request.path.len() + encoded_size(request.query) + 2 * names + values + 96,
    );
    let path = if request.path.is_empty() {
        "/"
    } else {
        request.path
    };
    push_all(&[request.method, "\n", path, "\n"], &mut out);
    let start = out.len();
    push_canonical_query(request.query, &mut out);
    let query = start..out.len();
    out.push(b'\n');
    push_headers(&headers, &mut out);
    out.push(b'\n');
    let start = out.len();
    push_names(&headers, &mut out);
    let names = start..out.len();
    push_all(&["\n", payload_hash], &mut out);
    let canonical_request = into_string(out);

    let mut string_to_sign = String::with_capacity(ALGORITHM.len() + 1 + HASH_LENGTH);
    string_to_sign.push_str(ALGORITHM);
    string_to_sign.push('\n');
    HEXLOWER.encode_append(&Sha256::digest(&canonical_request), &mut string_to_sign);

    let mut mac = Hmac::<Sha256>::new_from_slice(access_key_secret.as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(string_to_sign.as_bytes());
    let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
    let authorization = [
        ALGORITHM,
        " Credential=",
        access_key_id,
        ",SignedHeaders=",
        &canonical_request[names],
        ",Signature=",
        &signature,
    ]
    .concat();
    Signed {
        canonical_request,
        string_to_sign,
        signature,
        authorization,
        query,
    }
}

/// The signed headers: names in lower case, sorted by name, then by value.
fn headers_to_sign<T: AsRef<str>>(headers: &[(T, T)]) -> Vec<(Cow<'_, str>, &str)> {
    let mut signed = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        let name = name.as_ref();
        let name = if name.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        };
        if name.starts_with("x-acs-") || name == "host" || name == "content-type" {
            signed.push((name, value.as_ref().trim_ascii()));
        }
    }
    signed.sort_unstable();
    signed
}

/// A line each name; several values of a name are joined with commas.
fn push_headers(headers: &[(Cow<'_, str>, &str)], out: &mut Vec<u8>) {
    for same in headers.chunk_by(|a, b| a.0 == b.0) {
        push_all(&[&same[0].0, ":", same[0].1], out);
        for (_, value) in &same[1..] {
            push_all(&[",", value], out);
        }
        out.push(b'\n');
    }
}

fn push_names(headers: &[(Cow<'_, str>, &str)], out: &mut Vec<u8>) {
    for (index, same) in headers.chunk_by(|a, b| a.0 == b.0).enumerate() {
        push_all(&[if index > 0 { ";" } else { "" }, &same[0].0], out);
    }
}

fn push_all(texts: &[&str], out: &mut Vec<u8>) {
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Returns the parameters that every call carries in its query: none where it is
/// signed.
pub fn common_params<'a>(common: &Common<'a>) -> Vec<Pair<'a>> {
    match (common.style, common.identity) {
        (ApiStyle::Rpc, Identity::Bearer(_)) => vec![pair("SignatureType", "BEARERTOKEN")],
        (ApiStyle::Rpc, Identity::Anonymous) => vec![pair("Format", common.format.name())],
        _ => Vec::new(),
    }
}

/// Returns the headers that every call carries, without `content-type` and without
/// `authorization`.
pub fn headers<'a>(common: &Common<'a>, payload_hash: &'a str) -> Vec<Pair<'a>> {
    let mut headers = Vec::with_capacity(13);
    headers.extend([
        pair("host", common.host),
        pair("x-acs-version", common.version),
        pair("x-acs-action", common.action),
        pair("user-agent", common.user_agent),
        ("x-acs-date".into(), format_iso8601(common.time).into()),
        pair("x-acs-signature-nonce", common.nonce),
        pair("accept", common.format.accept()),
        pair("x-acs-content-sha256", payload_hash),
    ]);
    match common.identity {
        Identity::Anonymous => {}
        Identity::IdToken(token) => headers.push(pair(ID_TOKEN, token)),
        Identity::Bearer(token) => {
            headers.push(pair("x-acs-bearer-token", token));
            if common.style == ApiStyle::Roa {
                headers.push(pair("x-acs-signature-type", "BEARERTOKEN"));
            }
        }
        Identity::Key { id, security_token } => {
            if let Some(token) = security_token {
                headers.extend([
                    pair("x-acs-accesskey-id", id),
                    pair("x-acs-security-token", token),
                ]);
            }
        }
    }
    headers
}
