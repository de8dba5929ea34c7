//! Calls through a proxy: a real one, on loopback, that forwards what it is asked to
//! and keeps the head of each request that it gets.

use std::process::Command;
use std::sync::{Arc, Mutex};

use alicloud_runtime::{Config, Credentials, Proxy, Retry, TransportErrorKind as Kind};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::associate::JSON_SAMPLE;
use crate::broken::{Broken, http};
use crate::call;
use crate::tls::{Authority, serve};

/// `user:pa55word` in base64.
const LOGIN: &str = "proxy-authorization: Basic dXNlcjpwYTU1d29yZA==";

/// A proxy that wants a login, or none.
struct Forward {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Forward {
    async fn start(wants_login: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    let head = read_head(&mut stream).await;
                    let refused =
                        wants_login && !head.to_lowercase().contains(&LOGIN.to_lowercase());
                    kept.lock().expect("the heads").push(head.clone());
                    if refused {
                        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
                            content-length: 0\r\nconnection: close\r\n\r\n";
                        drop(stream.write_all(refusal).await);
                        return;
                    }
                    drop(forward(&mut stream, &head).await);
                });
            }
        });
        Self { address, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("the heads").clone()
    }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).expect("text")
}

/// Opens a tunnel for `CONNECT`; sends anything else on as it is, with its head.
async fn forward(stream: &mut TcpStream, head: &str) -> std::io::Result<()> {
    let mut words = head.split(' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    let target = target.trim_start_matches("http://");
    let place = target.split('/').next().unwrap_or_default();
    let mut upstream = TcpStream::connect(place.replace("localhost", "127.0.0.1")).await?;
    if method == Some("CONNECT") {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    } else {
        upstream.write_all(head.as_bytes()).await?;
    }
    copy_bidirectional(stream, &mut upstream).await.map(drop)
}

fn config(address: &str) -> Config {
    Config::new(Credentials::new("i", "s"))
        .endpoint(address)
        .retry(Retry::off())
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_is_logged_into_and_seen_by_nobody() {
    let authority = Authority::new();
    let address = serve(&authority, "localhost", None).await;
    let proxy = Forward::start(true).await;
    let via = Proxy::new(&proxy.address).login("user", "pa55word");
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
async fn a_tunnel_that_is_refused_is_no_connection_and_no_password_is_shown() {
    let proxy = Forward::start(true).await;
    let via = Proxy::new(&proxy.address).login("user", "wr0ng");
    let config = config("https://service.invalid").proxy(via);
    let error = call(&config).await.expect_err("refused");
    let transport = error.transport().expect("a transport error");
    assert_eq!(
        (transport.kind(), transport.was_sent()),
        (Kind::Connect, false),
        "{error}"
    );
    for shown in [
        format!("{error}"),
        format!("{error:?}"),
        format!("{config:?}"),
    ] {
        assert!(!shown.contains("wr0ng"), "{shown}");
    }
}

#[tokio::test]
async fn http_is_forwarded_with_the_login_and_the_name_is_the_proxys_to_resolve() {
    let service = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    let proxy = Forward::start(true).await;
    let via = || Proxy::new(&proxy.address);
    let logged_in = config(&service.address).proxy(via().login("user", "pa55word"));
    call(&logged_in).await.expect("success");
    assert_eq!((proxy.heads().len(), service.requests()), (1, 1));
    assert!(proxy.heads()[0].starts_with(&format!("POST {}/?", service.address)));

    let stranger = config("http://service.invalid").proxy(via());
    let error = call(&stranger).await.expect_err("refused");
    assert_eq!((error.status(), proxy.heads().len()), (Some(407), 2));
}

#[tokio::test]
async fn hosts_that_are_excepted_are_reached_without_the_proxy() {
    let service = Broken::start([http("200 OK", "", JSON_SAMPLE)]).await;
    let proxy = Forward::start(false).await;
    let via = Proxy::new(&proxy.address).except("example.com,127.0.0.1");
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
        let proxy = Forward::start(false).await;
        let mut child = Command::new(std::env::current_exe().expect("this test"));
        child.args(["--exact", "proxy::a_process_of_its_own", "--ignored"]);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            child.env_remove(name).env_remove(name.to_lowercase());
        }
        for (name, value) in variables {
            let value = if value.is_empty() {
                &proxy.address
            } else {
                *value
            };
            child.env(name, value);
        }
        child.env(ENDPOINT, &service.address);
        let done = tokio::task::spawn_blocking(move || child.output()).await;
        let output = done.expect("it ends").expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        assert_eq!(
            (proxy.heads().len(), service.requests()),
            (through_proxy, 1),
            "{variables:?}"
        );
    }
}

/// Where [`a_process_of_its_own`] calls.
const ENDPOINT: &str = "ALICLOUD_TEST_ENDPOINT";

#[tokio::test]
#[ignore = "run by the test above, with an environment of its own"]
async fn a_process_of_its_own() {
    let endpoint = std::env::var(ENDPOINT).expect("the test above sets it");
    call(&config(&endpoint)).await.expect("success");
}
