//! Clients of one server, each a process of its own: the generated client, the
//! official Python SDK, and the crate that people used before. The server is the
//! mock server, so a call counts only if its signature is right.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::median;
use crate::mock;
use crate::scratch::{self, Scratch};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A Python that has the official SDK; without it, a virtual environment is
    /// made below `target`.
    #[arg(long, value_name = "PROGRAM")]
    python: Option<PathBuf>,
    /// How often each is measured; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// The official SDK, as it is compared.
const OFFICIAL: &str = "alibabacloud_ga20191120==3.0.2";
/// What the mock server knows: the key that it takes for its own by default.
const KEY: (&str, &str) = ("testid", "testsecret");
/// How many calls are under way at a time.
const CONCURRENCY: [usize; 2] = [1, 64];

const DEPENDENCIES: &str = r#"aliyun-openapi-core-rust-sdk = "=1.1.0"
futures-util = { version = "0.3", default-features = false, features = ["alloc"] }
rustix = { version = "1", features = ["time"] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "net", "rt", "time"] }
uuid = { version = "1", features = ["v4"] }
"#;

/// A client: its name, and the command that runs it without its arguments.
struct Client {
    name: &'static str,
    command: Vec<PathBuf>,
    /// How many calls it makes: enough for a second or so.
    calls: usize,
}

/// What a call took, over many.
#[derive(Clone, Default)]
struct Series {
    wall: Vec<Duration>,
    /// CPU time of the client.
    cpu: Vec<Duration>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        return super::run_optimised();
    }
    let scratch = Scratch::new("bench-clients")?;
    let clients = clients(scratch, arguments.python.as_deref())?;
    let address = mock::in_background("ga", KEY)?;
    let rounds = arguments.rounds.max(1);
    println!("median of {}", crate::report::count(rounds, "round"));
    for concurrency in CONCURRENCY {
        let mut figures = vec![Series::default(); clients.len()];
        // In turns, so that a slow moment of the machine meets all.
        for _ in 0..rounds {
            for (client, figures) in clients.iter().zip(&mut figures) {
                let (wall, cpu) = client.measure(&address, concurrency)?;
                figures.wall.push(wall);
                figures.cpu.push(cpu);
            }
        }
        print(concurrency, &clients, figures);
    }
    Ok(())
}

/// Builds the clients, and gets the official SDK.
fn clients(mut scratch: Scratch, python: Option<&Path>) -> Result<Vec<Client>> {
    let generated = scratch.path_to("generated")?;
    scratch.depend(&format!(
        "alicloud = {{ path = {generated:?}, features = [\"ga\"] }}\n{DEPENDENCIES}"
    ));
    scratch.write(&[
        ("src/lib.rs", include_str!("clients/measure.rs")),
        ("src/bin/alicloud.rs", include_str!("clients/alicloud.rs")),
        ("src/bin/core_sdk.rs", include_str!("clients/core_sdk.rs")),
        ("official.py", include_str!("clients/official.py")),
    ])?;
    scratch::succeed(scratch.cargo("build").args(["--quiet", "--release"]))?;
    let python = match python {
        Some(python) => python.to_owned(),
        None => official(&scratch.file("venv"))?,
    };
    Ok(vec![
        Client {
            name: "alicloud",
            command: vec![scratch.release("alicloud")],
            calls: 12_800,
        },
        Client {
            name: "aliyun-openapi-core-rust-sdk 1.1.0",
            command: vec![scratch.release("core_sdk")],
            // It makes an HTTP client, with all root certificates, for each call.
            calls: 64,
        },
        Client {
            name: OFFICIAL,
            command: vec![python, scratch.file("official.py")],
            calls: 640,
        },
    ])
}

/// A Python with the official SDK, in a virtual environment.
fn official(environment: &Path) -> Result<PathBuf> {
    let python = environment.join("bin/python");
    if !python.exists() {
        scratch::succeed(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(environment),
        )?;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", OFFICIAL]);
    scratch::succeed(&mut install)?;
    Ok(python)
}

impl Client {
    /// Wall and CPU time a call.
    fn measure(&self, address: &str, concurrency: usize) -> Result<(Duration, Duration)> {
        let (program, arguments) = self.command.split_first().context("a program")?;
        let output = Command::new(program)
            .args(arguments)
            .args([address, &concurrency.to_string(), &self.calls.to_string()])
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
        if !output.status.success() {
            bail!(
                "{} failed: {}",
                self.name,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let (wall, cpu) = two_seconds(&text)
            .with_context(|| format!("{} printed {text}, and no times", self.name))?;
        let calls = u32::try_from(self.calls)?;
        Ok((wall / calls, cpu / calls))
    }
}

/// The two numbers that a client prints.
fn two_seconds(text: &str) -> Option<(Duration, Duration)> {
    let (wall, cpu) = text.trim().split_once(' ')?;
    let seconds = |text: &str| Duration::try_from_secs_f64(text.parse().ok()?).ok();
    Some((seconds(wall)?, seconds(cpu)?))
}

fn print(concurrency: usize, clients: &[Client], figures: Vec<Series>) {
    println!("{concurrency} at a time:");
    let medians: Vec<_> = figures
        .into_iter()
        .map(|series| (median(series.wall), median(series.cpu)))
        .collect();
    for (client, (wall, cpu)) in clients.iter().zip(&medians) {
        let times = |time: &Duration, ours: &Duration| time.as_secs_f64() / ours.as_secs_f64();
        println!(
            "  {:<36} {:>7.0} calls/s {:>7.1} µs CPU a call   {:.1} times the time of alicloud, {:.1} times its CPU time",
            client.name,
            wall.as_secs_f64().recip(),
            cpu.as_secs_f64() * 1e6,
            times(wall, &medians[0].0),
            times(cpu, &medians[0].1),
        );
    }
}
