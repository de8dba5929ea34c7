//! [`UnsignedRequest`]: an operation's HTTP request before it is signed.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::content_type;
use crate::content::{FileBody, FileContent};
use crate::params::{Pair, canonical_query};

/// A request that is not signed yet. The host, the common parameters and the headers that the
/// signature needs are added when it is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnsignedRequest<'a> {
    /// The HTTP method, in upper case.
    pub method: Cow<'a, str>,
    /// The path, percent-encoded.
    pub path: Cow<'a, str>,
    /// The query's parameters, not encoded.
    pub query: Vec<Pair<'a>>,
    /// The headers, with names in lower case. Those that start with `x-acs-` are
    /// signed.
    pub headers: Vec<Pair<'a>>,
    /// The parameters of a form body, not encoded; where there are any, they are
    /// the body.
    pub form: Vec<Pair<'a>>,
    /// The body, where it is no form. Empty where it is a file ([`file_content`]); what an
    /// interceptor puts here is sent in its place.
    ///
    /// [`file_content`]: Self::file_content
    pub body: Bytes,
    /// The body, where it is a file.
    pub(crate) file: Option<FileBody>,
}

impl<'a> UnsignedRequest<'a> {
    /// Creates a request to `/` with nothing in it.
    pub fn new(method: impl Into<Cow<'a, str>>) -> Self {
        Self {
            method: method.into(),
            path: "/".into(),
            query: Vec::new(),
            headers: Vec::new(),
            form: Vec::new(),
            body: Bytes::new(),
            file: None,
        }
    }

    /// Returns the value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(other, _)| other == name);
        header.map(|(_, value)| &**value)
    }

    /// Returns the file that is the body, where it is one on disk.
    pub fn file_content(&self) -> Option<&FileContent> {
        self.file().map(|file| &file.content)
    }

    /// Returns the body's type, where there is a body.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// Makes a body of the form, if there is one. Signing does it, so that the form
    /// can be changed until then.
    pub fn write_form(&mut self) {
        if self.form.is_empty() {
            return;
        }
        // Sorted by name and with `+` for a space, as the official clients write a form. No
        // `%20` is anything but a space: `%` itself is `%25`.
        let form = canonical_query(&self.form).replace("%20", "+");
        self.set_body(form.into(), content_type::FORM);
    }

    /// Turns it into one that owns its strings.
    pub fn into_owned(self) -> UnsignedRequest<'static> {
        UnsignedRequest {
            method: own(self.method),
            path: own(self.path),
            query: own_all(self.query),
            headers: own_all(self.headers),
            form: own_all(self.form),
            body: self.body,
            file: self.file,
        }
    }

    /// A body of bytes and its type, in place of any other.
    pub(crate) fn set_body(&mut self, body: Bytes, content_type: &'static str) {
        self.body = body;
        self.file = None;
        self.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        self.headers
            .push(("content-type".into(), content_type.into()));
    }

    /// A file as the body, in place of any other.
    pub(crate) fn set_file(&mut self, content: &FileContent) {
        let bytes = content.as_bytes().cloned();
        self.set_body(bytes.unwrap_or_default(), content_type::BINARY);
        self.file = Some(FileBody {
            content: content.clone(),
            measured: None,
        });
    }

    /// The file that is sent and is not in memory, unless an interceptor has put something
    /// in its place.
    pub(crate) fn file(&self) -> Option<&FileBody> {
        let elsewhere = |file: &&FileBody| file.content.as_bytes().is_none();
        self.file
            .as_ref()
            .filter(|_| self.body.is_empty())
            .filter(elsewhere)
    }

    /// The same, borrowing its strings.
    pub(crate) fn borrowed(&self) -> UnsignedRequest<'_> {
        UnsignedRequest {
            method: (&*self.method).into(),
            path: (&*self.path).into(),
            query: borrowed(&self.query, 8),
            headers: borrowed(&self.headers, 16),
            form: borrowed(&self.form, 0),
            body: self.body.clone(),
            file: self.file.clone(),
        }
    }
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

fn own_all(pairs: Vec<Pair<'_>>) -> Vec<Pair<'static>> {
    let one = |(name, value)| (own(name), own(value));
    pairs.into_iter().map(one).collect()
}

/// Pairs that borrow from others, with room for some more.
fn borrowed<'s>(pairs: &'s [Pair<'_>], more: usize) -> Vec<Pair<'s>> {
    let mut all = Vec::with_capacity(pairs.len() + more);
    let one = |(name, value): &'s Pair<'_>| ((&**name).into(), (&**value).into());
    all.extend(pairs.iter().map(one));
    all
}

impl fmt::Debug for UnsignedRequest<'_> {
    /// Writes names without values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[Pair<'_>]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.to_string()).collect()
        };
        f.debug_struct("UnsignedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("form", &names(&self.form))
            .field("body_bytes", &self.body.len())
            .field("file", &self.file_content())
            .finish()
    }
}
