//! What a file costs that is sent: a few pieces of it, however large it is. One test, since
//! what it measures is the memory of the process.

use std::pin::Pin;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::Body;
use alicloud_runtime::{
    BoxFuture, FileContent, RawCall, RawClient, SendOptions, Transport, TransportError, http,
};
use futures_core::Stream as _;
use peak_alloc::PeakAlloc;
use test_support::Home;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MIB: usize = 1 << 20;
const FILE: u64 = 16 << 20;

/// Counts what it is sent, and permits every upload.
#[derive(Debug)]
struct Sink;

impl Transport for Sink {
    fn send(
        &self,
        request: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            let mut body = request.into_body();
            let mut length = 0;
            while let Some(piece) =
                std::future::poll_fn(|context| Pin::new(&mut body).poll_next(context)).await
            {
                length += piece?.len();
            }
            let reply = serde_json::json!({
                "RequestId": "r", "Length": length, "AccessKeyId": "i", "Bucket": "b",
                "Endpoint": "oss.example.com", "ObjectKey": "k", "EncodedPolicy": "p",
                "Signature": "s",
            });
            Ok(http::Response::new(reply.to_string().into()))
        })
    }
}

#[tokio::test]
async fn a_file_on_disk_is_never_in_memory_as_a_whole() {
    let home = Home::new();
    let path = home.write("large.bin", "");
    let file = std::fs::File::options().write(true).open(&path);
    file.and_then(|file| file.set_len(FILE)).expect("a file");
    let config = Replay::new().config().transport(Sink);
    let client = RawClient::rpc(&config, "Faces", "2020-01-01");
    let calls: [fn(RawCall, FileContent) -> RawCall; 2] = [
        |call, file| call.body(file),
        |call, file| call.file("ImageURL", file),
    ];
    for (call, is_body) in calls.into_iter().zip([true, false]) {
        let call = call(client.call("Read"), FileContent::from_path(&path));
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let reply = call.await.expect("a reply");
        let cost = MEMORY.peak_usage().saturating_sub(before);
        assert!(cost < 2 * MIB, "{cost} bytes");
        if is_body {
            assert_eq!(reply.value["Length"], FILE);
        }
    }
}
