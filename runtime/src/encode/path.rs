//! A path from its template and its parameters.

use std::borrow::Cow;

use super::flatten;
use super::preflight::{Violation, ViolationKind, is_dot_segment};
use crate::params;
use crate::schema::Place;
use crate::value::Object;

/// Fills a path template: `{name}` and `[name]` by that parameter, a last segment
/// `*` by the path parameter that the template does not name.
pub(super) fn fill(
    template: &str,
    request: &dyn Object,
) -> Result<Cow<'static, str>, Vec<Violation>> {
    // The path of all RPC operations.
    if template == "/" {
        return Ok("/".into());
    }
    let mut filler = Filler {
        request,
        path: String::with_capacity(template.len() + 64),
        violations: Vec::new(),
    };
    match template.strip_suffix("/*") {
        Some(template) => filler.open_template(template),
        None => filler.template(template),
    }
    if filler.violations.is_empty() {
        Ok(filler.path.into())
    } else {
        Err(filler.violations)
    }
}

struct Filler<'a> {
    request: &'a dyn Object,
    path: String,
    violations: Vec<Violation>,
}

impl<'a> Filler<'a> {
    fn template(&mut self, template: &str) {
        let mut rest = template;
        while let Some((before, name, after)) = placeholder(rest) {
            self.path.push_str(before);
            match self.parameter(name) {
                Some(value) if value.is_empty() => self.violation(name, ViolationKind::Missing),
                Some(value) if is_dot_segment(&value) => {
                    self.violation(name, ViolationKind::OtherPath);
                }
                Some(value) => self.path.push_str(&params::encode(&value)),
                None => self.violation(name, ViolationKind::Missing),
            }
            rest = after;
        }
        self.path.push_str(rest);
    }

    /// A template whose last segment, `*`, stands for any number of segments. Its
    /// parameter may also be the whole path, as the documentation's examples have
    /// it (`/api/v1/providers/Aliyun/products/Redis/…`); then it must match the
    /// template.
    fn open_template(&mut self, template: &str) {
        let Some((name, value)) = self.open_parameter(template) else {
            return self.violation("*", ViolationKind::Missing);
        };
        let (whole, segments) = match value.strip_prefix('/') {
            Some(path) => (true, path),
            None => (false, &*value),
        };
        if segments.is_empty() {
            return self.violation(name, ViolationKind::Missing);
        }
        if segments
            .split('/')
            .any(|s| s.is_empty() || is_dot_segment(s))
            || (whole && !matches_template(segments, template))
        {
            return self.violation(name, ViolationKind::OtherPath);
        }
        if !whole {
            self.template(template);
        }
        for segment in segments.split('/') {
            self.path.push('/');
            self.path.push_str(&params::encode(segment));
        }
    }

    fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        let fields = self.request.schema().fields;
        let index = fields
            .iter()
            .position(|field| field.place == Place::Path && field.name == name)?;
        Some(flatten::text(self.request.get(index).view()))
    }

    fn open_parameter(&self, template: &str) -> Option<(&'static str, Cow<'a, str>)> {
        let fields = self.request.schema().fields;
        let index = fields.iter().position(|field| {
            field.place == Place::Path && !placeholders(template).any(|name| name == field.name)
        })?;
        Some((
            fields[index].name,
            flatten::text(self.request.get(index).view()),
        ))
    }

    fn violation(&mut self, name: &str, kind: ViolationKind) {
        self.violations.push(Violation {
            path: name.to_owned(),
            kind,
        });
    }
}

/// The first placeholder: what stands before it, its name, what stands after it.
fn placeholder(template: &str) -> Option<(&str, &str, &str)> {
    let open = template.find(['{', '['])?;
    let close = if template[open..].starts_with('{') {
        '}'
    } else {
        ']'
    };
    let (name, after) = template[open + 1..].split_once(close)?;
    Some((&template[..open], name, after))
}

fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let (_, name, after) = placeholder(rest)?;
        rest = after;
        Some(name)
    })
}

/// Whether a path begins as the template does and goes on after it.
fn matches_template(path: &str, template: &str) -> bool {
    let mut segments = path.split('/');
    let fits = template.split('/').skip(1).all(|expected| {
        segments
            .next()
            .is_some_and(|segment| segment == expected || placeholder(expected).is_some())
    });
    fits && segments.next().is_some()
}

/// Refuses a path that would lead to another host, that is no path alone, or that
/// HTTP libraries rewrite, so that what is sent would not be what was signed.
pub(crate) fn check_path(path: &str) -> Result<(), String> {
    let refuse = |what: &str| Err(format!("its path {what}"));
    if !path.starts_with('/') {
        return refuse("does not begin with `/`");
    }
    // RFC 3986, `pchar`.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/%".contains(c);
    if let Some(odd) = path.chars().find(|c| !is_plain(*c)) {
        return refuse(&format!("has {odd:?}, which must be percent-encoded"));
    }
    let is_dot = |segment: &str| {
        segment.starts_with(['.', '%'])
            && matches!(
                &*segment.to_ascii_lowercase().replace("%2e", "."),
                "." | ".."
            )
    };
    if path.split('/').any(is_dot) {
        return refuse("has a segment `.` or `..`, which HTTP libraries resolve");
    }
    Ok(())
}
