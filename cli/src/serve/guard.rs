//! Who may ask. The page is on loopback, where every program of the machine and every page in
//! the browser can send something: it answers its own pages, in a browser that was given the
//! token, and nobody else.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use sha2::{Digest as _, Sha256};

/// The secret of a running explorer, made anew for each.
pub(super) struct Guard {
    port: u16,
    token: String,
}

impl Guard {
    /// # Errors
    /// If the system has no randomness.
    pub(super) fn new(port: u16) -> anyhow::Result<Self> {
        let mut bytes = [0; 24];
        getrandom::fill(&mut bytes)?;
        Ok(Self {
            port,
            token: data_encoding::HEXLOWER.encode(&bytes),
        })
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether a token is the right one; how long it takes tells nothing of it.
    pub(super) fn knows(&self, token: &str) -> bool {
        Sha256::digest(token) == Sha256::digest(&self.token)
    }

    /// The cookie's name has the port: a host's cookies are those of all of its ports.
    fn cookie(&self) -> String {
        format!("alicloud-explorer-{}", self.port)
    }

    /// What a browser is to remember.
    pub(super) fn set_cookie(&self) -> String {
        let (name, token) = (self.cookie(), &self.token);
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict")
    }

    /// Why a request is refused, if it is; but for the token.
    ///
    /// - `Host` is this server: a name that a stranger has point to 127.0.0.1 is none of it.
    /// - `Sec-Fetch-Site` and `Origin`, where a browser says them, are this page's own.
    /// - What does something is JSON, which no form of another page can send.
    pub(super) fn refuses(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Option<(StatusCode, String)> {
        let hosts = [
            format!("127.0.0.1:{}", self.port),
            format!("localhost:{}", self.port),
        ];
        let Some(host) =
            only(headers, &header::HOST).filter(|host| hosts.iter().any(|it| it == host))
        else {
            let [own, _] = hosts;
            let why = format!(
                "this is not the explorer's address, which is http://{own}; a tunnel has to end at \
                 the same port"
            );
            return Some((StatusCode::MISDIRECTED_REQUEST, why));
        };
        let site = headers.get_all("sec-fetch-site").iter();
        let mut site = site.map(HeaderValue::as_bytes);
        if !site.all(|site| matches!(site, b"same-origin" | b"none")) {
            return Some((StatusCode::FORBIDDEN, "another page asks for it".to_owned()));
        }
        let own = format!("http://{host}");
        let mut origins = headers.get_all(header::ORIGIN).iter();
        if !origins.all(|origin| origin.as_bytes() == own.as_bytes()) {
            return Some((StatusCode::FORBIDDEN, "another page asks for it".to_owned()));
        }
        let json = only(headers, &header::CONTENT_TYPE) == Some("application/json");
        if *method == Method::POST && !json {
            let why = "it is to be application/json";
            return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, why.to_owned()));
        }
        None
    }

    /// Whether the browser was given the token.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie();
        let cookies = headers.get_all(header::COOKIE).iter();
        let cookies = cookies.filter_map(|cookies| cookies.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split("; "));
        pairs.any(|pair| {
            pair.split_once('=')
                .is_some_and(|(it, token)| it == name && self.knows(token))
        })
    }
}

/// A header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// What every reply says: nothing is loaded from elsewhere, nothing is kept, nothing is framed.
pub(super) const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn only_its_own_pages_are_answered() {
        let guard = Guard::new(4000).expect("random bytes");
        let own = ("host", "127.0.0.1:4000");
        let json = ("content-type", "application/json");
        let origin = ("origin", "http://127.0.0.1:4000");
        for (method, sent, refused) in [
            (Method::GET, &[own][..], false),
            (Method::GET, &[("host", "localhost:4000")], false),
            (Method::GET, &[], true),
            (Method::GET, &[own, own], true),
            (Method::GET, &[("host", "evil.example:4000")], true),
            (Method::GET, &[("host", "127.0.0.1:4001")], true),
            (Method::GET, &[own, ("sec-fetch-site", "none")], false),
            (Method::GET, &[own, ("sec-fetch-site", "cross-site")], true),
            (Method::GET, &[own, ("sec-fetch-site", "same-site")], true),
            (Method::POST, &[own, json, origin], false),
            (Method::POST, &[own, json, ("origin", "null")], true),
            (
                Method::POST,
                &[own, json, ("origin", "http://localhost:4000")],
                true,
            ),
            (
                Method::POST,
                &[own, json, ("origin", "http://evil.example")],
                true,
            ),
            (Method::POST, &[own, ("content-type", "text/plain")], true),
            (Method::POST, &[own], true),
        ] {
            let refusal = guard.refuses(&method, &headers(sent));
            assert_eq!(refusal.is_some(), refused, "{method} {sent:?}: {refusal:?}");
        }
    }

    #[test]
    fn a_browser_is_admitted_with_the_token_of_this_port_alone() {
        let guard = Guard::new(4000).expect("random bytes");
        let token = guard.token();
        let admits = |cookie: String| guard.admits(&headers(&[("cookie", &cookie)]));
        assert!(admits(format!("alicloud-explorer-4000={token}")));
        assert!(admits(format!("a=b; alicloud-explorer-4000={token}; c=d")));
        assert!(!admits(format!("alicloud-explorer-4001={token}")));
        assert!(!admits("alicloud-explorer-4000=".to_owned()));
        assert!(!guard.admits(&HeaderMap::new()));
        assert_ne!(token, Guard::new(4000).expect("random bytes").token());
    }
}
