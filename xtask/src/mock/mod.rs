//! `cargo xtask mock`: a service double on loopback, for tests in any language.
//!
//! It checks signatures (V3 and V1) and required parameters as the gateway does,
//! and answers with the documented samples. What it knows comes from the spec and
//! from nothing else: neither the generator nor the runtime has a part in it, so
//! that it judges both.

mod request;
mod required;
mod service;
mod signature;

use std::convert::Infallible;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::specs;
use request::Request;
use service::{Answer, Service};

/// What to serve.
#[derive(clap::Args)]
#[command(after_help = service::HELP)]
pub(crate) struct Arguments {
    /// The product, as in the path of its spec: `ga`.
    product: String,
    /// The port on 127.0.0.1; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 0)]
    port: u16,
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
    let sources = specs::read_all(&directory)?;
    let found = specs::of_product(&sources, &arguments.product)?;
    // Versions are dates, and sorted: the last one is the newest.
    let source = found.last().context("a product has a version")?;
    let service = Service::new(
        source,
        &arguments.access_key_id,
        &arguments.access_key_secret,
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(Arc::new(service), arguments.port))?;
    Ok(true)
}

async fn serve(service: Arc<Service>, port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("cannot listen on port {port}"))?;
    println!("{} on http://{}", service.name(), listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(Arc::clone(&service), request));
            // A client that goes away in the middle is its own affair.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn answer(
    service: Arc<Service>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let answer = match body.collect().await {
        Ok(body) => {
            let request = Request::new(&head, &body.to_bytes());
            let answer = service.answer(&request, SystemTime::now());
            let action = request
                .header("x-acs-action")
                .or_else(|| request.query("Action"));
            let (method, path) = (&request.method, &request.path);
            // A log that nobody reads any more is no reason to stop serving.
            let _ = writeln!(
                std::io::stdout(),
                "{method} {path} {} -> {}",
                action.unwrap_or_default(),
                answer.status
            );
            answer
        }
        Err(error) => Answer::unreadable(&error.to_string()),
    };
    tokio::time::sleep(answer.delay).await;
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
