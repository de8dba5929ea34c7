//! Signatures, verified by the documentation alone: nothing of the runtime is
//! used here.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::double::Seen;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

pub(crate) struct Wrong {
    pub(crate) reason: String,
    pub(crate) string_to_sign: String,
}

pub(crate) fn pairs(encoded: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced)
            .decode_utf8()
            .expect("UTF-8")
            .into_owned()
    };
    let pairs = encoded.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("name=value");
            (decode(name), decode(value))
        })
        .collect()
}

pub(crate) fn signature(seen: &Seen, id: &str, secret: &str) -> Result<(), Wrong> {
    match seen.header("authorization") {
        Some(authorization) if authorization.starts_with("ACS3-HMAC-SHA256 ") => {
            v3(seen, authorization, id, secret)
        }
        Some(authorization) if authorization.starts_with("acs ") => {
            roa(seen, authorization, id, secret)
        }
        Some(other) => Err(wrong(format!("unknown scheme {other}"), "")),
        None => v1(seen, id, secret),
    }
}

fn wrong(reason: impl Into<String>, string_to_sign: &str) -> Wrong {
    Wrong {
        reason: reason.into(),
        string_to_sign: string_to_sign.to_owned(),
    }
}

fn canonical(mut params: Vec<(String, String)>) -> String {
    params.sort();
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let pairs: Vec<String> = params
        .iter()
        .map(|(n, v)| format!("{}={}", encode(n), encode(v)))
        .collect();
    pairs.join("&")
}

fn v3(seen: &Seen, authorization: &str, id: &str, secret: &str) -> Result<(), Wrong> {
    let part = |name: &str| {
        let (_, parts) = authorization.split_once(' ')?;
        parts
            .split(',')
            .find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
    };
    let names: Vec<&str> = part("SignedHeaders")
        .unwrap_or_default()
        .split(';')
        .collect();
    for required in [
        "host",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
    ] {
        if !names.contains(&required) {
            return Err(wrong(format!("{required} is not signed"), ""));
        }
    }
    for name in seen.headers.keys().map(http::HeaderName::as_str) {
        if (name.starts_with("x-acs-") || name == "content-type") && !names.contains(&name) {
            return Err(wrong(format!("{name} is not signed"), ""));
        }
    }
    let hash = hex(&Sha256::digest(&seen.body));
    if seen.header("x-acs-content-sha256") != Some(hash.as_str()) {
        return Err(wrong("the body's hash is another", ""));
    }
    let mut text = format!(
        "{}\n{}\n{}\n",
        seen.method,
        seen.path,
        canonical(seen.query.clone())
    );
    for name in &names {
        text += &format!("{name}:{}\n", seen.header(name).unwrap_or_default().trim());
    }
    text += &format!("\n{}\n{hash}", names.join(";"));
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(text)));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(to_sign.as_bytes());
    let expected = hex(&mac.finalize().into_bytes());
    if part("Credential") != Some(id) {
        return Err(wrong("the access key is another", &to_sign));
    }
    if part("Signature") != Some(expected.as_str()) {
        return Err(wrong("the signature is another", &to_sign));
    }
    Ok(())
}

fn v1(seen: &Seen, id: &str, secret: &str) -> Result<(), Wrong> {
    let mut all: Vec<(String, String)> = seen.query.iter().chain(&seen.form).cloned().collect();
    let signature = all.iter().position(|(name, _)| name == "Signature");
    let Some(signature) = signature.map(|at| all.remove(at).1) else {
        return Err(wrong("there is no signature", ""));
    };
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let to_sign = format!("{}&%2F&{}", seen.method, encode(&canonical(all.clone())));
    for (name, value) in [
        ("AccessKeyId", id),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
    ] {
        if !all.iter().any(|(n, v)| n == name && v == value) {
            return Err(wrong(format!("{name} is not {value}"), &to_sign));
        }
    }
    if signature != hmac_sha1(&format!("{secret}&"), &to_sign) {
        return Err(wrong("the signature is another", &to_sign));
    }
    Ok(())
}

fn roa(seen: &Seen, authorization: &str, id: &str, secret: &str) -> Result<(), Wrong> {
    let header = |name: &str| seen.header(name).unwrap_or_default();
    let mut to_sign = format!(
        "{}\n{}\n{}\n{}\n{}\n",
        seen.method,
        header("accept"),
        header("content-md5"),
        header("content-type"),
        header("date")
    );
    let mut names: Vec<&str> = seen.headers.keys().map(http::HeaderName::as_str).collect();
    names.retain(|name| name.starts_with("x-acs-"));
    names.sort_unstable();
    for name in names {
        to_sign += &format!("{name}:{}\n", header(name));
    }
    to_sign += &seen.path;
    let mut query = seen.query.clone();
    query.sort();
    let query: Vec<String> = query
        .into_iter()
        .map(|(name, value)| {
            if value.is_empty() {
                name
            } else {
                format!("{name}={value}")
            }
        })
        .collect();
    if !query.is_empty() {
        to_sign += &format!("?{}", query.join("&"));
    }
    if authorization != format!("acs {id}:{}", hmac_sha1(secret, &to_sign)) {
        return Err(wrong("the signature is another", &to_sign));
    }
    Ok(())
}

fn hmac_sha1(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    data_encoding::BASE64.encode(&mac.finalize().into_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
