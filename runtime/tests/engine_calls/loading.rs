//! Configurations from the environment and from profiles, and what they say of themselves.

use std::time::Duration;

use alicloud_runtime::credentials::Environment;
use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::HttpOptions;
use alicloud_runtime::{Config, ConfigLoader, Credentials, Network, Origin, Proxy, Retry};
use serde_json::{Value as Json, json};
use test_support::{FakeService, Home, ID, SECRET, answer};

use crate::{JSON_SAMPLE, call};

const KEY: [(&str, &str); 2] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", ID),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
];

/// A loader of these variables and the files at home.
fn loader(home: &Home, variables: &[(&str, &str)]) -> ConfigLoader {
    let environment = Environment::from_map(variables.iter().copied());
    Config::load()
        .environment(environment.with_home(home.path()))
        .http(HttpOptions::default().no_proxy())
}

fn with_key<'a>(variables: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    KEY.iter().chain(variables).copied().collect()
}

/// The command line's file with a current profile `prod`, which says this besides its key.
fn profile(home: &Home, more: &Json) -> std::path::PathBuf {
    let mut profile = json!({
        "name": "prod", "mode": "AK", "access_key_id": "of-prod", "access_key_secret": SECRET,
    });
    let fields = profile.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    let other = json!({
        "name": "other", "mode": "AK", "access_key_id": "of-other", "access_key_secret": SECRET,
        "region_id": "cn-other",
    });
    let file = json!({"current": "prod", "profiles": [profile, other]});
    home.write(".aliyun/config.json", &file.to_string())
}

fn everything() -> Json {
    json!({
        "region_id": "cn-profile", "endpoint": "profile.example", "endpoint_type": "vpc",
        "connect_timeout": 3, "read_timeout": "33", "retry_timeout": 44, "retry_count": 1,
        "sts_endpoint": "sts.profile.example",
    })
}

async fn failed(loader: ConfigLoader) -> String {
    let error = loader.await.expect_err("no configuration");
    let text = format!("{error} {error:?}");
    assert!(!text.contains(SECRET), "{text}");
    error.to_string()
}

#[tokio::test]
async fn the_profile_says_what_nobody_else_does() {
    let home = Home::new();
    let file = profile(&home, &everything());
    let config = loader(&home, &[]).await.expect("a configuration");
    let settings = config.settings();
    assert_eq!(settings.region(), Some("cn-profile"));
    assert_eq!(settings.endpoint(), Some("profile.example"));
    assert_eq!(settings.network(), Network::Vpc);
    assert_eq!(settings.connect_timeout(), Duration::from_secs(3));
    assert_eq!(settings.timeout(), Duration::from_secs(33));
    assert_eq!(settings.sts_endpoint(), Some("sts.profile.example"));
    let (retry, expected) = (settings.retry(), Retry::default().attempts(2));
    assert_eq!(format!("{retry:?}"), format!("{expected:?}"));
    let found = settings.credentials().provide().await.expect("a key");
    assert_eq!(found.access_key_id(), "of-prod");

    let origins = config.origins();
    for setting in [
        "credentials",
        "region",
        "endpoint",
        "network",
        "connect_timeout",
        "timeout",
        "retry",
        "sts_endpoint",
    ] {
        let origin = origins.of(setting).expect(setting).to_string();
        let expected = format!("the profile `prod` of {}", file.display());
        assert_eq!(origin, expected, "{setting}");
    }
    for setting in ["deadline", "proxy", "account_id"] {
        let expected = match setting {
            "proxy" => Origin::Code,
            _ => Origin::Default,
        };
        assert_eq!(origins.of(setting), Some(&expected), "{setting}");
    }
    assert_eq!(origins.of("no such setting"), None);
}

