//! Looking into a spec and trying an operation out.

mod support;

use alicloud_cli::explore::{Caller, Operation, Parameters, Request, Risk, Spec};
use alicloud_runtime::Credentials;
use alicloud_runtime::signature::{ToSign, v1, v3};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use support::{Reply, Service, golden, project_spec};

fn associate() -> Operation {
    let spec = project_spec("ga/2019-11-20");
    spec.operation("AssociateAdditionalCertificatesWithListener")
        .expect("an operation")
}

fn request(operation: Operation, pairs: &[(&str, &str)]) -> Request {
    let mut parameters = Parameters::new();
    let problems = parameters.set_all(operation, pairs.iter().copied());
    assert_eq!(problems, []);
    operation.request(&parameters)
}

fn whole() -> Request {
    let pairs = [
        ("AcceleratorId", "ga-1"),
        ("ListenerId", "lsr-1"),
        ("Certificates.1.Id", "6092-cn-hangzhou"),
        ("Certificates.1.Domain", "example.com"),
    ];
    request(associate(), &pairs)
}

fn problems(request: &Request) -> Vec<String> {
    request.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn operations_are_found_by_words_and_a_misspelt_one_is_answered_with_the_nearest() {
    let spec = project_spec("ga/2019-11-20");
    let found = spec.search("CERTIFICATES associate");
    assert!(found.iter().any(|it| it.name() == associate().name()));
    assert!(spec.search("no such words").is_empty());
    let by_method = spec.operation("associate_additional_certificates_with_listener");
    assert_eq!(by_method.expect("by its method").name(), associate().name());
    let error = spec.operation("DescribeListner").expect_err("misspelt");
    assert_eq!(error.nearest[0], "DescribeListener");
    assert_eq!(
        error.to_string(),
        "Ga has no operation `DescribeListner`; did you mean `DescribeListener`?"
    );
}

#[test]
fn parameters_are_described_with_types_bounds_and_members() {
    let parameters = associate().parameters();
    let certificates = parameters.iter().find(|it| it.name == "Certificates");
    let certificates = certificates.expect("a parameter");
    assert_eq!(certificates.kind, "list of objects");
    assert_eq!(certificates.bounds, ["1 to 10 items"]);
    assert!(certificates.required);
    assert_eq!(certificates.members[0].path, "Certificates.N.Id");
    assert_eq!(certificates.members[0].rust, "id");
    let token = parameters.iter().find(|it| it.name == "ClientToken");
    assert_eq!(
        token.expect("a parameter").unset,
        "a new token for each call"
    );
    assert_eq!(associate().reply()[0].kind, "text");
    let errors = associate().errors();
    let code = errors.iter().find(|it| it.code == "NotExist.Accelerator");
    assert_eq!(code.expect("documented").rust, "NotExistAccelerator");
    assert_eq!(associate().samples()[0].format, "json");
    assert!(associate().risk().writes);
}

#[test]
fn what_is_wrong_with_parameters_is_said_all_at_once_and_by_their_names() {
    let operation = associate();
    let mut parameters = Parameters::new();
    let unset = parameters.set_all(
        operation,
        [
            ("AcceleratorID", "ga-1"),
            ("Certificates.one.Id", "x"),
            ("Certificates", "x"),
            ("ListenerId.x", "y"),
        ],
    );
    let unset: Vec<_> = unset.iter().map(ToString::to_string).collect();
    assert_eq!(
        unset,
        [
            "`AcceleratorID` is no parameter of AssociateAdditionalCertificatesWithListener; \
             did you mean `AcceleratorId`?",
            "`Certificates.one.Id` has `one` where the number of an item belongs: items are \
             counted from 1",
            "`Certificates` is to be a JSON list, or one of its items is to be named: \
             `Certificates.1`",
            "`ListenerId.x` has no `x`: `ListenerId` holds one value",
        ]
    );
    assert_eq!(parameters, Parameters::new());
    // The region and the token are the client's to fill in.
    assert_eq!(
        problems(&operation.request(&parameters)),
        [
            "`AcceleratorId` is required",
            "`ListenerId` is required",
            "`Certificates` is required"
        ]
    );
    let parameters = Parameters::from_json(
        r#"{"AcceleratorId": 1, "ListenerId": "lsr", "Certificates": [{"Id": "a", "Domian": "b"}]}"#,
    );
    assert_eq!(
        problems(&operation.request(&parameters.expect("JSON"))),
        [
            "`AcceleratorId` is a number, and is to be a text",
            "`Certificates.1.Domian` is no parameter of \
             AssociateAdditionalCertificatesWithListener; did you mean `Domain`?",
            "`AcceleratorId` is required",
            "`Certificates.1.Domain` is required"
        ]
    );
    assert!(Parameters::from_json("[]").is_err());
    assert!(Parameters::from_json("{").is_err());
}

#[test]
fn a_later_item_without_the_earlier_ones_is_a_problem() {
    let request = request(associate(), &[("Certificates.2.Id", "a")]);
    assert!(
        problems(&request).contains(&"`Certificates.1` is missing: a later item is set".to_owned())
    );
    let error = Parameters::new()
        .set(associate(), "Certificates.99999999.Id", "a")
        .expect_err("too many");
    assert!(error.to_string().contains("`99999999`"), "{error}");
}

#[test]
fn the_program_shows_the_request_as_an_app_writes_it() {
    assert_eq!(
        whole().rust_request(),
        r#"use ga::associate_additional_certificates_with_listener as associate;

let request = associate::Request::new()
    .accelerator_id("ga-1")
    .listener_id("lsr-1")
    .certificates([
        associate::Certificate::new()
            .id("6092-cn-hangzhou")
            .domain("example.com"),
    ]);
"#
    );
}

#[test]
fn the_command_line_has_the_parameters_as_they_are_on_the_wire() {
    assert_eq!(
        whole().aliyun(),
        "aliyun ga AssociateAdditionalCertificatesWithListener --AcceleratorId ga-1 \
         --ListenerId lsr-1 --Certificates.1.Id 6092-cn-hangzhou --Certificates.1.Domain \
         example.com --version 2019-11-20 --force"
    );
    let spec = golden("roa");
    let create = spec.operation("CreateCluster").expect("an operation");
    let mut parameters = Parameters::example(create);
    parameters.set_all(create, [("name", "it's")]);
    let line = create.request(&parameters).aliyun();
    assert!(line.starts_with("aliyun cluster POST /"), "{line}");
}

#[tokio::test]
async fn the_signature_is_shown_step_by_step_and_is_that_of_the_request() {
    let caller = Caller::example().region("cn-hangzhou");
    let signed = whole().sign(&caller).await.expect("signed");
    assert!(
        signed.url.contains("Certificates.1.Domain=example.com"),
        "{}",
        signed.url
    );
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&signed.canonical_request));
    assert_eq!(signed.string_to_sign, format!("ACS3-HMAC-SHA256\n{hash}"));
    // What the runtime's own signer, whose vectors are the service's, makes of the same headers.
    let query: Vec<(String, String)> = signed
        .url
        .split_once('?')
        .expect("a query")
        .1
        .split('&')
        .map(|pair| pair.split_once('=').expect("a pair"))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let headers: Vec<(String, String)> = signed
        .headers
        .iter()
        .filter(|(name, _)| name != "authorization")
        .cloned()
        .collect();
    let to_sign = ToSign {
        method: &signed.method,
        path: "/",
        query: &query,
        headers: &headers,
    };
    let body = v3::payload_hash(b"");
    let again = v3::sign(&to_sign, &body, "LTAI-example", "example-secret");
    assert_eq!(signed.signature, again.signature);
    let authorization = signed
        .headers
        .iter()
        .find(|(name, _)| name == "authorization");
    assert_eq!(authorization.expect("a header").1, again.authorization);
    assert!(signed.curl.contains(&again.authorization));
    assert!(!signed.masked);
}

