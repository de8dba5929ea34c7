use alicloud_runtime::credentials::{CredentialsUri, ProvideCredentials};

use crate::support::*;

#[tokio::test]
async fn the_key_at_the_url_is_taken() {
    let server = FakeService::unsigned(|_| ok(key_json("id", &soon()))).await;
    let uri = CredentialsUri::new(transport(), format!("{}/keys?a=b", server.address()));
    assert_key(&uri.provide().await.unwrap(), "id");
    assert_eq!(server.paths(), ["GET /keys"]);
    assert_eq!(server.seen()[0].raw_query, "a=b");
}

#[tokio::test]
async fn a_key_without_expiry_and_token_will_do() {
    let body = format!(r#"{{"Code":"Success","AccessKeyId":"id","AccessKeySecret":"{SECRET}"}}"#);
    let server = FakeService::unsigned(move |_| ok(body.clone())).await;
    let found = CredentialsUri::new(transport(), server.address())
        .provide()
        .await
        .unwrap();
    assert_eq!((found.access_key_id(), found.expiry()), ("id", None));
}

#[tokio::test]
async fn the_environment_names_the_url() {
    let server = FakeService::unsigned(|_| ok(key_json("id", &soon()))).await;
    let context = context_with([("ALIBABA_CLOUD_CREDENTIALS_URI", server.address())]);
    let uri = CredentialsUri::from_environment(&context).unwrap();
    assert_key(&uri.provide().await.unwrap(), "id");

    let error = CredentialsUri::from_environment(&context_with([])).unwrap_err();
    assert!(
        error
            .message()
            .contains("ALIBABA_CLOUD_CREDENTIALS_URI is not set")
    );
}

#[tokio::test]
async fn refusals_and_garbage_are_told_apart() {
    for (answer, why) in [
        (
            status as fn(u16, &'static str) -> Answer,
            403,
            r#"{"Code":"Denied","Message":"go away"}"#,
            "status 403, Denied, go away",
        ),
        (status, 302, "", "status 302"),
        (status, 500, "oops", "status 500"),
        (
            status,
            200,
            r#"{"Code":"Failed"}"#,
            "is not `Success`: Failed",
        ),
        (status, 200, r#"{"AccessKeyId":"a"}"#, "is not `Success`"),
        (status, 200, "not json", "no JSON"),
    ]
    .map(|(make, code, body, why)| (move || make(code, body), why))
    {
        let server = FakeService::unsigned(move |_| answer()).await;
        let text = text_of(
            CredentialsUri::new(transport(), server.address())
                .provide()
                .await,
        );
        assert!(text.contains(why), "{text}");
    }
}

#[tokio::test]
async fn a_secret_in_the_url_is_not_shown() {
    let server = FakeService::unsigned(|request| {
        status(
            400,
            format!(r#"{{"Code":"Bad","Message":"{}"}}"#, request.raw_query),
        )
    })
    .await;
    let encoded = alicloud_runtime::signature::encode(SECRET);
    let uri = CredentialsUri::new(
        transport(),
        format!("{}/{encoded}?token={encoded}", server.address()),
    );
    let text = text_of(uri.provide().await);
    assert!(text.contains("status 400, Bad"), "{text}");
    assert_no_secret(&format!("{uri:?}"));
}

#[tokio::test]
async fn what_is_no_url_is_refused_without_showing_it() {
    for bad in ["", "/path", "ftp://host/x", "http://a b/"] {
        let text = text_of(CredentialsUri::new(transport(), bad).provide().await);
        assert!(
            text.contains("no valid URL") || text.contains("no http or https URL"),
            "{text}"
        );
    }
}
