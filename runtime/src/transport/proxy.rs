//! Which proxy a request goes through, and who said so: an error names both.

use std::env;
use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use super::tls::{HAS_TLS, WITHOUT_TLS};
use super::{TransportError, TransportErrorKind};

/// A proxy for every request: HTTP (`http://`, `https://`) or SOCKS (`socks4://`,
/// `socks4a://`, `socks5://`, `socks5h://`). With `socks4a` and `socks5h` the proxy
/// resolves the service's name, with `socks4` and `socks5` this machine.
///
/// A URL that is none of these is refused before the first request.
#[derive(Clone)]
pub struct Proxy {
    pub(super) url: String,
    pub(super) login: Option<(String, String)>,
    pub(super) except: Option<String>,
}

impl Proxy {
    /// Creates a proxy at a URL such as `http://proxy.example:3128`; without a
    /// scheme it is HTTP.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            login: None,
            except: None,
        }
    }

    /// Adds a user and a password (HTTP basic authentication, or SOCKS5).
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = Some((user.into(), password.into()));
        self
    }

    /// Sets the hosts that are reached without it, as in `NO_PROXY`: host names, domain
    /// suffixes, addresses and networks, separated by commas.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.except = Some(hosts.into());
        self
    }
}

impl Proxy {
    /// The URL without the login.
    pub(crate) fn shown(&self) -> String {
        without_login(&self.url)
    }
}

impl fmt::Debug for Proxy {
    /// Writes the URL without the login, which the URL may hold too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &without_login(&self.url))
            .field("except", &self.except)
            .finish_non_exhaustive()
    }
}

#[derive(Clone)]
pub(super) enum ProxyChoice {
    Environment,
    None,
    Explicit(Proxy),
}

/// The proxies of a transport, as far as errors speak of them. What they are used
/// for is reqwest's matter, which decides with the same matcher.
#[derive(Debug)]
pub(super) struct Proxies {
    used: Option<Matcher>,
    origin: Origin,
    /// What is wrong with the proxy of a scheme.
    faults: Vec<(&'static str, String)>,
    /// Matches what is not excepted from proxies.
    reachable: Matcher,
}

#[derive(Debug)]
enum Origin {
    Configuration,
    /// The variables that count, by scheme.
    Environment {
        http: Option<&'static str>,
        https: Option<&'static str>,
    },
}

/// A proxy on the way of a request.
#[derive(Clone, Debug)]
pub(super) struct Via {
    url: String,
    origin: &'static str,
    /// It forwards what is sent to it, as HTTP.
    pub(super) is_http: bool,
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} (from {})", self.url, self.origin)
    }
}

impl Proxies {
    /// # Errors
    /// When a proxy that was configured cannot be used.
    pub(super) fn new(choice: &ProxyChoice) -> Result<Self, TransportError> {
        Ok(match choice {
            ProxyChoice::None => Self {
                used: None,
                origin: Origin::Configuration,
                faults: Vec::new(),
                reachable: excepting(""),
            },
            ProxyChoice::Explicit(proxy) => {
                check(&proxy.url).map_err(|why| unusable(&proxy.url, CONFIGURATION, &why))?;
                let except = proxy.except.as_deref().unwrap_or_default();
                let matcher = Matcher::builder()
                    .all(proxy.url.as_str())
                    .no(except)
                    .build();
                Self {
                    used: Some(matcher),
                    origin: Origin::Configuration,
                    faults: Vec::new(),
                    reachable: excepting(except),
                }
            }
            ProxyChoice::Environment => Self::from_environment(),
        })
    }

    fn from_environment() -> Self {
        // Where a request's headers become variables, `HTTP_PROXY` is one of them:
        // no proxy is read from the environment there.
        let is_cgi = env::var_os("REQUEST_METHOD").is_some();
        let mut faults = Vec::new();
        let mut variable = |scheme: &'static str, own: [&'static str; 2]| {
            if is_cgi {
                return None;
            }
            let (name, value) = first(own).or_else(|| first(["ALL_PROXY", "all_proxy"]))?;
            if let Err(why) = check(&value) {
                faults.push((scheme, unusable(&value, name, &why).to_string()));
            }
            Some(name)
        };
        let http = variable("http", ["HTTP_PROXY", "http_proxy"]);
        let https = variable("https", ["HTTPS_PROXY", "https_proxy"]);
        let except = first(["NO_PROXY", "no_proxy"]).map(|(_, value)| value);
        Self {
            used: Some(Matcher::from_system()),
            origin: Origin::Environment { http, https },
            faults,
            reachable: excepting(&except.unwrap_or_default()),
        }
    }

    /// Refuses a request whose proxy cannot be used: it would go past it.
    pub(super) fn check(&self, uri: &Uri) -> Result<(), TransportError> {
        let mut faults = self.faults.iter();
        match faults.find(|(scheme, _)| uri.scheme_str() == Some(scheme)) {
            Some((_, fault)) if self.reachable.intercept(uri).is_some() => {
                Err(TransportError::new(TransportErrorKind::Proxy, fault))
            }
            _ => Ok(()),
        }
    }

    /// The proxy that a request goes through.
    pub(super) fn via(&self, uri: &Uri) -> Option<Via> {
        let proxy = self.used.as_ref()?.intercept(uri)?;
        let scheme = proxy.uri().scheme_str().unwrap_or("http");
        let authority = proxy.uri().authority()?;
        let origin = match self.origin {
            Origin::Configuration => CONFIGURATION,
            Origin::Environment { http, https } => {
                let variable = if uri.scheme_str() == Some("https") {
                    https
                } else {
                    http
                };
                variable.unwrap_or("the settings of the system")
            }
        };
        Some(Via {
            url: format!("{scheme}://{authority}"),
            origin,
            is_http: matches!(scheme, "http" | "https"),
        })
    }
}

