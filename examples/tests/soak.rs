//! A short soak: calls against a mock server that breaks now and then. The long
//! one is `cargo xtask soak`.

#[path = "../benches/soak/mock_server.rs"]
mod mock_server;
#[path = "../benches/soak/run.rs"]
mod run;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_ends_in_its_right_outcome_and_none_is_executed_twice() {
    let summary = run::run(2000, 64).await;
    assert!(summary.passed(), "{summary}");
}
