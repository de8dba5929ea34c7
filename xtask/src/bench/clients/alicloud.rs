//! This project's generated client.

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::{Config, Credentials};
use bench_clients::Run;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let run = Run::from_args();
    let config = Config::new(Credentials::new("testid", "testsecret"))
        .endpoint(&run.address)
        .no_proxy();
    let client = ga::Client::new(&config);
    run.measure(async || {
        let request = associate::Request::new()
            .region_id("cn-hangzhou")
            .accelerator_id("ga-bp1odcab8tmno0hdq****")
            .listener_id("lsr-bp1bpn0kn908w4nbw****")
            .certificates([associate::Certificate::new()
                .id("6092**-cn-hangzhou")
                .domain("example.com")]);
        let call = client.associate_additional_certificates_with_listener(request);
        call.await.expect("success");
    })
    .await;
}
