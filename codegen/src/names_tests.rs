use proptest::prelude::*;

use super::*;

fn is_identifier(ident: &Ident) -> bool {
    syn::parse_str::<syn::Ident>(ident.as_str()).is_ok() && ident.as_str().is_ascii()
}

#[track_caller]
fn names(make: impl Fn(&str) -> Ident, pairs: &[(&str, &str)]) {
    for (wire, want) in pairs {
        assert_eq!(make(wire).as_str(), *want, "{wire:?}");
    }
}

#[test]
fn fields_are_snake_case_and_keywords_take_an_underscore() {
    names(
        field,
        &[
            ("RegionId", "region_id"),
            ("SystemDisk.Size", "system_disk_size"),
            ("Type", "type_"),
            ("self", "self_"),
            ("New", "new_"),
            ("Clone", "clone_"),
            ("__context", "context"),
            ("x-oss-meta-*", "x_oss_meta"),
            ("x\u{2011}oss", "x_oss"),
            ("405Pv", "n405pv"),
            ("名称", "u540d_u79f0"),
            ("名称A", "a"),
            ("***", "u2a_u2a_u2a"),
            ("", "unnamed"),
            ("*/ fn main() {}", "fn_main"),
        ],
    );
}

#[test]
fn words_that_case_would_cut_stay_whole() {
    names(
        field,
        &[
            ("IPv6Address", "ipv6_address"),
            ("VSwitchId", "vswitch_id"),
            ("ListenerIDs", "listener_ids"),
            ("PrivateIPs", "private_ips"),
            ("HTTPServer", "http_server"),
            ("DDoSStatus", "ddos_status"),
        ],
    );
}

#[test]
fn list_items_are_named_in_the_singular() {
    names(
        |wire| type_of_field(wire, true),
        &[
            ("Certificates", "Certificate"),
            ("Addresses", "Address"),
            ("Policies", "Policy"),
            ("Status", "Status"),
            ("Statuses", "Status"),
            ("Databases", "Database"),
            ("Aliases", "Alias"),
            ("VSwitches", "VSwitch"),
            ("IPs", "Ip"),
            ("DNS", "Dns"),
            ("tag", "Tag"),
            ("TimeSeries", "TimeSeries"),
            ("Caches", "Cache"),
            ("Indexes", "Index"),
            ("Self", "Self_"),
        ],
    );
    assert_eq!(type_of_field("Tags", false).as_str(), "Tags");
}

#[test]
fn codes_are_variants_without_their_placeholders() {
    for (code, want) in [
        ("NotExist.Accelerator", Some("NotExistAccelerator")),
        ("InvalidParameter.%s", Some("InvalidParameter")),
        ("%s", None),
        ("", None),
        ("参数错误", None),
        ("404", Some("Code404")),
        ("Self", Some("Self_")),
        ("BIZ.INSTANCE.NOT.FOUND", Some("BizInstanceNotFound")),
        ("Quota.{0}.Full", Some("QuotaFull")),
        ("Missing<name>", Some("Missing")),
        ("Broken%", Some("Broken")),
        ("Open{", Some("Open")),
    ] {
        assert_eq!(variant(code).as_ref().map(Ident::as_str), want, "{code:?}");
    }
}

#[test]
fn constants_name_a_value_or_nothing() {
    for (value, want) in [
        ("https", Some("PROTOCOL_HTTPS")),
        ("http/1.1", Some("PROTOCOL_HTTP_1_1")),
        ("-1", Some("PROTOCOL_MINUS_1")),
        ("是", None),
        ("是 yes", None),
        ("", None),
        (">=", None),
    ] {
        assert_eq!(
            constant("Protocol", value).as_ref().map(Ident::as_str),
            want,
            "{value:?}"
        );
    }
}

#[test]
fn products_keep_clear_of_what_the_crate_has_already() {
    assert_eq!(product("Ga", None).as_str(), "ga");
    assert_eq!(product("Ga", Some("2020-01-01")).as_str(), "ga_2020_01_01");
    assert_eq!(feature("Ga", Some("2020-01-01")), "ga-2020-01-01");
    assert_eq!(feature("es-serverless", None), "es-serverless");
    assert_eq!(product("serde", None).as_str(), "serde_");
    assert_eq!(feature("serde", None), "serde_");
}

#[test]
fn operations_keep_clear_of_what_the_client_has_already() {
    for (wire, expected) in [
        ("Call", "call_"),
        ("New", "new_"),
        ("ListCalls", "list_calls"),
    ] {
        assert_eq!(module(wire).as_str(), expected);
    }
}

#[test]
fn types_are_joined_and_told_apart() {
    let rule = type_of_field("Rules", true);
    let response = type_of_field("Response", false);
    assert_eq!(join(&rule, &response).as_str(), "RuleResponse");
    assert_eq!(numbered(&rule, 2).as_str(), "Rule2");
    assert_eq!(numbered(&field("Type"), 2).as_str(), "type_2");
    assert!(is_reserved_type(&response));
    assert!(!is_reserved_type(&rule));
}

#[test]
fn tables_are_sorted_where_they_are_searched() {
    assert!(TYPES.is_sorted());
}

proptest! {
    #[test]
    fn whatever_the_text_an_identifier_comes_out(wire in ".{0,40}", other in ".{0,40}") {
        for ident in [field(&wire), module(&wire), product(&wire, None), product(&wire, Some(&other))] {
            prop_assert!(is_identifier(&ident), "{ident}");
        }
        for ident in [type_of_field(&wire, true), type_of_field(&wire, false)] {
            prop_assert!(is_identifier(&ident), "{ident}");
            prop_assert!(is_identifier(&join(&ident, &type_of_field(&other, true))));
            prop_assert!(is_identifier(&numbered(&ident, 2)));
        }
        for ident in variant(&wire).into_iter().chain(constant(&wire, &other)) {
            prop_assert!(is_identifier(&ident), "{ident}");
        }
    }
}

#[test]
fn a_package_is_the_crate_that_cargo_makes_of_it() {
    let cases = [
        ("alicloud-r-kvstore", "alicloud_r_kvstore"),
        ("alicloud-bin_", "alicloud_bin_"),
        ("alicloud-ga-2019-11-20", "alicloud_ga_2019_11_20"),
        ("mySdk-x970138f5", "mySdk_x970138f5"),
    ];
    for (package, expected) in cases {
        assert_eq!(krate(package).as_str(), expected);
    }
    let long = format!("alicloud-{}", "x".repeat(200));
    assert_eq!(krate(&long).as_str(), long.replace('-', "_"));
}
