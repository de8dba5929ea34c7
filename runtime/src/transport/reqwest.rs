//! The transport that is used unless an app brings its own. The only file that
//! names `reqwest`.

use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use reqwest::Url;

use super::{SendOptions, Transport, TransportError, TransportErrorKind};
use crate::BoxFuture;

/// HTTP/1.1 with pooled connections; follows no redirect.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    /// Where the last request went: most clients have one host, and it takes long
    /// to parse.
    last: Arc<Mutex<Option<Url>>>,
}

/// How [`Http`] connects.
#[derive(Clone)]
pub struct HttpOptions {
    connect_timeout: Duration,
    proxy: ProxyChoice,
    #[cfg_attr(
        not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")),
        allow(dead_code)
    )]
    pub(super) roots: Vec<Vec<u8>>,
    #[cfg_attr(
        not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")),
        allow(dead_code)
    )]
    pub(super) identity: Option<Identity>,
}

#[derive(Clone)]
enum ProxyChoice {
    Environment,
    None,
    Explicit(Proxy),
}

/// A client certificate with its key, both PEM.
#[derive(Clone)]
pub(super) struct Identity {
    #[cfg_attr(
        not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")),
        allow(dead_code)
    )]
    pub(super) certificate: Vec<u8>,
    #[cfg_attr(
        not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")),
        allow(dead_code)
    )]
    pub(super) key: Vec<u8>,
}

/// An HTTP proxy for every request.
#[derive(Clone)]
pub struct Proxy {
    url: String,
    login: Option<(String, String)>,
    except: Option<String>,
}

impl Proxy {
    /// A proxy at a URL such as `http://proxy.example:3128`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            login: None,
            except: None,
        }
    }

    /// With a user and a password (HTTP basic authentication).
    #[must_use]
    pub fn login(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = Some((user.into(), password.into()));
        self
    }

    /// Hosts that are reached without it, as in `NO_PROXY`: host names, domain
    /// suffixes, addresses and networks, separated by commas.
    #[must_use]
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.except = Some(hosts.into());
        self
    }
}

impl fmt::Debug for Proxy {
    /// Without the login, which the URL may hold too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.rsplit('@').next().unwrap_or_default();
        f.debug_struct("Proxy")
            .field("host", &host)
            .field("except", &self.except)
            .finish_non_exhaustive()
    }
}

impl Default for HttpOptions {
    /// 5 seconds to connect, the proxy that the environment names (`HTTPS_PROXY`,
    /// `HTTP_PROXY`, `NO_PROXY`, in either case), the platform's root
    /// certificates.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            proxy: ProxyChoice::Environment,
            roots: Vec::new(),
            identity: None,
        }
    }
}

impl HttpOptions {
    /// How long to wait for a connection, name resolution and TLS included.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sends every request through `proxy`, whatever the environment says.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = ProxyChoice::Explicit(proxy);
        self
    }

    /// Uses no proxy, whatever the environment says.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::None;
        self
    }

    /// Accepts these root certificates (PEM, one or several) besides the
    /// platform's.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Shows this certificate to servers that ask for one; both PEM.
    #[must_use]
    pub fn client_certificate(
        mut self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.identity = Some(Identity {
            certificate: certificate.into(),
            key: key.into(),
        });
        self
    }
}

impl fmt::Debug for HttpOptions {
    /// Without keys and logins.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HttpOptions");
        shown.field("connect_timeout", &self.connect_timeout);
        match &self.proxy {
            ProxyChoice::Environment => shown.field("proxy", &"from the environment"),
            ProxyChoice::None => shown.field("proxy", &"none"),
            ProxyChoice::Explicit(proxy) => shown.field("proxy", proxy),
        };
        shown
            .field("extra_roots", &self.roots.len())
            .field("client_certificate", &self.identity.is_some())
            .finish()
    }
}

