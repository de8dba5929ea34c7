//! The program that accelerates a site, against a service over real TCP that goes
//! through every state which the program waits out.

#[path = "../accelerate_site.rs"]
#[allow(dead_code, reason = "its `main`")]
mod accelerate_site;

use accelerate_site::run;
use test_support::{Answer, FakeService, SECRET, answer};

const CREATE: &[&str] = &[
    "create",
    "--clients",
    "cn-hongkong",
    "--backends",
    "eu-central-1",
    "--backend",
    "origin.example.com",
    "www.example.com=1-cn-hangzhou",
    "shop.example.com=2-cn-hangzhou",
];

fn words(words: &[&[&str]]) -> Vec<String> {
    words.concat().into_iter().map(str::to_owned).collect()
}

/// What the program prints, and its error where it fails.
async fn ran(double: &FakeService, arguments: &[&[&str]]) -> (String, Option<String>) {
    let mut out = Vec::new();
    let config = async || Ok(double.config());
    let done = run(&words(arguments), config, &mut out).await;
    let out = String::from_utf8(out).expect("text");
    (out, done.err().map(|error| error.to_string()))
}

fn ok(body: &str) -> Answer {
    answer(200, body.to_owned()).header("x-acs-request-id", "1")
}

fn states(states: &[&str]) -> Vec<Answer> {
    let body = |state| format!(r#"{{"State": "{state}"}}"#);
    states.iter().map(|state| ok(&body(*state))).collect()
}

fn gone(code: &str) -> Answer {
    answer(400, format!(r#"{{"Code": "{code}", "Message": "gone"}}"#))
}

/// The operations that arrived, each run of the same one as one.
fn asked(double: &FakeService) -> Vec<String> {
    let seen = double.seen();
    let mut names: Vec<String> = seen
        .iter()
        .map(|seen| seen.header("x-acs-action").unwrap_or_default().to_owned())
        .collect();
    names.dedup();
    names
}

#[tokio::test]
async fn a_site_is_created_step_by_step_each_after_its_state() {
    let ip_sets = |state| format!(r#"{{"IpSets": [{{"State": "{state}"}}]}}"#);
    let steps = [
        vec![ok(r#"{"AcceleratorId": "ga-1"}"#)],
        states(&["init", "init", "active"]),
        vec![ok(r#"{"BandwidthPackageId": "gbwp-1"}"#)],
        states(&["init", "active"]),
        vec![ok(r#"{"BandwidthPackageId": "gbwp-1"}"#)],
        states(&["active", "binding", "binded"]),
        states(&["binding", "active"]),
        vec![
            ok("{}"),
            ok(r#"{"IpSets": []}"#),
            ok(&ip_sets("init")),
            ok(&ip_sets("active")),
        ],
        states(&["configuring", "active"]),
        vec![ok(r#"{"ListenerId": "lsr-1"}"#)],
        states(&["init", "active"]),
        vec![ok(r#"{"EndpointGroupId": "epg-1"}"#)],
        states(&["init", "active"]),
        states(&["updating", "active"]),
        vec![ok(r#"{"ListenerId": "lsr-1"}"#)],
        states(&["updating", "configuring", "active"]),
        vec![ok(r#"{"DnsName": "ga-1.example.net", "State": "active"}"#)],
    ];
    let double = FakeService::start(steps.into_iter().flatten()).await;

    let (out, error) = ran(&double, &[&["--every", "0"], CREATE]).await;
    assert_eq!(error, None);
    assert_eq!(
        out,
        "accelerator ga-1\nbandwidth package gbwp-1\nlistener lsr-1\n\
         www.example.com CNAME ga-1.example.net\nshop.example.com CNAME ga-1.example.net\n"
    );
    assert_eq!(
        asked(&double),
        [
            "CreateAccelerator",
            "DescribeAccelerator",
            "CreateBandwidthPackage",
            "DescribeBandwidthPackage",
            "BandwidthPackageAddAccelerator",
            "DescribeBandwidthPackage",
            "DescribeAccelerator",
            "CreateIpSets",
            "ListIpSets",
            "DescribeAccelerator",
            "CreateListener",
            "DescribeListener",
            "CreateEndpointGroup",
            "DescribeEndpointGroup",
            "DescribeListener",
            "AssociateAdditionalCertificatesWithListener",
            "DescribeListener",
            "DescribeAccelerator",
        ]
    );
    let seen = double.seen();
    let last = |action: &str| {
        let mut all = seen.iter().rev();
        all.find(|seen| seen.header("x-acs-action") == Some(action))
            .expect("it was sent")
    };
    let listener = last("CreateListener");
    assert_eq!(listener.parameter("AcceleratorId"), Some("ga-1"));
    assert_eq!(
        listener.parameter("Certificates.1.Id"),
        Some("1-cn-hangzhou")
    );
    assert_eq!(listener.parameter("PortRanges.1.ToPort"), Some("443"));
    let additional = last("AssociateAdditionalCertificatesWithListener");
    assert_eq!(additional.parameter("ListenerId"), Some("lsr-1"));
    assert_eq!(
        additional.parameter("Certificates.1.Domain"),
        Some("shop.example.com")
    );
    assert_eq!(additional.parameter("Certificates.2.Domain"), None);
}

#[tokio::test]
async fn a_site_is_deleted_from_its_end_and_each_part_waited_for() {
    let steps = [
        vec![
            ok(r#"{"TotalCount": 1, "EndpointGroups": [{"EndpointGroupId": "epg-1"}]}"#),
            ok("{}"),
        ],
        states(&["active", "deleting"]),
        vec![
            gone("NotExist.EndPointGroup"),
            ok(r#"{"TotalCount": 1, "Listeners": [{"ListenerId": "lsr-1"}]}"#),
            ok("{}"),
        ],
        states(&["deleting"]),
        vec![
            gone("NotExist.Listener"),
            ok(r#"{"TotalCount": 1, "IpSets": [{"IpSetId": "ips-1"}]}"#),
            ok("{}"),
        ],
        states(&["deleting"]),
        // Gone without an error: a reply that names no state.
        vec![ok("{}")],
        states(&["configuring", "active"]),
        vec![
            ok(r#"{"State": "active", "BasicBandwidthPackage": {"InstanceId": "gbwp-1"}}"#),
            ok("{}"),
        ],
        states(&["unbinding", "active"]),
        states(&["unbinding", "active"]),
        vec![ok("{}")],
        states(&["deleting"]),
        vec![gone("NotExist.BandwidthPackage"), ok("{}")],
        states(&["deleting"]),
        vec![gone("NotExist.Accelerator")],
    ];
    let double = FakeService::start(steps.into_iter().flatten()).await;

    let (out, error) = ran(&double, &[&["--every", "0", "delete", "ga-1"]]).await;
    assert_eq!(error, None);
    assert_eq!(
        out,
        "endpoint group epg-1 is gone\nlistener lsr-1 is gone\nIP set ips-1 is gone\n\
         bandwidth package gbwp-1 is gone\naccelerator ga-1 is gone\n"
    );
    let asked = asked(&double);
    let deletes = asked.iter().filter(|name| !name.starts_with("Describe"));
    assert_eq!(
        deletes.collect::<Vec<_>>(),
        [
            "ListEndpointGroups",
            "DeleteEndpointGroup",
            "ListListeners",
            "DeleteListener",
            "ListIpSets",
            "DeleteIpSet",
            "BandwidthPackageRemoveAccelerator",
            "DeleteBandwidthPackage",
            "DeleteAccelerator",
        ]
    );
}

#[tokio::test]
async fn a_step_that_fails_is_told_and_what_was_created_before_is_known() {
    let steps = [
        vec![ok(r#"{"AcceleratorId": "ga-1"}"#)],
        states(&["init", "finacialLocked"]),
    ];
    let double = FakeService::start(steps.into_iter().flatten()).await;
    let (out, error) = ran(&double, &[&["--every", "0"], CREATE]).await;
    assert_eq!(out, "accelerator ga-1\n");
    let error = error.expect("the accelerator is locked");
    assert!(error.contains("finacialLocked"), "{error}");
}

#[tokio::test]
async fn a_plan_is_whole_and_sends_nothing() {
    let double = FakeService::start([]).await;
    let (out, error) = ran(&double, &[&["--plan"], CREATE]).await;
    assert_eq!(error, None);
    for line in [
        "1. CreateAccelerator",
        "   InstanceChargeType=POSTPAY",
        "   AccelerateRegion.1.AccelerateRegionId=cn-hongkong",
        "   Certificates.1.Id=1-cn-hangzhou",
        "   EndpointConfigurations.1.Endpoint=origin.example.com",
        "16. AssociateAdditionalCertificatesWithListener",
        "   Certificates.1.Domain=shop.example.com",
        "18. DescribeAccelerator",
    ] {
        assert!(out.lines().any(|l| l == line), "{line} in\n{out}");
    }

    let (out, error) = ran(&double, &[&["--plan", "delete", "ga-1"]]).await;
    assert_eq!(error, None);
    assert!(out.lines().any(|l| l == "17. DeleteAccelerator"), "{out}");
    assert!(double.seen().is_empty());
}

#[tokio::test]
async fn a_plan_says_what_the_service_would_refuse() {
    let double = FakeService::start([]).await;
    let no_certificate = [&CREATE[..7], &["www.example.com=1", "shop.example.com="]].concat();
    let (_, error) = ran(&double, &[&["--plan"], &no_certificate]).await;
    let error = error.expect("a certificate is missing");
    assert!(error.contains("`Certificates.1.Id`"), "{error}");
}

#[tokio::test]
async fn what_is_explained_is_signed_and_not_sent() {
    let double = FakeService::start([]).await;
    for (arguments, operation) in [
        (words(&[&["--explain"], CREATE]), "CreateAccelerator"),
        (
            words(&[&["--explain", "delete", "ga-1"]]),
            "ListEndpointGroups",
        ),
    ] {
        let mut out = Vec::new();
        let config = async || Ok(double.config());
        run(&arguments, config, &mut out).await.expect("explained");
        let out = String::from_utf8(out).expect("text");
        assert!(out.contains(&format!("x-acs-action: {operation}")), "{out}");
        assert!(!out.contains(SECRET));
    }
    assert!(double.seen().is_empty());
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_told_how_it_goes() {
    let double = FakeService::start([]).await;
    for arguments in [
        &[][..],
        &["create"],
        &["delete"],
        &["--bandwidth", "x"],
        &["--what"],
    ] {
        let (_, error) = ran(&double, &[arguments]).await;
        assert!(
            error.is_some_and(|e| e.starts_with("usage:")),
            "{arguments:?}"
        );
    }
}
