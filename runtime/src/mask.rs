//! Secrets in strings that people may read: found in whichever way a server writes them.

use crate::params::encode;

/// What stands in place of a secret.
pub(crate) const MASK: &str = "***";

/// Parameters that every request may have, whose values are masked wherever a string
/// quotes a URL, known or not.
const PARAMETERS: [&str; 3] = ["SecurityToken", "BearerToken", "Signature"];

/// A string without secrets. They are found as they are, percent-encoded once or twice, and
/// as a form, JSON and HTML write them.
pub(crate) fn masked(text: &str, secrets: &[&str], with: &str) -> String {
    let mut text = text.to_owned();
    for spelling in spellings_of(secrets) {
        if text.contains(&spelling) {
            text = text.replace(&spelling, with);
        }
    }
    PARAMETERS
        .iter()
        .fold(text, |text, name| without_values(text, name, with))
}

/// A short string that programs compare or people quote, such as an error code: secrets are masked
/// where they are a whole word of it. A password `Key` leaves `InvalidKey` alone.
pub(crate) fn masked_words(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for secret in spellings_of(secrets) {
        let mut from = 0;
        while let Some(at) = text[from..].find(&secret).map(|at| from + at) {
            let end = at + secret.len();
            let (before, after) = (&text[..at], &text[end..]);
            let goes_on = before.ends_with(is_word) && !ends_in_escape(before);
            let within = goes_on && secret.starts_with(is_word)
                || after.starts_with(is_word) && secret.ends_with(is_word);
            from = if within {
                end
            } else {
                text.replace_range(at..end, MASK);
                at + MASK.len()
            };
        }
    }
    PARAMETERS
        .iter()
        .fold(text, |text, name| without_values(text, name, MASK))
}

/// Whether a string ends in `%3D` or the like.
fn ends_in_escape(text: &str) -> bool {
    matches!(text.as_bytes(), [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// A document whose strings are [`masked`].
pub(crate) fn masked_json(json: &mut serde_json::Value, secrets: &[&str]) {
    match json {
        serde_json::Value::String(text) => *text = masked(text, secrets, MASK),
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(|item| masked_json(item, secrets));
        }
        serde_json::Value::Object(members) => {
            members
                .values_mut()
                .for_each(|member| masked_json(member, secrets));
        }
        _ => {}
    }
}

/// A string within a JSON document, without its quotes.
pub(crate) fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The ways in which any of these may be written; longer ones first, so that none is
/// left in part.
pub(crate) fn spellings_of(secrets: &[&str]) -> Vec<String> {
    let each = secrets.iter().flat_map(|secret| spellings(secret));
    let mut all: Vec<String> = each.collect();
    all.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    all
}

/// The ways in which a secret may be written.
fn spellings(secret: &str) -> Vec<String> {
    if secret.is_empty() {
        return Vec::new();
    }
    let once = encode(secret);
    let lower = lower_hex(&once);
    let mut all = vec![
        encode(&once),
        encode(&lower),
        once.replace("%20", "+"),
        json_escaped(secret),
        html_escaped(secret),
        secret.to_owned(),
        once,
        lower,
    ];
    all.sort_unstable();
    all.dedup();
    all
}

/// `%2b` for `%2B`: both are right.
fn lower_hex(encoded: &str) -> String {
    let mut digits = 0_u8;
    let lower = encoded.chars().map(|c| {
        if c == '%' {
            digits = 2;
            return c;
        }
        let is_digit = digits > 0;
        digits = digits.saturating_sub(1);
        if is_digit { c.to_ascii_lowercase() } else { c }
    });
    lower.collect()
}

fn html_escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A string without the values of a parameter: `Name=value`, also where the `=` is
/// encoded.
fn without_values(text: String, name: &str, with: &str) -> String {
    if !text.contains(name) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(name) {
        let (head, tail) = rest.split_at(at + name.len());
        out.push_str(head);
        let assigned = ["=", "%3D", "%253D", "%3d", "%253d"]
            .iter()
            .find(|assign| tail.starts_with(**assign));
        rest = match assigned {
            None => tail,
            Some(assign) => {
                out.push_str(assign);
                let value = &tail[assign.len()..];
                let value_ends = |c: char| {
                    !(c.is_ascii_alphanumeric()
                        || matches!(c, '%' | '+' | '/' | '-' | '_' | '.' | '~' | '*'))
                };
                let mut length = value.find(value_ends).unwrap_or(value.len());
                // an encoded `&` ends it where its `=` was encoded too
                if let Some(end) = value[..length].find("%26").filter(|_| *assign != "=") {
                    length = end;
                }
                if length > 0 {
                    out.push_str(with);
                }
                &value[length..]
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secret = "a+b/c= \"d\"&";
        let once = encode(secret);
        for spelling in [
            secret,
            &once,
            &encode(&once),
            &once.to_lowercase(),
            &encode(&once.to_lowercase()),
            &once.replace("%20", "+"),
            &json_escaped(secret),
            "a+b/c= &quot;d&quot;&amp;",
        ] {
            let text = format!("before {spelling}, after");
            assert_eq!(masked(&text, &[secret, ""], MASK), "before ***, after");
        }
        assert_eq!(masked("abc ab", &["ab", "abc"], MASK), "*** ***");
    }

    #[test]
    fn a_quoted_url_loses_what_signs_it_though_nobody_names_it() {
        for (text, clean) in [
            (
                "GET /?A=1&SecurityToken=x%2By%3D&B=2",
                "GET /?A=1&SecurityToken=***&B=2",
            ),
            (
                "<a href=\"/?Signature=a%2F/+b\">",
                "<a href=\"/?Signature=***\">",
            ),
            (
                "GET&%2F&Signature%3Dx%252B%26Z%3D1",
                "GET&%2F&Signature%3D***%26Z%3D1",
            ),
            ("the Signature is wrong", "the Signature is wrong"),
            ("SignatureNonce=1", "SignatureNonce=1"),
        ] {
            assert_eq!(masked(text, &[], MASK), clean);
        }
    }

    #[test]
    fn a_code_keeps_its_words() {
        let secrets = ["Password", "s3cret", ""];
        for (code, clean) in [
            ("InvalidPassword", "InvalidPassword"),
            ("InvalidParameter.s3cret", "InvalidParameter.***"),
            ("s3cret", "***"),
            ("s3cret2.s3cret", "s3cret2.***"),
            ("A%3Ds3cret%26", "A%3D***%26"),
        ] {
            assert_eq!(masked_words(code, &secrets), clean);
        }
    }
}
