//! What is wrong with a spec, where, and what to do about it.

use std::fmt::{self, Write as _};

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Something published is not usable as it stands; a choice was made.
    Warning,
    /// A choice that a reader of the generated code may wonder about.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// What was wrong with published metadata where it was taken all the same: what a
/// report counts. [`Kind::Other`] is everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is what its words say")]
pub enum Kind {
    #[default]
    Other,
    DanglingReference,
    EndlessType,
    NoType,
    UnknownType,
    Contradiction,
    NotText,
    WrongValue,
    MissingKey,
    RepeatedKey,
    UnknownMethod,
    UnknownPlace,
    UnknownStyle,
    SkippedOperation,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Other => "a choice between what is published twice, or not at all",
            Kind::DanglingReference => "a reference to nothing",
            Kind::EndlessType => "a type without an end",
            Kind::NoType => "a schema without a type",
            Kind::UnknownType => "an unknown type",
            Kind::Contradiction => "a type that contradicts its members",
            Kind::NotText => "a text that is no text",
            Kind::WrongValue => "a value of the wrong type",
            Kind::MissingKey => "a missing key",
            Kind::RepeatedKey => "a repeated key",
            Kind::UnknownMethod => "an unknown method",
            Kind::UnknownPlace => "a parameter without a known place",
            Kind::UnknownStyle => "an unknown style",
            Kind::SkippedOperation => "an operation that cannot be described",
        })
    }
}

/// A finding with its place in a file. Its text is on one line whatever the
/// spec holds: control characters are escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The kind, by which reports count.
    pub kind: Kind,
    /// The spec or the overlay.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// RFC 6901, into the document; empty for the whole of it.
    pub pointer: String,
    /// The message: what is wrong.
    pub message: String,
    /// The remedy; empty where there is nothing to do.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}:{}:{}: ",
            self.severity,
            Printable(&self.file),
            self.line,
            self.column
        )?;
        if !self.pointer.is_empty() {
            write!(f, "{}: ", Printable(&self.pointer))?;
        }
        write!(f, "{}", Printable(&self.message))?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", Printable(&self.help))?;
        }
        Ok(())
    }
}

/// Text of a spec on a terminal: no control characters, no invisible ones that
/// turn the direction of what follows.
struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                fmt::Write::write_char(f, c)?;
            }
        }
        Ok(())
    }
}

/// A finding before its place is looked up: most specs have none, so lines are
/// counted only where there is something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    /// The pointer's last key stands there more than once: the later one is meant.
    pub(crate) again: bool,
    pub(crate) message: String,
    pub(crate) help: String,
    /// What it became where the spec is taken as it was published; such a finding is
    /// an error in a spec that is maintained.
    pub(crate) became: Option<&'static str>,
}

impl Finding {
    pub(crate) fn new(
        severity: Severity,
        pointer: impl fmt::Display,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            kind: Kind::Other,
            pointer: Short::of(pointer),
            again: false,
            message: message.into(),
            help: help.into(),
            became: None,
        }
    }

    /// Something that is left out, or becomes something harmless, where the spec is
    /// taken as it was published; see [`Finding::became`].
    pub(crate) fn degraded(
        kind: Kind,
        pointer: impl fmt::Display,
        message: impl Into<String>,
        became: &'static str,
        help: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            became: Some(became),
            ..Self::new(Severity::Error, pointer, message, help)
        }
    }
}

/// The text of a pointer. One that is very long points at what is around its place instead:
/// a small spec may have very many findings below very long keys.
#[derive(Default)]
struct Short(String);

impl Short {
    const LONGEST: usize = 1_000;

    fn of(pointer: impl fmt::Display) -> String {
        let mut short = Self::default();
        if write!(short, "{pointer}").is_err() {
            let parent = short.0.rfind('/').unwrap_or(0);
            short.0.truncate(parent);
        }
        short.0
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > Self::LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// A place in a document while it is walked: built on the stack, written out only
/// for a finding.
#[derive(Clone, Copy)]
pub(crate) struct Pointer<'a> {
    parent: Option<&'a Pointer<'a>>,
    segment: Segment<'a>,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Pointer<'a> {
    /// The whole document.
    pub(crate) const ROOT: Pointer<'static> = Pointer {
        parent: None,
        segment: Segment::Root,
    };

    pub(crate) fn key<'b>(&'b self, key: &'b str) -> Pointer<'b> {
        Pointer {
            parent: Some(self),
            segment: Segment::Key(key),
        }
    }

    pub(crate) fn index<'b>(&'b self, index: usize) -> Pointer<'b> {
        Pointer {
            parent: Some(self),
            segment: Segment::Index(index),
        }
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.segment {
            Segment::Root => Ok(()),
            Segment::Index(index) => write!(f, "/{index}"),
            Segment::Key(key) => {
                f.write_str("/")?;
                if key.len() > Short::LONGEST {
                    return f.write_str(key); // too long either way
                }
                for piece in key.split_inclusive(['~', '/']) {
                    match (piece.strip_suffix('~'), piece.strip_suffix('/')) {
                        (Some(text), _) => write!(f, "{text}~0")?,
                        (_, Some(text)) => write!(f, "{text}~1")?,
                        _ => f.write_str(piece)?,
                    }
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_what_rfc_6901_reserves() {
        let root = Pointer::ROOT;
        let paths = root.key("a/b");
        let inner = paths.index(3);
        assert_eq!(inner.key("m~n").to_string(), "/a~1b/3/m~0n");
        assert_eq!(root.to_string(), "");
    }

    #[test]
    fn a_diagnostic_is_one_line_and_a_help_line_whatever_the_spec_holds() {
        let diagnostic = Diagnostic {
            severity: Severity::Error,
            kind: Kind::Other,
            file: "specs/ga/api-docs.json".into(),
            line: 3,
            column: 7,
            pointer: "/apis/A\nB".into(),
            message: "bad \u{1b}[31mname\u{202e}".into(),
            help: "rename it".into(),
        };
        assert_eq!(
            diagnostic.to_string(),
            "error: specs/ga/api-docs.json:3:7: /apis/A\\u{a}B: bad \\u{1b}[31mname\\u{202e}\n  help: rename it"
        );
    }
}
