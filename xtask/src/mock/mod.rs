//! `cargo xtask mock`: a service double on loopback, for tests in any language.
//!
//! It checks signatures (V3 and V1) and required parameters as the gateway does,
//! and answers with the documented samples, listings page by page. What it knows comes from the spec and
//! from nothing else: neither the generator nor the runtime has a part in it, so
//! that it judges both.

mod paging;
mod required;
mod service;

use std::convert::Infallible;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use test_support::Request;
use tokio::net::TcpListener;

use crate::specs;
use service::{Answer, Service};

/// Three pages of the usual size.
const ITEMS: usize = 25;

/// The bytes of a body that are read. The largest that the gateways take are smaller.
const BODY_BYTES: usize = 32 << 20;

/// How long a connection may be silent before it is closed: it holds an open file.
const SILENCE: Duration = Duration::from_secs(60);

/// How long to wait for connections to end where no more files can be opened.
const NO_FILES: Duration = Duration::from_millis(50);

/// What to serve.
#[derive(clap::Args)]
#[command(after_help = service::HELP)]
pub(crate) struct Arguments {
    /// The product, as in the path of its spec: `ga`.
    product: String,
    /// The port on 127.0.0.1; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many items a listing has in all of its pages.
    #[arg(long, value_name = "N", default_value_t = ITEMS)]
    items: usize,
    /// Where the specs are [default: the project's `specs`].
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// The id of the access key that clients sign with.
    #[arg(long, env = "ALICLOUD_MOCK_ACCESS_KEY_ID", default_value = "testid")]
    access_key_id: String,
    /// Its secret. Made for tests: not a place for a real one.
    #[arg(
        long,
        env = "ALICLOUD_MOCK_ACCESS_KEY_SECRET",
        default_value = "testsecret",
        hide_env_values = true
    )]
    access_key_secret: String,
}

/// Serves until the process is ended.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let directory = arguments
        .specs
        .clone()
        .unwrap_or_else(|| specs::root().join("specs"));
    let key = (&*arguments.access_key_id, &*arguments.access_key_secret);
    let service = service(&directory, &arguments.product, key, arguments.items)?;
    let never = runtime()?.block_on(async {
        let listener = listen(arguments.port).await?;
        println!("{} on http://{}", service.name(), listener.local_addr()?);
        anyhow::Ok(serve(Double { service, log: true }, listener).await)
    })?;
    match never {}
}

/// Serves one of the project's products on a thread, as long as the process lives:
/// the double's address.
pub(crate) fn in_background(product: &str, key: (&str, &str)) -> Result<String> {
    let service = service(&specs::root().join("specs"), product, key, ITEMS)?;
    let runtime = runtime()?;
    let listener = runtime.block_on(listen(0))?;
    let address = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        runtime.block_on(serve(
            Double {
                service,
                log: false,
            },
            listener,
        ))
    });
    Ok(address)
}

fn service(directory: &Path, product: &str, key: (&str, &str), items: usize) -> Result<Service> {
    let sources = specs::read_all(directory)?;
    let found = specs::of_product(&sources, product)?;
    // Versions are dates, and sorted: the last one is the newest.
    let source = found.last().context("a product has a version")?;
    Service::new(source, key, items)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("cannot listen on port {port}"))
}

/// A service, and whether it prints a line for each request.
struct Double {
    service: Service,
    log: bool,
}

async fn serve(double: Double, listener: TcpListener) -> Infallible {
    let double = Arc::new(double);
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
        let double = Arc::clone(&double);
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(Arc::clone(&double), request));
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
    double: Arc<Double>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let answer = match whole(body, BODY_BYTES).await {
        Ok(body) => {
            let request = Request::new(&head, &body);
            let answer = double.service.answer(&request, SystemTime::now());
            if double.log {
                log(&request, &answer);
            }
            answer
        }
        Err(unread) => unread,
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
    Ok(response)
}

/// The body, if it is of at most so many bytes. One that says beforehand that it is
/// longer is not read at all.
async fn whole<B>(body: B, limit: usize) -> Result<Bytes, Answer>
where
    B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let too_long = || Answer::unread(413, format!("The body has more than {limit} bytes."));
    if body.size_hint().lower() > limit as u64 {
        return Err(too_long());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_long()),
        Err(error) => Err(Answer::unread(400, error.to_string())),
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
        assert_eq!(read.0.unwrap_err().status, 413);
        assert_eq!(read.1.unwrap_err().status, 413);
    }
}
