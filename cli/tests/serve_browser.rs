//! The explorer's page in a real browser: Debian's `chromium`, headless. `.ci/run` runs this;
//! it says so where there is no browser.

mod support;

use alicloud_cli::explore::Parameters;
use serde_json::Value as Json;
use support::browser::Browser;
use support::{Desk, Running, everything, golden};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const ASSOCIATE: &str = "AssociateAdditionalCertificatesWithListener";

async fn serve(words: &[&str]) -> (Desk, Running, Browser) {
    let desk = Desk::new().await;
    let words = [&["explore", "ga", "--serve"][..], words].concat();
    let serving = tokio::task::block_in_place(|| Running::start(&desk, &words, &[]));
    let browser = Browser::start().expect("Chromium: `apt-get install chromium`");
    (desk, serving, browser)
}

/// The address of an operation's page, with the token.
fn at(serving: &Running, operation: &str) -> String {
    let (base, token) = serving.line.split_once('?').expect("a token");
    format!("{base}/{operation}?{token}")
}

/// The field of a parameter.
fn field(path: &str) -> String {
    format!("[data-name={path}] [data-value]")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn a_violation_appears_while_typing_is_fixed_and_the_reply_is_read() {
    let (_desk, serving, mut browser) = serve(&[]).await;
    browser.look(1440, 1000, false);
    browser.open(&at(&serving, ASSOCIATE));
    browser.wait("document.querySelector('#status').textContent.includes('things to put right')");
    // The token is not in the address any more, nor anywhere in the page.
    assert_eq!(browser.value("location.search"), "");
    let token = serving.line.split("token=").nth(1).expect("a token");
    assert_eq!(
        browser.value(&format!(
            "document.documentElement.outerHTML.includes('{token}')"
        )),
        false
    );
    assert_eq!(browser.value("document.cookie"), "");
    browser.screenshot("empty");

    // What nobody touched is not complained of; what is typed is, at once.
    assert_eq!(browser.text(".param .problem:not(:empty)"), "");
    browser.click(&field("AcceleratorId"));
    browser.type_text("ga-1");
    browser.click(&field("ListenerId"));
    browser.type_text("lsr-1");
    browser.click(&field("Id"));
    browser.type_text("6092-cn-hangzhou");
    browser.click(&field("Domain"));
    browser.press("Tab");
    browser.wait("document.querySelector('[data-name=Domain] .problem').textContent.includes('Certificates.1.Domain is required')");
    assert_eq!(browser.text("#status"), "1 thing to put right");
    assert_eq!(
        browser.value(
            "document.querySelector('[data-name=Domain] [data-value]').getAttribute('aria-invalid')"
        ),
        "true"
    );
    browser.screenshot("violation");

    // Sending it leads to what is wrong.
    browser.click("[data-send=mock]");
    browser.wait("document.activeElement.closest('[data-name=Domain]')");
    browser.type_text("example.com");
    browser.wait("document.querySelector('#status').dataset.kind === 'good'");
    assert_eq!(browser.text("[data-name=Domain] .problem"), "");
    let rust = browser.text("[data-code=rust]");
    assert!(rust.contains(".domain(\"example.com\")"), "{rust}");
    browser.screenshot("ready");

    browser.click("[data-send=mock]");
    browser.wait("document.querySelector('#reply .tag.good')");
    let reply = browser.text("#reply");
    assert!(reply.contains("\"ListenerId\": \"lsr-"), "{reply}");
    assert!(reply.contains("text · "), "{reply}");
    browser.value("scrollTo(0, 0)");
    browser.screenshot("reply");

    // The mock fails with a documented error where it is asked to.
    browser.value("document.querySelector('[data-fail]').closest('details').open = true");
    browser.click("[data-fail='NotExist.Accelerator']");
    browser.wait("document.querySelector('#reply .tag.bad')");
    assert!(
        browser
            .text("#reply")
            .contains("::ErrorKind::NotExistAccelerator")
    );
    browser.screenshot("failure");

    browser.click("#tab-signature");
    let steps = browser.text("#steps");
    for step in ["Canonical request", "String to sign", "ACS3-HMAC-SHA256"] {
        assert!(steps.contains(step), "{step}: {steps}");
    }
    browser.screenshot("signature");
    browser.click("[name=signature][value=v1]");
    browser.wait("document.querySelector('#steps').innerText.includes('HMAC-SHA1')");
    assert_eq!(browser.complaints, [""; 0]);
}

/// Lists in maps in lists: what goes into the form comes out of it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn every_shape_of_parameter_goes_through_the_form() {
    let desk = Desk::new().await;
    let mut browser = Browser::start().expect("Chromium: `apt-get install chromium`");
    for case in [
        "certificates",
        "paging",
        "roa",
        "runtime",
        "runtime-roa",
        "shapes",
    ] {
        let file = format!("{ROOT}/codegen/tests/golden/good/{case}/api-docs.json");
        let words = ["explore", "--serve", "--spec", &file];
        let serving = tokio::task::block_in_place(|| Running::start(&desk, &words, &[]));
        let spec = golden(case);
        let (base, token) = serving.line.split_once('?').expect("a token");
        for operation in spec.operations() {
            let product = spec.product().to_lowercase();
            let name = operation.name();
            browser.open(&format!(
                "{base}{product}/{}/{name}?{token}",
                spec.version()
            ));
            browser.wait("document.querySelector('#status')?.dataset.kind");
            let json = everything(operation);
            let text = Json::from(json.as_str());
            browser.value(&format!(
                "(() => {{ const it = document.querySelector('#paste'); it.value = {text}; \
                 it.dispatchEvent(new Event('input')); }})()"
            ));
            let parameters = Parameters::from_json(&json).expect("JSON");
            let request = operation.request(&parameters);
            let expected = format!("{:#}", Json::Object(request.masked()));
            let expected = Json::from(expected);
            browser.wait(&format!(
                "document.querySelector('[data-code=json]').textContent === {expected}"
            ));
            if let [problem, ..] = request.problems() {
                let problem = Json::from(problem.to_string());
                browser.wait(&format!(
                    "document.querySelector('#paste-problem').textContent.includes({problem})"
                ));
            }
        }
    }
    assert_eq!(browser.complaints, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn the_keyboard_is_enough() {
    let (_desk, serving, mut browser) = serve(&[]).await;
    browser.look(1440, 1000, false);
    browser.open(&serving.line);
    browser.press("/");
    browser.type_text("listener");
    browser.wait("document.querySelectorAll('#results a').length < 40 && document.querySelector('#results a')");
    browser.screenshot("search");
    browser.press("ArrowDown");
    let second = "document.activeElement === document.querySelectorAll('#results a')[1]";
    browser.press("ArrowDown");
    browser.wait(second);
    browser.press("ArrowUp");
    for _ in 0..20 {
        if browser.text(":focus").starts_with("DescribeListener\n") {
            break;
        }
        browser.press("ArrowDown");
    }
    browser.press("Enter");
    browser.wait("document.querySelector('h1')?.textContent === 'DescribeListener' && document.querySelector('#status')");
    browser.wait("document.querySelector('#status').dataset.kind === 'bad'");

    // The first of Tab is the link that skips the bar.
    browser.press("Tab");
    assert_eq!(browser.text(":focus"), "Skip to the content");
    browser.press("Enter");
    for _ in 0..12 {
        browser.press("Tab");
        if browser.value("Boolean(document.activeElement.closest('[data-name=ListenerId]'))")
            == true
        {
            break;
        }
    }
    assert_eq!(
        browser.value("document.activeElement.closest('.param').dataset.name"),
        "ListenerId"
    );
    let outline = browser.value("getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, "solid");
    browser.type_text("lsr-1");
    browser.press("Enter");
    assert_eq!(browser.text("#reply .tag"), "");
    browser.press_with("Enter", 2);
    browser.wait("document.querySelector('#reply .tag.good')");
    browser.wait("document.activeElement === document.querySelector('#reply h2')");
    // The tabs of the code, with arrows.
    browser.value("document.querySelector('#tab-rust').focus()");
    browser.press("ArrowRight");
    browser.press("ArrowRight");
    assert_eq!(browser.text(":focus"), "curl");
    assert!(
        browser
            .text("[data-code=curl]")
            .starts_with("curl -X POST ")
    );
    browser.press("/");
    assert_eq!(browser.value("document.activeElement.id"), "search");
    // From here, too, every operation is found.
    browser.type_text("list acl");
    browser
        .wait("!document.querySelector('#results').hidden && document.querySelector('#results a')");
    browser.screenshot("floating");
    browser.press("Escape");
    browser.wait("document.querySelector('#results').hidden");
    // Parameters that somebody has as JSON; what has no place in the form is said.
    browser
        .value("document.querySelector('[data-name=RegionId] [data-value]').value = 'cn-hangzhou'");
    browser.value("document.querySelector('#paste').closest('details').open = true");
    browser.value("document.querySelector('#paste').focus()");
    browser.type_text(r#"{"ListenerId": "lsr-2", "ListnerId": "x"}"#);
    browser.wait("document.querySelector('[data-name=ListenerId] [data-value]').value === 'lsr-2'");
    // What was there before is gone.
    assert_eq!(
        browser.value("document.querySelector('[data-name=RegionId] [data-value]').value"),
        ""
    );
    let said = browser.text("#paste-problem");
    assert!(said.contains("did you mean `ListenerId`?"), "{said}");
    assert_eq!(browser.complaints, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn it_is_readable_on_a_phone_and_in_the_dark() {
    let (_desk, serving, mut browser) = serve(&["--allow-send"]).await;
    for (name, width, height, dark) in [
        ("wide-dark", 1440, 1000, true),
        ("phone", 400, 860, false),
        ("phone-dark", 400, 860, true),
    ] {
        browser.look(width, height, dark);
        browser.open(&serving.line);
        browser.screenshot(&format!("{name}-list"));
        browser.open(&at(&serving, ASSOCIATE));
        browser.wait("document.querySelector('#status').dataset.kind");
        browser.click("#example");
        browser.wait("document.querySelector('#status').dataset.kind === 'good'");
        browser.screenshot(name);
        browser.click("[data-send=mock]");
        browser.wait("document.querySelector('#reply .tag.good')");
        browser.screenshot(&format!("{name}-reply"));
        // Nothing is wider than the window.
        let wide = browser.value("document.documentElement.scrollWidth");
        assert_eq!(wide, width, "{name}");
        let background = browser.value("getComputedStyle(document.body).backgroundColor");
        let light: u32 = background
            .as_str()
            .expect("a colour")
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|part| part.parse::<u32>().ok())
            .sum();
        assert_eq!(light < 200, dark, "{background}");
    }
    // What it changes is said before it is sent to the service.
    browser.click("[data-send=service]");
    browser.wait("document.querySelector('#confirm').open");
    let asked = browser.text("#confirm");
    assert!(asked.contains("it changes something"), "{asked}");
    browser.screenshot("confirm");
    // The button that does not send has the focus.
    browser.press("Enter");
    browser.wait("!document.querySelector('#confirm').open");
    assert_eq!(browser.complaints, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn events_are_shown_one_by_one() {
    let desk = Desk::new().await;
    let mut browser = Browser::start().expect("Chromium: `apt-get install chromium`");
    let file = format!("{ROOT}/codegen/tests/golden/good/streams/api-docs.json");
    let words = ["explore", "--serve", "--spec", &file];
    let serving = tokio::task::block_in_place(|| Running::start(&desk, &words, &[]));
    let (base, token) = serving.line.split_once('?').expect("a token");
    browser.look(400, 860, false);
    browser.open(&format!("{base}chatter/2025-01-01/TellStory?{token}"));
    browser.wait("document.querySelector('#status').dataset.kind");
    // With the parameter that asks for them, it is events that the Rust takes.
    assert!(!browser.text("[data-code=rust]").contains(".events()"));
    browser.value(
        "(() => { const it = document.querySelector('[data-name=Stream] [data-value]'); \
         it.value = 'true'; it.dispatchEvent(new Event('input', { bubbles: true })); })()",
    );
    browser.wait("document.querySelector('[data-code=rust]').textContent.includes('.events()')");
    browser.click("[data-send=mock]");
    browser.wait("document.querySelector('#reply .tag.good')");
    assert_eq!(browser.text("#reply [data-count]"), "3 events");
    assert_eq!(
        browser.value("document.querySelectorAll('#reply .events details').length"),
        3
    );
    assert_eq!(browser.text("#reply .events details[open] .number"), "1");
    browser.wait("document.activeElement === document.querySelector('#reply h2')");
    let wide = browser.value("document.documentElement.scrollWidth");
    assert_eq!(wide, 400);
    browser.screenshot("events");
    assert_eq!(browser.complaints, [""; 0]);
}
