//! Bodies that are streams, over real TCP; and that a call is bounded, whoever carries it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::{Body, Http, HttpOptions, SendOptions, Transport};
use alicloud_runtime::{BoxFuture, Bytes, Config, Retry, TransportError, TransportErrorKind};
use futures_core::Stream;
use test_support::{FakeService, answer};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::{call, list};

/// The pieces that a test sends, and how many were taken.
pub(crate) struct Pieces(pub(crate) mpsc::UnboundedReceiver<&'static str>);

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.0.poll_recv(context);
        piece.map(|piece| piece.map(|text| Ok(text.into())))
    }
}

async fn next(body: &mut Body) -> Option<Bytes> {
    let piece = std::future::poll_fn(|context| Pin::new(&mut *body).poll_next(context)).await;
    piece.map(|piece| piece.expect("a piece"))
}

/// Where a server sends back what it is sent, as it comes, and says how that was announced.
async fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = axum::Router::new().fallback(async |request: axum::extract::Request| {
        let announced = ["content-length", "transfer-encoding"].map(|name| {
            let value = request.headers().get(name);
            value.map_or("-".to_owned(), |v| v.to_str().expect("text").to_owned())
        });
        let reply = axum::response::Response::builder().header("x-announced", announced.join(" "));
        reply.body(request.into_body()).expect("a reply")
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/")
}

async fn send(address: &str, body: Body) -> http::Response<Body> {
    let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
    let request = http::Request::post(address).body(body).expect("a request");
    http.send(request, SendOptions::default())
        .await
        .expect("a reply")
}

#[tokio::test]
async fn a_body_streams_both_ways() {
    let address = echo().await;
    let (sender, pieces) = mpsc::unbounded_channel();
    sender.send("one").expect("it is sent");
    let reply = send(&address, Body::from_stream(Pieces(pieces))).await;
    assert_eq!(reply.headers()["x-announced"], "- chunked");
    let mut body = reply.into_body();
    assert_eq!((body.length(), body.as_bytes()), (None, None));
    // Each comes back before the next one is there.
    assert_eq!(next(&mut body).await.as_deref(), Some(&b"one"[..]));
    sender.send("two").expect("it is sent");
    assert_eq!(next(&mut body).await.as_deref(), Some(&b"two"[..]));
    drop(sender);
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test]
async fn a_known_length_is_announced_and_limits_hold() {
    let address = echo().await;
    for limit in [6, 5] {
        let (sender, pieces) = mpsc::unbounded_channel();
        let body = Body::from_stream(Pieces(pieces)).with_length(6);
        assert_eq!(format!("{body:?}"), "a stream of 6 bytes");
        sender.send("one").expect("it is sent");
        sender.send("two").expect("it is sent");
        drop(sender);
        let reply = send(&address, body).await;
        assert_eq!(reply.headers()["x-announced"], "6 -");
        let read = reply.into_body().collect(limit).await;
        match limit {
            6 => assert_eq!(read.expect("all of it"), "onetwo"),
            _ => assert_eq!(
                read.expect_err("too much").kind(),
                TransportErrorKind::TooLarge
            ),
        }
    }
    let bytes = Bytes::from_static(b"in one piece");
    let body = Body::from(bytes.clone()).collect(12).await.expect("it");
    assert_eq!(
        (body.as_ptr(), body.len()),
        (bytes.as_ptr(), 12),
        "not copied"
    );
    Body::from(bytes).collect(11).await.expect_err("too large");
}

#[tokio::test]
async fn a_stream_that_breaks_off_breaks_the_exchange() {
    let address = echo().await;
    let (sender, pieces) = mpsc::unbounded_channel();
    let body = Body::from_stream(Pieces(pieces)).with_length(6);
    sender.send("one").expect("it is sent");
    drop(sender);
    let http = Http::new(&HttpOptions::default().no_proxy()).expect("a transport");
    let request = http::Request::post(&address).body(body).expect("a request");
    let error = match http.send(request, SendOptions::default()).await {
        Ok(reply) => reply
            .into_body()
            .collect(100)
            .await
            .expect_err("half of it"),
        Err(error) => error,
    };
    assert!(
        matches!(
            error.kind(),
            TransportErrorKind::Reset | TransportErrorKind::Other
        ),
        "{error}"
    );
}

/// An app's own transport, which keeps to nothing that it is told.
#[derive(Clone, Debug)]
struct Careless {
    reply: Reply,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug)]
