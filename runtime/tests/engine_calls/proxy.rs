//! Calls through real proxies on loopback.

use std::process::Command;
use std::time::Duration;

use alicloud_runtime::{Config, Credentials, Proxy, Retry, TransportErrorKind as Kind};

use crate::tls::serve;
use test_support::{Authority, Broken, ForwardProxy, SocksProxy, closed_port, http, quick};

use crate::{JSON_SAMPLE, call};

/// `user:pa55word` in base64.
const LOGIN: &str = "proxy-authorization: Basic dXNlcjpwYTU1d29yZA==";

/// Whether a proxy refuses a request, with which status.
type Refuses = fn(&str) -> Option<&'static str>;

const OPEN: Refuses = |_| None;
const WANTS_LOGIN: Refuses = |head| {
    let known = head.to_lowercase().contains(&LOGIN.to_lowercase());
    (!known).then_some("407 Proxy Authentication Required")
};
const FORBIDS: Refuses = |_| Some("403 Forbidden");

fn config(address: &str) -> Config {
    Config::new(Credentials::new("i", "s"))
        .endpoint(address)
        .retry(Retry::off())
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_is_logged_into_and_seen_by_nobody() {
    let authority = Authority::new();
    let address = serve(&authority, "localhost", None).await;
    let proxy = ForwardProxy::start(WANTS_LOGIN).await;
    let via = Proxy::new(&proxy.address).basic_auth("user", "pa55word");
    let config = config(&address)
        .root_certificates(authority.pem())
        .proxy(via);
    call(&config).await.expect("success");

    let heads = proxy.heads();
    let place = address.trim_start_matches("https://");
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with(&format!("CONNECT {place} HTTP/1.1\r\n")));
    assert!(heads[0].to_lowercase().contains(&LOGIN.to_lowercase()));
    assert!(!heads[0].contains("x-acs-") && !heads[0].contains("Accelerator"));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_asked_once_and_no_password_is_shown() {
    for (refuses, target, why) in [
        (
            WANTS_LOGIN,
            "https://service.invalid",
            " wants another login (407): set `Proxy::basic_auth`, ",
        ),
        (
            WANTS_LOGIN,
            "http://service.invalid",
            " wants another login (407)",
        ),
        (
            FORBIDS,
            "https://service.invalid",
            " refused the tunnel to service.invalid",
        ),
    ] {
        let proxy = ForwardProxy::start(refuses).await;
        let via = Proxy::new(&proxy.address).basic_auth("user", "wr0ng");
        let config = config(target).retry(quick()).proxy(via);
        let error = call(&config).await.expect_err("refused");
        let transport = error.transport().expect("a transport error");
        assert_eq!(
            (transport.kind(), transport.was_sent(), error.attempts()),
            (Kind::Proxy, false, 1),
            "{error}"
        );
        assert!(!error.is_retryable());
        assert_eq!(proxy.heads().len(), 1);
        let named = format!(
            "failed: the proxy {} (from the configuration){why}",
            proxy.address
        );
        assert!(error.to_string().contains(&named), "{error}");
        for shown in [
            format!("{error}"),
            format!("{error:?}"),
            format!("{config:?}"),
        ] {
            assert!(!shown.contains("wr0ng"), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named_in_place_of_the_service() {
    let gone = closed_port().await;
    for target in ["https://service.invalid", "http://service.invalid"] {
        for (url, kind, why) in [
            (
                gone.clone(),
                Kind::Connect,
                "no connection (check the proxy)",
            ),
            (
                "http://proxy.invalid:3128".to_owned(),
                Kind::Dns,
                "the name was not resolved (check the proxy)",
            ),
        ] {
            let config = config(target).proxy(Proxy::new(&url));
            let error = call(&config).await.expect_err("no proxy");
            assert_eq!(error.transport().map(|e| e.kind()), Some(kind), "{error}");
            let named = format!("the proxy {url} (from the configuration): {why}");
            assert!(error.to_string().contains(&named), "{error}");
            assert!(!error.to_string().contains("service.invalid"), "{error}");
        }
    }
    // What breaks behind the tunnel is the service's.
    let plain = Broken::start([http("400 Bad Request", "", "")]).await;
    let address = plain.address.replace("http://", "https://");
    let proxy = ForwardProxy::start(OPEN).await;
    let config = config(&address)
        .connect_timeout(Duration::from_millis(250))
        .proxy(Proxy::new(&proxy.address));
    let error = call(&config).await.expect_err("no TLS");
    let place = address.trim_start_matches("https://");
    let named = format!(
        "{place} through the proxy {} (from the configuration): no connection",
        proxy.address
    );
    assert!(error.to_string().contains(&named), "{error}");
    assert_eq!(
        error.transport().map(|e| e.kind()),
        Some(Kind::Connect),
        "{error}"
    );
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_an_error_and_never_passed_by() {
    let service = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    for url in ["ftp://127.0.0.1:21", "not a url"] {
        let config = config(&service.address).proxy(Proxy::new(url));
        let error = call(&config).await.expect_err("refused").to_string();
        let named =
            format!("was not sent: the proxy {url:?} (from the configuration) cannot be used: ");
        assert!(error.contains(&named), "{error}");
        assert_eq!(error.matches(url).count(), 1, "{error}");
    }
    assert_eq!(service.requests(), 0);
}

#[tokio::test]
async fn socks_proxies_are_spoken_to() {
    let authority = Authority::new();
    let secure = serve(&authority, "localhost", None).await;
    let plain = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    let proxy = SocksProxy::start().await;
    let via = || Proxy::new(format!("socks5h://{}", proxy.address));
    for (address, via) in [
        (&secure, via()),
        (&plain.address, via().basic_auth("user", "pa55 word")),
    ] {
        let config = config(address)
            .root_certificates(authority.pem())
            .proxy(via);
        call(&config).await.expect("success");
    }
    let place = |address: &str| address.split("//").nth(1).expect("a place").to_owned();
    let login = "user:pa55 word".to_owned();
    assert_eq!(
        proxy.heard(),
        [place(&secure), login, place(&plain.address)]
    );
}

#[tokio::test]
async fn http_is_forwarded_with_the_login_and_the_name_is_the_proxys_to_resolve() {
    let service = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    let proxy = ForwardProxy::start(WANTS_LOGIN).await;
    let via = Proxy::new(&proxy.address).basic_auth("user", "pa55word");
    let logged_in = config(&service.address).proxy(via);
    call(&logged_in).await.expect("success");
    assert_eq!((proxy.heads().len(), service.requests()), (1, 1));
    assert!(proxy.heads()[0].starts_with(&format!("POST {}/?", service.address)));
}

#[tokio::test]
async fn hosts_that_are_excepted_are_reached_without_the_proxy() {
    let service = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    let proxy = ForwardProxy::start(OPEN).await;
    let via = Proxy::new(&proxy.address).no_proxy("example.com,127.0.0.1");
    call(&config(&service.address).proxy(via))
        .await
        .expect("success");
    assert_eq!((proxy.heads().len(), service.requests()), (0, 1));
}

#[tokio::test]
async fn the_environment_names_the_proxy_and_what_is_excepted() {
    for (variables, through_proxy) in [
        (&[("HTTP_PROXY", "")][..], 1),
        (&[("http_proxy", "")], 1),
        (&[("HTTP_PROXY", ""), ("NO_PROXY", "127.0.0.1")], 0),
        (&[("HTTPS_PROXY", "")], 0),
        (&[], 0),
    ] {
        let service = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
        let proxy = ForwardProxy::start(OPEN).await;
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| {
                let value = if value.is_empty() {
                    &proxy.address
                } else {
                    *value
                };
                (*name, value)
            })
            .collect();
        let output = in_a_process(&variables, &service.address).await;
        assert!(output.contains("sent: true"), "{output}");
        assert_eq!(
            (proxy.heads().len(), service.requests()),
            (through_proxy, 1),
            "{variables:?}"
        );
    }
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_named_with_its_variable() {
    for (variables, target, error) in [
        (
            &[("HTTPS_PROXY", "not a url")][..],
            "https://service.invalid",
            "the proxy \"not a url\" (from HTTPS_PROXY) cannot be used: it is no URL",
        ),
        (
            &[("all_proxy", "ftp://user:pa55@127.0.0.1:9")],
            "https://service.invalid",
            "the proxy \"ftp://127.0.0.1:9\" (from all_proxy) cannot be used: ftp is no scheme",
        ),
        (
            &[("HTTPS_PROXY", "http://proxy.invalid:1")],
            "https://service.invalid",
            "the proxy http://proxy.invalid:1 (from HTTPS_PROXY): the name was not resolved",
        ),
        (
            &[
                ("http_proxy", "proxy.invalid:1"),
                ("ALL_PROXY", "other.invalid"),
            ],
            "http://service.invalid",
            "the proxy http://proxy.invalid:1 (from http_proxy): the name was not resolved",
        ),
        // It is not on the way.
        (
            &[("HTTPS_PROXY", "not a url"), ("NO_PROXY", ".invalid")],
            "https://service.invalid",
            "failed: service.invalid: the name was not resolved",
        ),
        (
            &[("HTTPS_PROXY", "not a url")],
            "http://service.invalid",
            "failed: service.invalid: the name was not resolved",
        ),
    ] {
        let output = in_a_process(variables, target).await;
        assert!(output.contains(error), "{output}");
        assert!(!output.contains("pa55"), "{output}");
    }
}

/// What [`a_process_of_its_own`] says, with these variables.
async fn in_a_process(variables: &[(&str, &str)], endpoint: &str) -> String {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child.args([
        "--exact",
        "proxy::a_process_of_its_own",
        "--ignored",
        "--nocapture",
    ]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    child
        .envs(variables.iter().copied())
        .env(ENDPOINT, endpoint);
    let done = tokio::task::spawn_blocking(move || child.output()).await;
    let output = done.expect("it ends").expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Where [`a_process_of_its_own`] calls.
const ENDPOINT: &str = "ALICLOUD_TEST_ENDPOINT";

#[tokio::test]
#[ignore = "run by the tests above, with an environment of its own"]
async fn a_process_of_its_own() {
    let endpoint = std::env::var(ENDPOINT).expect("the tests above set it");
    let sent = call(&config(&endpoint)).await;
    println!("sent: {}", sent.is_ok());
    if let Err(error) = sent {
        println!("{error}");
    }
}
