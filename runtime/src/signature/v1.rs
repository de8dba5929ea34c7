//! The RPC signature, HMAC-SHA1 over all parameters: query and form together.

use super::request::ID_TOKEN;
use super::{Common, Identity};
use crate::params::{Pair, encoded_size, into_string, pair, push_encoded_twice, sorted};
use crate::time::format_iso8601;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

/// A signature and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// All parameters, sorted and encoded. Where there is no form body this is
    /// the query to send, with `&Signature=` after it.
    pub canonical: String,
    /// The string that the key was applied to.
    pub string_to_sign: String,
    /// The value of the parameter `Signature`: base64, not yet percent-encoded.
    pub signature: String,
}

/// Signs the parameters of a call: those of the query and of the form together,
/// the ones of [`common_params`] included, in any order, not encoded.
pub fn sign<T: AsRef<str>>(method: &str, params: &[(T, T)], access_key_secret: &str) -> Signed {
    // The canonical query, and the same encoded once more, in one pass.
    let size = encoded_size(params);
    let mut canonical = Vec::with_capacity(size);
    let mut string_to_sign = Vec::with_capacity(size * 3 / 2 + 16);
    string_to_sign.extend_from_slice(method.as_bytes());
    string_to_sign.extend_from_slice(b"&%2F&");
    for (index, (_, name, value)) in sorted(params).into_iter().enumerate() {
        if index > 0 {
            canonical.push(b'&');
            string_to_sign.extend_from_slice(b"%26");
        }
        push_encoded_twice(name.as_bytes(), &mut canonical, &mut string_to_sign);
        canonical.push(b'=');
        string_to_sign.extend_from_slice(b"%3D");
        push_encoded_twice(value.as_bytes(), &mut canonical, &mut string_to_sign);
    }
    let canonical = into_string(canonical);
    let string_to_sign = into_string(string_to_sign);

    let mut key = Zeroizing::new(Vec::with_capacity(access_key_secret.len() + 1));
    key.extend_from_slice(access_key_secret.as_bytes());
    key.push(b'&');
    let signature = hmac_sha1(&key, &string_to_sign);
    Signed {
        canonical,
        string_to_sign,
        signature,
    }
}

/// Returns the parameters that every call carries in its query. `Signature` is added
/// after signing.
pub fn common_params<'a>(common: &Common<'a>) -> Vec<Pair<'a>> {
    let mut params = Vec::with_capacity(10);
    params.extend([
        pair("Action", common.action),
        pair("Format", common.format.name()),
        pair("Version", common.version),
        ("Timestamp".into(), format_iso8601(common.time).into()),
        pair("SignatureNonce", common.nonce),
    ]);
    match common.identity {
        // This one is in a header.
        Identity::Anonymous | Identity::IdToken(_) => {}
        Identity::Bearer(token) => params.extend([
            pair("BearerToken", token),
            pair("SignatureType", "BEARERTOKEN"),
        ]),
        Identity::Key { id, security_token } => {
            params.extend([
                pair("SignatureMethod", "HMAC-SHA1"),
                pair("SignatureVersion", "1.0"),
                pair("AccessKeyId", id),
            ]);
            params.extend(security_token.map(|token| pair("SecurityToken", token)));
        }
    }
    params
}

/// Returns the headers that every call carries. None of them is signed.
pub fn headers<'a>(common: &Common<'a>) -> Vec<Pair<'a>> {
    let mut headers = vec![
        pair("host", common.host),
        pair("x-acs-version", common.version),
        pair("x-acs-action", common.action),
        pair("user-agent", common.user_agent),
    ];
    if let Identity::IdToken(token) = common.identity {
        headers.push(pair(ID_TOKEN, token));
    }
    headers
}

pub(super) fn hmac_sha1(key: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    BASE64.encode(&mac.finalize().into_bytes())
}