#[tokio::test]
async fn the_code_goes_before_the_environment_and_that_before_the_profile() {
    let home = Home::new();
    profile(&home, &everything());
    let variables = with_key(&[
        ("ALIBABA_CLOUD_REGION_ID", "cn-variable"),
        ("ALIBABA_CLOUD_ENDPOINT", "variable.example"),
        ("ALIBABA_CLOUD_ENDPOINT_TYPE", "Public"),
        ("ALIBABA_CLOUD_CONNECT_TIMEOUT", "4"),
        ("ALIBABA_CLOUD_READ_TIMEOUT", "55"),
        ("ALIBABA_CLOUD_RETRY_COUNT", "0"),
        ("ALIBABA_CLOUD_STS_ENDPOINT", "sts.variable.example"),
    ]);
    let config = loader(&home, &variables).await.expect("a configuration");
    let settings = config.settings();
    assert_eq!(settings.region(), Some("cn-variable"));
    assert_eq!(settings.endpoint(), Some("variable.example"));
    assert_eq!(settings.network(), Network::Public);
    assert_eq!(settings.connect_timeout(), Duration::from_secs(4));
    assert_eq!(settings.timeout(), Duration::from_secs(55));
    assert_eq!(settings.sts_endpoint(), Some("sts.variable.example"));
    let (retry, expected) = (settings.retry(), Retry::off());
    assert_eq!(format!("{retry:?}"), format!("{expected:?}"));
    for (setting, variable) in [
        ("credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        ("region", "ALIBABA_CLOUD_REGION_ID"),
        ("endpoint", "ALIBABA_CLOUD_ENDPOINT"),
        ("network", "ALIBABA_CLOUD_ENDPOINT_TYPE"),
        ("connect_timeout", "ALIBABA_CLOUD_CONNECT_TIMEOUT"),
        ("timeout", "ALIBABA_CLOUD_READ_TIMEOUT"),
        ("retry", "ALIBABA_CLOUD_RETRY_COUNT"),
        ("sts_endpoint", "ALIBABA_CLOUD_STS_ENDPOINT"),
    ] {
        let expected = Origin::Variable(variable);
        assert_eq!(config.origins().of(setting), Some(&expected), "{setting}");
    }

    let http = HttpOptions::default().connect_timeout(Duration::from_secs(6));
    let config = loader(&home, &variables)
        .http(http)
        .sts_endpoint("sts.code.example")
        .credentials(Credentials::anonymous())
        .await
        .expect("a configuration")
        .region("cn-code")
        .timeout(Duration::from_secs(7));
    let settings = config.settings();
    assert_eq!(settings.region(), Some("cn-code"));
    assert_eq!(settings.timeout(), Duration::from_secs(7));
    assert_eq!(settings.connect_timeout(), Duration::from_secs(6));
    assert_eq!(settings.sts_endpoint(), Some("sts.code.example"));
    assert_eq!(settings.credentials().name(), "anonymous");
    for setting in [
        "region",
        "timeout",
        "connect_timeout",
        "sts_endpoint",
        "credentials",
    ] {
        let origin = config.origins().of(setting).cloned();
        assert_eq!(origin, Some(Origin::Code), "{setting}");
    }
}

#[tokio::test]
async fn what_the_command_line_writes_of_what_nobody_set_says_nothing() {
    let home = Home::new();
    let unset = json!({
        "region_id": "", "endpoint": "", "endpoint_type": "", "connect_timeout": 0,
        "retry_timeout": 0, "retry_count": 0, "sts_endpoint": null,
    });
    profile(&home, &unset);
    let config = loader(&home, &[]).await.expect("a configuration");
    let settings = config.settings();
    assert_eq!((settings.region(), settings.endpoint()), (None, None));
    assert_eq!(settings.timeout(), Duration::from_secs(10));
    assert_eq!(settings.connect_timeout(), Duration::from_secs(5));
    for setting in ["region", "timeout", "connect_timeout", "retry"] {
        assert_eq!(config.origins().of(setting), Some(&Origin::Default));
    }
    // its own name of it
    profile(&home, &json!({"retry_timeout": 44}));
    let config = loader(&home, &[]).await.expect("a configuration");
    assert_eq!(config.settings().timeout(), Duration::from_secs(44));
}

#[tokio::test]
async fn a_credentials_file_has_profiles_too() {
    let home = Home::new();
    let key = format!("type = access_key\naccess_key_id = ini\naccess_key_secret = {SECRET}\n");
    let text = format!(
        "[default]\n{key}region_id = cn-ini\n[late]\n{key}retry_count = 4 # more\nconnect_timeout = 9\n"
    );
    let path = home.write(".alibabacloud/credentials.ini", &text);
    let config = loader(&home, &[]).await.expect("a configuration");
    assert_eq!(config.settings().region(), Some("cn-ini"));
    let origin = config.origins().of("credentials").cloned();
    let expected = format!("the profile `default` of {}", path.display());
    assert_eq!(origin.map(|o| o.to_string()), Some(expected));

    // the command line's file has no such profile
    profile(&home, &everything());
    for named in [
        loader(&home, &[("ALIBABA_CLOUD_PROFILE", "late")]),
        loader(&home, &[]).profile("late"),
    ] {
        let config = named.await.expect("a configuration");
        let settings = config.settings();
        assert_eq!(settings.region(), None);
        assert_eq!(settings.connect_timeout(), Duration::from_secs(9));
        let found = settings.credentials().provide().await.expect("a key");
        assert_eq!(found.access_key_id(), "ini");
        let retry = format!("{:?}", settings.retry());
        assert_eq!(retry, format!("{:?}", Retry::default().attempts(5)));
    }
}

#[tokio::test]
async fn the_profile_that_the_code_names_is_the_only_one_with_credentials() {
    let home = Home::new();
    profile(&home, &json!({}));
    let variables = with_key(&[("ALIBABA_CLOUD_PROFILE", "prod")]);
    let config = loader(&home, &variables).profile("other").await;
    let config = config.expect("a configuration");
    let found = config.settings().credentials().provide().await;
    assert_eq!(found.expect("a key").access_key_id(), "of-other");
    assert_eq!(config.settings().region(), Some("cn-other"));

    let text = failed(loader(&home, &variables).profile("absent")).await;
    assert!(
        text.contains("there is no profile `absent`: not in "),
        "{text}"
    );
    let text = failed(loader(&Home::new(), &variables)).await;
    assert!(
        text.contains("there is neither a config.json nor"),
        "{text}"
    );
    let off = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    let config = loader(&home, &with_key(&[off])).await;
    assert_eq!(config.expect("a configuration").settings().region(), None);
}

#[tokio::test]
async fn a_value_that_is_none_is_an_error_with_its_place() {
    let home = Home::new();
    for (variable, value, why) in [
        ("ALIBABA_CLOUD_REGION_ID", "cn hangzhou", "is no region"),
        (
            "ALIBABA_CLOUD_ENDPOINT",
            "https://user:pa55@host/path?a",
            "cannot be used: the endpoint",
        ),
        ("ALIBABA_CLOUD_ENDPOINT_TYPE", "inner", "neither `vpc` nor"),
        (
            "ALIBABA_CLOUD_CONNECT_TIMEOUT",
            "0",
            "no positive whole number",
        ),
        (
            "ALIBABA_CLOUD_READ_TIMEOUT",
            "10s",
            "is \"10s\", which is no",
        ),
        ("ALIBABA_CLOUD_RETRY_COUNT", "-1", "no number of retries"),
        ("ALIBABA_CLOUD_STS_ENDPOINT", "ftp://x", "neither https nor"),
    ] {
        let text = failed(loader(&home, &with_key(&[(variable, value)]))).await;
        let place = format!("no configuration: the variable {variable} ");
        assert!(text.contains(&place) && text.contains(why), "{text}");
        assert!(!text.contains("pa55"), "{text}");
    }
    for (key, value, why) in [
        ("region_id", json!("a b"), "is no region"),
        ("connect_timeout", json!(-3), "no positive whole number"),
        (
            "connect_timeout",
            json!([3]),
            "neither a string nor a number",
        ),
        ("retry_count", json!("many"), "no number of retries"),
    ] {
        let file = profile(&home, &json!({key: value}));
        let text = failed(loader(&home, &KEY)).await;
        let place = format!("{}: `{key}` of the profile `prod` ", file.display());
        assert!(text.contains(&place) && text.contains(why), "{text}");
    }
    let home = Home::new();
    let ini = home.write(
        ".alibabacloud/credentials",
        "[other]\n\n[default]\n# a comment\nread_timeout = soon\n",
    );
    let text = failed(loader(&home, &KEY)).await;
    let place = format!("{}, line 5: `read_timeout` of the profile", ini.display());
    assert!(text.contains(&place), "{text}");
    home.write(".aliyun/config.json", &format!("{{ {SECRET}"));
    let text = failed(loader(&home, &KEY)).await;
    assert!(text.contains("config.json: no JSON"), "{text}");
    let named = ("ALIBABA_CLOUD_CONFIG_FILE", "/no/such/file.json");
    let text = failed(loader(&home, &with_key(&[named]))).await;
    assert!(text.contains("cannot read /no/such/file.json"), "{text}");
}

#[tokio::test]
async fn without_credentials_there_is_no_configuration_unless_they_may_come_later() {
    let home = Home::new();
    let off = [("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")];
    let error = loader(&home, &off).await.expect_err("no credentials");
    assert!(error.credentials().is_some(), "{error}");
    let lazy = loader(&home, &off).lazy_credentials().await;
    let lazy = lazy.expect("a configuration");
    assert_eq!(lazy.origins().of("credentials"), Some(&Origin::Default));
    let error = call(&lazy).await.expect_err("no credentials");
    assert!(error.credentials().is_some(), "{error}");
}

#[tokio::test]
async fn a_call_is_what_was_loaded() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let home = Home::new();
    let variables = with_key(&[
        ("ALIBABA_CLOUD_ENDPOINT", double.address()),
        ("ALIBABA_CLOUD_USER_AGENT", "batch/7"),
    ]);
    let config = loader(&home, &variables).await.expect("a configuration");
    call(&config).await.expect("success");
    let agent = double.seen()[0].header("user-agent").map(str::to_owned);
    assert!(agent.expect("an agent").ends_with(" batch/7"));
}

