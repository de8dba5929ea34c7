//! One exchange by any [`Transport`], an app's own too: bounded in time and in size.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;

use super::body::Body;
use super::error::{TransportError, TransportErrorKind};
use super::transport::{SendOptions, Transport, host};
use crate::driver;
use crate::time::rounded;

/// What a timeout is called, whoever notices it.
pub(super) const LATE: &str = "no complete reply in time";

/// Sends a request, and reads the whole reply. The limits hold whether or not the
/// transport keeps to them.
///
/// # Errors
/// The transport's; `Timeout` and `TooLarge` where a limit is passed.
pub(crate) async fn exchange(
    transport: &dyn Transport,
    request: http::Request<impl Into<Body>>,
    options: SendOptions,
) -> Result<http::Response<Bytes>, TransportError> {
    let (reply, _) = open(transport, request, options).await?;
    Ok(reply)
}

/// The same; but where a success is to be read as it comes, its body is given beside it,
/// unread.
///
/// # Errors
/// As for [`exchange`].
pub(crate) async fn open(
    transport: &dyn Transport,
    request: http::Request<impl Into<Body>>,
    options: SendOptions,
) -> Result<(http::Response<Bytes>, Option<Body>), TransportError> {
    let request = request.map(Into::into);
    let uri = request.uri().clone();
    let (timeout, limit, streamed) = (options.timeout, options.max_reply_bytes, options.streamed);
    let exchanged = async {
        let reply = transport.send(request, options).await?;
        let (head, body) = reply.into_parts();
        if streamed && head.status.is_success() {
            return Ok((http::Response::from_parts(head, Bytes::new()), Some(body)));
        }
        let too_large = || {
            let message = format!("the reply of {} is larger than {limit} bytes", host(&uri));
            TransportError::new(TransportErrorKind::TooLarge, message)
        };
        let body = body.collect_or(limit, too_large).await?;
        Ok((http::Response::from_parts(head, body), None))
    };
    let mut exchanged = pin!(exchanged);
    // What is there at once (a test's answer) needs no timer, and so no runtime.
    let at_once = poll_fn(|context| Poll::Ready(exchanged.as_mut().poll(context))).await;
    if let Poll::Ready(exchanged) = at_once {
        return exchanged;
    }
    match driver::timeout(timeout, exchanged).await? {
        Some(exchanged) => exchanged,
        None => Err(TransportError::new(
            TransportErrorKind::Timeout,
            format!("{}: {LATE} ({:?})", host(&uri), rounded(timeout)),
        )),
    }
}
