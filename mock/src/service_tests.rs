use super::*;
use crate::percent::parse;

/// Requests here go to an operation that takes no signature, but for one test:
/// signatures have tests of their own.
fn service(security: &str) -> Service {
    let operation = json!({
        "methods": ["post"],
        "security": [{ security: [] }],
        "parameters": [
            { "name": "Id", "in": "query", "schema": { "type": "string", "required": true } },
            { "name": "Certificates", "in": "query", "style": "repeatList", "schema": {
                "type": "array", "items": { "type": "object", "properties": {
                    "Id": { "type": "string", "required": true },
                    "Domain": { "type": "string", "required": true },
            } } } },
            { "name": "Tags", "in": "formData", "style": "json", "schema": {
                "type": "array", "items": { "type": "object", "properties": {
                    "Key": { "type": "string", "required": true },
            } } } },
        ],
        "errorCodes": { "403": [{ "errorCode": "Forbidden", "errorMessage": "Not yours." }] },
        "responseDemo": json!([
            { "type": "json", "example": "{\"RequestId\": \"sample\"}" },
            { "type": "xml", "example": "<R><RequestId>sample</RequestId></R>" },
        ]).to_string(),
    });
    Service::of_document(
        json!({
            "info": { "style": "RPC", "product": "Toy", "version": "2024-01-01" },
            "apis": { "GetToy": operation },
        }),
        25,
    )
}

impl Service {
    /// A toy service.
    pub(crate) fn of_document(document: Json, items: usize) -> Self {
        let spec = alicloud_codegen::Spec {
            path: "api-docs.json",
            json: &serde_json::to_vec(&document).unwrap(),
            overlay: None,
        };
        Self {
            product: "toy".to_owned(),
            version: "2024-01-01".to_owned(),
            made: alicloud_codegen::samples(&spec),
            document: serde_json::from_value(document).unwrap(),
            key: ("testid".to_owned(), "testsecret".to_owned()),
            items,
            nonces: Mutex::default(),
            answers: AtomicU64::new(0),
        }
    }
}

fn request(query: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: parse(query),
        headers: vec![
            ("x-acs-action".to_owned(), "GetToy".to_owned()),
            ("x-acs-version".to_owned(), "2024-01-01".to_owned()),
        ],
        ..Request::default()
    }
}

fn ask(request: &Request) -> (u16, Json) {
    let answer = service("Anonymous").answer(request, SystemTime::now());
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

#[test]
fn where_no_sample_is_documented_one_is_made_of_the_examples() {
    let operation = json!({
        "methods": ["post"],
        "security": [{ "Anonymous": [] }],
        "responses": { "200": { "schema": { "type": "object", "properties": {
            "RequestId": { "type": "string", "example": "4711" },
            "Toys": { "type": "array", "items": { "type": "object", "properties": {
                "Name": { "type": "string", "example": "Bear" },
            } } },
        } } } },
    });
    let document = json!({
        "info": { "style": "RPC", "product": "Toy", "version": "2024-01-01" },
        "apis": { "GetToy": operation },
    });
    let service = Service::of_document(document, 25);
    let answer = service.answer(&request(""), SystemTime::now());
    assert_eq!(
        answer.body,
        r#"{"RequestId":"4711","Toys":[{"Name":"Bear"}]}"#
    );
    let answer = service.answer(&request("Format=XML"), SystemTime::now());
    assert!(answer.body.contains("<Name>Bear</Name>"), "{}", answer.body);
}

#[test]
fn the_documented_sample_is_the_answer() {
    assert_eq!(
        ask(&request("Id=1")),
        (200, json!({ "RequestId": "sample" }))
    );
    let answer = service("Anonymous").answer(&request("Id=1&Format=XML"), SystemTime::now());
    assert_eq!(answer.body, "<R><RequestId>sample</RequestId></R>");
}

#[test]
fn what_is_not_signed_is_refused() {
    let answer = service("AK").answer(&request("Id=1"), SystemTime::now());
    let body: Json = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        (answer.status, &body["Code"]),
        (400, &json!("MissingSignature"))
    );
}

#[test]
fn a_missing_parameter_is_named() {
    let missing = |query: &str| match ask(&request(query)) {
        (400, body) if body["Code"] == "MissingParameter" => body["Message"]
            .as_str()
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(""), "Id");
    assert_eq!(
        missing("Id=1&Certificates.1.Id=a&Certificates.1.Domain=b&Certificates.2.Id=c"),
        "Certificates.2.Domain"
    );
}

#[test]
fn members_of_a_json_parameter_are_required_too() {
    let mut request = request("Id=1");
    request.form = parse("Tags=%5B%7B%22Key%22%3A%22k%22%7D%2C%7B%7D%5D");
    let (status, body) = ask(&request);
    assert_eq!(status, 400);
    assert_eq!(body["Message"], "Tags.2.Key is mandatory for this action.");
}

