//! A request as a server looks at it.

use crate::percent::{decode, parse};

/// A request that has been read whole.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent.
    pub raw_query: String,
    /// Decoded, in the order of sending.
    pub query: Vec<(String, String)>,
    /// The pairs of a body that is a form, decoded.
    pub form: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
}

impl Request {
    /// Reads a request that has arrived.
    pub fn new(head: &http::request::Parts, body: &[u8]) -> Self {
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        };
        let raw_query = head.uri.query().unwrap_or_default();
        let mut request = Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            raw_query: raw_query.to_owned(),
            query: parse(raw_query),
            form: Vec::new(),
            headers: head.headers.iter().map(header).collect(),
            body: body.to_vec(),
        };
        let kind = request.header("content-type").unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            request.form = parse(&String::from_utf8_lossy(body));
        }
        request
    }

    /// Returns the first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(self.headers.iter(), name)
    }

    /// Returns the first header of a name; empty if there is none.
    pub fn header_or_empty(&self, name: &str) -> &str {
        self.header(name).unwrap_or_default()
    }

    /// Returns the first query parameter of a name.
    pub fn query(&self, name: &str) -> Option<&str> {
        first(self.query.iter(), name)
    }

    /// Returns the first pair of a name in the form.
    pub fn form(&self, name: &str) -> Option<&str> {
        first(self.form.iter(), name)
    }

    /// Returns the first parameter of a name, in the query or the form.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query(name).or_else(|| self.form(name))
    }

    /// Returns the nonce, which makes each attempt's signature its own.
    pub fn nonce(&self) -> Option<&str> {
        self.header("x-acs-signature-nonce")
            .or_else(|| self.parameter("SignatureNonce"))
    }

    /// Returns the values that stand in the path in place of a template's placeholders,
    /// decoded; `None` if the path is not of that template.
    pub fn path_values(&self, template: &str) -> Option<Vec<(String, String)>> {
        let template = template.split('?').next().unwrap_or_default();
        let mut values = Vec::new();
        let mut sent = self.path.split('/');
        for part in template.split('/') {
            let value = sent.next()?;
            match part
                .strip_prefix(['{', '['])
                .and_then(|name| name.strip_suffix(['}', ']']))
            {
                Some(name) => values.push((name.to_owned(), decode(value, false))),
                // The rest of the path belongs to the placeholder.
                None if part == "*" => return Some(values),
                None if part != value => return None,
                None => {}
            }
        }
        sent.next().is_none().then_some(values)
    }
}

fn first<'a>(mut pairs: impl Iterator<Item = &'a (String, String)>, name: &str) -> Option<&'a str> {
    let found = pairs.find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_values_of_its_template() {
        let request = Request {
            path: "/clusters/a%2Fb/nodes".to_owned(),
            ..Request::default()
        };
        let values = request.path_values("/clusters/{Id}/nodes");
        assert_eq!(values, Some(vec![("Id".to_owned(), "a/b".to_owned())]));
        assert_eq!(request.path_values("/clusters/{Id}"), None);
        assert_eq!(request.path_values("/clusters/{Id}/pods"), None);
        assert_eq!(request.path_values("/clusters/{Id}/nodes/{Node}"), None);
    }
}
