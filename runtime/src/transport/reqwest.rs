//! [`Http`]: the transport that is used unless an app brings its own. Only this file,
//! `failure.rs`, `pools.rs` and `native.rs` name `reqwest`.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use hyper::body::{Frame, SizeHint};
use reqwest::Url;

use super::body::Body;
use super::failure::{classified, login_wanted};
use super::options::HttpOptions;
use super::pools::Pools;
use super::proxy::{Proxies, Proxy, ProxyChoice};
use super::{SendOptions, Transport, TransportError, TransportErrorKind};
use crate::driver;
use crate::future::BoxFuture;

/// The built-in transport: HTTP/1.1 with pooled connections, one pool for each
/// Tokio runtime that it is used on; follows no redirect.
#[derive(Clone)]
pub struct Http(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) pools: Pools,
    proxies: Proxies,
    /// Where the last request went: most clients have one host, and it takes long
    /// to parse.
    last: Mutex<Option<Url>>,
}

impl Http {
    /// Creates a transport with connection pools of its own; clones share them.
    ///
    /// # Errors
    /// When a certificate, a key or the proxy's URL cannot be used, or the
    /// platform's root certificates cannot be read. A proxy of the environment
    /// that cannot be used is an error of the requests that would go through it.
    pub fn new(options: &HttpOptions) -> Result<Self, TransportError> {
        let proxies = Proxies::new(&options.proxy)?;
        let proxy = match &options.proxy {
            ProxyChoice::Explicit(proxy) => Some(explicit(proxy)?),
            ProxyChoice::Environment | ProxyChoice::None => None,
        };
        let without_proxy = matches!(options.proxy, ProxyChoice::None);
        let with_tls = tls(options)?;
        let (connect, idle, most) = (
            options.connecting(),
            options.pool_idle_timeout,
            options.pool_max_idle_per_host,
        );
        let pools = Pools::new(idle, move || {
            let builder = reqwest::Client::builder()
                .http1_only()
                .redirect(reqwest::redirect::Policy::none())
                // Nor is a copy kept of each request, to be sent again. What hyper
                // has not begun to write it sends again nevertheless.
                .retry(reqwest::retry::never().max_retries_per_request(0))
                .referer(false)
                .connect_timeout(connect)
                .pool_idle_timeout(idle)
                .pool_max_idle_per_host(most);
            let builder = match &proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None if without_proxy => builder.no_proxy(),
                None => builder,
            };
            with_tls(builder).build()
        })?;
        Ok(Self(Arc::new(Shared {
            pools,
            proxies,
            last: Mutex::default(),
        })))
    }
}

impl Shared {
    /// A request as `reqwest` wants it.
    fn request(&self, request: http::Request<Body>) -> Result<reqwest::Request, TransportError> {
        let (parts, body) = request.into_parts();
        let mut built = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *built.headers_mut() = parts.headers;
        *built.body_mut() = match body.as_bytes() {
            Some(bytes) if bytes.is_empty() => None,
            Some(bytes) => Some(bytes.clone().into()),
            None => Some(reqwest::Body::wrap(Outgoing(body))),
        };
        Ok(built)
    }