#[test]
fn an_error_comes_on_demand_with_its_documented_status_and_message() {
    let mut by_header = request("Id=1");
    by_header
        .headers
        .push(("x-mock-error".to_owned(), "Forbidden".to_owned()));
    for request in [by_header.clone(), request("Id=mock-error:Forbidden")] {
        let (status, body) = ask(&request);
        assert_eq!((status, &body["Code"]), (403, &json!("Forbidden")));
        assert_eq!(body["Message"], "Not yours.");
    }
    by_header
        .headers
        .push(("x-mock-status".to_owned(), "503".to_owned()));
    assert_eq!(ask(&by_header).0, 503);
}

#[test]
fn another_operation_version_or_method_is_refused() {
    let mut other = request("Id=1");
    other.headers[0].1 = "GetToys".to_owned();
    assert_eq!(ask(&other).0, 404);
    let mut other = request("Id=1");
    other.headers[1].1 = "2020-01-01".to_owned();
    assert_eq!(ask(&other).1["Code"], "InvalidVersion");
    let mut other = request("Id=1");
    other.method = "GET".to_owned();
    assert_eq!(ask(&other).0, 405);
}

#[test]
fn a_nonce_counts_once_and_an_old_date_not_at_all() {
    // The V1 example of the documentation, for this service's operation.
    let service = service("AK");
    let mut signed = request(
        "Id=1&AccessKeyId=testid&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=n&Timestamp=2016-02-23T12:46:24Z&Signature=",
    );
    let refused = service.answer(&signed, SystemTime::now());
    let body: Json = serde_json::from_str(&refused.body).unwrap();
    let to_sign = body["Message"]
        .as_str()
        .unwrap()
        .split("to sign is:")
        .nth(1)
        .unwrap();
    signed.query.last_mut().unwrap().1 = signature::hmac_sha1("testsecret&", to_sign);

    let then = UNIX_EPOCH + Duration::from_secs(1_456_231_584 + 60);
    let code = |answer: Answer| -> Json {
        serde_json::from_str::<Json>(&answer.body).unwrap()["Code"].clone()
    };
    assert_eq!(service.answer(&signed, then).status, 200);
    assert_eq!(code(service.answer(&signed, then)), "SignatureNonceUsed");
    assert_eq!(
        code(service.answer(&signed, then + Duration::from_secs(900))),
        "InvalidTimeStamp.Expired"
    );
}

#[test]
fn an_operation_with_events_gives_them_to_who_asks() {
    let parameter = |name: &str, place: &str| json!({ "name": name, "in": place, "schema": { "type": "string" } });
    let operation = |schemes: Json| {
        json!({
            "methods": ["post"],
            "schemes": schemes,
            "security": [{ "Anonymous": [] }],
            "parameters": [parameter("Stream", "query"), parameter("body", "body")],
            "errorCodes": { "403": [{ "errorCode": "Forbidden", "errorMessage": "Not yours." }] },
            "responseDemo": json!([
                { "type": "json", "example": "{\n\"Content\": \"a\"}" },
            ]).to_string(),
        })
    };
    let answer = |schemes: &[&str], query: &str, headers: &[(&str, &str)], body: &str| {
        let service = Service::of_document(
            json!({
                "info": { "style": "RPC", "product": "Toy", "version": "2024-01-01" },
                "apis": { "GetToy": operation(json!(schemes)) },
            }),
            25,
        );
        let mut request = request(query);
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        request.headers.extend(headers);
        request.body = body.as_bytes().to_vec();
        let answer = service.answer(&request, SystemTime::now());
        (answer.status, answer.headers[0].1.clone(), answer.body)
    };
    const SSE: &[&str] = &["https", " SSE"];
    const KIND: &str = "text/event-stream;charset=utf-8";
    let three = "id: 1\ndata: {\"Content\":\"a\"}\n\nid: 2\ndata: {\"Content\":\"a\"}\n\nid: 3\ndata: {\"Content\":\"a\"}\n\n";
    for (query, body) in [
        ("Stream=true", ""),
        ("", r#"{"options": [{"stream": true}]}"#),
    ] {
        let expected = (200, KIND.to_owned(), three.to_owned());
        assert_eq!(answer(SSE, query, &[], body), expected);
    }
    let failing = [("x-mock-events", "1"), ("x-mock-event-error", "Forbidden")];
    let (status, kind, body) = answer(SSE, "", &failing, "");
    assert_eq!((status, &*kind), (200, KIND));
    let failure = r#"data: {"Code":"Forbidden","Message":"Not yours.","Success":false}"#;
    assert_eq!(
        body,
        format!("id: 1\ndata: {{\"Content\":\"a\"}}\n\nid: 2\n{failure}\n\n")
    );

    // Whoever does not ask, asks of another operation, or is refused.
    for (schemes, query, header, status) in [
        (SSE, "Stream=false", "x-none", 200),
        (&["https"], "Stream=true", "x-mock-events", 200),
        (SSE, "Stream=true", "x-mock-error", 400),
    ] {
        let (answered, kind, _) = answer(schemes, query, &[(header, "1")], "");
        assert_eq!(
            (answered, &*kind),
            (status, "application/json;charset=utf-8"),
            "{query}"
        );
    }
}
