//! The form that carries a file (`multipart/form-data`, RFC 7578), written while it is
//! sent.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::authorization::Authorization;
use crate::content::Opened;
use crate::transport::{Body, TransportError};

/// A form: the permission's fields, and then the file. OSS reads nothing after that.
pub(crate) struct Form {
    boundary: String,
    before: String,
    after: String,
}

impl Form {
    /// The form of a permission. The boundary is as random as an id, so that no file has it.
    pub(crate) fn new(permission: &Authorization) -> Self {
        let boundary = crate::random::uuid();
        let mut before = String::with_capacity(1024);
        for (name, value) in [
            ("OSSAccessKeyId", &*permission.access_key_id),
            ("policy", &permission.policy),
            ("Signature", &permission.signature),
            ("key", &permission.key),
            // OSS answers 204 without a document otherwise.
            ("success_action_status", "201"),
        ] {
            before.push_str(&format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        before.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            permission.key
        ));
        Self {
            after: format!("\r\n--{boundary}--\r\n"),
            boundary,
            before,
        }
    }

    /// The type of the body.
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The body, of a known length.
    pub(crate) fn body(self, file: Opened) -> Body {
        let around = self.before.len() + self.after.len();
        let length = file.length() + around as u64;
        let parts = [
            Body::from(self.before),
            Body::from_file(file),
            Body::from(self.after),
        ];
        let next = 0;
        Body::from_stream(Parts { parts, next }).with_length(length)
    }
}

/// One after the other.
struct Parts {
    parts: [Body; 3],
    next: usize,
}

impl Stream for Parts {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while let Some(part) = this.parts.get_mut(this.next) {
            if let Some(piece) = ready!(Pin::new(part).poll_next(context)) {
                return Poll::Ready(Some(piece));
            }
            this.next += 1;
        }
        Poll::Ready(None)
    }
}
