//! `cargo xtask`: the maintainers' commands. The only place of the project's
//! tools that reads and writes files; one file a command.

mod api;
mod attack;
mod bench;
mod conform;
mod corpus;
mod coverage;
mod diff;
mod fetch;
mod generate;
mod import;
mod lint;
mod mock;
mod names;
mod new;
mod output;
mod package;
mod packages;
mod release_check;
mod report;
mod rustc;
mod scratch;
mod soak;
mod specs;
mod verify;

use std::process::ExitCode;

use clap::Parser;

/// The maintainers' commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Write the SDK's crate from the specs.
    Generate(generate::Arguments),
    /// Take the facts of published metadata into the specs.
    Import(import::Arguments),
    /// Compare what a generated client sends with what the official SDK sent.
    Conform(conform::Arguments),
    /// Run every published spec below a directory through the whole pipeline.
    Corpus(corpus::Arguments),
    /// Measure the generator and what its output costs to compile.
    #[command(subcommand)]
    Bench(bench::Command),
    /// Fetch published metadata into a cache outside of the project.
    Fetch(fetch::Arguments),
    /// Judge a change of specs by what it does to the generated code.
    Diff(diff::Arguments),
    /// Show everything that is wrong with specs, in place.
    Lint(lint::Arguments),
    /// Write the table of products in docs/coverage.md.
    Coverage(coverage::Arguments),
    /// Begin a spec: a product with one operation.
    New(new::Arguments),
    /// Serve a product on loopback, for tests in any language.
    Mock(mock::Arguments),
    /// Package what is published, and look at the sizes.
    Package(package::Arguments),
    /// List the public items of the crates, and judge how they changed.
    Api(api::Arguments),
    /// Check what has to hold before a release.
    ReleaseCheck(release_check::Arguments),
    /// Check the crates of the products, which `cargo test` leaves alone.
    Verify(verify::Arguments),
    /// Attack the generator and the runtime with hostile input made by chance.
    Attack(attack::Arguments),
    /// Make many calls against a mock server that breaks now and then.
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    if let Some(status) = rustc::wrapped() {
        return status;
    }
    let done = match Command::parse() {
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Conform(arguments) => conform::run(&arguments),
        Command::Corpus(arguments) => corpus::run(&arguments),
        Command::Bench(command) => bench::run(&command),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Package(arguments) => package::run(&arguments),
        Command::Api(arguments) => api::run(&arguments),
        Command::ReleaseCheck(arguments) => release_check::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Mock(arguments) => mock::run(&arguments),
        Command::Attack(arguments) => attack::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