#[cfg(feature = "blocking")]
#[test]
fn what_is_loaded_can_be_waited_for() {
    let home = Home::new();
    profile(&home, &everything());
    let config = loader(&home, &[]).load_blocking().expect("a configuration");
    assert_eq!(config.settings().region(), Some("cn-profile"));
}

#[tokio::test]
async fn a_transport_of_the_apps_own_fetches_credentials_too() {
    let key = json!({
        "AccessKeyId": "i", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": "2099-01-01T00:00:00Z",
    });
    let sts = json!({"RequestId": "r", "Credentials": key}).to_string();
    let replay = Replay::new().respond(200, sts).respond(200, JSON_SAMPLE);
    let home = Home::new();
    let token = home.write("token", "t");
    let variables = oidc(token.to_str().expect("a path"), "sts.example");
    let config = loader(&home, &variables).transport(replay.clone()).await;
    let config = config.expect("a configuration");
    call(&config).await.expect("success");
    let hosts: Vec<_> = replay
        .requests()
        .iter()
        .map(|r| r.url().to_owned())
        .collect();
    assert!(hosts[0].starts_with("https://sts.example/"), "{hosts:?}");
    assert!(hosts[1].starts_with("https://ga."), "{hosts:?}");
    let origin = config.origins().of("credentials").cloned();
    assert_eq!(origin, Some(Origin::Variable("ALIBABA_CLOUD_ROLE_ARN")));
}

