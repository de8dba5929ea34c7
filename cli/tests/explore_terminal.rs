//! `cargo alicloud explore` on a terminal. `script` makes one, where there is it (util-linux).

#![cfg(target_os = "linux")]

mod support;

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::Desk;

const PATIENCE: Duration = Duration::from_secs(60);

/// A program on a terminal of 120 columns.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: Arc<Mutex<String>>,
    read: usize,
}

impl Terminal {
    fn start(desk: &Desk, words: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_cargo-alicloud");
        let line = format!("stty cols 120 rows 40; exec '{program}' {words}");
        let mut child = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(desk.path("app"))
            .env("ALICLOUD_CACHE", desk.path("cache"))
            .env("ALICLOUD_METADATA_URL", &desk.publisher.url)
            .env("TERM", "xterm")
            .env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`script` of util-linux");
        let keys = child.stdin.take().expect("piped");
        let mut output = child.stdout.take().expect("piped");
        let screen = Arc::new(Mutex::new(String::new()));
        let written = screen.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]);
                written.lock().expect("no panic").push_str(&text);
            }
        });
        Self {
            child,
            keys,
            screen,
            read: 0,
        }
    }

    /// Waits until a text is written, after those that were waited for before.
    fn wait(&mut self, text: &str) {
        let started = Instant::now();
        loop {
            let screen = self.screen.lock().expect("no panic").clone();
            if let Some(at) = screen[self.read..].find(text) {
                self.read += at + text.len();
                return;
            }
            let waited = started.elapsed();
            assert!(
                waited < PATIENCE,
                "never {text:?}: {}",
                &screen[self.read..]
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("it reads");
        self.keys.flush().expect("it reads");
    }

    fn code(mut self) -> i32 {
        drop(self.keys);
        self.child.wait().expect("it ends").code().expect("a code")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn product_operation_and_what_to_do_are_chosen_while_typing() {
    let desk = Desk::new().await;
    let code = tokio::task::block_in_place(|| {
        let mut terminal = Terminal::start(&desk, "explore");
        terminal.wait("Product:");
        terminal.press("global\r");
        terminal.wait("Operation:");
        terminal.press("describe listener");
        terminal.wait("DescribeListener");
        terminal.press("\r");
        terminal.wait("Parameters");
        terminal.wait("Next:");
        terminal.press("\r");
        terminal.wait("answered with 200");
        terminal.wait("Next:");
        // Down to filling in; what is required is asked for until it is there.
        terminal.press("fill in\r");
        terminal.wait("ListenerId:");
        terminal.press("\r");
        terminal.wait("is required");
        terminal.press("lsr-1\r");
        terminal.wait(".listener_id(\"lsr-1\")");
        terminal.wait("Next:");
        terminal.press("done\r");
        terminal.code()
    });
    assert_eq!(code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_goes_back_until_it_ends_and_what_is_named_is_not_asked_for() {
    let desk = Desk::new().await;
    tokio::task::block_in_place(|| {
        let mut terminal = Terminal::start(&desk, "explore");
        terminal.wait("Product:");
        terminal.press("\r");
        terminal.wait("Operation:");
        terminal.press("\u{1b}");
        terminal.wait("Product:");
        terminal.press("\u{1b}");
        assert_eq!(terminal.code(), 0);
        let mut terminal = Terminal::start(&desk, "explore --search accelerator");
        terminal.wait("Global Accelerator");
        assert_eq!(terminal.code(), 0);
    });
}
