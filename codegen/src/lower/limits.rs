//! Documented bounds: numbers that are published as text, and the few patterns
//! that are one class of characters.

use crate::diagnostics::Pointer;
use crate::metadata::{Scalar, Schema};
use crate::model::{EnumValue, Limit, Operation};
use crate::scan::trim;

use super::Context;
use super::draft::Ty;

impl Context<'_> {
    /// The bounds of a value of a type. A bound that is no number is a note.
    pub(super) fn limits(&mut self, schema: &Schema<'_>, ty: &Ty, at: &Pointer<'_>) -> Vec<Limit> {
        let mut limits = Vec::new();
        match ty {
            Ty::List(_) => {
                let min = self.number(&schema.min_items, "minItems", at);
                let max = self.number(&schema.max_items, "maxItems", at);
                limits.extend(min.filter(|&n: &u64| n > 0).map(Limit::MinItems));
                limits.extend(max.filter(|&n: &u64| n > 0).map(Limit::MaxItems));
            }
            Ty::Text => {
                let min = self.number(&schema.min_length, "minLength", at);
                let max = self.number(&schema.max_length, "maxLength", at);
                limits.extend(min.filter(|&n: &u64| n > 0).map(Limit::MinLength));
                limits.extend(max.filter(|&n: &u64| n > 0).map(Limit::MaxLength));
                pattern(&schema.pattern, &mut limits);
            }
            Ty::Int => {
                let min: Option<i64> = self.number(&schema.minimum, "minimum", at);
                let max: Option<i64> = self.number(&schema.maximum, "maximum", at);
                let above = i64::from(schema.exclusive_minimum.0);
                let below = i64::from(schema.exclusive_maximum.0);
                limits.extend(min.map(|n| Limit::Min(n.saturating_add(above))));
                limits.extend(max.map(|n| Limit::Max(n.saturating_sub(below))));
            }
            Ty::Float => {
                let min: Option<f64> = self.number(&schema.minimum, "minimum", at);
                let max: Option<f64> = self.number(&schema.maximum, "maximum", at);
                limits.extend(min.filter(|n| n.is_finite()).map(Limit::MinFloat));
                limits.extend(max.filter(|n| n.is_finite()).map(Limit::MaxFloat));
            }
            _ => {}
        }
        if let Some(what) = contradiction(&limits) {
            self.note(
                at,
                format!("{what}; neither is checked"),
                "correct them in an overlay",
            );
            limits.clear();
        }
        limits
    }

    fn number<T: std::str::FromStr>(
        &mut self,
        text: &Scalar<'_>,
        key: &str,
        at: &Pointer<'_>,
    ) -> Option<T> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        let number = trimmed.parse().ok();
        if number.is_none() {
            self.note(
                &at.key(key),
                format!("`{text}` is no number of the field's type; it is not checked"),
                "correct it in an overlay",
            );
        }
        number
    }
}

