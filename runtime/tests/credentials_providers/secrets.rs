//! Nothing that can be printed shows a secret.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use alicloud_runtime::Credentials;
use alicloud_runtime::credentials::*;

use crate::support::*;

#[track_caller]
fn assert_quiet(value: &dyn Debug) {
    assert_no_secret(&format!("{value:?}"));
    assert_no_secret(&format!("{value:#?}"));
}

#[test]
fn credentials_show_their_id_alone() {
    let key = Credentials::new("the-id", SECRET).with_security_token(TOKEN);
    assert!(format!("{key:?}").contains("the-id"));
    assert_quiet(&key);
    assert_quiet(&Credentials::bearer(TOKEN));
    assert_quiet(&Credentials::id_token(TOKEN));
    assert_quiet(&Credentials::anonymous());
}

#[test]
fn credentials_give_back_what_they_were_made_of() {
    let expiry = std::time::SystemTime::now() + Duration::from_secs(1);
    let key = Credentials::new("id", SECRET);
    assert_eq!(
        (key.name(), key.expiry(), key.security_token()),
        ("static_ak", None, None)
    );
    let shared = key.clone();
    let key = key.with_security_token(TOKEN).with_expiry(expiry);
    assert_eq!((key.name(), key.expiry()), ("static_sts", Some(expiry)));
    assert_eq!(
        (key.security_token(), shared.security_token()),
        (Some(TOKEN), None)
    );

    let bearer = Credentials::bearer(TOKEN).with_security_token("x");
    assert_eq!(
        (bearer.name(), bearer.bearer_token()),
        ("bearer", Some(TOKEN))
    );
    assert_eq!(
        (bearer.access_key_id(), bearer.access_key_secret()),
        ("", "")
    );
    assert_eq!(bearer.security_token(), None);
    let identity = Credentials::id_token(TOKEN).with_security_token("x");
    assert_eq!(
        (identity.name(), identity.identity_token()),
        ("id_token", Some(TOKEN))
    );
    assert_eq!(
        (identity.access_key_id(), identity.security_token()),
        ("", None)
    );
    let nobody = Credentials::anonymous();
    assert!(nobody.is_anonymous() && !bearer.is_anonymous());
    assert_eq!((nobody.name(), nobody.bearer_token()), ("anonymous", None));
}

#[tokio::test]
async fn providers_show_no_secret_before_and_after_they_have_fetched() {
    let server = FakeService::unsigned(|request| match request.path.as_str() {
        "/cloud-credentials" => ok(format!(
            r#"{{"CloudCredential":{}}}"#,
            key_json("id", &soon())
        )),
        "/" => ok(sts_json("id", &soon())),
        _ => ok(key_json("id", &soon())),
    })
    .await;
    let home = Home::new();
    let file = home.write("token", TOKEN);
    let cli = format!(
        r#"{{"current":"p","profiles":[{{"name":"p","mode":"AK","access_key_id":"i","access_key_secret":"{SECRET}"}}]}}"#
    );
    let cli = home.write("config.json", &cli);
    let ini = format!("[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret={SECRET}");
    let ini = home.write("x.ini", &ini);
    let context = context_with([
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "i"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN),
    ]);
    let printed = format!(r#"{{"access_key_id":"i","access_key_secret":"{SECRET}"}}"#);
    let source = Credentials::new("i", SECRET).with_security_token(TOKEN);
    let encoded = alicloud_runtime::signature::encode(SECRET);

    let mut providers: Vec<Arc<dyn ProvideCredentials>> = vec![
        Arc::new(source.clone()),
        Arc::new(Cached::new(source.clone())),
        Arc::new(Chain::standard(&context)),
        Arc::new(AssumeRole::new(transport(), source, "r").sts_endpoint(server.address())),
        Arc::new(
            AssumeRoleWithOidc::new(transport(), "r", "p", file).sts_endpoint(server.address()),
        ),
        Arc::new(CloudSso::new(
            transport(),
            server.address(),
            "a",
            "c",
            TOKEN,
        )),
        Arc::new(
            EcsRamRole::new(transport())
                .endpoint(server.address())
                .role("r"),
        ),
        Arc::new(CredentialsUri::new(
            transport(),
            format!("{}/x?{encoded}", server.address()),
        )),
        Arc::new(CliProfile::new(&context).path(cli)),
        Arc::new(IniFile::new(&context).path(ini)),
        Arc::new(EnvironmentVariables::of(context_environment())),
    ];
    if cfg!(unix) {
        providers.push(Arc::new(ExternalProcess::new("echo").arguments([printed])));
    }
    for provider in providers {
        assert_quiet(&provider);
        let found = provider
            .provide()
            .await
            .unwrap_or_else(|e| panic!("{provider:?}: {e}"));
        assert!(!found.access_key_secret().is_empty());
        assert_quiet(&provider);
        assert_quiet(&found);
    }
    assert_quiet(&context);
}

fn context_environment() -> Environment {
    Environment::from_map([
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "i"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET),
    ])
}

#[test]
fn an_error_is_small_and_shared() {
    assert_eq!(
        size_of::<alicloud_runtime::CredentialsError>(),
        size_of::<usize>()
    );
}
