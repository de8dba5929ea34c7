//! ACS3-HMAC-SHA256: a signature over method, path, query, body and headers that
//! travels in the header `authorization`.

use super::{Common, Identity, ToSign, canonical_query_into, encoded_size, pair};
use crate::operation::ApiStyle;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, ops::Range};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// The hash of a body that is not there.
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A signature and how it came about.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Method, path, query, headers, their names, and the body's hash.
    pub canonical_request: String,
    /// What the key was applied to.
    pub string_to_sign: String,
    /// Lower-case hex.
    pub signature: String,
    /// The value of the header `authorization`.
    pub authorization: String,
    query: Range<usize>,
}

impl Signed {
    /// The query as it was signed, encoded: sending just this leaves nothing for
    /// the gateway to normalise differently.
    pub fn query(&self) -> &str {
        &self.canonical_request[self.query.clone()]
    }
}

/// The hash of a body: lower-case hex of its SHA-256. It is signed, and sent as
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
pub fn sign(
    request: &ToSign<'_>,
    payload_hash: &str,
    access_key_id: &str,
    access_key_secret: &str,
) -> Signed {
    let headers = headers_to_sign(request.headers);
    let mut out = String::with_capacity(
        request.path.len()
            + encoded_size(request.query)
            + headers
                .iter()
                .map(|(n, v)| 2 * n.len() + v.len() + 3)
                .sum::<usize>()
            + 96,
    );
    out.push_str(request.method);
    out.push('\n');
    out.push_str(if request.path.is_empty() {
        "/"
    } else {
        request.path
    });
    out.push('\n');
    let start = out.len();
    canonical_query_into(request.query, &mut out);
    let query = start..out.len();
    out.push('\n');
    push_headers(&headers, &mut out);
    out.push('\n');
    let start = out.len();
    push_names(&headers, &mut out);
    let names = start..out.len();
    out.push('\n');
    out.push_str(payload_hash);

    let string_to_sign = [ALGORITHM, "\n", &HEXLOWER.encode(&Sha256::digest(&out))].concat();
    let mut mac = Hmac::<Sha256>::new_from_slice(access_key_secret.as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(string_to_sign.as_bytes());
    let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
    let authorization = [
        ALGORITHM,
        " Credential=",
        access_key_id,
        ",SignedHeaders=",
        &out[names],
        ",Signature=",
        &signature,
    ]
    .concat();
    Signed {
        canonical_request: out,
        string_to_sign,
        signature,
        authorization,
        query,
    }
}

/// The signed headers: names in lower case, sorted by name, then by value.
fn headers_to_sign(headers: &[(String, String)]) -> Vec<(Cow<'_, str>, &str)> {
    let mut signed: Vec<(Cow<'_, str>, &str)> = headers
        .iter()
        .map(|(name, value)| {
            let name = if name.bytes().any(|b| b.is_ascii_uppercase()) {
                Cow::Owned(name.to_ascii_lowercase())
            } else {
                Cow::Borrowed(name.as_str())
            };
            (name, value.trim())
        })
        .filter(|(name, _)| name.starts_with("x-acs-") || name == "host" || name == "content-type")
        .collect();
    signed.sort_unstable();
    signed
}

/// A line each name; several values of a name are joined with commas.
fn push_headers(headers: &[(Cow<'_, str>, &str)], out: &mut String) {
    for same in headers.chunk_by(|a, b| a.0 == b.0) {
        out.push_str(&same[0].0);
        out.push(':');
        for (index, (_, value)) in same.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(value);
        }
        out.push('\n');
    }
}

fn push_names(headers: &[(Cow<'_, str>, &str)], out: &mut String) {
    for (index, same) in headers.chunk_by(|a, b| a.0 == b.0).enumerate() {
        if index > 0 {
            out.push(';');
        }
        out.push_str(&same[0].0);
    }
}

/// The parameters that every call carries in its query: none where it is signed.
pub fn common_params(common: &Common<'_>) -> Vec<(String, String)> {
    match (common.style, common.identity) {
        (ApiStyle::Rpc, Identity::Bearer(_)) => vec![pair("SignatureType", "BEARERTOKEN")],
        (ApiStyle::Rpc, Identity::Anonymous) => vec![pair("Format", common.format)],
        _ => Vec::new(),
    }
}

/// The headers that every call carries, without `content-type` and without
/// `authorization`.
pub fn headers(common: &Common<'_>, payload_hash: &str) -> Vec<(String, String)> {
    let mut headers = Vec::with_capacity(13);
    headers.extend([
        pair("host", common.host),
        pair("x-acs-version", common.version),
        pair("x-acs-action", common.action),
        pair("user-agent", common.user_agent),
        ("x-acs-date".to_owned(), super::timestamp(common.time)),
        pair("x-acs-signature-nonce", common.nonce),
        (
            "accept".to_owned(),
            ["application/", common.format].concat(),
        ),
        pair("x-acs-content-sha256", payload_hash),
    ]);
    match common.identity {
        Identity::Anonymous => {}
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
