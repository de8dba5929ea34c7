//! What differs from gateway to gateway: PDS, products with the older signature alone,
//! hosts that begin with a parameter or with the account's id.

use alicloud_runtime::operation::{ApiStyle, Gateway};
use alicloud_runtime::testing::Replay;
use alicloud_runtime::wire::{self, Field, Object, Schema, Value};
use alicloud_runtime::{Call, Client, Config, Credentials, Network, Operation, Product};
use test_support::{FakeService, answer};

use crate::set_password;

#[derive(Default)]
struct InDomain {
    domain: Option<String>,
    body: Option<String>,
}

impl Object for InDomain {
    fn schema(&self) -> &'static Schema {
        const {
            &Schema::new(
                "Request",
                const { &[Field::host("domain_id"), Field::raw_body("body")] },
            )
        }
    }
    fn get(&self, index: usize) -> &dyn Value {
        if index == 0 { &self.domain } else { &self.body }
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        if index == 0 {
            &mut self.domain
        } else {
            &mut self.body
        }
    }
}
wire::request!(InDomain);

static PDS: Product = Product::new("pds", "2022-03-01", ApiStyle::Roa)
    .gateway(Gateway::Pds)
    .endpoints(&[("cn-beijing", "cn-beijing.admin.aliyunpds.com")]);
static GET_FILE: Operation = Operation::read(&PDS, "GetFile").http("POST", "/v2/file/get");

static FC_OPEN: Product = Product::new("FC-Open", "2021-04-06", ApiStyle::Roa).endpoints(&[
    ("cn-beijing", "account-id.cn-beijing.fc.aliyuncs.com"),
    ("cn-hangzhou", "fc.cn-hangzhou.aliyuncs.com"),
]);
static LIST: Operation = Operation::read(&FC_OPEN, "ListThings").http("GET", "/things");

static FNF: Product = Product::new("fnf", "2019-03-15", ApiStyle::Rpc).gateway(Gateway::AcsV1);
static FLOWS: Operation = Operation::read(&FNF, "ListFlow");

static VERVERICA: Product =
    Product::new("ververica", "2020-05-01", ApiStyle::Roa).gateway(Gateway::AcsV1);
static JOBS: Operation = Operation::read(&VERVERICA, "ListJobs").http("GET", "/jobs");

fn call(
    config: &Config,
    operation: &'static Operation,
    domain: Option<&str>,
) -> Call<set_password::Response, set_password::ErrorKind> {
    let request = InDomain {
        domain: domain.map(str::to_owned),
        body: None,
    };
    let client = Client::new(config, operation.product);
    Call::with_operation(&client, operation, Box::new(request))
}

