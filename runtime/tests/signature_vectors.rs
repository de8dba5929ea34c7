//! The signatures against `data/signatures.json`: vectors that Alibaba Cloud
//! publishes and ones from its official client.

use alicloud_runtime::{
    operation::ApiStyle,
    signature::{self, Common, Identity, ToSign, roa, v1, v3},
    time,
};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

/// ACS3-HMAC-SM3 is documented as unsupported by the service, so it is not built.
const OUT_OF_SCOPE: &str = "sdk-unittest-sm3";

fn vectors() -> Vec<Json> {
    serde_json::from_str(include_str!("data/signatures.json")).unwrap()
}

/// The vectors of a kind that hold a signature.
fn signed(kind: &str) -> Vec<Json> {
    let mut vectors = vectors();
    vectors.retain(|v| v["kind"] == kind && v["signature"].is_string());
    vectors
}

fn vector(name: &str) -> Json {
    vectors().into_iter().find(|v| v["name"] == name).unwrap()
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap()
}

fn pairs(value: &Json) -> Vec<(String, String)> {
    match value {
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), text(value).to_owned()))
            .collect(),
        Json::Array(items) => items
            .iter()
            .map(|item| (text(&item[0]).to_owned(), text(&item[1]).to_owned()))
            .collect(),
        _ => Vec::new(),
    }
}

fn sorted<T: Into<String>>(pairs: Vec<(T, T)>) -> BTreeMap<String, String> {
    let count = pairs.len();
    let map: BTreeMap<_, _> = pairs
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    assert_eq!(map.len(), count, "a name stands twice: {map:?}");
    map
}

/// 2024-01-02T03:04:05Z, the moment of the derived vectors.
fn moment() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_164_645)
}

/// What the derived vectors have in common, from their expected headers.
fn common<'a>(headers: &'a Json, style: ApiStyle, identity: Identity<'a>) -> Common<'a> {
    Common {
        host: text(&headers["host"]),
        action: text(&headers["x-acs-action"]),
        version: text(&headers["x-acs-version"]),
        style,
        format: alicloud_runtime::Format::Json,
        user_agent: "test-agent/1.0",
        time: moment(),
        nonce: "0123456789abcdef0123456789abcdef",
        identity,
    }
}

fn identity(inputs: &Json) -> Identity<'_> {
    Identity::Key {
        id: text(&inputs["access_key_id"]),
        security_token: inputs["security_token"].as_str(),
    }
}

/// What no common header function sets: the body's type comes from the encoder,
/// and the official client's report of its provider is telemetry.
fn without_foreign(mut headers: BTreeMap<String, String>) -> BTreeMap<String, String> {
    headers.remove("content-type");
    headers.remove("x-acs-credentials-provider");
    headers
}

#[test]
fn every_vector_is_tested_or_out_of_scope_by_name() {
    let tested = signed("rpc-v1").len() + signed("roa-v2").len() + signed("acs3").len();
    let unsigned = vectors()
        .iter()
        .filter(|v| v["expected_headers"].is_object())
        .count();
    assert_eq!((tested, unsigned), (30, 4));
    assert_eq!(tested + unsigned + 1, vectors().len());
    assert!(vector(OUT_OF_SCOPE)["hmac_sm3"].is_string());
}

#[test]
fn v1_signs_as_published_and_as_the_official_client() {
    for v in signed("rpc-v1") {
        let inputs = &v["inputs"];
        let signed = v1::sign(
            text(&inputs["method"]),
            &pairs(&inputs["signed_params"]),
            text(&inputs["access_key_secret"]),
        );
        assert_eq!(signed.canonical, v["canonical_query"], "{}", v["name"]);
        assert_eq!(signed.string_to_sign, v["string_to_sign"], "{}", v["name"]);
        assert_eq!(signed.signature, v["signature"], "{}", v["name"]);
    }
}

