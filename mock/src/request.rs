//! A request as the double looks at it.

use crate::percent::{decode, encode, parse};

/// A request that has been read whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// In upper case.
    pub(crate) method: String,
    /// As it was sent, without the query.
    pub(crate) path: String,
    /// Decoded.
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(head: &hyper::http::request::Parts, body: &[u8]) -> Self {
        let header = |(name, value): (&hyper::http::HeaderName, &hyper::http::HeaderValue)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        };
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: parse(head.uri.query().unwrap_or_default()),
            headers: head.headers.iter().map(header).collect(),
            body: body.to_vec(),
        }
    }

    /// The first header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first query parameter of a name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The pairs of a form body.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        let is_form = self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if is_form {
            parse(&String::from_utf8_lossy(&self.body))
        } else {
            Vec::new()
        }
    }

    /// The values that stand in the path in place of a template's placeholders,
    /// decoded; `None` if the path is not of that template.
    pub(crate) fn path_values(&self, template: &str) -> Option<Vec<(String, String)>> {
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

/// The canonical form of pairs: sorted by name, encoded.
pub(crate) fn canonical(pairs: &[(String, String)]) -> String {
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort();
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
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
