//! [`Service`]: where the metadata is published. Public and unsigned.
//!
//! It answers 200 with `{"code":500,…}` now and then, and is overrun by a few requests
//! at once (both seen in December 2025): so what comes is looked at before it is taken,
//! asked for again, and two requests are under way at most.

use std::fmt;
use std::time::Duration;

use alicloud_runtime::http::{Request, StatusCode};
use alicloud_runtime::transport::{Body, Http, HttpOptions};
use alicloud_runtime::{Bytes, SendOptions, Transport, TransportError, TransportErrorKind};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::catalogue::{Catalogue, Product};

/// The service, in English.
pub const BASE_URL: &str = "https://api.alibabacloud.com";

/// The largest published file had 5.5 MB when this was written.
const MAX_BYTES: usize = 64 << 20;
/// How long one file may take.
const TIMEOUT: Duration = Duration::from_secs(60);
const AT_ONCE: usize = 2;
const ATTEMPTS: u32 = 4;

/// The service that publishes the metadata.
pub struct Service {
    base: String,
    http: Http,
    places: Semaphore,
    pause: Duration,
    timeout: Duration,
}

/// The reason why a file could not be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum FetchError {
    /// The service was not reached.
    Unreachable {
        /// What was asked for.
        url: String,
        /// Why, in words.
        reason: String,
    },
    /// It answered, and not with the file.
    Refused {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// It answered with something that is no metadata.
    Shape {
        /// What was asked for.
        url: String,
        /// What came instead.
        found: String,
    },
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { url, reason } => write!(f, "{url} cannot be fetched: {reason}"),
            Self::Refused { url, status } => write!(f, "{url} answered with status {status}"),
            Self::Shape { url, found } => write!(f, "{url} is no metadata: {found}"),
        }
    }
}

impl std::error::Error for FetchError {}

impl Service {
    /// Creates the service at a base URL such as [`BASE_URL`].
    ///
    /// # Errors
    /// If the URL is neither `https` nor `http`, or the HTTP client cannot be built.
    pub fn new(base: &str) -> Result<Self, FetchError> {
        let base = base.trim_end_matches('/').to_owned();
        let unusable = |reason: String| FetchError::Unreachable {
            url: base.clone(),
            reason,
        };
        if !base.starts_with("https://") && !base.starts_with("http://") {
            return Err(unusable(
                "it is neither an https nor an http URL".to_owned(),
            ));
        }
        let http = Http::new(&HttpOptions::default()).map_err(|e| unusable(e.to_string()))?;
        Ok(Self {
            http,
            places: Semaphore::new(AT_ONCE),
            pause: Duration::from_millis(500),
            timeout: TIMEOUT,
            base,
        })
    }

    /// Sets another pause before the second attempt; it doubles with each. Default: half a second.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Sets another limit on the time of one attempt. Default: a minute.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Every product and its versions.
    ///
    /// # Errors
    /// When there is no list after four attempts.
    pub async fn catalogue(&self) -> Result<Catalogue, FetchError> {
        let url = format!("{}/meta/v1/products.json?language=EN_US", self.base);
        let read = |bytes: &Bytes| {
            let products: Vec<Product> =
                serde_json::from_slice(bytes).map_err(|e| described(bytes, &e.to_string()))?;
            match products.is_empty() {
                true => Err("an empty list".to_owned()),
                false => Ok(Catalogue::new(products)),
            }
        };
        self.fetch(&url, read).await
    }

    /// The `api-docs.json` of a product version, as it is published.
    ///
    /// # Errors
    /// When there is no such file after four attempts.
    pub async fn document(&self, product: &str, version: &str) -> Result<Vec<u8>, FetchError> {
        let url = format!(
            "{}/meta/v1/products/{}/versions/{}/api-docs.json?language=EN_US",
            self.base,
            encoded(product),
            encoded(version),
        );
        self.fetch(&url, |bytes| check(bytes, product).map(|()| bytes.to_vec()))
            .await
    }

    /// Asks until what comes can be read, with a pause before each further attempt.
    async fn fetch<T>(
        &self,
        url: &str,
        read: impl Fn(&Bytes) -> Result<T, String>,
    ) -> Result<T, FetchError> {
        let _place = self.places.acquire().await;
        let mut pause = self.pause;
        let mut attempt = 1;
        loop {
            let failed = match self.ask(url).await {
                Ok(bytes) => match read(&bytes) {
                    Ok(value) => return Ok(value),
                    Err(found) => FetchError::Shape {
                        url: url.to_owned(),
                        found,
                    },
                },
                Err((failed, false)) => return Err(failed),
                Err((failed, true)) => failed,
            };
            if attempt == ATTEMPTS {
                return Err(failed);
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// One attempt; of a failure, also whether another may help.
    async fn ask(&self, url: &str) -> Result<Bytes, (FetchError, bool)> {
        let unreachable = |reason: String, passes: bool| {
            let url = url.to_owned();
            (FetchError::Unreachable { url, reason }, passes)
        };
        let request = Request::get(url)
            .header("accept", "application/json")
            .header(
                "user-agent",
                concat!("cargo-alicloud/", env!("CARGO_PKG_VERSION")),
            )
            .body(Body::empty())
            .map_err(|e| unreachable(e.to_string(), false))?;
        let asked = async {
            let options = SendOptions::new(self.timeout, MAX_BYTES);
            let reply = self.http.send(request, options).await?;
            let status = reply.status();
            Ok((status, reply.into_body().collect(MAX_BYTES).await?))
        };
        // The limits are the caller's to keep.
        let Ok(asked) = tokio::time::timeout(self.timeout, asked).await else {
            return Err(unreachable(
                format!("no reply within {:?}", self.timeout),
                true,
            ));
        };
        let (status, body) = asked.map_err(|e: TransportError| {
            let passes = matches!(
                e.kind(),
                TransportErrorKind::Connect
                    | TransportErrorKind::Reset
                    | TransportErrorKind::Timeout
            );
            unreachable(e.to_string(), passes)
        })?;
        if status == StatusCode::OK {
            return Ok(body);
        }
        let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        let refused = FetchError::Refused {
            url: url.to_owned(),
            status: status.as_u16(),
        };
        Err((refused, passes))
    }
}

/// Whether bytes are the metadata of a product, as far as a glance tells.
fn check(bytes: &[u8], product: &str) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Glance {
        info: Info,
        #[serde(rename = "apis")]
        _apis: serde::de::IgnoredAny,
    }
    #[derive(Deserialize)]
    struct Info {
        product: String,
    }
    let glance: Glance =
        serde_json::from_slice(bytes).map_err(|e| described(bytes, &e.to_string()))?;
    match glance.info.product.eq_ignore_ascii_case(product) {
        true => Ok(()),
        false => Err(format!("it is of `{}`", glance.info.product)),
    }
}

/// What bytes are that are not what was asked for: an error of the service, a page, a
/// file that was cut off.
fn described(bytes: &[u8], why: &str) -> String {
    #[derive(Deserialize)]
    struct Failure {
        code: serde_json::Value,
        message: Option<String>,
    }
    if let Ok(failure) = serde_json::from_slice::<Failure>(bytes) {
        let message = failure.message.unwrap_or_default();
        return format!("the service says {} {message}", failure.code)
            .trim_end()
            .to_owned();
    }
    match bytes.trim_ascii_start().first() {
        None => "nothing".to_owned(),
        Some(b'<') => "a page of HTML".to_owned(),
        Some(_) => format!("{why} ({} bytes)", bytes.len()),
    }
}

/// A name as a segment of a path.
fn encoded(name: &str) -> String {
    alicloud_runtime::signature::encode(name)
}
