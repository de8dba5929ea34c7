//! A headless Chromium, driven over the pipe that it opens for debuggers (the Chrome DevTools
//! Protocol: JSON messages, a zero byte after each), with real key events.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use serde_json::{Value as Json, json};

/// Programs that it may be, the first that there is.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// How long anything may take on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Browser {
    child: Child,
    pipe: ChildStdin,
    messages: Receiver<Json>,
    session: Option<String>,
    count: u64,
    /// What a page complains of: exceptions, and what its policy forbids.
    pub(crate) complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A browser with an empty page; nothing where there is none on this machine.
    pub(crate) fn start() -> Option<Self> {
        let program = PROGRAMS.iter().find_map(|name| on_path(name))?;
        let profile = tempfile::tempdir().expect("a folder");
        // Chromium reads descriptor 3 and writes to 4; a shell puts the pipes there.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 >/dev/null 2>&1"#])
            .arg(program)
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox"])
            .args(["--no-first-run", "--disable-gpu", "--hide-scrollbars"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args(["--disable-dev-shm-usage", "--force-color-profile=srgb"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let pipe = child.stdin.take().expect("piped");
        let mut answers = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while answers.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
                bytes.pop();
                let message = serde_json::from_slice(&bytes).expect("JSON");
                bytes.clear();
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            pipe,
            messages,
            session: None,
            count: 0,
            complaints: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            browser.call(domain, json!({}));
        }
        Some(browser)
    }

    /// Calls a method of the protocol: its result.
    pub(crate) fn call(&mut self, method: &str, params: Json) -> Json {
        self.count += 1;
        let id = self.count;
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.pipe.write_all(&bytes).expect("a browser that listens");
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect(method);
            match message["method"].as_str() {
                Some("Runtime.exceptionThrown") => self.complaints.push(message.to_string()),
                Some("Log.entryAdded") if message["params"]["entry"]["level"] == "error" => {
                    self.complaints.push(message.to_string());
                }
                _ => {}
            }
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
        }
    }

    /// Opens an address, and waits until its script ran.
    pub(crate) fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({"url": url}));
        self.wait("location.href !== 'about:blank' && document.readyState === 'complete'");
    }

    /// What an expression is.
    pub(crate) fn value(&mut self, expression: &str) -> Json {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let done = self.call("Runtime.evaluate", params);
        assert!(done["exceptionDetails"].is_null(), "{expression}: {done}");
        done["result"]["value"].clone()
    }

    /// The text of an element as it is visible; empty where there is none.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let selector = Json::from(selector);
        let text = self.value(&format!(
            "document.querySelector({selector})?.innerText ?? ''"
        ));
        text.as_str().expect("a text").to_owned()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, expression: &str) {
        let started = Instant::now();
        while self.value(&format!("Boolean({expression})")) != true {
            if started.elapsed() > PATIENCE {
                let page = self.text("body");
                panic!("never: {expression}\n{page}");
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Presses a key: a character, or `Enter`, `Tab`, `ArrowDown`…
    pub(crate) fn press(&mut self, key: &str) {
        self.press_with(key, 0);
    }

    /// Presses a key while others are held: 2 is Ctrl, 8 Shift.
    pub(crate) fn press_with(&mut self, key: &str, modifiers: u8) {
        let (number, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            "Escape" => (27, ""),
            "ArrowLeft" => (37, ""),
            "ArrowUp" => (38, ""),
            "ArrowRight" => (39, ""),
            "ArrowDown" => (40, ""),
            "Backspace" => (8, ""),
            text => (0, text),
        };
        let mut event = json!({"key": key, "modifiers": modifiers, "type": "keyDown"});
        if number > 0 {
            event["code"] = key.into();
            event["windowsVirtualKeyCode"] = number.into();
        }
        if !text.is_empty() {
            event["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", event.clone());
        event["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", event);
    }

    /// Types a text, a key at a time, where the focus is.
    pub(crate) fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            self.press(&character.to_string());
        }
    }

    /// Clicks the middle of an element.
    pub(crate) fn click(&mut self, selector: &str) {
        let selector = Json::from(selector);
        let place = self.value(&format!(
            "(() => {{ const it = document.querySelector({selector}); \
             it.scrollIntoView({{block: 'center'}}); const box = it.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        for event in ["mousePressed", "mouseReleased"] {
            let params = json!({
                "type": event, "x": place[0], "y": place[1], "button": "left", "clickCount": 1
            });
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    /// A window of this size, light or dark.
    pub(crate) fn look(&mut self, width: u32, height: u32, dark: bool) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false
        });
        self.call("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", media);
    }

    /// What is visible, as a PNG; written where `EXPLORER_SCREENSHOTS` names a folder.
    pub(crate) fn screenshot(&mut self, name: &str) -> Vec<u8> {
        let shot = self.call("Page.captureScreenshot", json!({"format": "png"}));
        let data = shot["data"].as_str().expect("base64");
        let png = BASE64.decode(data.as_bytes()).expect("base64");
        if let Some(folder) = std::env::var_os("EXPLORER_SCREENSHOTS") {
            std::fs::create_dir_all(&folder).expect("a folder");
            let path = Path::new(&folder).join(format!("{name}.png"));
            std::fs::write(path, &png).expect("writable");
        }
        png
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