#[tokio::test]
async fn secrets_are_masked_and_read_from_the_environment() {
    let password = json!({"name": "MasterPassword", "in": "query", "schema": {"type": "string"}});
    let inner = json!({"type": "object", "properties": {"Password": {"type": "string"}}});
    let users = json!({"name": "Users", "in": "query", "style": "repeatList",
        "schema": {"type": "array", "items": inner}});
    let more = json!({"name": "More", "in": "query", "style": "json", "schema": inner});
    let parameters = [password, users, more];
    let spec = demo(json!({
        "CreateAccount": {"methods": ["post"], "operationType": "write", "parameters": parameters},
    }));
    let operation = spec.operation("CreateAccount").expect("an operation");
    let pairs = [
        ("MasterPassword", "hunter2-hunter2"),
        ("Users.1.Password", "hunter2 \"nested\""),
        ("More.Password", "hunter2 \"in JSON\""),
    ];
    let request = request(operation, &pairs);
    let token = "a-security-token";
    let keys = Credentials::new("LTAI", "the-secret-key").with_security_token(token);
    let signed = request.sign(&Caller::new(keys)).await.expect("signed");
    assert!(signed.masked);
    let shown = format!("{signed:?} {} {}", request.rust(), request.aliyun());
    for secret in ["hunter2", token, "the-secret-key"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(
        request.rust().contains("std::env::var("),
        "{}",
        request.rust()
    );
}

#[test]
fn examples_fill_what_is_required_though_it_requires_none_of_its_members() {
    let spec = project_spec("ga/2019-11-20");
    let mut refused = Vec::new();
    for operation in spec.operations() {
        let request = operation.request(&Parameters::example(operation));
        if !request.problems().is_empty() {
            refused.push((operation.name(), problems(&request)));
        }
    }
    assert_eq!(refused, []);
}

#[test]
fn types_that_hold_each_other_are_described_up_to_a_limit() {
    let members = |of: &str| -> serde_json::Map<String, serde_json::Value> {
        let reference = json!({"$ref": format!("#/components/schemas/{of}")});
        (0..12)
            .map(|index| (format!("Member{index}"), reference.clone()))
            .collect()
    };
    let spec = json!({"version": "1.0",
        "info": {"style": "RPC", "product": "Deep", "version": "2020-01-01"},
        "components": {"schemas": {"Node": {"type": "object", "properties": members("Node")}}},
        "apis": {"Describe": {"methods": ["post"], "parameters": [
            {"name": "Root", "in": "query", "style": "json",
             "schema": {"$ref": "#/components/schemas/Node"}}]}}});
    let spec = Spec::read("deep.json", spec.to_string().into(), None).expect("a spec");
    fn count(members: &[alicloud_cli::explore::Member]) -> usize {
        members.iter().map(|it| 1 + count(&it.members)).sum()
    }
    // Eight levels of twelve would be 400 million.
    let count = count(
        &spec
            .operation("Describe")
            .expect("an operation")
            .parameters(),
    );
    assert!((1_000..10_000).contains(&count), "{count}");
}

#[test]
fn a_secret_of_any_type_is_read_from_the_environment() {
    let spec = support::vault();
    let operation = spec.operation("StoreSecrets").expect("an operation");
    let parameters = Parameters::from_json(
        r#"{"Name": "one", "Pin": 4711, "Pins": [4712, 4713], "Open": true, "Words": ["hunter2"],
            "Keys": {"main key": "hunter3"}, "Owner": {"Phrase": "hunter4", "Pin": 4714},
            "Anything": {"a": "hunter5"}}"#,
    );
    let request = operation.request(&parameters.expect("JSON"));
    assert_eq!(request.problems(), []);
    let rust = request.rust();
    for line in [
        ".pin(std::env::var(\"PIN\")?.parse::<i64>()?)",
        ".pins(vec![std::env::var(\"PINS_1\")?.parse::<i64>()?, std::env::var(\"PINS_2\")?.parse::<i64>()?])",
        ".open(std::env::var(\"OPEN\")?.parse::<bool>()?)",
        ".words(vec![std::env::var(\"WORDS\")?])",
        "BTreeMap::from([(\"main key\".to_owned(), std::env::var(\"KEYS_MAIN_KEY\")?)])",
        ".phrase(std::env::var(\"OWNER_PHRASE\")?)",
        ".anything(std::env::var(\"ANYTHING\")?.parse::<alicloud_runtime::Json>()?)",
    ] {
        let flat = rust.split_whitespace().collect::<Vec<_>>().join(" ");
        let flat = flat.replace("[ ", "[").replace(", ]", "]");
        assert!(flat.contains(line), "{line}: {rust}");
    }
    let shown = format!("{rust} {} {:?}", request.aliyun(), request.masked());
    for secret in ["471", "hunter"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    let aliyun = request.aliyun();
    assert!(aliyun.contains("--Pins.2 \"$PINS_2\""), "{aliyun}");
    assert_eq!(json!(request.masked())["Pins"], json!(["***", "***"]));
}

#[tokio::test]
async fn a_reply_and_a_documented_error_come_back_with_what_the_metadata_says() {
    let service = Service::start([
        Reply::json(200, r#"{"ListenerId":"lsr-1","RequestId":"R1"}"#),
        Reply::json(
            400,
            r#"{"Code":"NotExist.Accelerator","Message":"gone","RequestId":"R2"}"#,
        ),
    ])
    .await;
    let caller = Caller::example().endpoint(&service.url);
    let answer = whole().send(&caller).await;
    assert!(answer.success, "{answer:?}");
    assert_eq!(answer.request_id.as_deref(), Some("R1"));
    assert!(
        answer.body.contains("\n  \"ListenerId\": \"lsr-1\""),
        "{}",
        answer.body
    );
    let answer = whole().send(&caller).await;
    assert!(!answer.success);
    assert_eq!(
        (answer.status, answer.code.as_deref()),
        (Some(400), Some("NotExist.Accelerator"))
    );
    assert_eq!(
        answer.documented.expect("documented").rust,
        "NotExistAccelerator"
    );
    let requests = service.requests();
    assert!(
        requests[0].contains("Certificates.1.Id=6092-cn-hangzhou"),
        "{requests:?}"
    );
    assert!(requests[0].contains("ClientToken="), "{requests:?}");
    assert!(requests[0].contains("RegionId=cn-hangzhou"), "{requests:?}");
}

#[tokio::test]
async fn what_is_wrong_is_not_sent() {
    let service = Service::start([]).await;
    let caller = Caller::example().endpoint(&service.url);
    let answer = request(associate(), &[("ListenerId", "x")])
        .send(&caller)
        .await;
    assert!(!answer.success);
    assert_eq!(answer.problems.len(), 2);
    assert_eq!(service.requests(), [""; 0]);
}

/// A product whose gateway takes the older signature alone.
#[tokio::test]
async fn the_older_signature_is_shown_too() {
    let json = json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "fnf", "version": "2019-03-15"},
        "apis": {"ListFlows": {"methods": ["get"], "operationType": "read"}},
    });
    let spec = Spec::read("fnf.json", json.to_string().into_bytes(), None).expect("a spec");
    let request = request(spec.operation("ListFlows").expect("an operation"), &[]);
    let signed = request.sign(&Caller::example()).await.expect("signed");
    let query = signed.url.split_once('?').expect("a query").1.split('&');
    let query = query.map(|pair| pair.split_once('=').expect("a pair"));
    let query: Vec<_> = query
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let (signature, params): (Vec<_>, Vec<_>) =
        query.into_iter().partition(|(name, _)| name == "Signature");
    let again = v1::sign(&signed.method, &params, "example-secret");
    assert_eq!(signature[0].1, again.signature);
    assert_eq!(signed.signature, again.signature);
}

