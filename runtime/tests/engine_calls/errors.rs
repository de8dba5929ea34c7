//! Calls that the service answers with an error, and calls that are not sent.

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::{Body, Http, HttpOptions, Transport};
use alicloud_runtime::{
    BoxFuture, Config, Credentials, Error, ErrorCodes, RawClient, SendOptions, TransportError,
    TransportErrorKind, WaitError,
};
use test_support::{FakeService, answer};

use crate::cs::scale_cluster;
use crate::listeners::READ;
use crate::{JSON_SAMPLE, associate, call, cs, example, ga, list_listeners, set_password};

#[tokio::test]
async fn each_documented_error_is_its_variant_and_says_what_happened() {
    for (kind, row) in associate::ErrorKind::rows() {
        let code = row.code.replace("%s", "Domain");
        let body = serde_json::json!({
            "RequestId": "6FEA", "HostId": "ga.cn-hangzhou.aliyuncs.com",
            "Code": code, "Message": row.message, "Recommend": "https://next.api.aliyun.com/x",
        });
        let double = FakeService::start([answer(row.status, body.to_string())]).await;
        let error = call(&double.config()).await.expect_err("an error");
        assert_eq!(error.kind(), Some(*kind));
        assert_eq!(error.documented(), Some(row));
        assert_eq!(error.code(), Some(code.as_str()));
        assert_eq!(error.message(), Some(row.message));
        assert_eq!(error.status(), Some(row.status));
        assert_eq!(error.request_id(), Some("6FEA"));
        assert_eq!(error.recommend(), Some("https://next.api.aliyun.com/x"));
        let attempts = if *kind == associate::ErrorKind::UnknownError {
            3
        } else {
            1
        };
        assert_eq!(double.seen().len(), attempts, "{code}");
        let mut said = format!(
            "AssociateAdditionalCertificatesWithListener failed: {} {code}: {} (request id 6FEA)",
            row.status, row.message
        );
        if attempts > 1 {
            said += ", after 3 attempts";
        }
        assert_eq!(error.to_string(), said);
    }
}

#[tokio::test]
async fn status_decides_between_rows_and_undocumented_codes_are_no_failure_to_read() {
    let body = |code: &str| serde_json::json!({"Code": code, "Message": "m"}).to_string();
    let double = FakeService::start([
        answer(409, body("NotExist.Accelerator")),
        answer(418, body("Brand.New")),
        answer(400, body("Throttling.User")),
    ])
    .await;
    let config = double.config().retry(alicloud_runtime::Retry::off());
    let error = call(&config).await.expect_err("an error");
    assert_eq!(
        error.kind(),
        Some(associate::ErrorKind::NotExistAccelerator)
    );
    assert_eq!(error.status(), Some(409));

    let error = call(&config).await.expect_err("an error");
    assert_eq!((error.kind(), error.documented()), (None, None));
    assert_eq!(error.code(), Some("Brand.New"));
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(!error.is_retryable() && !error.is_throttling());

    // The product's own table explains what the operation's does not.
    let error = call(&config).await.expect_err("an error");
    assert_eq!(error.kind(), None);
    assert_eq!(
        error.documented().map(|row| row.meaning),
        Some("Too many calls.")
    );
    assert!(error.is_retryable() && error.is_throttling());
    // What a `main` that returns it prints.
    assert_eq!(
        format!("{error:?}"),
        format!("{error}; documented: Too many calls.")
    );
}

#[tokio::test]
async fn an_operations_error_becomes_any_error_and_keeps_all() {
    async fn app(config: &Config) -> Result<(), Error> {
        call(config).await?;
        Ok(())
    }
    let body = r#"{"Code":"NotExist.Accelerator","Message":"m","RequestId":"r"}"#;
    let double = FakeService::start([answer(400, body)]).await;
    let error = app(&double.config()).await.expect_err("an error");
    assert_eq!(error.code(), Some("NotExist.Accelerator"));
    let meaning = error.documented().map(|row| row.meaning);
    assert_eq!(meaning, Some("There is no accelerator of that id."));
    assert_eq!(error.body().map(|b| &b[..]), Some(body.as_bytes()));
}

