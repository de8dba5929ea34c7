//! Calls over TLS: whose certificate is accepted, and whose is shown.

use std::error::Error as _;

use alicloud_runtime::{Config, Credentials, TransportErrorKind as Kind};
use test_support::{Authority, TlsServer, quick};

use crate::{JSON_SAMPLE, call, set_password};

/// Answers with the documented sample, over TLS.
pub(crate) async fn serve(
    authority: &Authority,
    name: &str,
    clients: Option<&Authority>,
) -> String {
    let server = TlsServer {
        authority,
        name,
        clients,
        body: JSON_SAMPLE,
    };
    server.start().await
}

fn config(address: &str) -> Config {
    Config::new(Credentials::new("i", "s"))
        .endpoint(address)
        .no_proxy()
        .retry(quick())
}

#[tokio::test]
async fn an_extra_root_is_accepted_and_a_stranger_is_not() {
    let authority = Authority::new();
    let address = serve(&authority, "localhost", None).await;
    let trusting = config(&address).root_certificates(authority.pem());
    call(&trusting).await.expect("success");

    for stranger in [
        config(&address),
        config(&address).root_certificates(Authority::new().pem()),
    ] {
        let error = set_password(&stranger).await.expect_err("a stranger");
        let transport = error.transport().expect("a transport error");
        assert_eq!(
            (transport.kind(), transport.was_sent()),
            (Kind::Tls, false),
            "{error}"
        );
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_is_not_accepted() {
    let authority = Authority::new();
    let address = serve(&authority, "other.example", None).await;
    let error = call(&config(&address).root_certificates(authority.pem())).await;
    let error = error.expect_err("another host");
    assert_eq!(
        error.transport().map(|e| e.kind()),
        Some(Kind::Tls),
        "{error}"
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_who_asks() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let address = serve(&authority, "localhost", Some(&clients)).await;
    let trusting = config(&address).root_certificates(authority.pem());
    call(&trusting).await.expect_err("no certificate");
    let (certificate, key) = clients.issue("client");
    let known = trusting.client_certificate(certificate, key.clone());
    call(&known).await.expect("success");
    assert!(!format!("{known:?}").contains(key.lines().nth(1).expect("a line")));
}

#[tokio::test]
async fn a_certificate_that_is_none_is_an_error_of_the_call() {
    let config = config("https://localhost:1").root_certificates("no PEM");
    let error = call(&config).await.expect_err("an error");
    assert!(
        error.to_string().contains("holds no certificate"),
        "{error}"
    );
    assert!(error.source().is_none());
}
