//! `cargo alicloud explore --serve`, as a browser and as a stranger meet it. `serve_browser.rs`
//! has the page's script.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value as Json, json};
use support::{Desk, Reply, Running, Service, VAULT, golden, project_file};

const ASSOCIATE: &str = "AssociateAdditionalCertificatesWithListener";
const KEYS: [(&str, &str); 2] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "the-secret-of-the-key"),
];

/// An explorer that runs, and a browser's cookie.
struct Page {
    running: Running,
    host: String,
    cookie: String,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Page {
    fn start(desk: &Desk, words: &[&str]) -> Self {
        let words = [&["explore", "--serve"][..], words].concat();
        let running = tokio::task::block_in_place(|| Running::start(desk, &words, &KEYS));
        let host = running.line.split('/').nth(2).expect("a host").to_owned();
        let mut page = Self {
            running,
            host,
            cookie: String::new(),
        };
        let token = page.running.line.split('?').nth(1).expect("a token");
        let admitted = page.ask("GET", &format!("/?{token}"), &[], "");
        assert_eq!(admitted.status, 303, "{admitted:?}");
        let cookie = admitted
            .head
            .split("set-cookie: ")
            .nth(1)
            .expect("a cookie");
        page.cookie = cookie.split(';').next().expect("a pair").to_owned();
        page
    }

    /// Sends what a test names, and `Host` and the cookie where it names no others.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let usual = [("Host", self.host.as_str()), ("Cookie", &self.cookie)];
        let usual = usual
            .iter()
            .filter(|(name, value)| !value.is_empty() && !headers.iter().any(|(it, _)| it == name));
        for (name, value) in usual.chain(headers).filter(|(_, value)| !value.is_empty()) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut stream = TcpStream::connect(&self.host).expect("it runs");
        // One that refuses a body does not read it.
        let _ = write!(stream, "{request}\r\n{body}");
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply);
        let (head, body) = reply.split_once("\r\n\r\n").expect("a reply");
        let status = head.split(' ').nth(1).expect("a status");
        Answer {
            status: status.parse().expect("a number"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    fn post(&self, path: &str, form: &Json) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.ask("POST", path, &headers, &form.to_string())
    }

    fn report(&self, path: &str, form: &Json) -> Json {
        let answer = tokio::task::block_in_place(|| self.post(path, form));
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).expect("JSON")
    }
}

fn form(operation: &str, values: &[(&str, &str)]) -> Json {
    json!({"product": "Ga", "version": "2019-11-20", "operation": operation, "values": values})
}

