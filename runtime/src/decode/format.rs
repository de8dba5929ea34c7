//! What replies are written in: asked for, recognised, read.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::json::decode_json;
use super::mismatch::{DecodeError, Mismatches};
use super::xml::decode_xml;
use crate::value::Value;

/// The format that replies are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML, which most operations know too.
    Xml,
}

impl Format {
    /// As the parameter `Format` names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// As the header `accept` asks for it.
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }

    /// What a body is written in, by how its [`content`] begins: a gateway may answer in
    /// another format than was asked for. `None` where there is nothing.
    pub(crate) fn of(content: &[u8]) -> Option<Self> {
        match content.first()? {
            b'<' => Some(Self::Xml),
            _ => Some(Self::Json),
        }
    }

    /// The same, where the body can hold an object.
    pub(crate) fn of_object(content: &[u8]) -> Option<Self> {
        let format = Self::of(content)?;
        (format == Self::Xml || content[0] == b'{').then_some(format)
    }

    /// Reads a document into a value.
    ///
    /// # Errors
    /// When it is no document of this format.
    pub(crate) fn decode(
        self,
        content: &[u8],
        value: &mut dyn Value,
    ) -> Result<Mismatches, DecodeError> {
        match self {
            Self::Json => decode_json(content, value),
            Self::Xml => decode_xml(content, value),
        }
    }
}

/// The members of a document, as JSON; none where it is no object, or cannot be read. Of XML,
/// what could be read up to an error is still what the service said.
pub(crate) fn members(body: &[u8]) -> Map<String, Json> {
    let body = content(body);
    let Some(format) = Format::of_object(body) else {
        return Map::new();
    };
    let mut members = BTreeMap::<String, Json>::new();
    match format.decode(body, &mut members) {
        Err(_) if format == Format::Json => Map::new(),
        _ => members.into_iter().collect(),
    }
}

/// A body without what may stand around a document.
pub(crate) fn content(body: &[u8]) -> &[u8] {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii()
}