    /// Sends a request, however long it takes until the head of the reply is there.
    async fn send(
        self: &Arc<Self>,
        request: http::Request<Body>,
    ) -> Result<http::Response<Body>, TransportError> {
        let uri = request.uri().clone();
        super::speaks(uri.scheme_str())?;
        self.proxies.check(&uri)?;
        let request = self.request(request)?;
        let client = self.pools.client().await?;
        let sent = client.execute(request).await;
        let mut reply = sent.map_err(|e| classified(&uri, self.proxies.via(&uri), e))?;
        if reply.status() == http::StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && let Some(via) = self.proxies.via(&uri)
        {
            return Err(login_wanted(&via));
        }
        let mut head = http::Response::new(());
        *head.status_mut() = reply.status();
        std::mem::swap(head.headers_mut(), reply.headers_mut());
        let length = reply.content_length();
        let mut body = Body::from_stream(Incoming {
            reply,
            uri,
            shared: Arc::clone(self),
        });
        if let Some(length) = length {
            body = body.with_length(length);
        }
        Ok(head.map(|()| body))
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
                // Some hosts (numbers, addresses in unusual forms) are rewritten, and
                // the signature is for the one as it was written.
                let (host, sent) = (authority.host(), url.host_str().unwrap_or_default());
                if !host.eq_ignore_ascii_case(sent) {
                    let why = format!("its host {host} would be sent as {sent}: name it so");
                    return Err(unsendable(&why));
                }
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

/// The body of a reply, as it comes.
struct Incoming {
    reply: reqwest::Response,
    uri: http::Uri,
    shared: Arc<Shared>,
}

impl Stream for Incoming {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // Nothing is lost with such a future that is not done.
        let piece = pin!(self.reply.chunk()).poll(context);
        let via = || self.shared.proxies.via(&self.uri);
        piece.map(|piece| {
            let piece = piece.map_err(|e| classified(&self.uri, via(), e));
            piece.transpose()
        })
    }
}

/// A body that is sent as it comes.
struct Outgoing(Body);

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let piece = Pin::new(&mut self.0).poll_next(context);
        piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        let exact = self.0.length().map(SizeHint::with_exact);
        exact.unwrap_or_default()
    }
}

fn unsendable(why: &str) -> TransportError {
    TransportError::new(
        TransportErrorKind::Other,
        format!("the request cannot be sent: {why}"),
    )
    .not_sent()
}

fn explicit(proxy: &Proxy) -> Result<reqwest::Proxy, TransportError> {
    let mut built = reqwest::Proxy::all(proxy.url.as_str()).map_err(|e| {
        // Its words hold the URL, with the login.
        TransportError::new(TransportErrorKind::Proxy, "the proxy's URL cannot be used")
            .with_source(e.without_url())
    })?;
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

/// What gives each client its TLS. Certificates are read once.
type WithTls = Box<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// rustls where it is compiled in, with a configuration of our own: reqwest's
/// needs a provider installed for the whole process, which is the app's matter.
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
fn tls(options: &HttpOptions) -> Result<WithTls, TransportError> {
    let config = super::rustls::client_config(
        &options.roots,
        options
            .identity
            .as_ref()
            .map(|own| (&*own.certificate, &*own.key)),
    )?;
    Ok(Box::new(move |builder| {
        builder.tls_backend_preconfigured(config.clone())
    }))
}

#[cfg(all(
    feature = "native-tls",
    not(any(feature = "rustls", feature = "rustls-aws-lc"))
))]
fn tls(options: &HttpOptions) -> Result<WithTls, TransportError> {
    let identity = options.identity.as_ref();
    let identity = identity.map(|own| (&*own.certificate, &*own.key));
    super::native::with_tls(&options.roots, identity)
}

#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
fn tls(_options: &HttpOptions) -> Result<WithTls, TransportError> {
    Ok(Box::new(|builder| builder))
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

impl Transport for Http {
    fn send(
        &self,
        request: http::Request<Body>,
        _options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move { driver::run(self.0.send(request)).await? })
    }
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
                assert_eq!(http.0.url(&uri).expect("a URL"), expected);
            }
        }
        let kept = http.0.last.lock().expect("the last host").clone();
        assert_eq!(kept.expect("a host").as_str(), "http://localhost/");
    }

    #[test]
    fn a_host_that_would_be_rewritten_is_refused() {
        let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
        for uri in [
            "http://2130706433/",
            "http://0x7f.1:8080/a",
            "http://127.1/",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            let error = http.0.url(&uri.parse().expect("a URI")).expect_err(uri);
            assert!(error.to_string().contains("would be sent as"), "{error}");
        }
        assert!(http.0.last.lock().expect("the last host").is_none());
    }

    #[test]
    fn a_request_without_a_host_is_not_sent() {
        let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
        let error = http
            .0
            .url(&"/a".parse().expect("a URI"))
            .expect_err("no host");
        assert_eq!(error.kind(), TransportErrorKind::Other);
    }
}
