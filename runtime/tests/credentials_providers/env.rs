use alicloud_runtime::credentials::{Environment, EnvironmentVariables, ProvideCredentials};

use crate::support::{SECRET, TOKEN, text_of};

const ID: (&str, &str) = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id");
const KEY: (&str, &str) = ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);

fn provider<const N: usize>(variables: [(&str, &str); N]) -> EnvironmentVariables {
    EnvironmentVariables::of(Environment::from_map(variables))
}

#[tokio::test]
async fn a_key_pair_is_taken() {
    let found = provider([ID, KEY]).provide().await.unwrap();
    assert_eq!(found.access_key_id(), "id");
    assert_eq!(found.access_key_secret(), SECRET);
    assert_eq!(found.security_token(), None);
}

#[tokio::test]
async fn a_security_token_is_taken_along() {
    let token = ("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN);
    let found = provider([ID, KEY, token]).provide().await.unwrap();
    assert_eq!(found.security_token(), Some(TOKEN));
}

#[tokio::test]
async fn half_a_pair_is_refused_naming_the_missing_half() {
    let text = text_of(provider([ID]).provide().await);
    assert!(
        text.ends_with("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"),
        "{text}"
    );
    let text = text_of(provider([KEY]).provide().await);
    assert!(
        text.ends_with("ALIBABA_CLOUD_ACCESS_KEY_ID is not"),
        "{text}"
    );
}

#[tokio::test]
async fn an_empty_variable_counts_as_not_set() {
    let empty = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "  ");
    let text = text_of(provider([empty, KEY]).provide().await);
    assert!(
        text.ends_with("ALIBABA_CLOUD_ACCESS_KEY_ID is not"),
        "{text}"
    );
}

#[tokio::test]
async fn white_space_around_a_value_is_dropped() {
    let id = ("ALIBABA_CLOUD_ACCESS_KEY_ID", " id\r\n");
    let found = provider([id, KEY]).provide().await.unwrap();
    assert_eq!(found.access_key_id(), "id");
}

#[tokio::test]
async fn without_variables_both_are_named() {
    let text = text_of(provider([("OTHER", "x")]).provide().await);
    assert!(text.contains("ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
}
