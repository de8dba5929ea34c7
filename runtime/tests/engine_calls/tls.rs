//! Calls over TLS: whose certificate is accepted, and whose is shown.

use std::error::Error as _;
use std::sync::Arc;

use alicloud_runtime::{Config, Credentials, TransportErrorKind as Kind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::associate::JSON_SAMPLE;
use crate::double::quick;
use crate::{call, set_password};

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Of the name that every certificate of rcgen has, OpenSSL takes it for its own issuer.
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "an authority");
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }
    /// A certificate and its key, both PEM.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }
}

/// Answers with the documented sample; wants a client's certificate of `clients`.
pub(crate) async fn serve(
    authority: &Authority,
    name: &str,
    clients: Option<&Authority>,
) -> String {
    let (certificate, key) = authority.issue(name);
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM")];
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
    let provider = Arc::new(default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("versions");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            let root = CertificateDer::from_pem_slice(clients.pem().as_bytes()).expect("PEM");
            roots.add(root).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let config = builder.with_single_cert(chain, key).expect("a server");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!(
        "https://localhost:{}",
        listener.local_addr().expect("one").port()
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let reply = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{JSON_SAMPLE}",
                JSON_SAMPLE.len()
            );
            drop(stream.write_all(reply.as_bytes()).await);
            drop(stream.shutdown().await);
        }
    });
    address
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