fn demo(apis: serde_json::Value) -> &'static Spec {
    let json = json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "Demo", "version": "2020-01-01"},
        "apis": apis,
    });
    Spec::read("demo.json", json.to_string().into_bytes(), None).expect("a spec")
}

#[test]
fn risks_are_those_of_the_metadata() {
    let spec = demo(json!({
        "DescribeOne": {"methods": ["get"], "operationType": "read"},
        "BuyOne": {
            "methods": ["post"], "operationType": "write",
            "title": "BuyOne", "summary": "Buys one.",
            "systemTags": {"riskType": "high", "chargeType": "paid"},
        },
    }));
    let risk = |name| spec.operation(name).expect("an operation").risk();
    assert_eq!(risk("DescribeOne"), Risk::default());
    // A title that is the name again says nothing.
    let title = |name| spec.operation(name).expect("an operation").title();
    assert_eq!(title("BuyOne"), "Buys one.");
    assert_eq!(
        risk("BuyOne").reasons(),
        [
            "it changes something",
            "it may cost money",
            "the service calls it high risk"
        ]
    );
    let error = Spec::read("bad.json", b"{".to_vec(), None).expect_err("no spec");
    assert!(error.to_string().contains("bad.json:1:"), "{error}");
}

#[tokio::test]
async fn a_file_is_named_by_its_path() {
    let spec = demo(json!({
        "DetectFace": {
            "methods": ["post"], "operationType": "read",
            "parameters": [{"name": "ImageURL", "in": "query", "schema": {
                "type": "string", "isFileTransferUrl": true,
            }}],
        },
        "ReadText": {
            "methods": ["post"], "operationType": "read",
            "parameters": [{"name": "body", "in": "body", "schema": {
                "type": "string", "format": "binary",
            }}],
        },
    }));
    let operation = |name| spec.operation(name).expect("an operation");
    let service = Service::start([Reply::json(200, r#"{"RequestId":"R1"}"#)]).await;
    let caller = Caller::example().endpoint(&service.url);
    let detect = |value| request(operation("DetectFace"), &[("ImageURL", value)]);
    assert_eq!(
        operation("DetectFace").parameters()[0].kind,
        "URL, or file://PATH"
    );

    // It is read before anybody is asked.
    let absent = detect("file:///nowhere/cat.jpg");
    let written = r#".image_url(std::path::Path::new("/nowhere/cat.jpg"))"#;
    assert!(absent.rust().contains(written), "{}", absent.rust());
    let answer = absent.send(&caller).await;
    let said = "`ImageURL`: the file \"/nowhere/cat.jpg\" cannot be read";
    assert!(
        format!("{answer:?}").replace("\\\"", "\"").contains(said),
        "{answer:?}"
    );
    assert!(service.requests().is_empty());

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // To a mock server, nothing is uploaded anywhere.
    let mock = alicloud_mock::Mock::new(spec.json(), &alicloud_mock::Options::default());
    let url = mock.expect("a spec").in_background().expect("a port");
    let answer = detect(&format!("file://{path}"))
        .send(&Caller::mock(url))
        .await;
    assert!(answer.success, "{answer:?}");

    let page = request(
        operation("ReadText"),
        &[("body", &format!("file://{path}"))],
    );
    let signed = page.sign(&caller).await.expect("a signature");
    let content = std::fs::read(path).expect("a file");
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(content));
    let signed = signed.canonical_request;
    assert!(signed.ends_with(&hash), "{signed}");
    let answer = page.send(&caller).await;
    assert!(answer.success, "{answer:?}");
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let code: String = match byte {
            b'%' => rest.by_ref().take(2).map(char::from).collect(),
            byte => {
                bytes.push(byte);
                continue;
            }
        };
        bytes.push(u8::from_str_radix(&code, 16).expect("hex"));
    }
    String::from_utf8(bytes).expect("text")
}
