//! JSON as people read it. Every token stays as it is written: a number that is too large
//! for any type, a name that stands there twice.

use crate::steps;

/// Columns in which an object or a list stands on one line.
const WIDTH: usize = 80;

/// What is nested deeper stands on one line, however long: or indenting it would multiply
/// the text.
const DEPTH: usize = 12;

const SPACES: &str = "                        ";

/// The document with a member or an item on each line, but for what is short.
pub(super) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut is_empty) = (0, false);
    let json = json.trim();
    let mut rest = json;
    while let Some((token, tail)) = token(rest) {
        let closes = matches!(token, "}" | "]");
        if closes {
            depth -= usize::from(depth > 0);
        }
        // The first one of an object or a list, or what ends it.
        if std::mem::take(&mut is_empty) != closes {
            line(&mut out, depth);
        }
        rest = tail;
        match token {
            "{" | "[" => {
                let place = &json[json.len() - tail.len() - 1..];
                let is_short = depth > 0 && fits(place, WIDTH - 2 * depth);
                if is_short || depth == DEPTH {
                    rest = on_one_line(place, &mut out);
                } else {
                    out.push_str(token);
                    depth += 1;
                    is_empty = true;
                }
            }
            "," => {
                out.push(',');
                line(&mut out, depth);
            }
            ":" => out.push_str(": "),
            _ => out.push_str(token),
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&SPACES[..2 * depth]);
}

/// Whether the object or the list at the front has at most so many characters on one line.
fn fits(json: &str, columns: usize) -> bool {
    let (mut depth, mut width, mut rest) = (0, 0, json);
    while let Some((token, tail)) = token(rest) {
        width += token.len();
        match token {
            "{" | "[" => depth += 1,
            "}" | "]" => depth -= 1,
            "," | ":" => width += 1,
            _ => {}
        }
        if depth == 0 || width > columns {
            break;
        }
        rest = tail;
    }
    width <= columns
}

/// Writes the object or the list at the front, and gives what is behind it.
fn on_one_line<'j>(json: &'j str, out: &mut String) -> &'j str {
    let (mut depth, mut rest) = (0, json);
    while let Some((token, tail)) = token(rest) {
        rest = tail;
        out.push_str(token);
        match token {
            "{" | "[" => depth += 1,
            "}" | "]" => depth -= 1,
            "," | ":" => out.push(' '),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    rest
}

/// The first token, and what is behind it.
fn token(json: &str) -> Option<(&str, &str)> {
    let json = json.trim_start();
    let bytes = json.as_bytes();
    let len = match bytes.first()? {
        b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
        b'"' => {
            let mut at = 1;
            while let Some(byte) = bytes.get(at) {
                match byte {
                    b'"' => break,
                    b'\\' => at += 2,
                    _ => at += 1,
                }
            }
            // One that does not end is no JSON.
            (at + 1).min(bytes.len())
        }
        _ => {
            let ends = |b: &u8| b.is_ascii_whitespace() || b"{}[],:\"".contains(b);
            bytes.iter().position(ends).unwrap_or(bytes.len())
        }
    };
    steps::add(len);
    json.split_at_checked(len)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::pretty;

    #[test]
    fn each_member_is_on_a_line_but_what_is_short() {
        assert_eq!(
            pretty(
                r#"{"A":1e999,"A" : "x\"{", "B":{"C":[1,{}],"D":null},"E":["a long text of forty columns or a few", "and another one, so that both do not fit"],"F":[],"G":[{"H":"a long text of forty columns or a few","I":"and another one, so that both do not fit"}]}"#
            ),
            r#"{
  "A": 1e999,
  "A": "x\"{",
  "B": {"C": [1, {}], "D": null},
  "E": [
    "a long text of forty columns or a few",
    "and another one, so that both do not fit"
  ],
  "F": [],
  "G": [
    {
      "H": "a long text of forty columns or a few",
      "I": "and another one, so that both do not fit"
    }
  ]
}"#
        );
        assert_eq!(pretty("{ }"), "{}");
        assert_eq!(pretty("[]"), "[]");
        assert_eq!(pretty("12"), "12");
    }

    #[test]
    fn what_is_nested_deep_is_not_indented() {
        let wide = format!("\"{}\"", "x".repeat(99));
        let nested = format!("{}{wide}{}", "[".repeat(100), "]".repeat(100));
        let lines: Vec<_> = pretty(&nested).lines().map(str::len).collect();
        assert_eq!(lines.len(), 25);
        assert_eq!(lines.iter().max(), Some(&(24 + 88 + 101 + 88)));
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let scalar = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,40}".prop_map(serde_json::Value::from),
        ];
        scalar.prop_recursive(20, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((".{0,9}", inner), 0..6)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_says_the_same(value in value()) {
            let text = pretty(&value.to_string());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
            prop_assert_eq!(pretty(&text), text);
        }

        #[test]
        fn what_is_no_json_does_not_stop_it(text in r#"[\[\]{},:"\\a1 é]{0,40}"#) {
            let kept = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(kept(&pretty(&text)), kept(&text));
        }
    }
}
