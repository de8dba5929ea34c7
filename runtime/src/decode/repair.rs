//! JSON that a parser refuses as a whole for one value: an escape of half a character,
//! a number that no `f64` holds. The rest of the reply is still worth having.

/// The text with `\ufffd` for each lone surrogate and `null` for each number out of
/// range; none if there are no such values.
pub(super) fn repair(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut repaired = String::new();
    let (mut at, mut copied, mut in_text) = (0, 0, false);
    let mut replace = |from: usize, to: usize, with: &str| {
        repaired.push_str(&text[copied..from]);
        repaired.push_str(with);
        copied = to;
    };
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'"' => {
                in_text = !in_text;
                at += 1;
            }
            b'\\' if in_text => match (surrogate(bytes, at), surrogate(bytes, at + 6)) {
                (Some(Half::High), Some(Half::Low)) => at += 12,
                (Some(_), _) => {
                    at += 6;
                    replace(start, at, "\\ufffd");
                }
                (None, _) => at += 2,
            },
            b'-' | b'0'..=b'9' if !in_text => {
                at += bytes[at..].iter().take_while(|b| is_of_number(**b)).count();
                if text[start..at].parse().is_ok_and(f64::is_infinite) {
                    replace(start, at, "null");
                }
            }
            _ => at += 1,
        }
    }
    (copied > 0).then(|| {
        repaired.push_str(&text[copied..]);
        repaired
    })
}

enum Half {
    High,
    Low,
}

/// Which half of a character an escape is.
fn surrogate(bytes: &[u8], at: usize) -> Option<Half> {
    let digits = bytes.get(at..at.checked_add(6)?)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::High),
        0xdc00..=0xdfff => Some(Half::Low),
        _ => None,
    }
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_kept() {
        for (text, repaired) in [
            (r#"["\ud83d\ude00"]"#, None),
            (r#"["\ud83d"]"#, Some(r#"["\ufffd"]"#)),
            (
                r#"["\ude00\ud83d\ude00x"]"#,
                Some(r#"["\ufffd\ud83d\ude00x"]"#),
            ),
            (
                r#"["\uD83D\uD83D\uDE00"]"#,
                Some(r#"["\ufffd\uD83D\uDE00"]"#),
            ),
            (r#"["é\\ud83d", "\é\"1e999"]"#, None),
            (r#"{"\udc00é": "\ud8"#, Some(r#"{"\ufffdé": "\ud8"#)),
        ] {
            assert_eq!(repair(text).as_deref(), repaired, "{text}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_null() {
        let digits = "9".repeat(400);
        assert_eq!(
            repair(&format!("[{digits},1]")).as_deref(),
            Some("[null,1]")
        );
        for (text, repaired) in [
            ("[1e308, -1.5, 1e-400]", None),
            (
                r#"{"1e400": -1e400, "a": 1E+999}"#,
                Some(r#"{"1e400": null, "a": null}"#),
            ),
            ("1e", None),
            ("", None),
        ] {
            assert_eq!(repair(text).as_deref(), repaired, "{text}");
        }
    }
}