fn oidc<'a>(token: &'a str, sts: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        (
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            "acs:ram::1:oidc-provider/p",
        ),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token),
        ("ALIBABA_CLOUD_STS_ENDPOINT", sts),
    ]
}

#[cfg(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"))]
#[tokio::test]
async fn credentials_share_the_proxy_the_roots_and_the_certificate_of_calls() {
    use test_support::{Authority, ForwardProxy, TlsServer};

    let (authority, clients) = (Authority::new(), Authority::new());
    // a reply of STS, and of the call as well
    let body = r#"{"RequestId": "r", "Credentials": {"AccessKeyId": "i", "AccessKeySecret": "s",
        "SecurityToken": "t", "Expiration": "2099-01-01T00:00:00Z"}}"#;
    let server = TlsServer {
        authority: &authority,
        name: "localhost",
        clients: Some(&clients),
        body,
    };
    let address = server.start().await;
    let proxy = ForwardProxy::start(|_| None).await;
    let home = Home::new();
    let token = home.write("token", "t");
    let variables = oidc(token.to_str().expect("a path"), &address);
    let open = HttpOptions::default()
        .proxy(Proxy::new(&proxy.address))
        .root_certificates(authority.pem());
    let error = loader(&home, &variables).http(open.clone()).await;
    assert!(error.is_err(), "without a certificate STS is not reached");
    let before = proxy.heads().len();

    let (certificate, key) = clients.issue("client");
    let config = loader(&home, &variables)
        .http(open.client_certificate(certificate, key))
        .await
        .expect("a configuration");
    call(&config.clone().endpoint(&address))
        .await
        .expect("success");
    let heads = proxy.heads();
    assert!(heads.len() > before, "{heads:?}");
    let tunnel = format!("CONNECT {} ", address.trim_start_matches("https://"));
    assert!(heads.iter().all(|head| head.starts_with(&tunnel)));
    assert_eq!(config.settings().root_certificates(), 1);
    assert!(config.settings().client_certificate());
    for setting in ["proxy", "root_certificates", "client_certificate"] {
        assert_eq!(config.origins().of(setting), Some(&Origin::Code));
    }
}