impl Http {
    /// A transport with a connection pool of its own; clones share it.
    ///
    /// # Errors
    /// When a certificate, a key or the proxy's URL cannot be used, or the
    /// platform's root certificates cannot be read.
    pub fn new(options: &HttpOptions) -> Result<Self, TransportError> {
        let unusable = |e: reqwest::Error| {
            TransportError::new(TransportErrorKind::Other, "the HTTP client cannot be built")
                .with_source(e.without_url())
        };
        let builder = reqwest::Client::builder()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            // Nor is a copy kept of each request, to be sent again.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .referer(false)
            .connect_timeout(options.connect_timeout)
            // Shorter than the gateways' own, so that a connection is seldom
            // used just as the server closes it.
            .pool_idle_timeout(Duration::from_secs(30));
        let builder = match &options.proxy {
            ProxyChoice::Environment => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::Explicit(proxy) => builder.proxy(explicit(proxy).map_err(unusable)?),
        };
        let client = tls(builder, options)?.build().map_err(unusable)?;
        Ok(Self {
            client,
            last: Arc::default(),
        })
    }

    /// A request as `reqwest` wants it.
    fn request(&self, request: http::Request<Bytes>) -> Result<reqwest::Request, TransportError> {
        let (parts, body) = request.into_parts();
        let mut built = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *built.headers_mut() = parts.headers;
        if !body.is_empty() {
            *built.body_mut() = Some(body.into());
        }
        Ok(built)
    }

    /// Sends a request and reads the reply, however long it takes.
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
        uri: &http::Uri,
        max_reply_bytes: usize,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let classify = |e: reqwest::Error| classified(&host(uri), e);
        let request = self.request(request)?;
        let mut reply = self.client.execute(request).await.map_err(classify)?;

        let too_large = || {
            TransportError::new(
                TransportErrorKind::TooLarge,
                format!(
                    "the reply of {} is larger than {max_reply_bytes} bytes",
                    host(uri)
                ),
            )
        };
        let announced = reply.content_length().unwrap_or(0);
        if announced > max_reply_bytes as u64 {
            return Err(too_large());
        }
        // Most replies come in one piece, which is not copied then.
        let mut body = Bytes::new();
        let mut pieces = BytesMut::new();
        while let Some(chunk) = reply.chunk().await.map_err(classify)? {
            if body.len() + pieces.len() + chunk.len() > max_reply_bytes {
                return Err(too_large());
            }
            if body.is_empty() && pieces.is_empty() {
                body = chunk;
                continue;
            }
            if pieces.is_empty() {
                // What is announced is believed so far.
                const BELIEVED: u64 = 1 << 20;
                pieces.reserve(announced.min(BELIEVED) as usize);
                pieces.extend_from_slice(&std::mem::take(&mut body));
            }
            pieces.extend_from_slice(&chunk);
        }
        if !pieces.is_empty() {
            body = pieces.freeze();
        }

        let mut complete = http::Response::new(body);
        *complete.status_mut() = reply.status();
        std::mem::swap(complete.headers_mut(), reply.headers_mut());
        Ok(complete)
    }

    fn url(&self, uri: &http::Uri) -> Result<Url, TransportError> {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(unsendable("its URI names no host"));
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let there = last
            .as_ref()
            .filter(|url| (url.scheme(), url.authority()) == (scheme, authority.as_str()));
        let mut url = match there {
            Some(url) => url.clone(),
            None => {
                let url = Url::parse(&format!("{scheme}://{authority}/"))
                    .map_err(|e| unsendable(&e.to_string()))?;
                last.insert(url).clone()
            }
        };
        drop(last);
        if uri.path() != "/" {
            url.set_path(uri.path());
        }
        url.set_query(uri.query());
        Ok(url)
    }
}

fn unsendable(why: &str) -> TransportError {
    TransportError::new(
        TransportErrorKind::Other,
        format!("the request cannot be sent: {why}"),
    )
}

fn explicit(proxy: &Proxy) -> Result<reqwest::Proxy, reqwest::Error> {
    let mut built = reqwest::Proxy::all(proxy.url.as_str())?;
    if let Some((user, password)) = &proxy.login {
        built = built.basic_auth(user, password);
    }
    Ok(built.no_proxy(
        proxy
            .except
            .as_deref()
            .and_then(reqwest::NoProxy::from_string),
    ))
}

/// rustls where it is compiled in, with a configuration of our own: reqwest's
/// needs a provider installed for the whole process, which is the app's matter.
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
fn tls(
    builder: reqwest::ClientBuilder,
    options: &HttpOptions,
) -> Result<reqwest::ClientBuilder, TransportError> {
    Ok(builder.tls_backend_preconfigured(super::tls::client_config(options)?))
}

