//! `cargo alicloud`: what an app's developer runs. Each command is a file of
//! `commands`.

mod commands;
mod terminal;

use std::process::ExitCode;

use alicloud_cli::metadata::{BASE_URL, Cache, Library, Service};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Any operation of Alibaba Cloud in a Rust app, from its published metadata.
#[derive(Parser)]
#[command(name = "cargo alicloud", bin_name = "cargo alicloud", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    source: Metadata,
}

const EXAMPLES: &str = "\
Examples:
  cargo alicloud explore --search accelerator      which product was it?
  cargo alicloud explore ga --search certificate   which operation?
  cargo alicloud explore ga ListAccelerators       what does it take?
  cargo alicloud add ga ListAccelerators           use it in the app in this folder
  cargo alicloud mock ga                           a mock server of the service, for tests
  cargo alicloud outdated                          what changed since?

`cargo alicloud COMMAND --help` has the examples and the exit codes of each.";

#[derive(Subcommand)]
enum Command {
    Add(commands::add::Arguments),
    Outdated(commands::outdated::Arguments),
    Update(commands::update::Arguments),
    Explore(commands::explore::Arguments),
    Mock(commands::mock::Arguments),
    Fetch(commands::fetch::Arguments),
}

/// Where metadata comes from.
#[derive(Args)]
#[command(next_help_heading = "Metadata")]
struct Metadata {
    /// The server that publishes the metadata.
    #[arg(long, global = true, value_name = "URL", env = "ALICLOUD_METADATA_URL", default_value = BASE_URL)]
    base_url: String,
    /// Ask no server: use what was fetched before (in ALICLOUD_CACHE, or the user's cache folder).
    #[arg(long, global = true)]
    offline: bool,
}

impl Metadata {
    fn library(&self) -> Result<Library> {
        let service = match self.offline {
            true => None,
            false => Some(Service::new(&self.base_url)?),
        };
        Ok(Library::new(service, Cache::user()?))
    }
}

fn main() -> ExitCode {
    // Cargo calls it as `cargo-alicloud alicloud …`.
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == "alicloud") {
        words.remove(1);
    }
    // An address in the environment counts as an argument for clap's own rule of this.
    if words.len() == 1 {
        words.push("--help".into());
    }
    let arguments = Arguments::parse_from(words);
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let library = arguments.source.library()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Add(arguments) => commands::add::run(&arguments, &library).await,
            Command::Outdated(arguments) => commands::outdated::run(&arguments, &library).await,
            Command::Update(arguments) => commands::update::run(&arguments, &library).await,
            Command::Fetch(arguments) => commands::fetch::run(&arguments, &library).await,
            Command::Mock(arguments) => commands::mock::run(&arguments, &library).await,
            Command::Explore(arguments) => commands::explore::run(&arguments, &library).await,
        }
    })
}