#[test]
fn each_setter_has_a_getter_and_a_line_among_the_origins() {
    let setters = include_str!("../../src/client/config.rs");
    let getters = include_str!("../../src/client/getters.rs");
    let config = Config::new(Credentials::new(ID, SECRET));
    let origins = config.origins();
    // what is set bit by bit, or under another name
    let known = |setter: &str| match setter {
        "interceptor" => "interceptors".to_owned(),
        "no_proxy" => "proxy".to_owned(),
        other => other.to_owned(),
    };
    let mut count = 0;
    for part in setters.split("    pub fn ").skip(1) {
        let (name, rest) = part.split_once('(').expect("a function");
        if name.contains("new") || !rest.trim_start().starts_with("self") {
            continue;
        }
        let setting = known(name);
        assert!(
            origins.of(&setting).is_some(),
            "`rows` has no line {setting}"
        );
        let getter = match &*setting {
            "transport" => "own_transport",
            other => other,
        };
        let getter = format!("    pub fn {getter}(&self)");
        assert!(getters.contains(&getter), "there is no getter {setting}");
        count += 1;
    }
    assert!(count > 20);
}

#[test]
fn origins_are_a_table_without_secrets() {
    let config = Config::new(Credentials::new(ID, SECRET))
        .region("cn-hangzhou")
        .endpoint("https://user:pa55word@host.example")
        .proxy(Proxy::new("http://user:pa55word@proxy.example:1").basic_auth("me", "pa55word"))
        .client_certificate("pa55word", "pa55word")
        .user_agent("app/1");
    let table = config.origins().to_string();
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), config.origins().iter().count());
    let width = lines[0].find("the code").expect("an origin");
    for line in &lines {
        let (_, origin) = line.split_at(width);
        assert!(origin.starts_with("the "), "{table}");
    }
    let line = |name: &str| lines.iter().find(|line| line.starts_with(name));
    assert!(line("region ").expect("a line").contains("cn-hangzhou"));
    assert!(line("endpoint ").expect("a line").contains("host.example"));
    assert!(line("proxy ").expect("a line").contains("proxy.example"));
    for hidden in ["pa55word", SECRET] {
        assert!(!table.contains(hidden), "{table}");
        assert!(!format!("{:?}", config.origins()).contains(hidden));
    }
}
