//! [`Explorer`]: the server, and what is at which path.

use std::convert::Infallible;

use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use maud::Markup;
use tokio::net::TcpListener;

use alicloud_mock::percent;

use super::calls::{self, Service};
use super::guard::{Guard, HEADERS};
use super::lines::{Lines, ReplyBody};
use super::shelf::Shelf;
use super::{layout, lists, operation};

/// The bytes of a form that are read.
const BODY_BYTES: usize = 1 << 20;

const SCRIPT: &str = include_str!("assets/page.js");
const STYLE: &str = include_str!("assets/page.css");
const ICON: &str = include_str!("assets/icon.svg");

/// Options of a page.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Allows calls to the service, with the credentials of the environment.
    pub allow_send: bool,
    /// The host that calls to the service go to, if not to its published host.
    pub endpoint: Option<String>,
    /// The region that a form begins with, if not the product's.
    pub region: Option<String>,
}

/// A local web page that explores specs. It answers on loopback, and only a browser that was
/// opened with its [address](Explorer::address).
pub struct Explorer {
    listener: TcpListener,
    server: &'static Server,
}

pub(super) struct Server {
    pub(super) shelf: Shelf,
    pub(super) options: Options,
    pub(super) service: Service,
    pub(super) guard: Guard,
}

impl Explorer {
    /// Creates an explorer of these specs on a port of 127.0.0.1; 0 takes a free one. It is kept for as
    /// long as the process runs.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn new(shelf: Shelf, port: u16, options: Options) -> anyhow::Result<Self> {
        let listener = alicloud_mock::listen(port).await?;
        let guard = Guard::new(listener.local_addr()?.port())?;
        let server = Box::leak(Box::new(Server {
            shelf,
            service: Service::default(),
            options,
            guard,
        }));
        Ok(Self { listener, server })
    }

    /// Returns the specs.
    pub fn shelf(&self) -> &Shelf {
        &self.server.shelf
    }

    /// The address to open a path at. It holds a secret: who has it may use the page.
    ///
    /// # Errors
    /// If the listener has no address.
    pub fn address(&self, path: &str) -> anyhow::Result<String> {
        let at = self.listener.local_addr()?;
        Ok(format!(
            "http://{at}{path}?token={}",
            self.server.guard.token()
        ))
    }

    /// Answers until it is dropped.
    pub async fn serve(self) -> Infallible {
        let server = self.server;
        alicloud_mock::serve_http(self.listener, move |request| server.answer(request)).await
    }
}

/// A reply: its kind, and its bytes.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) body: ReplyBody,
}

impl Reply {
    pub(super) fn html(page: Markup) -> Self {
        Self {
            status: StatusCode::OK,
            kind: "text/html; charset=utf-8",
            body: ReplyBody::whole(page.into_string()),
        }
    }

    fn asset(kind: &'static str, body: &'static str) -> Self {
        Self {
            status: StatusCode::OK,
            kind,
            body: ReplyBody::whole(body),
        }
    }

    /// A refusal, in plain text.
    pub(super) fn refusal(status: StatusCode, why: impl Into<String>) -> Self {
        Self {
            status,
            kind: "text/plain; charset=utf-8",
            body: ReplyBody::whole(why.into()),
        }
    }

    pub(super) fn json(value: &serde_json::Value) -> Self {
        Self {
            status: StatusCode::OK,
            kind: "application/json",
            body: ReplyBody::whole(value.to_string()),
        }
    }

    /// Lines of JSON, sent as they are written.
    pub(super) fn lines<F>(write: impl FnOnce(Lines) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            status: StatusCode::OK,
            kind: "application/x-ndjson",
            body: ReplyBody::lines(write),
        }
    }

    fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn into_response(self) -> Response<ReplyBody> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl Server {
    async fn answer(&'static self, request: Request<Incoming>) -> Response<ReplyBody> {
        let (head, body) = request.into_parts();
        if let Some((status, why)) = self.guard.refuses(&head.method, &head.headers) {
            return Reply::refusal(status, why).into_response();
        }
        let path = head.uri.path();
        let query = percent::parse(head.uri.query().unwrap_or_default());
        let value = |name: &str| {
            let pair = query.iter().find(|(it, _)| it == name);
            pair.map_or("", |(_, value)| value.as_str())
        };
        if head.method == Method::GET && self.guard.knows(value("token")) {
            return self.admitted(path);
        }
        if !self.guard.admits(&head.headers) {
            let page = Reply::html(layout::unknown_browser());
            return page.with_status(StatusCode::FORBIDDEN).into_response();
        }
        let segments: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| percent::decode(segment, false))
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let reply = match (&head.method, segments.as_slice()) {
            (&Method::POST, [what]) => match alicloud_mock::whole(body, BODY_BYTES).await {
                Ok(body) => calls::answer(self, what, &body).await,
                Err((status, why)) => {
                    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
                    Reply::refusal(status, why)
                }
            },
            (&Method::GET, segments) => {
                let within = Some(value("in")).filter(|within| !within.is_empty());
                self.get(segments, value("q"), within).await
            }
            _ => Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, "it is to be GET or POST"),
        };
        reply.into_response()
    }

    /// The browser keeps the token, and it vanishes from the address.
    fn admitted(&self, path: &str) -> Response<ReplyBody> {
        let reply = Reply::refusal(StatusCode::SEE_OTHER, "");
        let mut response = reply.into_response();
        // A path that begins with two slashes would lead to another host.
        let path = format!("/{}", path.trim_start_matches('/'));
        let cookie = self.guard.set_cookie();
        for (name, value) in [(header::LOCATION, path), (header::SET_COOKIE, cookie)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    async fn get(&'static self, segments: &[&str], words: &str, within: Option<&str>) -> Reply {
        match segments {
            [""] => Reply::html(lists::home(self, words).await),
            ["search"] => Reply::html(lists::results(self, words, within).await),
            ["assets", "page.js"] => Reply::asset("text/javascript; charset=utf-8", SCRIPT),
            ["assets", "page.css"] => Reply::asset("text/css; charset=utf-8", STYLE),
            ["assets", "icon.svg"] => Reply::asset("image/svg+xml", ICON),
            [product, version] => match self.shelf.find(product, version) {
                Some(kept) => match kept.spec().await {
                    Ok(spec) => Reply::html(lists::product(self, kept, spec, words).await),
                    Err(why) => missing("This metadata cannot be read", &why),
                },
                None => missing("There is no such product", &fetch_advice(product)),
            },
            [product, version, name] => match self.shelf.find(product, version) {
                Some(kept) => match kept.spec().await.map(|spec| (spec, spec.operation(name))) {
                    Ok((_, Ok(found))) => Reply::html(operation::page(self, kept, found)),
                    Ok((_, Err(unknown))) => {
                        missing("There is no such operation", &unknown.to_string())
                    }
                    Err(why) => missing("This metadata cannot be read", &why),
                },
                None => missing("There is no such product", &fetch_advice(product)),
            },
            _ => missing("There is no such page", "The search finds every operation."),
        }
    }
}

fn fetch_advice(product: &str) -> String {
    format!("`cargo alicloud fetch {product}` fetches its metadata; then start the explorer again.")
}

fn missing(what: &str, why: &str) -> Reply {
    Reply::html(layout::message(what, why)).with_status(StatusCode::NOT_FOUND)
}
