//! `cargo xtask release-check`: what has to hold before a release, and is too slow or needs too
//! much for every change.

use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::report::count;
use crate::specs;

/// What to check.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The revision of the last release: what changed since is judged.
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
    /// What cannot be checked, because a program is missing, is a failure.
    #[arg(long)]
    strict: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask release-check                       what can be checked here
  cargo xtask release-check --since v0.1.0 --strict  before a release: nothing may be left out

Exit codes: 0 where all holds, 1 where something does not; with --strict also where a step needs
a program that is missing.";

/// The crates that are written by hand.
const CRATES: &[&str] = &[
    "alicloud-runtime",
    "alicloud-codegen",
    "alicloud-mock",
    "alicloud-build",
    "alicloud-cli",
];

/// The oldest Rust that is supported; the workspace's `rust-version`.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// What became of a step.
#[derive(PartialEq)]
enum Outcome {
    Passed,
    Failed,
    /// It cannot be checked here, and what is needed for it.
    Missing(&'static str),
}

type Step = fn(&Arguments) -> Result<Outcome>;

/// Runs the command; `false` where something does not hold.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let steps: [(&str, Step); 9] = [
        ("generated code is what the specs give", |_| {
            cargo(&["xtask", "generate", "--check"])
        }),
        ("crates can be published, and are small", |_| {
            cargo(&["xtask", "package", "--no-verify"])
        }),
        ("manifests name this repository", |_| repository()),
        ("documentation without a warning", |_| documentation()),
        ("it builds with the oldest Rust", |_| oldest_rust()),
        ("licences and advisories", |_| {
            external("deny", &["check"], "cargo install cargo-deny")
        }),
        ("the crates' own API", semver_checks),
        ("the version says what changed of the API", |arguments| {
            since(arguments, &["xtask", "api", "--since"])
        }),
        ("what the specs' change does to apps", |arguments| {
            since(arguments, &["xtask", "diff"])
        }),
    ];
    let (mut failed, mut missing) = (0, 0);
    let mut report = String::new();
    for (name, step) in steps {
        println!("== {name}");
        let line = match step(arguments)? {
            Outcome::Passed => format!("{:>8}  {name}\n", "passed"),
            Outcome::Failed => {
                failed += 1;
                format!("{:>8}  {name}\n", "FAILED")
            }
            Outcome::Missing(what) => {
                missing += 1;
                format!("{:>8}  {name}: {what}\n", "missing")
            }
        };
        report.push_str(&line);
    }
    println!(
        "\n{report}{}, {} not checked",
        count(failed, "failure"),
        count(missing, "step")
    );
    Ok(failed == 0 && (missing == 0 || !arguments.strict))
}

fn program(arguments: &[&str]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(specs::root());
    command
}

fn finish(mut command: Command) -> Result<Outcome> {
    let status = command.status().context("cannot run cargo")?;
    Ok(if status.success() {
        Outcome::Passed
    } else {
        Outcome::Failed
    })
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    finish(program(arguments))
}

fn documentation() -> Result<Outcome> {
    let mut command = program(&["doc", "--no-deps"]);
    command.args(of_crates()).env("RUSTDOCFLAGS", "-D warnings");
    finish(command)
}

fn of_crates() -> impl Iterator<Item = &'static str> {
    CRATES.iter().flat_map(|name| ["--package", name])
}

/// The workspace's `repository` is where this checkout comes from.
fn repository() -> Result<Outcome> {
    let origin = Command::new("git")
        .args(["remote", "get-url", "origin"])
        .current_dir(specs::root())
        .output();
    let Some(origin) = origin.ok().filter(|git| git.status.success()) else {
        return Ok(Outcome::Missing("a clone whose `origin` is the repository"));
    };
    Ok(
        match is_same_repository(
            env!("CARGO_PKG_REPOSITORY"),
            &String::from_utf8_lossy(&origin.stdout),
        ) {
            true => Outcome::Passed,
            false => Outcome::Failed,
        },
    )
}

/// Whether two URLs are of one repository, whichever way it is reached.
fn is_same_repository(one: &str, other: &str) -> bool {
    let plain = |url: &str| {
        let url = url.trim().trim_end_matches('/').trim_end_matches(".git");
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        let url = url.split_once('@').map_or(url, |(_, rest)| rest);
        url.replacen(':', "/", 1)
    };
    plain(one) == plain(other)
}

/// With that compiler itself: a lint knows the standard library's age and no language's.
fn oldest_rust() -> Result<Outcome> {
    let toolchain = OLDEST;
    let is_there = Command::new("rustup")
        .args(["run", toolchain, "rustc", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        return Ok(Outcome::Missing(
            "rustup toolchain install, for the workspace's rust-version",
        ));
    }
    let mut command = Command::new("rustup");
    command.args([
        "run",
        toolchain,
        "cargo",
        "check",
        "--target-dir",
        "target/oldest",
    ]);
    command.args(of_crates()).current_dir(specs::root());
    // Of this cargo; the other one finds its own compiler.
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    finish(command)
}

/// A subcommand of cargo that may be installed.
fn external(name: &str, arguments: &[&str], install: &'static str) -> Result<Outcome> {
    let mut probe = program(&[name, "--version"]);
    let is_there = probe.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !is_there.context("cannot run cargo")?.success() {
        return Ok(Outcome::Missing(install));
    }
    cargo(&[&[name][..], arguments].concat())
}

/// Against the last release: by itself it takes that from the registry, where there may be none.
fn semver_checks(arguments: &Arguments) -> Result<Outcome> {
    let Some(revision) = &arguments.since else {
        return Ok(Outcome::Missing("name the last release with `--since`"));
    };
    let packages: Vec<_> = of_crates().collect();
    let arguments = [&["--baseline-rev", revision][..], &packages].concat();
    external(
        "semver-checks",
        &arguments,
        "cargo install cargo-semver-checks",
    )
}

/// A command that takes the revision of the last release.
fn since(arguments: &Arguments, command: &[&str]) -> Result<Outcome> {
    match &arguments.since {
        Some(revision) => cargo(&[command, &[revision]].concat()),
        None => Ok(Outcome::Missing("name the last release with `--since`")),
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_repository;

    #[test]
    fn a_repository_is_the_same_whichever_way_it_is_reached() {
        let url = "https://example.com/a/b";
        for other in [
            "https://example.com/a/b.git\n",
            "git@example.com:a/b.git",
            "ssh://git@example.com/a/b/",
        ] {
            assert!(is_same_repository(url, other), "{other}");
        }
        assert!(!is_same_repository(url, "https://example.com/a/c"));
    }
}