#[tokio::test]
async fn replies_that_are_no_documents_keep_status_and_text() {
    for (status, body, said) in [
        (
            502,
            "<html>\n<body>Bad Gateway</body></html>",
            "502 Bad Gateway",
        ),
        (400, "", "400 Bad Request"),
        (403, "no\nway", "403 Forbidden: no way"),
        (302, "", "302 Found"),
        (
            400,
            "{\"Code\":\"A\",\"Mess",
            "400 Bad Request: {\"Code\":\"A\",\"Mess",
        ),
        (
            400,
            "<Error><Code>X.Y</Code><Message>no</Message></Error>",
            "400 X.Y: no",
        ),
    ] {
        let double = FakeService::start([answer(status, body)]).await;
        let error = set_password(&double.config()).await.expect_err("an error");
        assert_eq!(error.status(), Some(status));
        let shown = error.to_string();
        assert!(
            shown.starts_with(&format!("SetPassword failed: {said}")),
            "{shown}"
        );
        assert!(!shown.contains('\n'), "{shown}");
    }
}

#[tokio::test]
async fn a_long_message_is_shown_in_part_and_kept_whole() {
    let long = "é".repeat(100_000);
    let body = serde_json::json!({"Code": "X", "Message": long}).to_string();
    let double = FakeService::start([answer(400, body)]).await;
    let error = call(&double.config()).await.expect_err("an error");
    assert!(error.to_string().len() < 3_000);
    assert_eq!(error.message(), Some(long.as_str()));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let double =
        FakeService::start([answer(307, "").header("location", elsewhere.address())]).await;
    let error = call(&double.config()).await.expect_err("an error");
    assert_eq!(error.status(), Some(307));
    assert_eq!((double.seen().len(), elsewhere.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_an_error_with_its_body() {
    let double = FakeService::start([
        answer(200, "{\"RequestId\": "),
        answer(200, "no document").header("x-acs-request-id", "r"),
        answer(200, vec![b'{', b'"', 0xff, 0xfe]),
        answer(200, "[".repeat(100_000)),
    ])
    .await;
    for _ in 0..4 {
        let error = call(&double.config()).await.expect_err("an error");
        assert_eq!(error.status(), Some(200));
        assert!(error.to_string().contains("cannot be read"), "{error}");
        assert_eq!((error.code(), error.is_retryable()), (None, false));
        assert!(error.body().is_some());
    }
    assert_eq!(double.seen().len(), 4);
}

#[tokio::test]
async fn a_success_that_reports_a_failure_is_an_error_unless_turned_off() {
    let body = r#"{"Success":false,"Code":"NotExist.Accelerator","Message":"m","RequestId":"r"}"#;
    let double = FakeService::start([answer(200, body)]).await;
    let error = call(&double.config()).await.expect_err("an error");
    assert_eq!(
        error.kind(),
        Some(associate::ErrorKind::NotExistAccelerator)
    );
    assert_eq!(error.status(), Some(200));
    let response = call(&double.config().in_band_failures(false))
        .await
        .expect("success");
    assert_eq!(response.request_id, "r");
}

#[tokio::test]
async fn preflight_finds_everything_at_once_and_sends_nothing() {
    let double = FakeService::start([answer(200, JSON_SAMPLE)]).await;
    let request = || {
        let certificate = associate::Certificate {
            id: Some("1".into()),
            domain: None,
        };
        associate::Request {
            client_token: Some("x".repeat(65)),
            accelerator_id: None,
            certificates: vec![associate::Certificate::default(), certificate],
            ..example()
        }
    };
    let client = ga::Client::new(&double.config());
    let make = || client.associate_additional_certificates_with_listener(request());
    let error = make().await.expect_err("an error");
    let paths: Vec<&str> = error.violations().iter().map(|v| v.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "ClientToken",
            "AcceleratorId",
            "Certificates.1.Id",
            "Certificates.1.Domain",
            "Certificates.2.Domain"
        ]
    );
    let shown = error.to_string();
    assert!(
        shown.starts_with("AssociateAdditionalCertificatesWithListener was not sent: "),
        "{shown}"
    );
    assert!(
        shown.contains("Certificates.2.Domain") && !shown.contains('\n'),
        "{shown}"
    );
    assert_eq!((error.attempts(), double.seen().len()), (0, 0));

    make().preflight(false).await.expect("the service decides");
    assert_eq!(double.seen().len(), 1);
}

#[tokio::test]
async fn bad_endpoints_and_missing_regions_are_errors_of_the_call() {
    let config = Config::new(Credentials::new("i", "s"));
    for bad in ["https://x.example/path", "user:pw@x.example", "not a host"] {
        let error = call(&config).endpoint(bad).await.expect_err("an error");
        assert!(
            error.to_string().contains("was not sent: the endpoint"),
            "{error}"
        );
        assert!(!error.to_string().contains("pw@"), "{error}");
    }
    let request = scale_cluster::Request::new().cluster_id("c");
    let call = cs::Client::new(&config).scale_cluster(request);
    let error = call.await.expect_err("an error");
    assert!(error.to_string().contains("no endpoint for CS"), "{error}");
}

/// All that is printed by what prints an error and its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |&error| error.source());
    sources.map(|e| format!("{e}\n")).collect()
}

#[tokio::test]
async fn a_cause_is_said_once_by_an_error_and_its_sources() {
    let address = test_support::closed_port().await;
    let config = test_support::config(&address).retry(alicloud_runtime::Retry::off());
    let error = call(&config).await.expect_err("nobody listens");
    let said = chain(&error);
    assert_eq!(said.matches("refused").count(), 1, "{said}");
    let transport = error.transport().expect("a transport error");
    let said = chain(transport);
    assert_eq!(said.matches("refused").count(), 1, "{said}");
    assert!(transport.get_ref().is_some(), "its type can be looked for");
}

#[derive(Debug)]
struct Own(fn() -> TransportError);

impl Transport for Own {
    fn send(
        &self,
        _: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(std::future::ready(Err(self.0())))
    }
}

#[tokio::test]
async fn what_an_apps_own_transport_wraps_is_said_without_what_signs_a_url() {
    let own = Own(|| {
        let inner =
            std::io::Error::other("at https://x/?Signature=abc%2F&SecurityToken=def: cut off");
        TransportError::new(TransportErrorKind::Reset, "no luck").with_source(inner)
    });
    let config = Config::new(Credentials::new("i", "s"))
        .retry(alicloud_runtime::Retry::off())
        .transport(own);
    let error = call(&config).await.expect_err("no luck");
    let said = error.to_string();
    assert!(
        said.contains("no luck: at https://x/?Signature=***&SecurityToken=***: cut off"),
        "{said}"
    );
}

#[tokio::test]
async fn a_missing_region_is_answered_with_the_ways_to_set_one() {
    let ways = ["Config::region", "Call::region", "ALIBABA_CLOUD_REGION_ID"];
    let config = Config::new(Credentials::new("i", "s"))
        .transport(Replay::new())
        .fill_unset(false);
    let request = associate::Request {
        region_id: None,
        ..example()
    };
    let client = ga::Client::new(&config);
    let call = client.associate_additional_certificates_with_listener(request);
    let error = call.await.expect_err("no region").to_string();
    assert!(
        error.contains("`RegionId` is required; set a region: "),
        "{error}"
    );
    let raw = RawClient::rpc(&config, "Grace", "2022-06-06");
    let nowhere = raw.call("List").await.expect_err("no region").to_string();
    for way in ways {
        assert!(error.contains(way), "{error}");
        assert!(nowhere.contains(way), "{nowhere}");
    }
}

#[tokio::test]
async fn a_call_by_name_that_finds_no_host_says_how_it_was_made() {
    let replay = Replay::new()
        .fail(TransportErrorKind::Dns)
        .fail(TransportErrorKind::Reset);
    let config = replay.config().retry(alicloud_runtime::Retry::off());
    let raw = RawClient::rpc(&config, "Grace", "2022-06-06");
    let error = raw.call("List").await.expect_err("no host").to_string();
    assert!(
        error.ends_with(
            "; no hosts of Grace are known here: this one was made of its name and the region \
             \"cn-hangzhou\"; if it is another, name it with `endpoint`"
        ),
        "{error}"
    );
    let error = raw.call("List").await.expect_err("cut off").to_string();
    assert!(!error.contains("made of"), "the host is there: {error}");
}

#[tokio::test]
async fn a_denial_names_the_action_and_the_policy() {
    let body = serde_json::json!({
        "Code": "NoPermission", "Message": "no", "RequestId": "r",
        "Recommend": "https://api.aliyun.com/troubleshoot?q=NoPermission",
        "AccessDeniedDetail": {
            "AuthAction": "ga:DescribeListener", "AuthPrincipalType": "SubUser",
            "NoPermissionType": "ImplicitDeny", "PolicyType": "AccountLevelIdentityBasedPolicy",
        },
    });
    let double = FakeService::start([answer(403, body.to_string())]).await;
    let error = call(&double.config()).await.expect_err("denied");
    let said = error.to_string();
    assert!(
        said.ends_with(
            "403 NoPermission: no (request id r); denied: ga:DescribeListener \
             (ImplicitDeny, AccountLevelIdentityBasedPolicy)"
        ),
        "{said}"
    );
    let debug = format!("{error:?}");
    assert!(debug.starts_with(&said), "{debug}");
    assert!(debug.contains("; see https://api.aliyun.com/troubleshoot?q=NoPermission"));
    assert!(
        debug.contains(r#""AuthPrincipalType":"SubUser""#),
        "{debug}"
    );
}

#[tokio::test]
async fn credentials_that_were_looked_for_are_a_list_where_a_main_prints_them() {
    use alicloud_runtime::CredentialsError;
    #[derive(Debug)]
    struct None;
    impl alicloud_runtime::ProvideCredentials for None {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
            let tried = ["env", "profile"].map(|name| CredentialsError::new(name, "not set"));
            let error = CredentialsError::all("default", "none found:", tried.into());
            Box::pin(std::future::ready(Err(error)))
        }
        fn name(&self) -> &'static str {
            "default"
        }
    }
    let error = call(&Config::new(None)).await.expect_err("no key");
    let name = "AssociateAdditionalCertificatesWithListener";
    let listed = "no credentials: default: none found:\n  env: not set\n  profile: not set";
    assert_eq!(
        format!("{error:?}"),
        format!("{name} was not sent: {listed}")
    );
    assert!(!error.to_string().contains('\n'), "{error}");
    let credentials = error.credentials().expect("them").clone();
    assert_eq!(format!("no credentials: {credentials:?}"), listed);
    assert_eq!(format!("{:?}", Error::from(credentials)), listed);
}

#[test]
fn failures_of_transport_and_waiting_become_any_error() {
    fn http() -> Result<Http, Error> {
        Ok(Http::new(
            &HttpOptions::default().root_certificates("no PEM"),
        )?)
    }
    let error = http().expect_err("no certificate");
    assert!(error.transport().is_some() && error.operation().is_none());
    assert_eq!(
        error.to_string(),
        error.transport().expect("it").to_string()
    );

    fn waited() -> Result<(), Error> {
        Err(WaitError::<list_listeners::ErrorKind>::Failed {
            waiter: "thing_gone",
            operation: &READ,
            state: Some("stuck".to_owned()),
        })?;
        Ok(())
    }
    let error = waited().expect_err("stuck");
    assert_eq!(
        error.to_string(),
        format!("thing_gone: {} gave the final state stuck", READ.name)
    );
}
