use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use alicloud_runtime::credentials::{Chain, Context, Environment, ProvideCredentials};
use alicloud_runtime::{BoxFuture, Credentials, CredentialsError};

use crate::support::*;

/// A provider that can be turned on and off.
#[derive(Clone, Debug)]
struct Switch {
    name: &'static str,
    on: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Switch {
    fn new(name: &'static str, on: bool) -> Self {
        Self {
            name,
            on: Arc::new(AtomicBool::new(on)),
            asked: Arc::default(),
        }
    }

    fn turn(&self, on: bool) {
        self.on.store(on, Ordering::SeqCst);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Switch {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found = match self.on.load(Ordering::SeqCst) {
            true => Ok(Credentials::new(self.name, SECRET)),
            false => Err(CredentialsError::new(self.name, "is off")),
        };
        Box::pin(std::future::ready(found))
    }

    fn name(&self) -> &'static str {
        self.name
    }
}

fn chain<const N: usize>(switches: [&Switch; N]) -> Chain {
    Chain::new(switches.map(|switch| Arc::new(switch.clone()) as Arc<dyn ProvideCredentials>))
}

async fn id(chain: &Chain) -> String {
    chain.provide().await.unwrap().access_key_id().to_owned()
}

#[tokio::test]
async fn the_first_that_has_credentials_is_asked_alone_from_then_on() {
    let (a, b, c) = (
        Switch::new("a", false),
        Switch::new("b", true),
        Switch::new("c", true),
    );
    let chain = chain([&a, &b, &c]);
    for _ in 0..5 {
        assert_eq!(id(&chain).await, "b");
    }
    a.turn(true);
    assert_eq!(id(&chain).await, "b");
    assert_eq!((a.asked(), b.asked(), c.asked()), (1, 6, 0));
}

#[tokio::test]
async fn if_it_fails_later_all_are_asked_again_but_it_only_once() {
    let (a, b, c) = (
        Switch::new("a", false),
        Switch::new("b", true),
        Switch::new("c", true),
    );
    let chain = chain([&a, &b, &c]);
    assert_eq!(id(&chain).await, "b");
    b.turn(false);
    assert_eq!(id(&chain).await, "c");
    assert_eq!((a.asked(), b.asked(), c.asked()), (2, 2, 1));
    assert_eq!(id(&chain).await, "c");
    assert_eq!((a.asked(), b.asked(), c.asked()), (2, 2, 2));
}

#[tokio::test]
async fn an_error_has_a_line_for_each_in_order_also_after_a_success() {
    let (a, b) = (Switch::new("a", false), Switch::new("b", true));
    let chain = chain([&a, &b]);
    id(&chain).await;
    b.turn(false);
    let error = chain.provide().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "default: no credentials found; tried in this order:\n  a: is off\n  b: is off"
    );
    assert_eq!(error.tried().len(), 2);
    assert_eq!(
        (error.tried()[0].provider(), error.tried()[0].message()),
        ("a", "is off")
    );
}

#[tokio::test]
async fn an_empty_chain_has_nothing() {
    text_of(chain([]).provide().await);
}

fn standard(home: &Home, url: &str, variables: &[(&str, &str)]) -> Chain {
    let variables = variables.iter().copied();
    let environment = Environment::from_map(variables).with_home(home.path());
    Chain::standard(
        &Context::new(transport())
            .environment(environment)
            .sts_endpoint(url)
            .metadata_endpoint(url),
    )
}

/// STS, a metadata server and a credentials URI in one.
async fn everything() -> FakeService {
    FakeService::unsigned(
        |request| match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/") => ok(sts_json("oidc", &soon())),
            ("PUT", _) => ok("token"),
            ("GET", "/uri") => ok(key_json("uri", &soon())),
            _ => ok(key_json("ecs", &soon())),
        },
    )
    .await
}

#[tokio::test]
async fn the_standard_order_is_that_of_the_official_sdks() {
    let server = everything().await;
    let home = Home::new();
    let token = home.write("token", "t");
    let cli = format!(
        r#"{{"current":"p","profiles":[{{"name":"p","mode":"AK","access_key_id":"cli","access_key_secret":"{SECRET}"}}]}}"#
    );
    let cli = home.write(".aliyun/config.json", &cli);
    let ini = format!("[default]\ntype=access_key\naccess_key_id=ini\naccess_key_secret={SECRET}");
    let ini = home.write(".alibabacloud/credentials.ini", &ini);
    let uri = format!("{}/uri", server.address());
    let mut variables = vec![
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "env"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
        ("ALIBABA_CLOUD_ROLE_ARN", "r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
        ("ALIBABA_CLOUD_ECS_METADATA", "web"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", &uri),
    ];
    let found = async |variables: &[_]| id(&standard(&home, server.address(), variables)).await;
    assert_eq!(found(&variables).await, "env");
    variables.retain(|(name, _)| !name.contains("ACCESS_KEY"));
    assert_eq!(found(&variables).await, "oidc");
    variables.retain(|(name, _)| !name.contains("OIDC"));
    assert_eq!(found(&variables).await, "cli");
    std::fs::remove_file(cli).unwrap();
    assert_eq!(found(&variables).await, "ini");
    std::fs::remove_file(ini).unwrap();
    assert_eq!(found(&variables).await, "ecs");
    variables.push(("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"));
    assert_eq!(found(&variables).await, "uri");
}

#[tokio::test]
async fn with_nothing_set_up_each_provider_says_why() {
    let home = Home::new();
    let chain = standard(&home, &closed_port().await, &[]);
    let text = text_of(chain.provide().await);
    let lines: Vec<_> = text.lines().collect();
    for (line, start) in lines.iter().zip([
        "default: no credentials found",
        "  env: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set",
        "  oidc_role_arn: ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set",
        "  cli_profile: cannot read ",
        "  profile: cannot read ",
        "  ecs_ram_role: PUT http://127.0.0.1:",
        "  credential_uri: ALIBABA_CLOUD_CREDENTIALS_URI is not set",
    ]) {
        assert!(line.starts_with(start), "{line}");
    }
    assert_eq!(lines.len(), 7, "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_first_calls_at_once_fetch_once() {
    let server = everything().await;
    let home = Home::new();
    let chain = Arc::new(standard(
        &home,
        server.address(),
        &[("ALIBABA_CLOUD_ECS_METADATA", "web")],
    ));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let chain = chain.clone();
        calls.spawn(async move { id(&chain).await });
    }
    assert_eq!(calls.join_all().await, vec!["ecs"; 100]);
    assert_eq!(server.seen().len(), 2, "{:?}", server.paths());
}

#[tokio::test]
async fn a_refused_key_is_fetched_anew() {
    let number = Mutex::new(0);
    let server = FakeService::unsigned(move |request| match request.method.as_str() {
        "PUT" => ok("token"),
        _ => {
            let mut number = number.lock().unwrap();
            *number += 1;
            ok(key_json(&format!("key-{number}"), &soon()))
        }
    })
    .await;
    let home = Home::new();
    let chain = standard(
        &home,
        server.address(),
        &[("ALIBABA_CLOUD_ECS_METADATA", "web")],
    );
    let first = chain.provide().await.unwrap();
    chain.invalidate(&first);
    assert_eq!(id(&chain).await, "key-2");
}
