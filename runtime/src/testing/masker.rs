//! What a recording must not hold, taken out of what it holds.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::ids::Ids;
use crate::encode::says_secret;
use crate::mask::{MASK, masked, spellings_of};
use crate::value::collect_json;

/// Takes secrets out of texts and documents, and ids, where they are to be replaced.
///
/// Secrets are collected first, wherever they are named; then each is masked wherever it
/// occurs, in whichever spelling.
pub(super) struct Masker<'a> {
    secrets: Vec<String>,
    /// The ways in which they may be written.
    spellings: Vec<String>,
    /// The names of secrets beside those that say so.
    names: BTreeSet<&'static str>,
    replacements: &'a [(String, String)],
    ids: Option<&'a mut Ids>,
    keep: Keep,
}

/// What stands in place of a number or a truth value that is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// One of the same type, so that a reply can still be read.
    Type,
    /// The mask, which a request of any value matches.
    Nothing,
}

impl<'a> Masker<'a> {
    pub(super) fn new(
        secrets: Vec<String>,
        names: BTreeSet<&'static str>,
        replacements: &'a [(String, String)],
        ids: Option<&'a mut Ids>,
    ) -> Self {
        Self {
            secrets,
            spellings: Vec::new(),
            names,
            replacements,
            ids,
            keep: Keep::Nothing,
        }
    }

    /// What stands in place of other secrets than texts, from now on. At first, nothing.
    pub(super) fn keep(&mut self, keep: Keep) {
        self.keep = keep;
    }

    /// Collects the secrets of a document.
    pub(super) fn learn(&mut self, json: &Json) {
        match json {
            Json::Object(members) => {
                for (name, member) in members {
                    if self.is_secret(name) {
                        collect_json(member, &mut self.secrets);
                    } else {
                        self.learn(member);
                    }
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.learn(item)),
            // A document within a text.
            Json::String(text) if text.trim_start().starts_with(['{', '[']) => {
                if let Ok(json) = serde_json::from_str(text) {
                    self.learn(&json);
                }
            }
            _ => {}
        }
    }

    /// The names of secrets beside those that say so.
    pub(super) fn names(&self) -> &BTreeSet<&'static str> {
        &self.names
    }

    /// Collects more.
    pub(super) fn add<'s>(&mut self, secrets: impl IntoIterator<Item = &'s String>) {
        self.secrets.extend(secrets.into_iter().cloned());
    }

    /// What was collected so far. From now on, it is masked.
    pub(super) fn secrets(&mut self) -> &[String] {
        // What is secret may be a document, whose texts may stand elsewhere alone.
        let documents = self.secrets.iter();
        let documents: Vec<Json> = documents
            .filter(|secret| secret.trim_start().starts_with(['{', '[']))
            .filter_map(|secret| serde_json::from_str(secret).ok())
            .collect();
        for document in &documents {
            collect_json(document, &mut self.secrets);
        }
        self.secrets.retain(|secret| !secret.is_empty());
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        self.spellings = spellings_of(&secrets);
        &self.secrets
    }

    fn is_secret(&self, name: &str) -> bool {
        says_secret(name)
            || self
                .names
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name))
    }

    /// A text without secrets.
    pub(super) fn text(&mut self, text: &str) -> String {
        // Within a document, a text may be escaped in ways that nobody lists.
        if text.trim_start().starts_with(['{', '['])
            && let Ok(json) = serde_json::from_str(text)
        {
            return self.json(&json).to_string();
        }
        let mut text = text.to_owned();
        for spelling in &self.spellings {
            if text.contains(spelling) {
                text = text.replace(spelling, MASK);
            }
        }
        // What every request may have, known or not.
        text = masked(&text, &[], MASK);
        for (from, to) in self.replacements {
            text = text.replace(from, to);
        }
        match &mut self.ids {
            Some(ids) => ids.replaced(&text),
            None => text,
        }
    }

    /// A document without secrets.
    pub(super) fn json(&mut self, json: &Json) -> Json {
        match json {
            Json::String(text) => self.text(text).into(),
            Json::Number(number) => {
                let text = number.to_string();
                let masked = self.text(&text);
                match masked.parse() {
                    _ if masked == text => json.clone(),
                    Ok(number) => Json::Number(number),
                    Err(_) => hidden(json, self.keep),
                }
            }
            Json::Array(items) => items.iter().map(|item| self.json(item)).collect(),
            Json::Object(members) => {
                let mut out = Map::new();
                for (name, member) in members {
                    let member = match self.is_secret(name) {
                        true => self.renamed(hidden(member, self.keep)),
                        false => self.json(member),
                    };
                    out.insert(self.text(name), member);
                }
                out.into()
            }
            Json::Bool(_) | Json::Null => json.clone(),
        }
    }

    /// A document whose names are without secrets.
    fn renamed(&mut self, json: Json) -> Json {
        match json {
            Json::Object(members) => {
                let members = members.into_iter();
                members
                    .map(|(name, member)| (self.text(&name), self.renamed(member)))
                    .collect()
            }
            Json::Array(items) => items.into_iter().map(|item| self.renamed(item)).collect(),
            other => other,
        }
    }

    /// Bytes that are no text, without secrets.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for spelling in &self.spellings {
            let found: Vec<usize> = memchr::memmem::find_iter(&bytes, spelling).collect();
            for at in found.into_iter().rev() {
                bytes.splice(at..at + spelling.len(), MASK.bytes());
            }
        }
        bytes
    }

    /// Whether a text still holds a secret, as it is.
    pub(super) fn holds_secret(&self, json: &Json) -> bool {
        match json {
            Json::String(text) => self.secrets.iter().any(|secret| text.contains(secret)),
            Json::Array(items) => items.iter().any(|item| self.holds_secret(item)),
            Json::Object(members) => members.values().any(|member| self.holds_secret(member)),
            _ => false,
        }
    }
}

/// A value that is secret as a whole, with the names of its members.
fn hidden(json: &Json, keep: Keep) -> Json {
    match json {
        Json::Array(items) => items.iter().map(|item| hidden(item, keep)).collect(),
        Json::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, member)| (name.clone(), hidden(member, keep)))
                .collect()
        }
        Json::Number(_) if keep == Keep::Type => 0.into(),
        Json::Bool(_) if keep == Keep::Type => false.into(),
        Json::Null => Json::Null,
        _ => MASK.into(),
    }
}
