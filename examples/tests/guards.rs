//! What a guard denies of real operations, by what their metadata says.

use alicloud::ga::{
    self, create_accelerator, create_bandwidth_package, describe_accelerator, list_accelerators,
    tag_resources,
};
use alicloud::testing::Replay;
use alicloud::{Config, Guard};

fn guarded(guard: Guard) -> (Replay, Config) {
    let replay = Replay::new()
        .sample::<list_accelerators::Response>()
        .sample::<describe_accelerator::Response>();
    let config = replay.config().guard(guard);
    (replay, config)
}

#[tokio::test]
async fn what_costs_money_is_denied_and_the_rest_goes_on() {
    let (replay, config) = guarded(Guard::new().deny_paid());
    let client = ga::Client::new(&config);
    let request = create_accelerator::Request::new();
    let error = client.create_accelerator(request).await;
    let error = error.expect_err("it costs money");
    assert_eq!(error.denied_by(), Some("deny_paid"));
    let text = error.to_string();
    assert!(text.contains("it costs money; `Guard::allow("), "{text}");
    let request = create_bandwidth_package::Request::new();
    let error = client.create_bandwidth_package(request).await;
    assert!(error.expect_err("it costs money").is_denied());
    assert!(replay.requests().is_empty());
    let request = list_accelerators::Request::new();
    client.list_accelerators(request).await.expect("free");
}

#[tokio::test]
async fn reads_pass_one_that_is_read_only_and_so_do_exempt_writes() {
    let guard = Guard::read_only().allow("Ga", "TagResources");
    let (replay, config) = guarded(guard);
    let client = ga::Client::new(&config);
    let error = client.call("DescribeListener").await;
    assert_eq!(error.expect_err("not known").denied_by(), Some("read_only"));
    let mut items = client
        .list_accelerators(list_accelerators::Request::new())
        .pages();
    items.next().await.expect("a page").expect("a read");
    let request = describe_accelerator::Request::new().accelerator_id("ga-1");
    let read = client.describe_accelerator(request).await;
    read.expect("a read");
    // Exempt, so what is wrong with the request comes next.
    let exempt = client.tag_resources(tag_resources::Request::new()).await;
    let error = exempt.expect_err("parameters are missing");
    assert!(!error.is_denied() && !error.violations().is_empty());
    assert_eq!(replay.requests().len(), 2);
}
