//! How [`super::Replay`] takes files: it permits what is asked for, and keeps what is sent.

use std::fmt;

use bytes::Bytes;

use super::recorded::Recorded;
use crate::transport::SendOptions;
use crate::upload::AUTHORIZE;

const BUCKET: &str = "replay";
const ENDPOINT: &str = "oss-cn-hangzhou.aliyuncs.com";

/// A file that was uploaded before a call.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// The URL that the call sends.
    pub url: String,
    /// The bytes of the file.
    pub bytes: Bytes,
}

impl fmt::Debug for Uploaded {
    /// Writes where it went, and how long it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uploaded")
            .field("url", &self.url)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

#[derive(Default)]
pub(super) struct Files {
    /// Whether the test prepares the answers itself.
    pub(super) are_prepared: bool,
    permitted: usize,
    pub(super) uploaded: Vec<Uploaded>,
}

impl Files {
    /// The answer to a step of an upload; none to any other request.
    pub(super) fn answer(
        &mut self,
        request: &Recorded,
        options: &SendOptions,
    ) -> Option<http::Response<Bytes>> {
        if self.are_prepared {
            return None;
        }
        if options
            .operation
            .is_some_and(|called| std::ptr::eq(called, &AUTHORIZE))
        {
            self.permitted += 1;
            let permission = serde_json::json!({
                "AccessKeyId": "replay-id",
                "Bucket": BUCKET,
                "Endpoint": ENDPOINT,
                "ObjectKey": format!("files/{}", self.permitted),
                "EncodedPolicy": "cmVwbGF5",
                "Signature": "cmVwbGF5",
                "UseAccelerate": false,
                "RequestId": "00000000-0000-0000-0000-000000000000",
            });
            return Some(reply(200, permission.to_string()));
        }
        if options.operation.is_some() || !request.host().starts_with(BUCKET) {
            return None;
        }
        let kind = request.header("content-type")?;
        let boundary = kind.strip_prefix("multipart/form-data; boundary=")?;
        let (key, bytes) = file(boundary, request.body())?;
        let url = format!("http://{BUCKET}.{ENDPOINT}/{key}");
        self.uploaded.push(Uploaded { url, bytes });
        Some(reply(201, "<PostResponse/>".to_owned()))
    }
}

/// The file of a form, which is its last part, and its name.
fn file(boundary: &str, body: &Bytes) -> Option<(String, Bytes)> {
    const NAMED: &[u8] = b"name=\"file\"; filename=\"";
    let end = format!("\r\n--{boundary}--\r\n");
    let body = body.slice_ref(body.strip_suffix(end.as_bytes())?);
    let name = memchr::memmem::find(&body, NAMED)? + NAMED.len();
    let name_ends = name + memchr::memchr(b'"', &body[name..])?;
    let begins = name_ends + memchr::memmem::find(&body[name_ends..], b"\r\n\r\n")? + 4;
    let key = String::from_utf8(body[name..name_ends].to_vec()).ok()?;
    Some((key, body.slice(begins..)))
}

fn reply(status: u16, body: String) -> http::Response<Bytes> {
    let mut reply = http::Response::new(body.into());
    *reply.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    reply
}
