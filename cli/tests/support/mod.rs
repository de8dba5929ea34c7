//! The service that publishes metadata, on loopback: it serves what a test gives it,
//! and misbehaves on demand.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod browser;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_cli::explore::{Member, Operation, Spec};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use serde_json::{Value as Json, json};

/// A spec of the project's own.
pub(crate) fn project_spec(folders: &str) -> &'static Spec {
    let path = format!("specs/{folders}/api-docs.json");
    read_spec(&path)
}

/// One of the generator's golden cases.
pub(crate) fn golden(case: &str) -> &'static Spec {
    read_spec(&format!("codegen/tests/golden/good/{case}/api-docs.json"))
}

/// Metadata of a product whose operation takes secrets of every type.
pub(crate) const VAULT: &str = r#"{"version": "1.0",
    "info": {"style": "RPC", "product": "Vault", "version": "2020-01-01"},
    "endpoints": [{"regionId": "cn-hangzhou", "endpoint": "vault.aliyuncs.com"}],
    "apis": {"StoreSecrets": {"methods": ["post"], "operationType": "write",
        "systemTags": {"riskType": "high", "chargeType": "paid"},
        "parameters": [
            {"name": "Name", "in": "query", "schema": {"type": "string", "required": true, "maxLength": 8}},
            {"name": "Password", "in": "query", "schema": {"type": "string"}},
            {"name": "Pin", "in": "query", "schema": {"type": "integer", "sensitive": true}},
            {"name": "Open", "in": "query", "schema": {"type": "boolean", "sensitive": true}},
            {"name": "Pins", "in": "query", "style": "repeatList",
             "schema": {"type": "array", "sensitive": true, "items": {"type": "integer"}}},
            {"name": "Words", "in": "query", "style": "repeatList",
             "schema": {"type": "array", "sensitive": true, "items": {"type": "string"}}},
            {"name": "Keys", "in": "query", "style": "json",
             "schema": {"type": "object", "sensitive": true, "additionalProperties": {"type": "string"}}},
            {"name": "Anything", "in": "query", "style": "json", "schema": {"type": "any", "sensitive": true}},
            {"name": "Owner", "in": "query", "style": "json", "schema": {"type": "object", "sensitive": true,
             "properties": {"Phrase": {"type": "string"}, "Pin": {"type": "integer"}}}}
        ],
        "responses": {"200": {"schema": {"type": "object", "properties":
            {"RequestId": {"type": "string", "description": "Identifies this call."},
             "SecretKey": {"type": "string"}}}}},
        "responseDemo": "[{\"type\":\"json\",\"example\":\"{\\n  \\\"RequestId\\\": \\\"R1\\\"\\n}\"}]"}}}"#;

/// That product.
pub(crate) fn vault() -> &'static Spec {
    Spec::read("vault.json", VAULT.into(), None).expect("a spec")
}

/// All parameters of an operation, each of its type.
pub(crate) fn everything(operation: Operation) -> String {
    fn value(kind: &str, member: &Member) -> Json {
        let kind = kind.split(", written").next().unwrap_or(kind);
        let kind = kind.split(", joined").next().unwrap_or(kind);
        if let Some(item) = kind
            .strip_prefix("list of ")
            .or(kind.strip_prefix("lists of "))
        {
            // Types may contain themselves.
            let items = if item == "objects" { 1 } else { 2 };
            return vec![value(item, member); items].into();
        }
        if let Some(item) = kind
            .strip_prefix("map of ")
            .or(kind.strip_prefix("maps of "))
        {
            return json!({"a \"key\"": value(item, member)});
        }
        match kind {
            "true or false" | "booleans" => json!(true),
            "integer" | "integers" => json!(20),
            "number" | "numbers" => json!(0.5),
            "any JSON" => json!({"any": [1, "\"#"]}),
            "object" | "objects" => {
                let members = member.members.iter();
                members
                    .map(|it| (it.name.to_owned(), value(&it.kind, it)))
                    .collect()
            }
            _ => json!("a\"b"),
        }
    }
    let parameters = operation.parameters();
    let members = parameters
        .iter()
        .map(|it| (it.name.to_owned(), value(&it.kind, it)));
    members.collect::<Json>().to_string()
}