#[test]
fn v1_adds_the_common_parameters_of_the_official_client() {
    let mut count = 0;
    for v in signed("rpc-v1").iter().filter(|v| v["origin"] == "derived") {
        let inputs = &v["inputs"];
        let query = sorted(pairs(&inputs["query"]));
        let common = Common {
            host: text(&inputs["host"]),
            action: &query["Action"],
            version: &query["Version"],
            style: ApiStyle::Rpc,
            format: alicloud_runtime::Format::Json,
            user_agent: "",
            time: moment(),
            nonce: "0123456789abcdef0123456789abcdef",
            identity: identity(inputs),
        };
        for (name, value) in signature::owned(v1::common_params(&common)) {
            assert_eq!(query.get(&name), Some(&value), "{}: {name}", v["name"]);
        }
        let own = [
            "Signature",
            "SecurityToken",
            "AccessKeyId",
            "Timestamp",
            "Format",
        ];
        let expected = query.keys().filter(|name| {
            own.iter().any(|own| name.starts_with(own))
                || ["Action", "Version"].contains(&name.as_str())
        });
        assert_eq!(
            v1::common_params(&common).len(),
            expected.count(),
            "{}",
            v["name"]
        );
        count += 1;
    }
    assert!(count >= 6);
}

#[test]
fn v1_bearer_calls_carry_the_token_and_no_signature() {
    let v = vector("derived-bearer-rpc-v1");
    let common = common(
        &v["expected_headers"],
        ApiStyle::Rpc,
        Identity::Bearer(text(&v["inputs"]["bearer_token"])),
    );
    let mut query = v1::common_params(&common);
    query.push(("RegionId".into(), "cn-hangzhou".into()));
    assert_eq!(sorted(query), sorted(pairs(&v["expected_query"])));
    assert_eq!(
        sorted(v1::headers(&common)),
        sorted(pairs(&v["expected_headers"]))
    );
}

#[test]
fn roa_signs_as_published_and_as_the_official_client() {
    for v in signed("roa-v2") {
        let inputs = &v["inputs"];
        let query = pairs(&inputs["query"]);
        let headers = pairs(&inputs["headers"]);
        let request = ToSign {
            method: text(&inputs["method"]),
            path: text(&inputs["path"]),
            query: &query,
            headers: &headers,
        };
        let id = inputs["access_key_id"].as_str().unwrap_or("");
        let signed = roa::sign(&request, id, text(&inputs["access_key_secret"]));
        assert_eq!(signed.string_to_sign, v["string_to_sign"], "{}", v["name"]);
        assert_eq!(signed.signature, v["signature"], "{}", v["name"]);
        if let Some(authorization) = v["authorization"].as_str() {
            assert_eq!(signed.authorization, authorization, "{}", v["name"]);
        }
    }
}

#[test]
fn roa_sets_the_headers_of_the_official_client() {
    for v in signed("roa-v2").iter().filter(|v| v["origin"] == "derived") {
        let inputs = &v["inputs"];
        let common = common(&inputs["headers"], ApiStyle::Roa, identity(inputs));
        let expected = without_foreign(sorted(pairs(&inputs["headers"])));
        assert_eq!(sorted(roa::headers(&common)), expected, "{}", v["name"]);
    }
}

#[test]
fn v3_signs_as_published_and_as_the_official_client() {
    for v in signed("acs3") {
        let inputs = &v["inputs"];
        let query = pairs(&inputs["query"]);
        let headers = match &inputs["headers"] {
            Json::Null => pairs(&inputs["header_list"]),
            headers => pairs(headers),
        };
        let hash = match inputs["hashed_payload"].as_str() {
            Some(hash) => hash.to_owned(),
            None => {
                let hash = v3::payload_hash(&body(inputs)).into_owned();
                assert_eq!(hash, v["hashed_payload"], "{}", v["name"]);
                hash
            }
        };
        let request = ToSign {
            method: text(&inputs["method"]),
            path: text(&inputs["path"]),
            query: &query,
            headers: &headers,
        };
        let signed = v3::sign(
            &request,
            &hash,
            text(&inputs["access_key_id"]),
            text(&inputs["access_key_secret"]),
        );
        assert_eq!(
            signed.canonical_request, v["canonical_request"],
            "{}",
            v["name"]
        );
        assert_eq!(signed.string_to_sign, v["string_to_sign"], "{}", v["name"]);
        assert_eq!(signed.signature, v["signature"], "{}", v["name"]);
        assert_eq!(signed.authorization, v["authorization"], "{}", v["name"]);
        assert_eq!(signed.query(), signature::canonical_query(&query));
    }
}

