//! What a reply may cost: whatever a service sends, decoding it takes a bounded multiple
//! of its bytes. One test, since what it measures is the memory of the process.

/// What is generated, with every kind of value in `describe`.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::enum_variant_names, reason = "written for apps")]
#[path = "../../codegen/tests/golden/good/runtime/expected/ga/src/lib.rs"]
#[rustfmt::skip]
mod ga;

use alicloud_runtime::wire::{self, Mismatches};
use ga::describe::Response;
use peak_alloc::PeakAlloc;
use proptest::prelude::*;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const BYTES: usize = 1 << 20;

/// Any value, of any type at any place, with names that are documented and not.
fn value() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "Id", "Weight", "Inner", "Token", "Items", "Regions", "Region", "Zones", "Tags", "New",
    ]);
    let leaf = prop::sample::select(vec![
        "{}",
        "[]",
        "1",
        "\"\"",
        "\"a\"",
        "true",
        "null",
        "-1.5",
        "\"\\u00e9\"",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(4, 24, 4, move |inner| {
            let members = prop::collection::vec((name.clone(), inner.clone()), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(","))),
                members.prop_map(|all| {
                    let all: Vec<_> = all.iter().map(|(n, v)| format!("\"{n}\":{v}")).collect();
                    format!("{{{}}}", all.join(","))
                }),
            ]
        })
}

/// A reply of a mebibyte, of one value again and again at a documented place.
fn reply() -> impl Strategy<Value = String> {
    let place = prop::sample::select(vec![
        ("{\"Items\":[", "]}"),
        ("{\"Regions\":{\"Region\":[", "]}}"),
        ("{\"Zones\":[", "]}"),
        ("{\"Ports\":[", "]}"),
        ("{\"Matrix\":[[", "]]}"),
        ("{\"Matrix\":[", "]}"),
        ("{\"Items\":[{\"Inner\":{\"Inner\":{\"Id\":[", "]}}}]}"),
        ("[", "]"),
    ]);
    (place, value()).prop_map(|((start, end), value)| {
        let times = BYTES / (value.len() + 1);
        format!("{start}{}{end}", vec![value; times.max(1)].join(","))
    })
}

/// The same in XML: an element again and again, with others in it.
fn xml() -> impl Strategy<Value = String> {
    let element = prop::sample::select(vec![
        "<Items/>",
        "<Items>1</Items>",
        "<Items><Id>1</Id></Items>",
        "<Items><Inner><Id>1</Id></Inner></Items>",
        "<Ports>x</Ports>",
        "<Ports><x/></Ports>",
        "<Tags><a>1</a></Tags>",
        "<Regions><Region>1</Region></Regions>",
        "<Zones><Zone>z</Zone></Zones>",
        "<Owner><Id><x/></Id></Owner>",
    ]);
    element.prop_map(|element| format!("<R>{}</R>", element.repeat(BYTES / element.len())))
}

/// Decodes it. How many bytes that took at most, and what was said of it.
fn decode(reply: &str) -> (usize, Option<Mismatches>) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let mut response = Response::default();
    let decoded = if reply.starts_with('<') {
        wire::decode_xml(reply.as_bytes(), &mut response)
    } else {
        wire::decode_json(reply.as_bytes(), &mut response)
    };
    let peak = MEMORY.peak_usage() - before;
    if let Err(error) = &decoded {
        assert!(error.to_string().contains("far more memory"), "{error}");
    }
    (peak, decoded.ok())
}

#[test]
fn a_reply_takes_a_bounded_multiple_of_its_bytes() {
    let wrong = |value: &str| {
        let times = BYTES / (value.len() + 1);
        format!("{{\"Items\":[{}]}}", vec![value; times].join(","))
    };
    // Every value is a mismatch, deep and under long names: the first are told.
    let long = format!("{{\"Tags\":{{\"{}\":[]}}}}", "é".repeat(BYTES / 2));
    for reply in [
        wrong("1"),
        wrong("{\"Weight\":[],\"Id\":{}}"),
        wrong(&format!(
            "{}{{\"Id\":[]}}{}",
            "{\"Inner\":".repeat(60),
            "}".repeat(60)
        )),
    ] {
        let (peak, mismatches) = decode(&reply);
        assert!(peak < 20 * BYTES, "{peak} bytes");
        let mismatches = mismatches.expect("a reply");
        assert!(mismatches.total() > 1000 && mismatches.len() == 64);
        assert!(mismatches.iter().all(|mismatch| mismatch.path.len() < 300));
    }
    let (_, mismatches) = decode(&long);
    let mismatches = mismatches.expect("a reply");
    assert!(mismatches[0].path.starts_with("Tags.éé") && mismatches[0].path.ends_with('…'));
    assert!(mismatches[0].path.len() < 300);

    // Objects with nothing in them are as large as others.
    let (peak, refused) = decode(&wrong("{}"));
    assert!(refused.is_none() && peak < 20 * BYTES, "{peak} bytes");
    // Lists as services send them are not near the bound.
    let (_, whole) = decode(&wrong(r#"{"Id":"i-bp67acfmxazb4p","Weight":17}"#));
    assert_eq!(whole.expect("a reply").total(), 0);

    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 24,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    });
    runner
        .run(&prop_oneof![4 => reply(), 1 => xml()], |reply| {
            let (peak, _) = decode(&reply);
            let begins: String = reply.chars().take(80).collect();
            prop_assert!(
                peak < 20 * BYTES.max(reply.len()),
                "{} bytes of {}",
                peak,
                begins
            );
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}
