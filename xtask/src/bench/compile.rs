//! What a generated crate costs to compile: the crate alone, with everything that
//! it depends on built before, without incremental compilation.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::median;
use crate::report::{self, count};
use crate::rustc::{Time, Times};
use crate::scratch::{self, Scratch};
use crate::specs;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only this spec [default: every one in the project's `specs`].
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// A crate of the registry to measure in the same run, as a yardstick.
    #[arg(long, value_name = "CRATE@VERSION")]
    registry: Option<String>,
    /// How many operations the yardstick has, for its time an operation.
    #[arg(long, value_name = "N", requires = "registry")]
    registry_operations: Option<usize>,
    /// How often each is measured; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// The ways to build: a name and cargo's arguments.
const BUILDS: [(&str, &[&str]); 3] = [
    ("check", &["check"]),
    ("debug", &["build"]),
    ("release", &["build", "--release"]),
];

/// A crate to measure.
struct Subject {
    package: String,
    operations: Option<usize>,
    times: [Vec<Time>; BUILDS.len()],
}

impl Subject {
    fn new(package: String, operations: Option<usize>) -> Self {
        Self {
            package,
            operations,
            times: Default::default(),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let sources = match &arguments.spec {
        Some(path) => vec![specs::read_one(path)?],
        None => specs::read_all(&specs::root().join("specs"))?,
    };
    let mut scratch = Scratch::new("bench-compile")?;
    let mut subjects = Vec::new();
    for source in &sources {
        let output = scratch.generate(source)?;
        match scratch.add(source, &output)? {
            Some(sdk) => subjects.push(Subject::new(sdk.name, Some(output.operations))),
            None => {
                report::print(&output, std::slice::from_ref(source), false);
                bail!("{} cannot be generated", source.path.display());
            }
        }
    }
    if let Some(registry) = &arguments.registry {
        let (name, version) = registry
            .split_once('@')
            .context("--registry takes CRATE@VERSION")?;
        scratch.depend(&format!("{name} = \"={version}\""));
        subjects.push(Subject::new(name.to_owned(), arguments.registry_operations));
    }
    scratch.write(&[("src/lib.rs", "")])?;

    for (_, build) in BUILDS {
        cargo(&scratch, build, None)?;
    }
    for _ in 0..arguments.rounds.max(1) {
        for subject in &mut subjects {
            measure(&scratch, subject)?;
        }
    }
    println!("median of {}", count(arguments.rounds.max(1), "round"));
    for subject in subjects {
        print(subject);
    }
    Ok(())
}

/// Builds one crate again in every way.
fn measure(scratch: &Scratch, subject: &mut Subject) -> Result<()> {
    for ((_, build), times) in BUILDS.iter().zip(&mut subject.times) {
        let mut clean = scratch.cargo("clean");
        clean
            .args(["--quiet", "--package", &subject.package])
            .args(&build[1..]);
        scratch::succeed(&mut clean)?;
        let log = Times::new(&scratch.file("times"))?;
        cargo(scratch, build, Some(&log))?;
        let library = subject.package.replace('-', "_");
        let time = log.read()?.get(&library).copied();
        times.push(time.with_context(|| format!("{library} was not compiled"))?);
    }
    Ok(())
}

fn cargo(scratch: &Scratch, build: &[&str], log: Option<&Times>) -> Result<()> {
    let mut command = scratch.cargo(build[0]);
    command.arg("--quiet").args(&build[1..]);
    if let Some(log) = log {
        log.attach(&mut command)?;
    }
    scratch::succeed(&mut command)
}

fn print(subject: Subject) {
    let operations = subject
        .operations
        .map_or(String::new(), |n| count(n, "operation"));
    println!("{} {operations}", subject.package);
    for ((name, _), times) in BUILDS.iter().zip(subject.times) {
        let wall = median(times.iter().map(|time| time.wall).collect());
        let cpu = median(times.iter().map(|time| time.cpu).collect());
        print!(
            "  {name:<8} {:>7.2} s wall {:>7.2} s CPU",
            wall.as_secs_f64(),
            cpu.as_secs_f64()
        );
        if let Some(operations) = subject.operations {
            let each = |time| report::milliseconds_each(time, operations);
            print!(
                " {:>8.2} ms wall {:>8.2} ms CPU an operation",
                each(wall),
                each(cpu)
            );
        }
        println!();
    }
}