fn body(inputs: &Json) -> Vec<u8> {
    match inputs["body_base64"].as_str() {
        Some(base64) => data_encoding::BASE64.decode(base64.as_bytes()).unwrap(),
        None => text(&inputs["body"]).as_bytes().to_vec(),
    }
}

#[test]
fn v3_sets_the_headers_of_the_official_client() {
    let mut count = 0;
    for v in signed("acs3").iter().filter(|v| v["origin"] == "derived") {
        let inputs = &v["inputs"];
        let common = common(&inputs["headers"], ApiStyle::Rpc, identity(inputs));
        let hash = v3::payload_hash(&body(inputs));
        let headers = v3::headers(&common, &hash);
        let expected = without_foreign(sorted(pairs(&inputs["headers"])));
        assert_eq!(sorted(headers), expected, "{}", v["name"]);
        assert_eq!(v3::common_params(&common), []);
        count += 1;
    }
    assert!(count >= 10);
}

#[test]
fn v3_unsigned_calls_carry_a_token_or_a_format() {
    let cases = [
        ("derived-bearer-rpc-acs3", ApiStyle::Rpc),
        ("derived-bearer-roa-acs3", ApiStyle::Roa),
        ("derived-anonymous-rpc-acs3", ApiStyle::Rpc),
    ];
    for (name, style) in cases {
        let v = vector(name);
        let identity = match v["inputs"]["bearer_token"].as_str() {
            Some(token) => Identity::Bearer(token),
            None => Identity::Anonymous,
        };
        let common = common(&v["expected_headers"], style, identity);
        let hash = v3::payload_hash(b"");
        let headers = v3::headers(&common, &hash);
        assert_eq!(
            sorted(headers),
            sorted(pairs(&v["expected_headers"])),
            "{name}"
        );
        let mut query = v3::common_params(&common);
        query.push(("RegionId".into(), "cn-hangzhou".into()));
        assert_eq!(sorted(query), sorted(pairs(&v["expected_query"])), "{name}");
    }
}

#[test]
fn an_identity_does_not_show_its_tokens() {
    let key = Identity::Key {
        id: "testid",
        security_token: Some("hush"),
    };
    let shown = format!(
        "{key:?} {:?} {:?}",
        Identity::Bearer("hush"),
        Identity::IdToken("hush")
    );
    assert!(
        shown.contains("testid") && !shown.contains("hush"),
        "{shown}"
    );
}

#[test]
fn dates_are_right_across_leap_years_and_centuries() {
    let cases = [
        (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (
            951_782_399,
            "2000-02-28T23:59:59Z",
            "Mon, 28 Feb 2000 23:59:59 GMT",
        ),
        (
            951_782_400,
            "2000-02-29T00:00:00Z",
            "Tue, 29 Feb 2000 00:00:00 GMT",
        ),
        (
            1_709_251_199,
            "2024-02-29T23:59:59Z",
            "Thu, 29 Feb 2024 23:59:59 GMT",
        ),
        (
            1_735_689_599,
            "2024-12-31T23:59:59Z",
            "Tue, 31 Dec 2024 23:59:59 GMT",
        ),
        (
            4_107_542_400,
            "2100-03-01T00:00:00Z",
            "Mon, 01 Mar 2100 00:00:00 GMT",
        ),
    ];
    for (seconds, timestamp, http_date) in cases {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(time::format_iso8601(at), timestamp);
        assert_eq!(time::format_http_date(at), http_date);
    }
}
