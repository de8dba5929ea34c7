//! The crate `aliyun-openapi-core-rust-sdk`: calls by name, no types.

use aliyun_openapi_core_rust_sdk::client::rpc::RPClient;
use bench_clients::Run;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let run = Run::from_args();
    let client = RPClient::new("testid", "testsecret", &run.address);
    run.measure(async || {
        let token = uuid::Uuid::new_v4().to_string();
        let call = client
            .clone()
            .version("2019-11-20")
            .post("AssociateAdditionalCertificatesWithListener")
            .query([
                ("RegionId", "cn-hangzhou"),
                ("ClientToken", token.as_str()),
                ("AcceleratorId", "ga-bp1odcab8tmno0hdq****"),
                ("ListenerId", "lsr-bp1bpn0kn908w4nbw****"),
                ("Certificates.1.Id", "6092**-cn-hangzhou"),
                ("Certificates.1.Domain", "example.com"),
            ]);
        call.json::<serde_json::Value>().await.expect("success");
    })
    .await;
}
