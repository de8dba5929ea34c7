//! An app that generates just the operations it calls: see `build.rs`. It links
//! the runtime, and no crate of all products.

// The module `ga`.
include!(concat!(env!("OUT_DIR"), "/ga.rs"));

use alicloud_runtime::{Config, Error};
use ga::describe_listener::Request;

/// The state of a listener.
///
/// # Errors
/// Whatever becomes of the call.
pub async fn listener_state(config: &Config, listener: &str) -> Result<String, Error> {
    let client = ga::Client::new(config);
    let listener = client
        .describe_listener(Request::new().listener_id(listener))
        .await?;
    Ok(listener.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alicloud_runtime::testing::Replay;

    #[tokio::test(flavor = "current_thread")]
    async fn the_state_of_the_documented_sample_is_active() {
        let replay = Replay::new().sample::<ga::describe_listener::Response>();
        let state = listener_state(&replay.config(), "lsr-1").await;
        assert_eq!(state.expect("a state"), "active");
    }
}