/// The one value that is documented, unless an example or a default is another.
pub(super) fn only(
    schema: &Schema<'_>,
    target: &Schema<'_>,
    values: &[EnumValue<'_>],
) -> Option<Limit> {
    let [only] = values else { return None };
    let is_plain = !trim(only.value).is_empty()
        && only.value.len() <= 120
        && !only.value.contains(char::is_control);
    let agrees = |text: &str| matches!(trim(text), "") || trim(text) == only.value;
    (is_plain && !target.values.is_empty() && agrees(&schema.example) && agrees(&schema.default))
        .then(|| Limit::Only(only.value.to_owned()))
}

/// In a product that is in one region, that one, where an operation documents it.
pub(super) fn only_region(operations: &mut [Operation<'_>], region: &str) {
    for operation in operations {
        let at = operation.region;
        let parameters = operation.request.first_mut();
        if let (Some(at), Some(parameters)) = (at, parameters) {
            let field = &mut parameters.fields[at];
            if field.values.is_empty() && field.limits.is_empty() && trim(field.example) == region {
                field.limits.push(Limit::Only(region.to_owned()));
            }
        }
    }
}

/// A lower bound above the upper one would refuse every request.
fn contradiction(limits: &[Limit]) -> Option<String> {
    match limits {
        [Limit::MinItems(min), Limit::MaxItems(max), ..]
        | [Limit::MinLength(min), Limit::MaxLength(max), ..]
            if min > max =>
        {
            Some(format!("at least {min} and at most {max}"))
        }
        [Limit::Min(min), Limit::Max(max)] if min > max => {
            Some(format!("at least {min} and at most {max}"))
        }
        [Limit::MinFloat(min), Limit::MaxFloat(max)] if min > max => {
            Some(format!("at least {min} and at most {max}"))
        }
        _ => None,
    }
}

/// `^[class]quantifier$` becomes bounds; any other pattern is only documented.
fn pattern(pattern: &str, limits: &mut Vec<Limit>) {
    let Some(inner) = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'))
    else {
        return;
    };
    let Some((ranges, words, quantifier)) = class(inner) else {
        return;
    };
    let Some((min, max)) = repeats(quantifier) else {
        return;
    };
    limits.push(Limit::Chars(ranges, words));
    let has = |f: fn(&Limit) -> bool| limits.iter().any(f);
    let has_min = has(|l| matches!(l, Limit::MinLength(_)));
    let has_max = has(|l| matches!(l, Limit::MaxLength(_)));
    if min > 0 && !has_min {
        limits.push(Limit::MinLength(min));
    }
    if let Some(max) = max.filter(|_| !has_max) {
        limits.push(Limit::MaxLength(max));
    }
}

type Ranges = Vec<(char, char)>;

/// A leading `[…]`: its ranges, its words, and what follows it.
fn class(text: &str) -> Option<(Ranges, String, &str)> {
    let mut chars = text.strip_prefix('[')?.char_indices().peekable();
    let negated = chars.next_if(|&(_, c)| c == '^').is_some();
    let mut ranges = Ranges::new();
    let end = loop {
        let (at, c) = chars.next()?;
        let from = match c {
            ']' => break at,
            '[' => return None, // nested classes and [:alpha:]
            '\\' => match chars.next()?.1 {
                'w' => {
                    ranges.extend([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);
                    continue;
                }
                'd' => {
                    ranges.push(('0', '9'));
                    continue;
                }
                c => escaped(c, &mut chars)?,
            },
            c => c,
        };
        let is_range = chars.peek().is_some_and(|&(_, c)| c == '-')
            && chars.clone().nth(1).is_some_and(|(_, c)| c != ']');
        if !is_range {
            ranges.push((from, from));
            continue;
        }
        chars.next();
        let to = match chars.next()?.1 {
            '\\' => {
                let c = chars.next()?.1;
                escaped(c, &mut chars)?
            }
            c => c,
        };
        if to < from {
            return None;
        }
        ranges.push((from, to));
    };
    ranges.sort_unstable();
    if ranges.is_empty() {
        return None;
    }
    let after = text.get(1 + end + 1..)?;
    let words = match ranges.as_slice() {
        [('\0', '\x7f')] => "ASCII characters".to_owned(),
        _ => format!("characters of `{}`", &text[..1 + end + 1]),
    };
    let ranges = if negated { complement(&ranges) } else { ranges };
    Some((ranges, words, after))
}

/// The character that `\c` stands for: `\xHH`, `\uHHHH`, or punctuation itself.
fn escaped(c: char, rest: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let digits = match c {
        'x' => 2,
        'u' => 4,
        c if c.is_ascii_alphanumeric() => return None,
        c => return Some(c),
    };
    let hex: String = rest.take(digits).map(|(_, c)| c).collect();
    let complete = hex.len() == digits;
    char::from_u32(u32::from_str_radix(&hex, 16).ok().filter(|_| complete)?)
}

/// Everything outside of sorted ranges.
fn complement(ranges: &[(char, char)]) -> Ranges {
    let mut out = Ranges::new();
    let mut next = Some('\0');
    for &(from, to) in ranges {
        let Some(start) = next else { break };
        if start < from
            && let Some(end) = before(from)
        {
            out.push((start, end));
        }
        if to >= start {
            next = after(to);
        }
    }
    out.extend(next.map(|start| (start, char::MAX)));
    out
}

fn after(c: char) -> Option<char> {
    (c..=char::MAX).nth(1)
}

fn before(c: char) -> Option<char> {
    ('\0'..c).next_back()
}

/// How often a quantifier repeats: at least, and at most if there is an end.
fn repeats(quantifier: &str) -> Option<(u64, Option<u64>)> {
    match quantifier {
        "" => Some((1, Some(1))),
        "*" => Some((0, None)),
        "+" => Some((1, None)),
        "?" => Some((0, Some(1))),
        _ => {
            let inner = quantifier.strip_prefix('{')?.strip_suffix('}')?;
            match inner.split_once(',') {
                None => inner.parse().ok().map(|n| (n, Some(n))),
                Some((min, "")) => min.parse().ok().map(|n| (n, None)),
                Some((min, max)) => Some((min.parse().ok()?, Some(max.parse().ok()?))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(text: &str) -> Vec<Limit> {
        let mut limits = Vec::new();
        pattern(text, &mut limits);
        limits
    }

    #[test]
    fn one_class_of_characters_with_a_quantifier_is_checked() {
        let digits = Limit::Chars(vec![('0', '9')], "characters of `[0-9]`".into());
        assert_eq!(lowered("^[0-9]*$"), std::slice::from_ref(&digits));
        assert_eq!(
            lowered("^[0-9]{2,5}$"),
            [digits, Limit::MinLength(2), Limit::MaxLength(5)]
        );
        assert_eq!(
            lowered(r"^[\w.\-]+$"),
            [
                Limit::Chars(
                    vec![
                        ('-', '-'),
                        ('.', '.'),
                        ('0', '9'),
                        ('A', 'Z'),
                        ('_', '_'),
                        ('a', 'z')
                    ],
                    r"characters of `[\w.\-]`".into()
                ),
                Limit::MinLength(1)
            ]
        );
    }

    #[test]
    fn an_excluding_class_is_everything_else() {
        assert_eq!(
            lowered("^[^#b-d]+$")[0],
            Limit::Chars(
                vec![('\0', '"'), ('$', 'a'), ('e', char::MAX)],
                "characters of `[^#b-d]`".into()
            )
        );
        assert_eq!(
            complement(&[('a', 'z'), ('b', 'c')]),
            [('\0', '`'), ('{', char::MAX)]
        );
        assert!(complement(&[('\0', char::MAX)]).is_empty());
    }

    #[test]
    fn other_patterns_are_not_guessed_at() {
        for text in [
            "",
            "[a-z]+",
            "^[a-z][0-9]$",
            "^(a|b)$",
            "^(?!x).*$",
            "^[a-z]{3,2,1}$",
            "^[[:alpha:]]+$",
            "^[]$",
            "^[z-a]$",
            r"^[\s]$",
            "^[a-z",
        ] {
            assert!(lowered(text).is_empty(), "{text}");
        }
    }
}