/// The bytes of a file of the project.
pub(crate) fn project_file(path: &str) -> Vec<u8> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::fs::read(Path::new(root).join(path)).expect("a file of the project")
}

fn read_spec(path: &str) -> &'static Spec {
    Spec::read(path, project_file(path), None).expect("a spec")
}

/// A mock server of any service: it answers what it was given, in this order.
pub(crate) struct Service {
    pub(crate) url: String,
    state: Arc<Mutex<Answering>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Answering {
    replies: VecDeque<Reply>,
    requests: Vec<String>,
}

/// A reply of a [`Service`].
pub(crate) struct Reply(u16, String);

impl Reply {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self(status, body.to_owned())
    }
}

impl Service {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let state = Arc::new(Mutex::new(Answering {
            replies: replies.into_iter().collect(),
            requests: Vec::new(),
        }));
        let answer = |State(state): State<Arc<Mutex<Answering>>>, request: Request<Body>| async move {
            let mut state = state.lock().unwrap();
            state.requests.push(request.uri().to_string());
            let Reply(status, body) = state.replies.pop_front().expect("a reply is left");
            let builder = Response::builder().status(status);
            let builder = builder.header("content-type", "application/json");
            builder.body(Body::from(body)).expect("a reply")
        };
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(state.clone());
        let (url, task) = serve(app).await;
        Self { url, state, task }
    }

    /// The targets of the requests that came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(app: axum::Router) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move { axum::serve(listener, app).await.expect("serving") });
    (url, task)
}

/// A mock server of the service that publishes metadata; it ends when it is dropped.
pub(crate) struct Publisher {
    state: Arc<Mutex<Published>>,
    pub(crate) url: String,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Published {
    /// By path.
    files: BTreeMap<String, Vec<u8>>,
    /// What the next requests are answered with instead.
    faults: VecDeque<Fault>,
    requests: Vec<String>,
    running: usize,
    most_at_once: usize,
}

/// A way to misbehave.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// 200 with an error in it, as the service does now and then.
    SaysFive00,
    /// A page of HTML.
    Page,
    /// Half of the file.
    CutOff,
    /// This status.
    Status(u16),
}

impl Publisher {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(Published::default()));
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(state.clone());
        let (url, task) = serve(app).await;
        Self { state, url, task }
    }

    /// Publishes a product version.
    pub(crate) fn publish(&self, product: &str, version: &str, json: impl Into<Vec<u8>>) {
        let path = format!("/meta/v1/products/{product}/versions/{version}/api-docs.json");
        self.state.lock().unwrap().files.insert(path, json.into());
    }

    /// Publishes the list of products.
    pub(crate) fn catalogue(&self, json: impl Into<Vec<u8>>) {
        let path = "/meta/v1/products.json".to_owned();
        self.state.lock().unwrap().files.insert(path, json.into());
    }

    pub(crate) fn misbehave(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.state.lock().unwrap().most_at_once
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Published>>>,
    request: Request<Body>,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let (fault, file) = {
        let mut state = state.lock().unwrap();
        state.requests.push(path.clone());
        state.running += 1;
        state.most_at_once = state.most_at_once.max(state.running);
        (state.faults.pop_front(), state.files.get(&path).cloned())
    };
    tokio::time::sleep(Duration::from_millis(5)).await;
    state.lock().unwrap().running -= 1;
    let reply = |status: u16, body: Vec<u8>| {
        let status = StatusCode::from_u16(status).expect("a status");
        Response::builder()
            .status(status)
            .body(Body::from(body))
            .expect("a reply")
    };
    let five_hundred = br#"{"code":500,"message":"server error"}"#;
    match (fault, file) {
        (Some(Fault::SaysFive00), _) => reply(200, five_hundred.to_vec()),
        (Some(Fault::Page), _) => reply(200, b"<!DOCTYPE html><html></html>".to_vec()),
        (Some(Fault::Status(status)), _) => reply(status, Vec::new()),
        (Some(Fault::CutOff), Some(file)) => reply(200, file[..file.len() / 2].to_vec()),
        (_, Some(file)) => reply(200, file),
        (_, None) => reply(404, Vec::new()),
    }
}