#[cfg(all(
    feature = "native-tls",
    not(any(feature = "rustls", feature = "rustls-aws-lc"))
))]
fn tls(
    builder: reqwest::ClientBuilder,
    options: &HttpOptions,
) -> Result<reqwest::ClientBuilder, TransportError> {
    super::native::configure(builder, options)
}

#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
fn tls(
    builder: reqwest::ClientBuilder,
    _options: &HttpOptions,
) -> Result<reqwest::ClientBuilder, TransportError> {
    Ok(builder)
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

impl Transport for Http {
    fn send(
        &self,
        request: http::Request<Bytes>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let uri = request.uri().clone();
            // reqwest's own timer is an allocation for each of its parts.
            let exchange = self.exchange(request, &uri, options.max_reply_bytes);
            let in_time = tokio::time::timeout(options.timeout, exchange).await;
            in_time.unwrap_or_else(|_| {
                Err(TransportError::new(
                    TransportErrorKind::Timeout,
                    format!("{}: {LATE} ({:?})", host(&uri), options.timeout),
                ))
            })
        })
    }
}

/// What a timeout is called, whoever notices it.
const LATE: &str = "no complete reply in time";

/// The host and its port; never a user and a password.
fn host(uri: &http::Uri) -> String {
    let host = uri.host().unwrap_or_default();
    match uri.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// What `error` was, with its causes in the message and without the URL, whose
/// query may hold a signature.
fn classified(host: &str, error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let (kind, what) = if error.is_builder() {
        (TransportErrorKind::Other, "the request cannot be sent")
    } else if error.is_dns() {
        (
            TransportErrorKind::Dns,
            "the name was not resolved (check the endpoint, the region and the network)",
        )
    } else if error.is_connect() && is_tls(&error) {
        (TransportErrorKind::Tls, "no TLS connection")
    } else if error.is_connect() {
        (
            TransportErrorKind::Connect,
            "no connection (check the endpoint, the network and the proxy)",
        )
    } else if error.is_timeout() {
        (TransportErrorKind::Timeout, LATE)
    } else {
        (
            TransportErrorKind::Reset,
            "the connection broke before the reply was complete",
        )
    };
    let mut message = format!("{host}: {what}");
    if let Some(cause) = innermost(&error) {
        message = format!("{message}: {cause}");
    }
    TransportError::new(kind, message).with_source(error)
}

fn innermost(error: &reqwest::Error) -> Option<&dyn StdError> {
    causes(error).last()
}

/// A failure of the TLS protocol. A handshake that is cut off is none: that may
/// pass.
fn is_tls(error: &reqwest::Error) -> bool {
    causes(error).any(super::tls_error)
}

/// The errors underneath, outermost first. What an I/O error wraps is not its
/// source but that error's; so it has to be asked for.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&error| {
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_the_same_whether_its_host_is_known() {
        let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
        for uri in [
            "https://ga.cn-hangzhou.aliyuncs.com/?Action=A&B=a%2Fb%20c",
            "https://ga.cn-hangzhou.aliyuncs.com/",
            "https://ga.cn-hangzhou.aliyuncs.com/clusters/c%2F1/nodes?x=%2A&y=",
            "https://ga.cn-hangzhou.aliyuncs.com/?Action=A",
            "http://127.0.0.1:8080/a/b",
            "http://[::1]:8080/?a=b",
            "http://localhost:80/?a=b",
        ] {
            let expected = Url::parse(uri).expect("a URL");
            let uri = uri.parse().expect("a URI");
            for _ in 0..2 {
                assert_eq!(http.url(&uri).expect("a URL"), expected);
            }
        }
        let kept = http.last.lock().expect("the last host").clone();
        assert_eq!(kept.expect("a host").as_str(), "http://localhost/");
    }

    #[test]
    fn a_request_without_a_host_is_not_sent() {
        let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
        let error = http
            .url(&"/a".parse().expect("a URI"))
            .expect_err("no host");
        assert_eq!(error.kind(), TransportErrorKind::Other);
    }
}