/// With Global Accelerator in the cache.
async fn desk() -> Desk {
    let desk = Desk::new().await;
    let ran = desk.run(&["fetch", "ga"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused() {
    let desk = desk().await;
    let page = Page::start(&desk, &[]);
    let path = format!("/ga/2019-11-20/{ASSOCIATE}");
    let json = ("Content-Type", "application/json");
    let own = format!("http://{}", page.host);
    let body = form(ASSOCIATE, &[]).to_string();
    let wrong = "alicloud-explorer-1=00";
    for (method, path, headers, body, status) in [
        ("GET", &*path, &[][..], "", 200),
        ("GET", &path, &[("Sec-Fetch-Site", "none")], "", 200),
        // A name that a stranger has point to this machine.
        ("GET", &path, &[("Host", "evil.example")], "", 421),
        ("GET", &path, &[("Sec-Fetch-Site", "cross-site")], "", 403),
        ("GET", &path, &[("Sec-Fetch-Site", "same-site")], "", 403),
        ("GET", &path, &[("Origin", "http://evil.example")], "", 403),
        // A browser that does not have the token, or another one.
        ("GET", &path, &[("Cookie", "")], "", 403),
        ("GET", &path, &[("Cookie", wrong)], "", 403),
        ("GET", "/assets/page.js", &[("Cookie", "")], "", 403),
        ("GET", "/?token=00", &[("Cookie", "")], "", 403),
        ("POST", "/check", &[json, ("Origin", &own)], &body, 200),
        (
            "POST",
            "/check",
            &[json, ("Origin", "http://evil.example")],
            &body,
            403,
        ),
        ("POST", "/check", &[json, ("Origin", "null")], &body, 403),
        ("POST", "/check", &[json, ("Cookie", "")], &body, 403),
        (
            "POST",
            "/send",
            &[("Content-Type", "text/plain")],
            &body,
            415,
        ),
        ("GET", "/check", &[], "", 404),
        ("PUT", &path, &[], "", 405),
        ("POST", "/check", &[json], "{", 400),
        ("POST", "/nothing", &[json], &body, 404),
    ] {
        let answer = page.ask(method, path, headers, body);
        assert_eq!(
            answer.status, status,
            "{method} {path} {headers:?}: {answer:?}"
        );
        if status != 200 {
            assert!(!answer.body.contains("Certificates"), "{answer:?}");
        }
        for header in [
            "default-src 'none'; script-src 'self'",
            "nosniff",
            "no-store",
        ] {
            assert!(answer.head.contains(header), "{header}: {answer:?}");
        }
    }
    let huge = format!("{{\"values\": \"{}\"}}", "x".repeat(2 << 20));
    assert_eq!(page.ask("POST", "/check", &[json], &huge).status, 413);
    // The token admits to a path of this host only.
    let token = page.running.line.split("token=").nth(1).expect("a token");
    let answer = page.get(&format!("//evil.example/?token={token}"));
    assert!(
        answer.head.contains("location: /evil.example/\r\n"),
        "{answer:?}"
    );
    assert!(
        answer.head.contains("HttpOnly; SameSite=Strict"),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_checked_put_right_and_sent_to_the_mock() {
    let desk = desk().await;
    let page = Page::start(&desk, &["ga", ASSOCIATE]);
    let first = page.running.line.split('?').next().expect("a path");
    assert!(
        first.ends_with(&format!("/ga/2019-11-20/{ASSOCIATE}")),
        "{first}"
    );
    let shown = page.get(&format!("/ga/2019-11-20/{ASSOCIATE}")).body;
    for part in [
        "<span class=\"tag doubt\">writes</span>",
        "data-shape=\"list\" data-name=\"Certificates\" data-required=\"\"",
        "list of objects · 1 to 10 items",
        "placeholder=\"for example example.com\"",
        "<td><code>NotExist.Accelerator</code>",
        "Sample reply, JSON",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let mut values = vec![
        ("AcceleratorId", "ga-1"),
        ("ListenerId", "lsr-1"),
        ("Certificates.1", "{}"),
        ("Certificates.1.Id", "6092-cn-hangzhou"),
    ];
    let report = page.report("/check", &form(ASSOCIATE, &values));
    let missing = json!([{"path": "Certificates.1.Domain", "message": "is required"}]);
    assert_eq!(report["problems"], missing);
    let refused = page.post("/send", &form(ASSOCIATE, &values));
    assert_eq!(refused.status, 422, "{refused:?}");

    values.push(("Certificates.1.Domain", "example.com"));
    let whole = form(ASSOCIATE, &values);
    let report = page.report("/check", &whole);
    assert_eq!(report["problems"], json!([]));
    let rust = report["code"]["rust"].as_str().expect("Rust");
    assert!(rust.contains(".domain(\"example.com\")"), "{rust}");
    assert!(
        report["code"]["curl"]
            .as_str()
            .expect("a line")
            .starts_with("curl -X POST ")
    );
    assert!(
        report["code"]["aliyun"]
            .as_str()
            .expect("a line")
            .starts_with("aliyun ga ")
    );
    assert_eq!(
        report["code"]["json"]
            .as_str()
            .expect("JSON")
            .matches("lsr-1")
            .count(),
        1
    );
    let titles = |report: &Json| -> Vec<String> {
        let steps = report["steps"].as_array().expect("steps").iter();
        steps
            .map(|it| it["title"].as_str().expect("a title").to_owned())
            .collect()
    };
    let v3 = [
        "Hash of the body",
        "Canonical request",
        "Hash of the canonical request",
        "String to sign",
        "Signature",
        "Signed request",
    ];
    assert_eq!(titles(&report), v3);
    // The hash of a step is what the next one has in it.
    let step = |index: usize| report["steps"][index]["text"].as_str().expect("a text");
    assert!(step(1).ends_with(step(0)), "{report:#}");
    assert!(step(3).ends_with(step(2)), "{report:#}");
    assert!(
        step(5).contains(&format!("Signature={}", step(4))),
        "{report:#}"
    );
    let mut older = whole.clone();
    older["signature"] = "v1".into();
    let report = page.report("/check", &older);
    let v1 = [
        "Canonical query",
        "String to sign",
        "Signature",
        "Signed request",
    ];
    assert_eq!(titles(&report), v1);

    let sent = page.report("/send", &whole);
    assert_eq!(sent["success"], true, "{sent}");
    let html = sent["html"].as_str().expect("HTML");
    for part in [
        "HTTP 200",
        "&quot;ListenerId&quot;",
        "text · The listener's ID",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    // The mock fails where it is asked to, and the error is explained.
    let mut failing = whole.clone();
    failing["fail"] = "NotExist.Accelerator".into();
    let failed = page.report("/send", &failing);
    assert_eq!(failed["success"], false, "{failed}");
    let html = failed["html"].as_str().expect("HTML");
    assert!(html.contains("::ErrorKind::NotExistAccelerator"), "{html}");
    // Without being allowed to, nothing goes to the service.
    let mut service = whole;
    service["target"] = "service".into();
    service["confirmed"] = true.into();
    let refused = page.post("/send", &service);
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(refused.body.contains("`--allow-send`"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_goes_to_the_service_once_it_is_confirmed_and_its_error_is_explained() {
    let desk = desk().await;
    let error = r#"{"Code":"NotExist.Accelerator","Message":"gone","RequestId":"R2"}"#;
    let service = Service::start([Reply::json(400, error)]).await;
    let page = Page::start(&desk, &["--allow-send", "--endpoint", &service.url]);
    let path = format!("/ga/2019-11-20/{ASSOCIATE}");
    assert!(page.get(&path).body.contains("Send to the service"));
    let values = [
        ("AcceleratorId", "ga-1"),
        ("ListenerId", "lsr-1"),
        ("Certificates.1.Id", "6092-cn-hangzhou"),
        ("Certificates.1.Domain", "example.com"),
    ];
    let mut form = form(ASSOCIATE, &values);
    form["target"] = "service".into();
    let asked = page.report("/send", &form);
    assert_eq!(asked["confirm"]["reasons"], json!(["it changes something"]));
    assert_eq!(service.requests(), [""; 0]);
    form["confirmed"] = true.into();
    let sent = page.report("/send", &form);
    assert_eq!(sent["success"], false, "{sent}");
    let html = sent["html"].as_str().expect("HTML");
    assert!(html.contains("::ErrorKind::NotExistAccelerator"), "{html}");
    assert!(html.contains("R2"), "{html}");
    assert_eq!(service.requests().len(), 1);
    assert!(!sent.to_string().contains("the-secret-of-the-key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere_but_in_what_is_sent() {
    let desk = Desk::new().await;
    desk.write("app/vault.json", VAULT);
    let service = Service::start([Reply::json(
        200,
        r#"{"RequestId":"R1","SecretKey":"hunter2-of-the-reply"}"#,
    )])
    .await;
    let words = [
        "--spec",
        "vault.json",
        "--allow-send",
        "--endpoint",
        &service.url,
    ];
    let page = Page::start(&desk, &words);
    let shown = page.get("/vault/2020-01-01/StoreSecrets").body;
    let fields = shown
        .matches("<input type=\"password\" data-value=\"\"")
        .count();
    assert!(fields >= 6, "{fields}: {shown}");
    for mark in ["may cost money", "high risk", "writes"] {
        assert!(shown.contains(mark), "{mark}: {shown}");
    }
    let values = [
        ("Name", "one"),
        ("Password", "hunter2 & \"more\""),
        ("Pin", "471100"),
        ("Words.1", "hunter2-word"),
        ("Keys.main", "hunter2-key"),
        ("Owner.Phrase", "hunter2-phrase"),
    ];
    let mut form = json!({"product": "Vault", "version": "2020-01-01",
        "operation": "StoreSecrets", "values": values});
    let v3 = page.report("/check", &form);
    form["signature"] = "v1".into();
    let v1 = page.report("/check", &form);
    assert_eq!(v1["problems"], json!([]));
    form["target"] = "service".into();
    let asked = page.report("/send", &form);
    let reasons = [
        "it changes something",
        "it may cost money",
        "the service calls it high risk",
    ];
    assert_eq!(asked["confirm"]["reasons"], json!(reasons));
    form["confirmed"] = true.into();
    let sent = page.report("/send", &form);
    assert_eq!(sent["success"], true, "{sent}");
    assert!(
        sent["html"]
            .as_str()
            .expect("HTML")
            .contains("&quot;***&quot;"),
        "{sent}"
    );
    // A wrong value is not said again.
    let wrong = json!([("Name", "one"), ("Pin", "hunter2")]);
    form["values"] = wrong;
    let told = page.report("/check", &form);
    assert_eq!(told["problems"][0]["message"], "is to be an integer");
    // What is pasted comes back as texts, with all of its digits; what has no place is said.
    form["json"] = r#"{"Name": 1, "Pins": [1234567890123456789], "Anything": {"a": [true]},
        "Owner": {"Phrse": "x"}}"#
        .into();
    let pasted = page.report("/paste", &form);
    let texts = json!({"Name": "1", "Pins": ["1234567890123456789"],
        "Anything": "{\"a\":[true]}", "Owner": {}});
    assert_eq!(pasted["parameters"], texts);
    let said = pasted["problems"].to_string();
    assert!(said.contains("`Name` is a number"), "{said}");
    assert!(said.contains("did you mean `Phrase`?"), "{said}");
    for secret in ["hunter2", "4711", "the-secret-of-the-key"] {
        for report in [&v3, &v1, &asked, &sent, &told] {
            assert!(!report.to_string().contains(secret), "{secret}: {report:#}");
        }
    }
    assert!(
        v3["code"]["rust"]
            .as_str()
            .expect("Rust")
            .contains("std::env::var(\"PASSWORD\")?")
    );
    let request = service.requests().concat();
    assert!(
        request.contains("hunter2-word") && request.contains("471100"),
        "{request}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_keeps_and_what_a_project_has_is_found_with_what_was_fetched() {
    let desk = desk().await;
    desk.publisher.publish("Vault", "2020-01-01", VAULT);
    desk.publisher.catalogue(
        r#"[{"code":"Ga","name":"Global Accelerator","versions":["2019-11-20"]},
            {"code":"Vault","name":"Vault","versions":["2020-01-01"]}]"#,
    );
    let ran = desk.run(&["add", "vault", "StoreSecrets"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let alb = String::from_utf8(project_file("specs/alb/2020-06-16/api-docs.json"));
    desk.write("specs/alb/2020-06-16/api-docs.json", &alb.expect("text"));
    desk.write("specs/torn/2020-01-01/api-docs.json", "{\"info\": ");
    let page = Page::start(&desk, &[]);
    let home = page.get("/").body;
    let torn = page.get("/torn/2020-01-01");
    assert_eq!(torn.status, 404, "{torn:?}");
    assert!(
        torn.body.contains("This metadata cannot be read"),
        "{torn:?}"
    );
    for part in [
        "href=\"/torn/2020-01-01\"",
        "cannot be read",
        "href=\"/alb/2020-06-16\"",
        "href=\"/ga/2019-11-20\"",
        "Global Accelerator",
        "href=\"/vault/2020-01-01\"",
        "1 operation, this app",
    ] {
        assert!(home.contains(part), "{part}: {home}");
    }
    let found = page.get("/search?q=create+LISTENER").body;
    assert!(
        found.contains("href=\"/ga/2019-11-20/CreateListener\""),
        "{found}"
    );
    // Facts have no titles: a name is a sentence.
    assert!(found.contains("Creates a listener."), "{found}");
    assert!(
        found.contains("href=\"/alb/2020-06-16/CreateListener\""),
        "{found}"
    );
    let found = page.get("/search?q=listener&in=/vault/2020-01-01").body;
    assert!(
        found.contains("No operation has all of these words"),
        "{found}"
    );
    let found = page.get("/search?q=&in=/vault/2020-01-01").body;
    assert!(found.contains("<b>StoreSecrets</b>"), "{found}");
    for (path, said) in [
        (
            "/ga/2019-11-20/DescribeListner",
            "did you mean `DescribeListener`?",
        ),
        ("/nothing/2019-11-20", "`cargo alicloud fetch nothing`"),
        ("/a/b/c/d", "There is no such page"),
    ] {
        let answer = page.get(path);
        assert_eq!(answer.status, 404, "{answer:?}");
        assert!(answer.body.contains(said), "{said}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_metadata_says_how_to_get_some_and_mistakes_are_explained() {
    let desk = Desk::new().await;
    let page = Page::start(&desk, &[]);
    let home = page.get("/").body;
    assert!(home.contains("cargo alicloud fetch ga ecs"), "{home}");
    let port = page.host.split(':').nth(1).expect("a port");
    for (words, said) in [
        (&["--port", port][..], "cannot listen on port"),
        (&["gaa"], "there is no product `gaa`; did you mean `Ga`?"),
        (&["--spec", "Cargo.toml"], "Cargo.toml is no metadata"),
        (&["--send"], "cannot be used with"),
    ] {
        let ran = desk.run(&[&["explore", "--serve"], words].concat()).await;
        assert_ne!(ran.code, 0, "{ran:?}");
        assert!(ran.stderr.contains(said), "{said}: {ran:?}");
    }
    let ran = desk.run(&["explore", "ga", "--allow-send"]).await;
    assert!(ran.stderr.contains("--serve"), "{ran:?}");
}

/// The panel, then the events, then what became of it: a line each.
#[tokio::test(flavor = "multi_thread")]
async fn events_come_line_by_line() {
    let desk = Desk::new().await;
    let chatter = golden("streams").json();
    desk.write(
        "app/chatter.json",
        std::str::from_utf8(chatter).expect("text"),
    );
    let page = Page::start(&desk, &["--spec", "chatter.json"]);
    let form = json!({"product": "Chatter", "version": "2025-01-01", "operation": "AskQuestion",
        "values": [["Question", "Why?"]]});
    let sent = page.post("/send", &form);
    assert!(
        sent.head.contains("content-type: application/x-ndjson"),
        "{sent:?}"
    );
    // Between the lines are the sizes of the chunks.
    let lines = sent.body.lines().filter(|line| line.starts_with('{'));
    let lines: Vec<Json> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let text = |index: usize, name: &str| lines[index][name].as_str().expect("HTML").to_owned();
    assert_eq!(lines.len(), 5, "{sent:?}");
    assert!(text(0, "panel").contains("data-stop"), "{sent:?}");
    for number in [1, 2, 3] {
        let html = text(number, "event");
        assert!(html.contains("&quot;Because.&quot;"), "{html}");
        assert_eq!(html.contains("<details open>"), number == 1, "{html}");
    }
    assert!(text(4, "outcome").contains("success"), "{sent:?}");
    assert_eq!(lines[4]["success"], true);
}
