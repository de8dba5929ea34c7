//! A spec as it is read: corrected by its overlay, and repaired where it is JSON but not
//! in the published format.

use std::sync::OnceLock;

use crate::Spec;
use crate::diagnostics::{Finding, Kind, Pointer};
use crate::format_errors::{self, Repair};
use crate::metadata::{self, Document};
use crate::ordered_json::OrderedJson;
use crate::overlay::{self, Corrected};

/// A spec with its corrections.
pub struct Source<'a> {
    pub(super) spec: Spec<'a>,
    pub(super) corrected: Result<Corrected, serde_json::Error>,
    /// Made where the spec is JSON, but not in the published format.
    pub(super) repaired: OnceLock<Repaired>,
}

/// A spec that fits the format, and what had to be done for it.
pub(super) struct Repaired {
    json: Vec<u8>,
    pub(super) repair: Repair,
}

impl<'a> Source<'a> {
    /// Applies the overlay, where there is one.
    pub fn new(spec: &Spec<'a>) -> Self {
        // Some editors put a mark in front of UTF-8.
        let json = spec.json.strip_prefix(b"\xef\xbb\xbf");
        let spec = &Spec {
            json: json.unwrap_or(spec.json),
            ..*spec
        };
        let corrected = match spec.overlay {
            Some((_, overlay)) => overlay::correct(spec.json, overlay),
            None => Ok(Corrected::unchanged()),
        };
        Self {
            spec: *spec,
            corrected,
            repaired: OnceLock::new(),
        }
    }

    fn json(&self) -> &[u8] {
        let corrected = self.corrected.as_ref().ok();
        let json = corrected.and_then(|corrected| corrected.json.as_deref());
        json.unwrap_or(self.spec.json)
    }

    /// Reads it, repaired where it has to be; [`lower`](super::lower) says what is wrong with it.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn document(&self) -> Result<Document<'_>, serde_json::Error> {
        if let Ok(document) = metadata::parse(self.json()) {
            return Ok(document);
        }
        let (mut json, broken) = match serde_json::from_slice::<OrderedJson>(self.json()) {
            Ok(json) => (json, None),
            // Not what JSON is made of, but characters in it may be broken.
            Err(error) => {
                let json = crate::scan::mended(self.json())
                    .and_then(|json| serde_json::from_slice(&json).ok());
                (json.ok_or(error)?, Some(broken_characters()))
            }
        };
        let repaired = self.repaired.get_or_init(|| {
            let mut repair = format_errors::repair(&mut json);
            repair.findings.extend(broken);
            Repaired {
                json: serde_json::to_vec(&json).unwrap_or_default(),
                repair,
            }
        });
        metadata::parse(&repaired.json)
    }
}

fn broken_characters() -> Finding {
    Finding::degraded(
        Kind::NotText,
        Pointer::ROOT,
        "a text holds half of a character, or bytes that are none",
        "it is read with U+FFFD in their place",
        "correct the file: it is to be UTF-8, and `\\ud800` to `\\udfff` stand in pairs",
    )
}