/// A program as a user runs it: in a folder of an app, with a cache of its own.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) publisher: Publisher,
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    /// A desk with an app `app`, before a publisher of Global Accelerator.
    pub(crate) async fn new() -> Self {
        let publisher = Publisher::start().await;
        publisher.publish(
            "Ga",
            "2019-11-20",
            project_file("specs/ga/2019-11-20/api-docs.json"),
        );
        publisher.catalogue(
            r#"[{"code":"Ga","name":"Global Accelerator","versions":["2019-11-20"],
                "defaultVersion":"2019-11-20"}]"#,
        );
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Self { folder, publisher };
        desk.write(
            "app/Cargo.toml",
            "[package]\nname = \"app\"\nedition = \"2024\"\n",
        );
        desk.write("app/src/main.rs", "fn main() {}\n");
        desk
    }

    /// Runs `cargo alicloud` with these words in the app's folder.
    pub(crate) async fn run(&self, words: &[&str]) -> Ran {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-alicloud"));
        command.arg("alicloud").args(words);
        command.env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID");
        self.output(command).await
    }

    /// The same, with keys in the environment.
    pub(crate) async fn run_with_keys(&self, words: &[&str]) -> Ran {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-alicloud"));
        command.args(words);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret");
        self.output(command).await
    }

    /// Runs a program in the app's folder.
    pub(crate) async fn output(&self, mut command: std::process::Command) -> Ran {
        command
            .current_dir(self.path("app"))
            .env("ALICLOUD_CACHE", self.path("cache"))
            .env("ALICLOUD_METADATA_URL", &self.publisher.url)
            .env_remove("ALIBABA_CLOUD_REGION_ID")
            .stdin(std::process::Stdio::null());
        // The mock servers run on this thread meanwhile.
        let running = tokio::task::spawn_blocking(move || command.output());
        let output = running
            .await
            .expect("no panic")
            .expect("a program that runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran {
            code: output.status.code().expect("a code"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    pub(crate) fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("a file")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
}

/// A running `cargo alicloud`, ended with the test, and the first line that it printed.
pub(crate) struct Running {
    child: std::process::Child,
    pub(crate) line: String,
}

impl Running {
    pub(crate) fn start(desk: &Desk, words: &[&str], variables: &[(&str, &str)]) -> Self {
        use std::io::BufRead as _;
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-alicloud"))
            .args(words)
            .current_dir(desk.path("app"))
            .env("ALICLOUD_CACHE", desk.path("cache"))
            .env("ALICLOUD_METADATA_URL", &desk.publisher.url)
            .env_remove("ALIBABA_CLOUD_REGION_ID")
            .envs(variables.iter().copied())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("a program that runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        std::io::BufReader::new(stdout)
            .read_line(&mut line)
            .expect("a line");
        let line = line.trim().to_owned();
        Self { child, line }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

/// A running `cargo alicloud mock`.
pub(crate) struct Mocking {
    _running: Running,
    pub(crate) url: String,
}

impl Mocking {
    pub(crate) fn start(desk: &Desk, words: &[&str]) -> Self {
        let running = Running::start(desk, words, &[]);
        let url = running.line.split(" on ").nth(1).expect("an address");
        Self {
            url: url.to_owned(),
            _running: running,
        }
    }
}