/// The host that a call is sent to.
async fn host(config: &Config, operation: &'static Operation, domain: Option<&str>) -> String {
    let explained = call(config, operation, domain).explain().await;
    match explained {
        Ok(sent) => sent.url.split('/').nth(2).unwrap_or_default().to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn pds_verifies_the_older_signature_whatever_the_configuration_says() {
    let double = FakeService::start([answer(200, r#"{"RequestId": "R"}"#)]).await;
    call(&double.config(), &GET_FILE, Some("d1"))
        .await
        .expect("the signature is right");
    let sent = &double.seen()[0];
    assert!(
        sent.header("authorization")
            .is_some_and(|value| value.starts_with("acs testid:"))
    );
    assert_eq!(sent.header("x-acs-action"), Some("GetFile"));
    assert_eq!(sent.header("x-acs-signature-version"), Some("1.0"));
}

#[tokio::test]
async fn pds_sends_a_token_without_the_key_and_a_bearer_token_as_an_authorization() {
    let token = Credentials::new("id", "secret").with_security_token("the-token");
    let replay = Replay::new().respond(200, "{}").respond(200, "{}");
    let temporary = call(
        &Config::new(token).transport(replay.clone()),
        &GET_FILE,
        Some("d1"),
    );
    temporary.await.expect("sent");
    let bearer = Config::new(Credentials::bearer("the-bearer")).transport(replay.clone());
    call(&bearer, &GET_FILE, Some("d1")).await.expect("sent");

    let [temporary, bearer] = &replay.requests()[..] else {
        panic!("two calls")
    };
    assert_eq!(temporary.header("x-acs-security-token"), Some("the-token"));
    assert_eq!(temporary.header("x-acs-accesskey-id"), None);
    assert_eq!(bearer.header("authorization"), Some("Bearer the-bearer"));
    assert_eq!(bearer.header("x-acs-bearer-token"), Some("the-bearer"));
    assert_eq!(temporary.host(), "d1.api.aliyunpds.com");
}

#[tokio::test]
async fn pds_errors_carry_the_id_of_its_header() {
    let refused = answer(404, r#"{"code":"NotFound.File","message":"no such file"}"#)
        .header("x-ca-request-id", "R-1");
    let double = FakeService::start([refused]).await;
    let error = call(&double.config(), &GET_FILE, Some("d1"))
        .await
        .expect_err("refused");
    assert_eq!(error.code(), Some("NotFound.File"));
    assert_eq!(error.request_id(), Some("R-1"));
}

#[tokio::test]
async fn a_pds_host_begins_with_the_domain_or_is_the_region_s() {
    let config = Config::new(Credentials::new("id", "secret"));
    let region = config.clone().region("cn-beijing");
    let vpc = region.clone().network(Network::Vpc);
    assert_eq!(
        host(&config, &GET_FILE, Some("d1")).await,
        "d1.api.aliyunpds.com"
    );
    assert_eq!(
        host(&vpc, &GET_FILE, Some("d1")).await,
        "d1.api-vpc.aliyunpds.com"
    );
    assert_eq!(
        host(&region, &GET_FILE, None).await,
        "cn-beijing.admin.aliyunpds.com"
    );
    assert_eq!(
        host(&vpc, &GET_FILE, None).await,
        "cn-beijing.admin-vpc.aliyunpds.com"
    );
    let named = config.endpoint("pds.example");
    assert_eq!(host(&named, &GET_FILE, Some("d1")).await, "pds.example");
}

#[tokio::test]
async fn a_parameter_of_the_host_is_one_label_of_it_and_nothing_else() {
    let config = Config::new(Credentials::new("id", "secret"));
    for domain in ["evil.example/", "a.b", "a@b", "a:1", "", "x#", "ä"] {
        let said = host(&config, &GET_FILE, Some(domain)).await;
        assert!(
            said.contains("the parameter domain_id") && said.contains("no part of a host name"),
            "{domain:?}: {said}"
        );
    }
}

#[tokio::test]
async fn the_account_s_id_stands_in_hosts_that_begin_with_it() {
    let config = Config::new(Credentials::new("id", "secret")).region("cn-beijing");
    let said = host(&config, &LIST, None).await;
    assert!(said.contains("set `Config::account_id`"), "{said}");
    let config = config.account_id("1234567890123456");
    assert_eq!(
        host(&config, &LIST, None).await,
        "1234567890123456.cn-beijing.fc.aliyuncs.com"
    );
    assert_eq!(
        host(&config, &LIST, Some("42")).await,
        "42.cn-beijing.fc.aliyuncs.com"
    );
    let config = config.region("cn-hangzhou");
    assert_eq!(
        host(&config, &LIST, None).await,
        "fc.cn-hangzhou.aliyuncs.com"
    );
    assert_eq!(
        host(&config, &LIST, Some("42")).await,
        "42.fc.cn-hangzhou.aliyuncs.com"
    );
    let odd = config.region("cn-beijing").account_id("1/2");
    assert!(
        host(&odd, &LIST, None)
            .await
            .contains("no part of a host name")
    );
}

#[tokio::test]
async fn products_that_take_the_older_signature_alone_get_it() {
    let double = FakeService::start([answer(200, r#"{"RequestId": "R"}"#)]).await;
    call(&double.config(), &FLOWS, None).await.expect("signed");
    call(&double.config(), &JOBS, None).await.expect("signed");
    let [flows, jobs] = &double.seen()[..] else {
        panic!("two calls")
    };
    assert_eq!(flows.parameter("SignatureMethod"), Some("HMAC-SHA1"));
    assert!(
        jobs.header("authorization")
            .is_some_and(|value| value.starts_with("acs "))
    );
}
