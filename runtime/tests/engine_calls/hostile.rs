//! Replies that were made to break a client: whatever comes, a call ends in a
//! response or an error.

use alicloud_runtime::testing::Replay;
use alicloud_runtime::{Retry, Signature};
use proptest::prelude::*;

use crate::{JSON_SAMPLE, XML_SAMPLE, call};

/// Something near to what a service sends: a document with pieces cut, doubled
/// and replaced.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let error = r#"{"Code":"SignatureDoesNotMatch","Message":"server string to sign is:GET&%2F&A%3D%C3%A9","Success":"false","RequestId":"é"}"#;
    let xml_error = "<Error><Code>IncompleteSignature</Code><Message>string to sign is:[a&amp;&#10;b]</Message></Error>";
    let seeds = prop::sample::select(vec![JSON_SAMPLE, XML_SAMPLE, error, xml_error]);
    let edits = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            0..9_usize,
            prop::collection::vec(any::<u8>(), 0..4),
        ),
        0..6,
    );
    (seeds, edits).prop_map(|(seed, edits)| {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, length, replacement) in edits {
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, replacement);
        }
        bytes
    })
}

proptest! {
    #[test]
    fn any_reply_ends_in_a_response_or_an_error(
        body in prop_oneof![mutated(), prop::collection::vec(any::<u8>(), 0..200)],
        status in prop::sample::select(vec![200_u16, 204, 302, 400, 403, 429, 500, 503]),
        v1 in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let replay = Replay::new().respond(status, body);
        let signature = if v1 { Signature::V1 } else { Signature::V3 };
        let config = replay.config().signature(signature).retry(Retry::off());
        let outcome = runtime.block_on(call(&config).reply());
        match outcome {
            Ok(reply) => {
                let shown = format!("{reply:?}");
                prop_assert!(status < 300 && shown.len() < 10_000);
            }
            Err(error) => {
                prop_assert_eq!(error.status(), Some(status));
                prop_assert!(!error.to_string().contains(char::is_control), "{}", error);
                prop_assert!(error.to_string().len() < 10_000);
            }
        }
    }
}
