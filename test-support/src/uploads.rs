//! OpenPlatform, which permits uploads, and OSS, which takes them, over real TCP.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use alicloud_runtime::transport::{Body, Http, HttpOptions};
use alicloud_runtime::{BoxFuture, Config, SendOptions, Transport, TransportError, http};
use axum::body::to_bytes;
use axum::extract::State;
use axum::response::Response;

use crate::loopback::listen;
use crate::{Answer, FakeService, Request, answer};

/// Where permitted uploads go, by the name that the permission gives.
pub const UPLOAD_HOST: &str = "uploads.oss-cn-shanghai.aliyuncs.com";

/// Both services. OpenPlatform verifies signatures as [`FakeService`] does; OSS takes a form
/// only as the official clients write it, with the policy of a permission that nobody used.
#[derive(Clone)]
pub struct UploadService {
    platform: FakeService,
    address: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    refusals: VecDeque<Answer>,
    stored: Vec<Stored>,
    used: Vec<String>,
}

/// A file that OSS took.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The host that it was sent to, by its name.
    pub host: String,
    /// The object's key, from the permission.
    pub key: String,
    /// What the file holds.
    pub bytes: Vec<u8>,
}

/// The policy that is permitted for a key.
pub fn policy_of(key: &str) -> String {
    format!("policy+of/{key}==")
}

impl UploadService {
    /// Permits everything, and takes everything that is permitted.
    pub async fn start() -> Self {
        Self::permitting(|number| {
            let key = format!("12/{number}.bin");
            let permission = serde_json::json!({
                "AccessKeyId": "upload-id",
                "Bucket": "uploads",
                "Endpoint": "oss-cn-shanghai.aliyuncs.com",
                "ObjectKey": key,
                "EncodedPolicy": policy_of(&key),
                "Signature": "upload+signature=",
                "UseAccelerate": true,
                "RequestId": "permitted",
            });
            answer(200, permission.to_string())
        })
        .await
    }

    /// Answers the request for a permission of that number, from 1, so.
    pub async fn permitting(answering: impl Fn(usize) -> Answer + Send + 'static) -> Self {
        let count = Mutex::new(0);
        let platform = FakeService::answering(move |_| {
            let mut count = count.lock().expect("the count");
            *count += 1;
            answering(*count)
        });
        let (listener, address) = listen().await;
        let service = Self {
            platform: platform.await,
            address,
            inner: Arc::default(),
        };
        let app = axum::Router::new()
            .fallback(take)
            .with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        service
    }

    /// OSS answers so first, in this order, whatever it is sent.
    pub fn answers_first(self, answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut inner = self.inner.lock().expect("the service");
        inner.refusals.extend(answers);
        drop(inner);
        self
    }

    /// A configuration that calls `service`, and uploads here.
    pub fn config(&self, service: &FakeService) -> Config {
        self.config_to(service, &self.address)
    }

    /// A configuration that calls `service`, asks for permission here, and uploads to
    /// `address`, whatever host is permitted.
    pub fn config_to(&self, service: &FakeService, address: &str) -> Config {
        service
            .config()
            .open_platform_endpoint(self.platform.address())
            .transport(Rerouted {
                http: Http::new(&HttpOptions::default().no_proxy()).expect("a transport"),
                to: address.to_owned(),
            })
    }

    /// The requests for permissions.
    pub fn asked(&self) -> Vec<Request> {
        self.platform.seen()
    }

    /// The files that OSS took.
    pub fn stored(&self) -> Vec<Stored> {
        self.inner.lock().expect("the service").stored.clone()
    }
}

async fn take(State(service): State<UploadService>, request: axum::extract::Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let header = |name: &str| {
        let value = head.headers.get(name).map(|value| value.to_str());
        value.map_or("", |value| value.expect("text"))
    };
    let mut inner = service.inner.lock().expect("the service");
    let answered = match inner.refusals.pop_front() {
        Some(refusal) => refusal,
        None => {
            let told = header("content-length") == body.len().to_string();
            let form = parts(header("content-type"), &body).filter(|_| told);
            match form.and_then(|form| inner.take(header(ROUTED), form)) {
                Some(stored) => {
                    inner.stored.push(stored);
                    answer(201, "<PostResponse><Bucket>uploads</Bucket></PostResponse>")
                }
                None => answer(400, "<Error><Code>MalformedPOSTRequest</Code></Error>"),
            }
        }
    };
    answered.response()
}

impl Inner {
    fn take(&mut self, host: &str, form: Vec<Part>) -> Option<Stored> {
        let names: Vec<&str> = form.iter().map(|part| &*part.name).collect();
        // OSS reads nothing after the file.
        let order = [
            "OSSAccessKeyId",
            "policy",
            "Signature",
            "key",
            "success_action_status",
            "file",
        ];
        let text = |index: usize| std::str::from_utf8(&form[index].bytes).ok();
        if names != order
            || (text(0), text(2), text(4))
                != (Some("upload-id"), Some("upload+signature="), Some("201"))
        {
            return None;
        }
        let (key, file) = (text(3)?.to_owned(), &form[5]);
        let is_permitted = text(1)? == policy_of(&key) && !self.used.contains(&key);
        self.used.push(key.clone());
        (is_permitted && file.file_name.as_deref() == Some(&key)).then(|| Stored {
            host: host.to_owned(),
            key,
            bytes: file.bytes.clone(),
        })
    }
}

struct Part {
    name: String,
    file_name: Option<String>,
    bytes: Vec<u8>,
}

/// The parts of a form, if it is one to the byte.
fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?;
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&delimiter.as_bytes()[2..])?;
    let mut parts = Vec::new();
    while rest != b"--\r\n" {
        let part = rest.strip_prefix(b"\r\n")?;
        let (head, after) = split(part, b"\r\n\r\n")?;
        let (bytes, after) = split(after, delimiter.as_bytes())?;
        let head = std::str::from_utf8(head).ok()?;
        let quoted = |name: &str| {
            let (_, value) = head.split_once(&format!("{name}=\""))?;
            value.split('"').next().map(str::to_owned)
        };
        parts.push(Part {
            name: quoted(" name")?,
            file_name: quoted(" filename"),
            bytes: bytes.to_vec(),
        });
        rest = after;
    }
    Some(parts)
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..found], &bytes[found + at.len()..]))
}

/// The host that a request was meant for.
const ROUTED: &str = "x-rerouted-from";

/// Sends what goes to OSS over HTTPS to loopback, and anything else where it goes.
#[derive(Debug)]
struct Rerouted {
    http: Http,
    to: String,
}

impl Transport for Rerouted {
    fn send(
        &self,
        mut request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let uri = request.uri().clone();
        if uri.scheme_str() == Some("https") {
            assert_eq!(uri.path(), "/", "where forms go");
            let host = uri.authority().expect("a host").as_str();
            let host = host.parse().expect("a header");
            request.headers_mut().insert(ROUTED, host);
            *request.uri_mut() = format!("{}/", self.to).parse().expect("a URI");
        }
        self.http.send(request, options)
    }
}
