//! What became of a request that failed, in our words: which step, whose fault,
//! and whether it was sent.

use std::error::Error as StdError;
use std::io;

use super::exchange::LATE;
use super::proxy::Via;
use super::tls::{is_not_tls, tls_error};
use super::transport::host;
use super::{TransportError, TransportErrorKind as Kind};

/// What `error` was, with its cause in the message and without the URL, whose
/// query may hold a signature.
pub(super) fn classified(
    uri: &http::Uri,
    via: Option<Via>,
    error: reqwest::Error,
) -> TransportError {
    let error = error.without_url();
    let host = host(uri);
    let failure = if error.is_builder() {
        Failure::of(Kind::Other, format!("{host}: the request cannot be sent")).not_sent()
    } else if let Some(via) = via.filter(|_| error.is_connect()) {
        through(&via, uri, &host, &error)
    } else if error.is_connect() {
        to(&host, ADVICE, &error)
    } else if causes(&error).any(is_canceled) {
        let what = "the connection was closed before the request was sent";
        Failure::of(Kind::Reset, format!("{host}: {what}")).not_sent()
    } else if error.is_timeout() {
        Failure::of(Kind::Timeout, format!("{host}: {LATE}"))
    } else {
        let what = "the connection broke before the reply was complete";
        Failure::of(Kind::Reset, format!("{host}: {what}"))
    };
    failure.because(error)
}

const ADVICE: &str = "check the endpoint, the region and the network";
const PROXY_ADVICE: &str = "check the proxy";

/// An error that is being put together.
struct Failure {
    kind: Kind,
    message: String,
    not_sent: bool,
    /// The message says all; the cause would say it again.
    complete: bool,
}

impl Failure {
    fn of(kind: Kind, message: String) -> Self {
        Self {
            kind,
            message,
            not_sent: false,
            complete: false,
        }
    }

    fn not_sent(mut self) -> Self {
        self.not_sent = true;
        self
    }

    fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    fn because(self, error: reqwest::Error) -> TransportError {
        let mut message = self.message;
        if let Some(cause) = causes(&error).last().filter(|_| !self.complete) {
            message = format!("{message}: {cause}");
        }
        let built = TransportError::new(self.kind, message).with_source(error);
        if self.not_sent {
            built.not_sent()
        } else {
            built
        }
    }
}

/// No connection to `place`, which is a host or a proxy.
fn to(place: &str, advice: &str, error: &reqwest::Error) -> Failure {
    if error.is_dns() {
        let what = format!("{place}: the name was not resolved ({advice})");
        Failure::of(Kind::Dns, what)
    } else if causes(error).any(is_not_tls) {
        let what = "no TLS connection, the server does not speak TLS here (for plain HTTP, write \
                    `http://` before the host)";
        Failure::of(Kind::Tls, format!("{place}: {what}"))
    } else if causes(error).any(tls_error) {
        // A handshake that is cut off is none of these: that may pass.
        Failure::of(Kind::Tls, format!("{place}: no TLS connection"))
    } else {
        Failure::of(Kind::Connect, format!("{place}: no connection ({advice})"))
    }
}

/// No connection where a proxy is on the way.
fn through(via: &Via, uri: &http::Uri, host: &str, error: &reqwest::Error) -> Failure {
    let proxy = via.to_string();
    // The type is private, so what it says has to do. See the tests.
    let tunnel = causes(error).find_map(|cause| {
        let text = cause.to_string();
        text.strip_prefix("tunnel error: ").map(str::to_owned)
    });
    match tunnel.as_deref() {
        Some("failed to create underlying connection") => to(&proxy, PROXY_ADVICE, error),
        Some("proxy authorization required") => wants_login(via).complete(),
        Some("unsuccessful") => {
            let what = format!(
                "{proxy} refused the tunnel to {host} (its answer to CONNECT was neither 200 nor 407)"
            );
            Failure::of(Kind::Proxy, what).complete()
        }
        Some(_) => {
            let what = format!("{proxy} broke off while it opened the tunnel to {host}");
            Failure::of(Kind::Connect, what)
        }
        // What is not tunnelled goes to the proxy and nowhere else.
        None if via.is_http && uri.scheme_str() == Some("http") => to(&proxy, PROXY_ADVICE, error),
        None => {
            let place = format!("{host} through {proxy}");
            to(
                &place,
                "check the proxy, the endpoint and the network",
                error,
            )
        }
    }
}

/// The proxy's own answer to a request that it should have forwarded.
pub(super) fn login_wanted(via: &Via) -> TransportError {
    TransportError::new(Kind::Proxy, wants_login(via).message)
}

fn wants_login(via: &Via) -> Failure {
    let what = format!(
        "{via} wants another login (407): set `Proxy::basic_auth`, or user and password in its URL"
    );
    Failure::of(Kind::Proxy, what)
}

/// Whether hyper says that it has not begun to write the request.
fn is_canceled(error: &(dyn StdError + 'static)) -> bool {
    error
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_canceled)
}

/// The errors underneath, outermost first. What an I/O error wraps is not its
/// source but that error's; so it has to be asked for.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&error| {
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use hyper_util::rt::TokioIo;

    use super::*;

    #[tokio::test]
    async fn what_hyper_had_not_begun_to_write_is_told_from_what_broke() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let client = hyper::client::conn::http1::handshake(TokioIo::new(ours));
        let (mut sender, connection) = client.await.expect("a connection");
        drop(connection);
        let unsent = sender.send_request(http::Request::new(String::new())).await;
        assert!(is_canceled(&unsent.expect_err("no connection")));
        drop(theirs);

        let (ours, theirs) = tokio::io::duplex(1024);
        let client = hyper::client::conn::http1::handshake(TokioIo::new(ours));
        let (mut sender, connection) = client.await.expect("a connection");
        let driving = tokio::spawn(connection);
        let sending = sender.send_request(http::Request::new(String::new()));
        let server = async {
            let (mut read, _write) = tokio::io::split(theirs);
            let mut byte = [0];
            let read = tokio::io::AsyncReadExt::read(&mut read, &mut byte).await;
            assert_eq!(read.expect("a byte"), 1);
        };
        let (sent, ()) = tokio::join!(sending, server);
        assert!(!is_canceled(&sent.expect_err("no reply")));
        drop(driving);
    }
}
