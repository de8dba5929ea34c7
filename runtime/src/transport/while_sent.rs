//! An exchange whose request is a file, which may take as long as it goes on.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::error::{TransportError, TransportErrorKind};
use super::exchange::LATE;
use crate::content::Sent;
use crate::driver;
use crate::time::rounded;

/// Waits for an exchange with `host`. `limit` is how long nothing may go on: it begins anew
/// while the connection takes bytes of the file. What bounds the whole is the exchange's own
/// to keep.
///
/// # Errors
/// The exchange's, and a timeout; where the file could not be read, that.
pub(crate) async fn while_sent<T>(
    exchanged: impl Future<Output = Result<T, TransportError>>,
    host: &str,
    limit: Duration,
    sent: &Sent,
) -> Result<T, TransportError> {
    let mut exchanged = pin!(exchanged);
    // What a test answers at once needs no timer.
    let at_once = poll_fn(|context| Poll::Ready(exchanged.as_mut().poll(context))).await;
    if let Poll::Ready(exchanged) = at_once {
        return or_unread(exchanged, sent);
    }
    loop {
        let before = sent.bytes();
        match driver::timeout(limit, exchanged.as_mut()).await? {
            Some(exchanged) => return or_unread(exchanged, sent),
            None if sent.bytes() != before => {}
            None => {
                let message = format!("{host}: {LATE} ({:?})", rounded(limit));
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
