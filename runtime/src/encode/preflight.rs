//! Checks before a request is sent: what the documentation requires and bounds,
//! all of it at once. No message shows a value: it may be a secret.

use super::flatten;
use crate::schema::{Field, Limit, Place};
use crate::value::{Object, Path, Value, View};
use std::fmt::{self, Display, Formatter};

/// A parameter that is missing or out of its documented bounds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// The parameter's path, by wire names: `Certificates.2.Domain`.
    pub path: String,
    /// The kind of violation.
    pub kind: ViolationKind,
}

/// The kind of violation: what is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// It is required and was not given (or is an empty string).
    Missing,
    /// A list has too few items.
    TooFew {
        /// How many it has.
        found: u64,
        /// How many it must have.
        min: u64,
    },
    /// A list has too many items.
    TooMany {
        /// How many it has.
        found: u64,
        /// How many it may have.
        max: u64,
    },
    /// A string has too few characters.
    TooShort {
        /// How many it has.
        found: u64,
        /// How many it must have.
        min: u64,
    },
    /// A string has too many characters.
    TooLong {
        /// How many it has.
        found: u64,
        /// How many it may have.
        max: u64,
    },
    /// A number is below this.
    BelowInt(i64),
    /// A number is above this.
    AboveInt(i64),
    /// A number is below this, or not a number.
    BelowFloat(f64),
    /// A number is above this, or not a number.
    AboveFloat(f64),
    /// A string has other characters than these words say.
    Characters(&'static str),
    /// A string is another than the only documented one.
    NotOnly(&'static str),
    /// A path parameter would lead to the path of another operation.
    OtherPath,
}

impl Display for ViolationKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Missing => f.write_str("is required"),
            Self::TooFew { found, min } => {
                write!(
                    f,
                    "has {}, at least {min} are required",
                    counted(found, "item")
                )
            }
            Self::TooMany { found, max } => {
                write!(
                    f,
                    "has {}, at most {max} are allowed",
                    counted(found, "item")
                )
            }
            Self::TooShort { found, min } => write!(
                f,
                "has {}, at least {min} are required",
                counted(found, "character")
            ),
            Self::TooLong { found, max } => write!(
                f,
                "has {}, at most {max} are allowed",
                counted(found, "character")
            ),
            Self::BelowInt(min) => write!(f, "must be at least {min}"),
            Self::AboveInt(max) => write!(f, "must be at most {max}"),
            Self::BelowFloat(min) => write!(f, "must be at least {min}"),
            Self::AboveFloat(max) => write!(f, "must be at most {max}"),
            Self::Characters(words) => write!(f, "may contain only {words}"),
            Self::NotOnly(only) => write!(f, "must be `{only}`, the only documented value"),
            Self::OtherPath => f.write_str("would change the path into that of another operation"),
        }
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path, self.kind)
    }
}

/// Finds everything that is wrong with a request, in the order of its fields; nothing
/// where it can be sent.
pub fn preflight(request: &dyn Object) -> Vec<Violation> {
    let mut found = Vec::new();
    check_object(request, &Path::ROOT, &mut found);
    found
}

fn check_object(object: &dyn Object, path: &Path<'_>, found: &mut Vec<Violation>) {
    for (index, field) in object.schema().fields.iter().enumerate() {
        check_field(field, object.get(index), &path.name(field.name), found);
    }
}

fn check_field(field: &Field, value: &dyn Value, path: &Path<'_>, found: &mut Vec<Violation>) {
    // A path without its parameter is the path of another operation, so it is
    // needed whatever the documentation says.
    let needed = field.required || field.place == Place::Path;
    // The service answers an empty string as if it were missing.
    if value.is_unset() || (needed && matches!(value.view(), View::Text(""))) {
        if needed {
            report(path, ViolationKind::Missing, found);
        }
        return;
    }
    if field.place == Place::Path && is_dot_segment(&flatten::text(value.view())) {
        report(path, ViolationKind::OtherPath, found);
    }
    if let View::List(list) = value.view() {
        check_count(list.len() as u64, field.limits, path, found);
    }
    check_value(value, field.limits, path, found);
}

/// `.` and `..` are not names: URL libraries resolve them before sending.
pub(super) fn is_dot_segment(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// Checks a value, or each item of it: a list's bounds other than those on its
/// count are meant for its items.
fn check_value(value: &dyn Value, limits: &[Limit], path: &Path<'_>, found: &mut Vec<Violation>) {
    match value.view() {
        View::Object(object) => check_object(object, path, found),
        View::List(list) => {
            for index in 0..list.len() {
                check_value(list.at(index), limits, &path.index(index), found);
            }
        }
        View::Map(map) => map.each(&mut |key, value| {
            check_value(value, limits, &path.name(key), found);
        }),
        scalar => {
            for limit in limits {
                if let Some(kind) = broken(limit, &scalar) {
                    report(path, kind, found);
                }
            }
        }
    }
}

fn check_count(count: u64, limits: &[Limit], path: &Path<'_>, found: &mut Vec<Violation>) {
    for limit in limits {
        let kind = match *limit {
            Limit::MinItems(min) if count < min => ViolationKind::TooFew { found: count, min },
            Limit::MaxItems(max) if count > max => ViolationKind::TooMany { found: count, max },
            _ => continue,
        };
        report(path, kind, found);
    }
}

fn broken(limit: &Limit, view: &View<'_>) -> Option<ViolationKind> {
    match (*limit, view) {
        (Limit::MinLength(min), View::Text(text)) => {
            let found = text.chars().count() as u64;
            (found < min).then_some(ViolationKind::TooShort { found, min })
        }
        (Limit::MaxLength(max), View::Text(text)) => {
            let found = text.chars().count() as u64;
            (found > max).then_some(ViolationKind::TooLong { found, max })
        }
        // The usual rule, quickly.
        (Limit::Chars([('\0', '\u{7f}')], _), View::Text(text)) if text.is_ascii() => None,
        (Limit::Chars(ranges, words), View::Text(text)) => text
            .chars()
            .any(|c| !ranges.iter().any(|&(from, to)| from <= c && c <= to))
            .then_some(ViolationKind::Characters(words)),
        (Limit::Only(only), View::Text(text)) => {
            (!text.eq_ignore_ascii_case(only)).then_some(ViolationKind::NotOnly(only))
        }
        (Limit::Min(min), &View::Int(value)) => {
            (value < min).then_some(ViolationKind::BelowInt(min))
        }
        (Limit::Max(max), &View::Int(value)) => {
            (value > max).then_some(ViolationKind::AboveInt(max))
        }
        (Limit::Min(min), &View::Float(value)) => below(value, min as f64),
        (Limit::Max(max), &View::Float(value)) => above(value, max as f64),
        (Limit::MinFloat(min), &View::Float(value)) => below(value, min),
        (Limit::MaxFloat(max), &View::Float(value)) => above(value, max),
        (Limit::MinFloat(min), &View::Int(value)) => below(value as f64, min),
        (Limit::MaxFloat(max), &View::Int(value)) => above(value as f64, max),
        // A bound that does not fit the type says nothing.
        _ => None,
    }
}

/// Not a number is out of every bound.
fn below(value: f64, min: f64) -> Option<ViolationKind> {
    (value < min || value.is_nan()).then_some(ViolationKind::BelowFloat(min))
}

fn above(value: f64, max: f64) -> Option<ViolationKind> {
    (value > max || value.is_nan()).then_some(ViolationKind::AboveFloat(max))
}

fn report(path: &Path<'_>, kind: ViolationKind, found: &mut Vec<Violation>) {
    found.push(Violation {
        path: path.to_string(),
        kind,
    });
}
