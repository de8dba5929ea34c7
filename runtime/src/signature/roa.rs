//! The old signature of ROA calls (`acs`): HMAC-SHA1 over a few headers, the
//! path and the query. The body is not covered.

use super::request::ID_TOKEN;
use super::{Common, Identity, ToSign, v1::hmac_sha1};
use crate::params::{Pair, pair, sorted};
use crate::time::format_http_date;

/// A signature and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// The string that the key was applied to.
    pub string_to_sign: String,
    /// Base64.
    pub signature: String,
    /// The value of the header `authorization`.
    pub authorization: String,
}

/// Signs a request. Unlike the RPC signature the key is the bare secret.
pub fn sign<T: AsRef<str>>(
    request: &ToSign<'_, T>,
    access_key_id: &str,
    access_key_secret: &str,
) -> Signed {
    let string_to_sign = string_to_sign(request);
    let signature = hmac_sha1(access_key_secret.as_bytes(), &string_to_sign);
    Signed {
        authorization: format!("acs {access_key_id}:{signature}"),
        string_to_sign,
        signature,
    }
}

fn string_to_sign<T: AsRef<str>>(request: &ToSign<'_, T>) -> String {
    let headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        // As the server sees them, which is without the white space around a value.
        .map(|(name, value)| (name.as_ref(), value.as_ref().trim_ascii()))
        .collect();
    let mut out = String::with_capacity(512);
    out.push_str(request.method);
    out.push('\n');
    // A header that is absent still has its line.
    for name in ["accept", "content-md5", "content-type", "date"] {
        let header = headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        out.push_str(header.map_or("", |(_, value)| value));
        out.push('\n');
    }

    let mut signed: Vec<(String, &str)> = headers
        .iter()
        .map(|&(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| name.starts_with("x-acs-"))
        .collect();
    signed.sort_unstable();
    for (name, value) in &signed {
        out.push_str(name);
        out.push(':');
        out.push_str(value);
        out.push('\n');
    }

    // The canonical resource: values are not encoded, an empty one has no `=`.
    out.push_str(request.path);
    for (index, (_, name, value)) in sorted(request.query).into_iter().enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        out.push_str(name);
        if !value.is_empty() {
            out.push('=');
            out.push_str(value);
        }
    }
    out
}

/// Returns the headers that every call carries, without `content-type` and without
/// `authorization`.
pub fn headers<'a>(common: &Common<'a>) -> Vec<Pair<'a>> {
    let mut headers = Vec::with_capacity(13);
    headers.extend([
        ("date".into(), format_http_date(common.time).into()),
        pair("host", common.host),
        pair("accept", common.format.accept()),
        pair("x-acs-signature-nonce", common.nonce),
        pair("x-acs-version", common.version),
        pair("x-acs-action", common.action),
        pair("user-agent", common.user_agent),
    ]);
    match common.identity {
        Identity::Anonymous => {}
        Identity::IdToken(token) => headers.push(pair(ID_TOKEN, token)),
        Identity::Bearer(token) => headers.extend([
            pair("x-acs-bearer-token", token),
            pair("x-acs-signature-type", "BEARERTOKEN"),
        ]),
        Identity::Key { id, security_token } => {
            headers.extend([
                pair("x-acs-signature-method", "HMAC-SHA1"),
                pair("x-acs-signature-version", "1.0"),
            ]);
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