const CONFIGURATION: &str = "the configuration";

fn excepting(hosts: &str) -> Matcher {
    Matcher::builder().all("http://proxy").no(hosts).build()
}

/// The variable that counts: the first that is set, unless it is empty.
fn first(names: [&'static str; 2]) -> Option<(&'static str, String)> {
    names
        .into_iter()
        .find_map(|name| Some((name, env::var(name).ok()?)))
        .filter(|(_, value)| !value.is_empty())
}

/// What is wrong with a proxy's URL.
fn check(url: &str) -> Result<(), String> {
    let uri: Uri = url.parse().map_err(|_| "it is no URL".to_owned())?;
    let authority = uri.authority().ok_or("it names no host")?;
    match uri.scheme_str().unwrap_or("http") {
        "http" | "socks4" | "socks4a" | "socks5" | "socks5h" => {}
        "https" if HAS_TLS => {}
        "https" => return Err(WITHOUT_TLS.to_owned()),
        other => {
            return Err(format!(
                "{other} is no scheme of a proxy: http, https, socks4, socks4a, socks5 and \
                 socks5h are"
            ));
        }
    }
    let place = authority.as_str().rsplit('@').next().unwrap_or_default();
    if authority.host().is_empty() {
        return Err("it names no host".to_owned());
    }
    if place.len() > authority.host().len() && authority.port_u16().is_none() {
        return Err("its port is none".to_owned());
    }
    Ok(())
}

fn unusable(url: &str, origin: &str, why: &str) -> TransportError {
    let message = format!(
        "the proxy {:?} (from {origin}) cannot be used: {why}",
        without_login(url)
    );
    TransportError::new(TransportErrorKind::Proxy, message)
}

/// A URL without user and password; also one that cannot be read.
fn without_login(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        (None, Some((_, place))) => place.to_owned(),
        (_, None) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explicit(url: &str) -> Result<Proxies, String> {
        Proxies::new(&ProxyChoice::Explicit(Proxy::new(url))).map_err(|e| e.to_string())
    }

    #[test]
    fn a_proxy_is_http_or_socks_and_anything_else_is_refused_once_and_by_name() {
        for url in [
            "http://proxy.example:3128",
            "proxy.example:3128",
            "proxy.example",
            "http://user:p%40ss@[::1]:3128/",
            "socks4://127.0.0.1",
            "socks4a://127.0.0.1:1080",
            "socks5://u:p@127.0.0.1:1080",
            "socks5h://127.0.0.1:1080",
        ] {
            let proxies = explicit(url).expect(url);
            let uri = Uri::from_static("https://ga.cn-hangzhou.aliyuncs.com/");
            assert!(proxies.via(&uri).is_some(), "{url}");
        }
        for (url, why) in [
            ("ftp://u:secret@proxy:21", "ftp is no scheme of a proxy"),
            ("not a url", "it is no URL"),
            ("", "it is no URL"),
            ("http://", "it is no URL"),
            ("/proxy", "it names no host"),
            ("http://proxy:99999", "its port is none"),
            ("http://proxy:", "its port is none"),
        ] {
            let error = explicit(url).expect_err(url);
            assert!(error.contains(why), "{url:?}: {error}");
            assert!(!error.contains("secret"), "{error}");
            let shown = format!("{:?}", without_login(url));
            let begins = format!("the proxy {shown} (from the configuration) cannot be used: ");
            assert!(error.starts_with(&begins), "{error}");
        }
    }

    #[test]
    fn a_proxy_is_named_without_its_login() {
        let proxies = explicit("http://user:pa55@proxy.example:3128").expect("a proxy");
        let via = proxies.via(&Uri::from_static("http://a.example/"));
        assert_eq!(
            via.expect("a proxy").to_string(),
            "the proxy http://proxy.example:3128 (from the configuration)"
        );
    }
}
