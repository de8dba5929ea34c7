//! Chance that can be had again, and changes made by it.

use serde_json::Value;

/// Numbers by chance: SplitMix64, the same for a seed and a case.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64, case: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ case);
        chance.next();
        chance
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One below the limit, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// What stands in for a piece of bytes.
const PIECES: &[&[u8]] = &[
    b"",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\"",
    b"\\",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"null",
    b"true",
    b"1e400",
    b"-0",
    b"18446744073709551616",
    b"<",
    b">",
    b"</",
    b"/>",
    b"<!--",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"&b;",
    b"&#0;",
    b"&#x110000;",
    b"=",
    b"\r\n",
    b"\n\n",
    b"\xef\xbb\xbf",
    b"HTTP/1.1 ",
    b"Content-Length: ",
    b"Transfer-Encoding: chunked",
    b"ffffffffffffffff\r\n",
    b"-1",
    b"\xe2\x80\xae",
];

/// Changes bytes in some places.
pub(crate) fn bytes(chance: &mut Chance, bytes: &mut Vec<u8>) {
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        let length = chance.below(9).min(bytes.len() - at);
        match chance.below(6) {
            0 => drop(bytes.splice(at..at + length, chance.one(PIECES).iter().copied())),
            1 => bytes.truncate(at),
            2 => {
                let copy = bytes[at..(at + 64).min(bytes.len())].to_vec();
                let times = 1 + chance.below(20);
                drop(bytes.splice(at..at, copy.repeat(times)));
            }
            3 => {
                let piece = chance.one(PIECES).repeat(1 + chance.below(300));
                drop(bytes.splice(at..at, piece));
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            _ => drop(bytes.drain(at..at + length)),
        }
    }
}

/// Texts that mean something to a generator.
const TEXTS: &[&str] = &[
    "",
    " ",
    "*/",
    "\"",
    "\\",
    "```\nfn main() {}\n```",
    "{",
    "%s",
    "../..",
    "\u{202e}",
    "\0",
    "type",
    "object",
    "array",
    "string",
    "integer",
    "any",
    "query",
    "path",
    "body",
    "header",
    "RPC",
    "ROA",
    "OSS",
    "#/components/schemas/Node",
    "#/components/schemas/List",
    "$ref",
    "^[z-a]{9,1}$",
    "-1",
    "99999999999999999999",
    "true",
    "#![allow(warnings)]",
    "\n#[path = \"/etc/passwd\"]",
    "r#\"a\"#",
];

/// Changes a document in some places, so that it stays JSON.
pub(crate) fn json(chance: &mut Chance, document: &mut Value) {
    for _ in 0..=chance.below(5) {
        let count = size(document);
        let copied = pick(document, &mut chance.below(count)).clone();
        let place = pick(document, &mut chance.below(count));
        match (chance.below(8), &mut *place) {
            (0, _) => *place = copied,
            (1, _) => *place = Value::Null,
            (2, _) => *place = chance.next().into(),
            (3, Value::Object(members)) => {
                members.insert(chance.one(TEXTS).to_owned(), copied);
            }
            (4, Value::Object(members)) if !members.is_empty() => {
                let at = chance.below(members.len());
                let key = members.keys().nth(at).cloned().unwrap_or_default();
                let value = members.remove(&key).unwrap_or_default();
                if chance.below(2) == 0 {
                    members.insert(chance.one(TEXTS).repeat(1 + chance.below(30)), value);
                }
            }
            (3..=5, Value::Array(items)) => items.push(copied),
            (6, Value::String(text)) => {
                let at = chance.below(text.len() + 1);
                let boundary = (0..=at).rev().find(|at| text.is_char_boundary(*at));
                let at = boundary.unwrap_or(0);
                text.insert_str(at, &chance.one(TEXTS).repeat(1 + chance.below(50)));
            }
            _ => *place = chance.one(TEXTS).into(),
        }
        if size(document) > 3_000 {
            break;
        }
    }
}

/// How many values a document has.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// The value of a number, in the order of the document.
fn pick<'v>(value: &'v mut Value, left: &mut usize) -> &'v mut Value {
    if *left == 0 {
        return value;
    }
    *left -= 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(members) => members.values_mut().collect(),
        _ => unreachable!("the number is below the size"),
    };
    for value in inner {
        let size = size(value);
        if *left < size {
            return pick(value, left);
        }
        *left -= size;
    }
    unreachable!("the number is below the size")
}
