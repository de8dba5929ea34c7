//! An exchange whose request is a file, which may take as long as it goes on.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;

use super::body::Body;
use super::error::{TransportError, TransportErrorKind};
use super::exchange::{LATE, exchange};
use super::transport::{SendOptions, Transport, host};
use crate::driver;
use crate::file::Sent;
use crate::time::rounded;

/// Sends a request, and reads the whole reply, as [`exchange`] does; but the time of
/// `options` is how long nothing may go on: it begins anew while the connection takes bytes
/// of the file. `left` bounds the whole.
///
/// # Errors
/// As of [`exchange`]; where the file could not be read, that.
pub(crate) async fn exchange_file(
    transport: &dyn Transport,
    request: http::Request<Body>,
    options: SendOptions,
    sent: &Sent,
    left: Duration,
) -> Result<http::Response<Bytes>, TransportError> {
    let host = host(request.uri());
    let idle = options.timeout;
    let whole = SendOptions {
        timeout: left,
        ..options
    };
    let mut exchanged = pin!(exchange(transport, request, whole));
    // What a test answers at once needs no timer.
    let at_once = poll_fn(|context| Poll::Ready(exchanged.as_mut().poll(context))).await;
    if let Poll::Ready(exchanged) = at_once {
        return or_unread(exchanged, sent);
    }
    loop {
        let before = sent.bytes();
        match driver::timeout(idle, exchanged.as_mut()).await? {
            Some(exchanged) => return or_unread(exchanged, sent),
            None if sent.bytes() != before => {}
            None => {
                let message = format!("{host}: {LATE} ({:?})", rounded(idle));
                return Err(TransportError::new(TransportErrorKind::Timeout, message));
            }
        }
    }
}

/// A failure, or that of the file which is behind it.
fn or_unread<T>(exchanged: Result<T, TransportError>, sent: &Sent) -> Result<T, TransportError> {
    match sent.failure() {
        Some(why) => Err(TransportError::new(TransportErrorKind::Other, why)),
        None => exchanged,
    }
}
