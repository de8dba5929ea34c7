//! Steps into a value, for telling where something is wrong: `Certificates.2.Domain`,
//! with indices from 1 as the service counts.

use std::fmt::{self, Display, Formatter, Write};

/// How many bytes of a path are told: names of maps are as long as a service likes.
const TOLD_BYTES: usize = 256;

/// A place in a value. It lives on the stack of the walk and becomes text only
/// when there is something to report.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Name(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The value itself; its text is empty.
    pub(crate) const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    /// Whether it is the value itself.
    pub(crate) fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    /// Its text; a long one is cut.
    pub(crate) fn shortened(&self) -> String {
        let mut told = Told(String::new());
        if write!(told, "{self}").is_err() {
            told.0.push('…');
        }
        told.0
    }

    /// A member.
    pub(crate) fn name(&'a self, name: &'a str) -> Path<'a> {
        Path {
            parent: Some(self),
            step: Step::Name(name),
        }
    }

    /// An item, by its index from 0.
    pub(crate) fn index(&'a self, index: usize) -> Path<'a> {
        Path {
            parent: Some(self),
            step: Step::Index(index + 1),
        }
    }
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
            if parent.parent.is_some() {
                f.write_str(".")?;
            }
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Name(name) => f.write_str(name),
            Step::Index(index) => index.fmt(f),
        }
    }
}

/// The beginning of a string.
struct Told(String);

impl Write for Told {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = TOLD_BYTES - self.0.len();
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=room).rev().find(|at| text.is_char_boundary(*at));
        self.0.push_str(&text[..end.unwrap_or(0)]);
        Err(fmt::Error)
    }
}
