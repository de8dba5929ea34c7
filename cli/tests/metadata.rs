//! Fetching metadata from a service that does not always behave.

mod support;

use std::time::Duration;

use alicloud_cli::metadata::{FetchError, Service};
use support::{Fault, Publisher};

const DEMO: &str =
    r#"{"version":"1.0","info":{"style":"RPC","product":"Demo","version":"2020-01-01"},"apis":{}}"#;
const PRODUCTS: &str = r#"[{"code":"Ga","name":"Global Accelerator","versions":["2019-11-20"],
    "defaultVersion":"2019-11-20","style":"RPC"},{"code":"Demo","versions":["2020-01-01"]}]"#;

async fn publisher() -> (Publisher, Service) {
    let publisher = Publisher::start().await;
    publisher.publish("Demo", "2020-01-01", DEMO);
    publisher.catalogue(PRODUCTS);
    let service = Service::new(&publisher.url)
        .expect("a URL")
        .pause(Duration::ZERO);
    (publisher, service)
}

#[tokio::test]
async fn products_and_files_are_fetched() {
    let (_publisher, service) = publisher().await;
    let catalogue = service.catalogue().await.expect("a list");
    assert_eq!(catalogue.products().len(), 2);
    assert_eq!(catalogue.find("ga").expect("known").code, "Ga");
    assert_eq!(catalogue.search("accelerator").count(), 1);
    let json = service
        .document("Demo", "2020-01-01")
        .await
        .expect("a file");
    assert_eq!(json, DEMO.as_bytes());
}

#[tokio::test]
async fn what_is_no_metadata_is_asked_for_again() {
    let (publisher, service) = publisher().await;
    publisher.misbehave([Fault::SaysFive00, Fault::Page, Fault::CutOff]);
    service
        .document("Demo", "2020-01-01")
        .await
        .expect("the fourth attempt");
    assert_eq!(publisher.requests().len(), 4);
}

#[tokio::test]
async fn what_stays_wrong_is_an_error_that_says_what_came() {
    let (publisher, service) = publisher().await;
    for (fault, words) in [
        (Fault::SaysFive00, "the service says 500 server error"),
        (Fault::Page, "a page of HTML"),
        (Fault::CutOff, "bytes)"),
        (Fault::Status(503), "status 503"),
    ] {
        publisher.misbehave([fault; 4]);
        let error = service
            .document("Demo", "2020-01-01")
            .await
            .expect_err("four faults");
        assert!(error.to_string().contains(words), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn a_product_that_is_not_there_is_asked_for_once() {
    let (publisher, service) = publisher().await;
    let error = service
        .document("Nope", "1")
        .await
        .expect_err("not published");
    assert!(
        matches!(error, FetchError::Refused { status: 404, .. }),
        "{error}"
    );
    assert_eq!(publisher.requests().len(), 1);
    publisher.publish("Other", "2020-01-01", DEMO);
    let error = service
        .document("Other", "2020-01-01")
        .await
        .expect_err("another product");
    assert!(error.to_string().contains("it is of `Demo`"), "{error}");
}

#[tokio::test]
async fn two_requests_are_under_way_at_most() {
    let (publisher, service) = publisher().await;
    let all = (0..8).map(|_| service.document("Demo", "2020-01-01"));
    let mut set = Vec::new();
    for one in all {
        set.push(one);
    }
    let service_calls = futures_join(set).await;
    assert!(service_calls.iter().all(Result::is_ok));
    assert!(
        publisher.most_at_once() <= 2,
        "{}",
        publisher.most_at_once()
    );
}

/// All of some futures, polled together.
async fn futures_join<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.into_iter().map(Box::pin).map(Some).collect();
    let mut done: Vec<Option<F::Output>> = pending.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, done) in pending.iter_mut().zip(&mut done) {
            if let Some(running) = future
                && let std::task::Poll::Ready(output) = running.as_mut().poll(context)
            {
                *done = Some(output);
                *future = None;
            }
        }
        match pending.iter().all(Option::is_none) {
            true => std::task::Poll::Ready(done.drain(..).flatten().collect()),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_service_that_is_not_there_is_named() {
    let service = Service::new("http://127.0.0.1:1")
        .expect("a URL")
        .pause(Duration::ZERO);
    let error = service.catalogue().await.expect_err("nothing listens");
    assert!(
        error
            .to_string()
            .contains("http://127.0.0.1:1/meta/v1/products.json"),
        "{error}"
    );
    assert!(Service::new("ftp://x").is_err());
}

#[tokio::test]
async fn a_service_that_says_nothing_is_given_up() {
    // It accepts and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let service = Service::new(&url).expect("a URL");
    let service = service
        .pause(Duration::ZERO)
        .timeout(Duration::from_millis(50));
    let error = service.catalogue().await.expect_err("nothing comes");
    assert!(
        error.to_string().contains("no reply within 50ms"),
        "{error}"
    );
}
