//! A mock server of any product of Alibaba Cloud on loopback, for tests in any language.
//!
//! It checks signatures (V3 and V1) and required parameters as the gateway does,
//! and answers with the documented samples, listings page by page. What it judges by
//! comes from the metadata and from nothing else: neither the generator nor the runtime
//! has a part in it, so that it judges both. The generator makes a sample where none is
//! documented, and no more.

mod document;
mod events;
mod paging;
// The judge of requests and signatures, for the project's tests too.
#[doc(hidden)]
pub mod percent;
mod request;
mod required;
mod service;
#[doc(hidden)]
pub mod signature;

use std::convert::Infallible;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

pub use document::Document;
#[doc(hidden)]
pub use request::Request;
pub use service::HELP;
use service::{Answer, Service};

/// Three pages of the usual size.
const ITEMS: usize = 25;

/// The bytes of a body that are read. The largest that the gateways take are smaller.
const BODY_BYTES: usize = 32 << 20;

/// How long a connection may be silent before it is closed: it holds an open file.
const SILENCE: Duration = Duration::from_secs(60);

/// How long to wait for connections to end where no more files can be opened.
const NO_FILES: Duration = Duration::from_millis(50);

/// Options of a mock server: who may call it, and how much it has.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
pub struct Options {
    /// The number of items that a listing has in all of its pages.
    #[cfg_attr(feature = "clap", arg(long, value_name = "N", default_value_t = ITEMS))]
    pub items: usize,
    /// The id of the access key that clients sign with.
    #[cfg_attr(
        feature = "clap",
        arg(long, env = "ALICLOUD_MOCK_ACCESS_KEY_ID", default_value = KEY.0)
    )]
    pub access_key_id: String,
    /// Its secret. Made for tests: not a place for a real one.
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "ALICLOUD_MOCK_ACCESS_KEY_SECRET",
            default_value = KEY.1,
            hide_env_values = true
        )
    )]
    pub access_key_secret: String,
}

/// Whom it lets in where nobody is named.
const KEY: (&str, &str) = ("testid", "testsecret");

impl Default for Options {
    /// 25 items, and the key `testid` with the secret `testsecret`.
    fn default() -> Self {
        Self {
            items: ITEMS,
            access_key_id: KEY.0.to_owned(),
            access_key_secret: KEY.1.to_owned(),
        }
    }
}

/// A mock server of a product version.
pub struct Mock(Service);

impl Mock {
    /// Creates a mock server of what an `api-docs.json` describes.
    ///
    /// # Errors
    /// If it is no metadata of a product.
    pub fn new(api_docs: &[u8], options: &Options) -> Result<Self> {
        Ok(Self(Service::new(api_docs, options)?))
    }

    /// Its product and version: `ga 2019-11-20`.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Serves until it is dropped; with a line on standard output for each request, if wanted.
    pub async fn serve(self, listener: TcpListener, log: bool) -> Infallible {
        let service = self.0;
        serve(Server { service, log }, listener).await
    }

    /// Serves on a thread, as long as the process lives: the mock server's address.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn in_background(self) -> Result<String> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = format!("http://{}", listener.local_addr()?);
        let runtime = runtime()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener)?;
                anyhow::Ok(self.serve(listener, false).await)
            })
        });
        Ok(address)
    }

    /// Serves on a port until it is dropped; says where, and what it answers.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn run(self, port: u16) -> Result<Infallible> {
        let listener = listen(port).await?;
        println!("{} on http://{}", self.name(), listener.local_addr()?);
        Ok(self.serve(listener, true).await)
    }

    /// Runs as [`Mock::run`] does, outside of an async runtime.
    ///
    /// # Errors
    /// If the port is taken.
    pub fn run_blocking(self, port: u16) -> Result<Infallible> {
        runtime()?.block_on(self.run(port))
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

/// Listens on 127.0.0.1; port 0 takes a free one.
///
/// # Errors
/// If the port is taken.
pub async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("cannot listen on port {port}"))
}

/// A service, and whether it prints a line for each request.
struct Server {
    service: Service,
    log: bool,
}

async fn serve(server: Server, listener: TcpListener) -> Infallible {
    let server = Arc::new(server);
    serve_http(listener, move |request| {
        answer(Arc::clone(&server), request)
    })
    .await
}

/// Serves HTTP/1.1 until it is dropped: each request is answered by a function. For the
/// other servers of the project, too.
#[doc(hidden)]
pub async fn serve_http<A, F, B>(listener: TcpListener, answer: A) -> Infallible
where
    A: Fn(hyper::Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = hyper::Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let mut is_full = false;
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of open files, most likely: those who wait are served once others
                // are gone. Said once, not in every turn.
                if !is_full {
                    let _ = writeln!(std::io::stderr(), "cannot accept connections: {error}");
                }
                is_full = true;
                tokio::time::sleep(NO_FILES).await;
                continue;
            }
        };
        is_full = false;
        let answer = answer.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let answered = answer(request);
                async move { Ok::<_, Infallible>(answered.await) }
            });
            // A client that goes away in the middle is its own affair.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(SILENCE)
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn answer(
    server: Arc<Server>,
    request: hyper::Request<Incoming>,
) -> hyper::Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let answer = match whole(body, BODY_BYTES).await {
        Ok(body) => {
            let request = Request::new(&head, &body);
            let answer = server.service.answer(&request, SystemTime::now());
            if server.log {
                log(&request, &answer);
            }
            answer
        }
        Err((status, reason)) => Answer::unread(status, reason),
    };
    // A timer takes a millisecond, even for no time at all.
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    let mut response = hyper::Response::new(Full::new(answer.body.into()));
    *response.status_mut() =
        hyper::StatusCode::from_u16(answer.status).unwrap_or(hyper::StatusCode::BAD_REQUEST);
    for (name, value) in answer.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Reads the body, if it is of at most so many bytes; else the status and the reason to refuse it
/// with. One that says beforehand that it is longer is not read at all.
///
/// # Errors
/// If it is longer, or breaks off.
#[doc(hidden)]
pub async fn whole<B>(body: B, limit: usize) -> Result<Bytes, (u16, String)>
where
    B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let too_long = || (413, format!("The body has more than {limit} bytes."));
    if body.size_hint().lower() > limit as u64 {
        return Err(too_long());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_long()),
        Err(error) => Err((400, error.to_string())),
    }
}

fn log(request: &Request, answer: &Answer) {
    let action = request
        .header("x-acs-action")
        .or_else(|| request.query("Action"))
        .unwrap_or_default();
    let Request { method, path, .. } = request;
    // A log that nobody reads any more is no reason to stop serving.
    let _ = writeln!(
        std::io::stdout(),
        "{method} {path} {action} -> {}",
        answer.status
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_up_to_the_limit_whether_it_says_its_length_or_not() {
        let body = || Full::new(Bytes::from_static(b"12345678"));
        // A mapped body does not know how long it will be.
        let unknown = || body().map_frame(|frame| frame);
        assert_eq!(unknown().size_hint().lower(), 0);
        let runtime = runtime().unwrap();

        let read = runtime.block_on(async { (whole(body(), 8).await, whole(unknown(), 8).await) });
        assert_eq!(read.0.unwrap(), "12345678");
        assert_eq!(read.1.unwrap(), "12345678");

        let read = runtime.block_on(async { (whole(body(), 7).await, whole(unknown(), 7).await) });
        assert_eq!(read.0.unwrap_err().0, 413);
        assert_eq!(read.1.unwrap_err().0, 413);
    }
}