enum Reply {
    Never,
    /// A head, and then nothing.
    Head,
    /// Pieces without an end; how many were read is counted.
    Endless,
    Large,
    Redirect,
}

/// What a careless server sends.
struct Sent(Option<Arc<AtomicUsize>>);

impl Stream for Sent {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &self.0 {
            Some(asked) => {
                asked.fetch_add(1, Ordering::SeqCst);
                Poll::Ready(Some(Ok(Bytes::from_static(&[b' '; 100]))))
            }
            None => Poll::Pending,
        }
    }
}

impl Transport for Careless {
    fn send(
        &self,
        _: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            Ok(match self.reply {
                Reply::Never => std::future::pending().await,
                Reply::Head => http::Response::new(Body::from_stream(Sent(None))),
                Reply::Endless => {
                    http::Response::new(Body::from_stream(Sent(Some(self.asked.clone()))))
                }
                Reply::Large => http::Response::new(vec![b' '; 1001].into()),
                Reply::Redirect => {
                    self.asked.fetch_add(1, Ordering::SeqCst);
                    let moved = http::Response::builder().status(307);
                    let moved = moved.header("location", "https://elsewhere.example/");
                    moved.body(Body::empty()).expect("a reply")
                }
            })
        })
    }
}

fn careless(reply: Reply) -> (Config, Arc<AtomicUsize>) {
    let asked = Arc::<AtomicUsize>::default();
    let transport = Careless {
        reply,
        asked: asked.clone(),
    };
    let config = Replay::new().config().retry(Retry::off());
    (config.max_reply_bytes(1000).transport(transport), asked)
}

#[tokio::test(start_paused = true)]
async fn no_attempt_outlives_its_limit_whoever_carries_it() {
    for reply in [Reply::Never, Reply::Head] {
        let (config, _) = careless(reply);
        let calling = call(&config).timeout(Duration::from_secs(7));
        let error = calling.await.expect_err("there is no reply");
        assert!(error.is_timeout(), "{error}");
        assert!(
            error.to_string().contains("no complete reply in time (7s)"),
            "{error}"
        );
        let calling = call(&config).deadline(Duration::from_secs(3));
        let error = calling.await.expect_err("there is no reply");
        assert!(
            error
                .to_string()
                .contains("the call's deadline of 3s passed"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn no_reply_is_read_past_its_limit_whoever_carries_it() {
    for reply in [Reply::Endless, Reply::Large] {
        let (config, asked) = careless(reply);
        let error = call(&config).await.expect_err("too large");
        let kind = error.transport().map(TransportError::kind);
        assert_eq!(kind, Some(TransportErrorKind::TooLarge));
        let said = "the reply of ga.cn-hangzhou.aliyuncs.com is larger than 1000 bytes";
        assert!(error.to_string().contains(said), "{error}");
        assert!(asked.load(Ordering::SeqCst) <= 11);
    }
}

#[tokio::test]
async fn a_redirect_is_an_error_whoever_carries_it() {
    let (config, asked) = careless(Reply::Redirect);
    let error = list(&config).await;
    assert_eq!(error.expect_err("moved").status(), Some(307));
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    let there = FakeService::start([answer(200, r#"{"RequestId":"r"}"#)]).await;
    let moved = answer(307, "").header("location", there.address());
    let here = FakeService::start([moved]).await;
    let error = list(&here.config()).await;
    assert_eq!(error.expect_err("moved").status(), Some(307));
    assert_eq!((here.seen().len(), there.seen().len()), (1, 0));
}
