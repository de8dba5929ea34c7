//! Percent-encoding of queries, forms and paths.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What signatures leave as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Decodes the pairs of a query or a form, in their order.
pub fn parse(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// Decodes a text; in a query or a form, `+` is a space too.
pub fn decode(text: &str, is_form: bool) -> String {
    let spaced = if is_form {
        text.replace('+', " ")
    } else {
        text.to_owned()
    };
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Encodes a text as signatures have it: all but letters, digits and `-_.~`.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Writes the canonical form of pairs: sorted by name, encoded.
pub fn canonical(pairs: &[(String, String)]) -> String {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort();
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        let text = "a+b/c=d~e*f 中文&%2";
        assert_eq!(
            encode(text),
            "a%2Bb%2Fc%3Dd~e%2Af%20%E4%B8%AD%E6%96%87%26%252"
        );
        assert_eq!(decode(&encode(text), true), text);
        assert_eq!(decode("a+b%2", true), "a b%2");
        assert_eq!(decode("a+b", false), "a+b");
    }
}
