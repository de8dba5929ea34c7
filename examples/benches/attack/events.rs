//! Mutated streams of events, cut into pieces anywhere: however they are cut, the events are
//! the same, within memory that the stream's length bounds.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use alicloud::transport::{Body, SendOptions, Transport, TransportError};
use alicloud::{BoxFuture, Bytes, Config, Credentials, RawClient, Retry};
use futures_core::Stream;
use tokio::runtime::Runtime;

use crate::mutate::{self, Chance};
use crate::replies::{FIXED, SECRET, TIMES};

const SEEDS: &[&[u8]] = &[
    include_bytes!("seeds/events/answer.txt"),
    include_bytes!("seeds/events/failure.txt"),
];

/// What comes of a stream: its events, and the error that ends it.
type Told = (Vec<[String; 3]>, Option<String>);

/// A body in pieces, each of which is waited for.
struct Pieces {
    left: VecDeque<Bytes>,
    is_ready: bool,
}

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.left.pop_front().map(Ok))
    }
}

/// Answers once.
#[derive(Debug)]
struct Answers(Mutex<Option<http::Response<Body>>>);

impl Transport for Answers {
    fn send(
        &self,
        _: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let reply = self.0.lock().expect("the answer").take();
        Box::pin(std::future::ready(Ok(reply.expect("one request"))))
    }
}

pub(crate) fn case(runtime: &Runtime, chance: &mut Chance) -> Result<(), String> {
    let mut body = SEEDS[chance.below(SEEDS.len())].to_vec();
    mutate::bytes(chance, &mut body);
    let mut cuts: Vec<usize> = (0..chance.below(12))
        .map(|_| chance.below(body.len() + 1))
        .collect();
    cuts.extend([0, body.len()]);
    cuts.sort_unstable();
    let pieces = cuts
        .windows(2)
        .map(|ends| Bytes::copy_from_slice(&body[ends[0]..ends[1]]));
    let pieces: Vec<Bytes> = pieces.collect();

    let whole = runtime.block_on(read(vec![Bytes::from(body.clone())]));
    let mut cut = Told::default();
    let measured = allocation_counter::measure(|| cut = runtime.block_on(read(pieces)));
    let said = format!("{whole:?}");
    if whole != cut {
        return Err(format!("cut at {cuts:?} it is {cut:?}, and whole {said}"));
    }
    if said.contains(SECRET) {
        return Err(format!("a secret is told: {said}"));
    }
    if measured.bytes_max > TIMES * body.len() as u64 + FIXED {
        return Err(format!("{} bytes take {}", body.len(), measured.bytes_max));
    }
    Ok(())
}

async fn read(pieces: Vec<Bytes>) -> Told {
    let body = Body::from_stream(Pieces {
        left: pieces.into(),
        is_ready: false,
    });
    let config = Config::new(Credentials::new("access-key-id", SECRET))
        .region("cn-hangzhou")
        .retry(Retry::off())
        .transport(Answers(Mutex::new(Some(http::Response::new(body)))));
    let client = RawClient::rpc(&config, "Ga", "2019-11-20");
    let mut events = client.call("DescribeListener").events();
    let mut told = Told::default();
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => told.0.push([event.id, event.event, event.data.to_string()]),
            Err(error) => told.1 = Some(format!("{error}\n{error:?}")),
        }
    }
    told
}
