//! Runtimes that nobody drives any more: what they leave behind stops no other caller.

use std::time::Duration;

use crate::mutate::Chance;
use crate::servers::{Server, request};

/// One configuration on several runtimes of one thread each, in turns: each is driven for one call,
/// or for a part of it, and then left alone.
pub(crate) fn case(chance: &mut Chance) -> Result<(), String> {
    let server = Server::start();
    let client = server.client();
    let mut left_alone = Vec::new();
    for turn in 0..4 {
        let call = client.describe_listener(request());
        if chance.below(3) == 0 {
            let called = std::thread::spawn(move || call.send_blocking());
            let called = called
                .join()
                .map_err(|_| "a blocking call panics".to_owned())?;
            called.map_err(|error| format!("turn {turn}, blocking: {error}"))?;
            continue;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        if chance.below(2) == 0 {
            let pause = Duration::from_micros(chance.next() % 1_000);
            let _ = runtime.block_on(async { tokio::time::timeout(pause, call).await });
        } else {
            let called = runtime.block_on(async { call.await });
            called.map_err(|error| format!("turn {turn}: {error}"))?;
        }
        left_alone.push(runtime);
    }
    Ok(())
}
