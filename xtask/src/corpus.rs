//! `cargo xtask corpus`: every spec below a directory through the whole pipeline.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::num::NonZero;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use alicloud_codegen::{Kind, Output, Severity};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value as Json;

use crate::conform::{Driver, Tally, samples};
use crate::report::{self, count, milliseconds_each as each};
use crate::rustc::{Time, Times};
use crate::scratch::{Scratch, Sdk};
use crate::specs::{self, Source};

/// The crate of one product needs at most about this much memory to compile.
const BYTES_A_COMPILER: u64 = 3 << 30;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the specs are.
    directory: PathBuf,
    /// Also compile what comes out, as one crate a product.
    #[arg(long)]
    compile: bool,
    /// Also decode every documented JSON sample with the generated types.
    #[arg(long)]
    samples: bool,
    /// Only a part of the specs, so that runs take turns: `2/3` is the second of every
    /// three, in the order of their paths.
    #[arg(long, value_name = "N/OF", value_parser = part)]
    part: Option<(usize, usize)>,
    /// Write the result as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Show warnings and notes too.
    #[arg(long, short)]
    verbose: bool,
}

/// The result, as it is written with `--json`.
#[derive(Serialize)]
struct Report {
    specs: usize,
    operations: usize,
    failed: Vec<Failed>,
    skipped_operations: Vec<Skipped>,
    /// Places that cost what stands there and no more, by what is wrong with them.
    degraded: BTreeMap<String, usize>,
    seconds: f64,
}

#[derive(Serialize)]
struct Failed {
    spec: String,
    diagnostics: Vec<String>,
}

#[derive(Serialize)]
struct Skipped {
    spec: String,
    operation: String,
    reason: String,
}

/// Runs the command; `false` where anything failed.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let started = Instant::now();
    let mut sources = specs::read_all(&arguments.directory)?;
    if let Some((number, of)) = arguments.part {
        let mut place = 0;
        sources.retain(|_| {
            place += 1;
            place % of == number % of
        });
    }
    let mut scratch = Scratch::new("corpus")?;
    let outputs = generate(&scratch, &sources, arguments.verbose)?;
    let generated = started.elapsed();

    let mut report = collect(&sources, &outputs);
    println!(
        "generated {} in {:.2} s",
        count(report.operations, "operation"),
        generated.as_secs_f64()
    );
    if arguments.compile {
        compile(&mut scratch, &sources, &outputs, &mut report)?;
    }
    let mut lost = 0;
    if arguments.samples {
        let tally = check_samples(&sources, &outputs)?;
        print!("{tally}");
        lost = tally.lost();
    }
    print_skipped(&report.skipped_operations);
    for failed in &report.failed {
        eprintln!(
            "failed: {}\n  {}",
            failed.spec,
            failed.diagnostics.join("\n  ")
        );
    }

    report.seconds = started.elapsed().as_secs_f64();
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, text + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let found = outputs.iter().flat_map(|output| &output.diagnostics);
    print!("{}", report::counted(&report::kinds(found)));
    println!(
        "{} with {}: {} failed, {} skipped, {:.1} s",
        count(report.specs, "spec"),
        count(report.operations, "operation"),
        report.failed.len(),
        count(report.skipped_operations.len(), "operation"),
        report.seconds
    );
    Ok(report.failed.is_empty() && lost == 0)
}

/// Reads `2/3`.
fn part(text: &str) -> Result<(usize, usize), String> {
    let numbers = text.split_once('/');
    let numbers = numbers.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((number @ 1.., of)) if number <= of => Ok((number, of)),
        _ => Err("write it as `2/3`: a number from 1, and of how many".to_owned()),
    }
}

/// Generates every spec by itself, on all cores; in the order of the specs.
fn generate(scratch: &Scratch, sources: &[Source], verbose: bool) -> Result<Vec<Output>> {
    let progress = Progress::new("generating", sources.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Result<Output>>> = Mutex::default();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = sources.get(index) else {
                break;
            };
            let output = scratch.generate(source);
            if let Ok(output) = &output {
                progress.step(&line(source, output, verbose));
            }
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(index, output);
        }
    };
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(work);
        }
    });
    progress.finish();
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_values().collect()
}

/// What is said of a spec when it is done.
fn line(source: &Source, output: &Output, verbose: bool) -> String {
    let mut text = format!(
        "{} {}: {}",
        source.product,
        source.version,
        count(output.operations, "operation")
    );
    if !output.skipped.is_empty() {
        text += &format!(", {} skipped", output.skipped.len());
    }
    if verbose {
        for diagnostic in &output.diagnostics {
            text += &format!(
                "\n{}",
                report::with_place(diagnostic, std::slice::from_ref(source))
            );
        }
    }
    text
}

fn collect(sources: &[Source], outputs: &[Output]) -> Report {
    let found = outputs.iter().flat_map(|output| &output.diagnostics);
    let mut report = Report {
        specs: sources.len(),
        operations: outputs.iter().map(|output| output.operations).sum(),
        failed: Vec::new(),
        skipped_operations: Vec::new(),
        degraded: named(&report::kinds(found)),
        seconds: 0.0,
    };
    for (source, output) in sources.iter().zip(outputs) {
        let spec = source.path.display().to_string();
        report
            .skipped_operations
            .extend(output.skipped.iter().map(|skipped| Skipped {
                spec: spec.clone(),
                operation: skipped.operation.clone(),
                reason: skipped.reason.clone(),
            }));
        let errors = output
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error);
        let diagnostics: Vec<_> = errors
            .map(|error| report::with_place(error, std::slice::from_ref(source)))
            .collect();
        if !diagnostics.is_empty() {
            report.failed.push(Failed { spec, diagnostics });
        }
    }
    report
}

/// The kinds by what they are called.
fn named(kinds: &BTreeMap<Kind, usize>) -> BTreeMap<String, usize> {
    let named = kinds
        .iter()
        .map(|(kind, places)| (kind.to_string(), *places));
    named.collect()
}

/// The reasons, each with how many operations of which spec it costs.
fn print_skipped(skipped: &[Skipped]) {
    let mut reasons: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in skipped {
        let key = (one.spec.as_str(), one.reason.as_str());
        reasons.entry(key).or_default().push(&one.operation);
    }
    for ((spec, reason), operations) in reasons {
        let which = match operations[..] {
            [one] => one.to_owned(),
            _ => count(operations.len(), "operation"),
        };
        println!("skipped: {spec}: {which}: {reason}");
    }
}

/// Compiles one crate a product, as many at a time as cores and memory allow.
fn compile(
    scratch: &mut Scratch,
    sources: &[Source],
    outputs: &[Output],
    report: &mut Report,
) -> Result<()> {
    let mut crates = Vec::new();
    for (source, output) in sources.iter().zip(outputs) {
        if let Some(sdk) = scratch.add(source, output)? {
            crates.push((sdk, source, output.operations));
        }
    }
    scratch.depend_on_runtime(&["serde"])?;
    scratch.write(&[("src/lib.rs", "")])?;
    let times = Times::new(&scratch.file("times"))?;
    let jobs = compilers();
    let mut cargo = scratch.cargo("check");
    cargo.args([
        "--quiet",
        "--keep-going",
        "--message-format=json",
        "--jobs",
        &jobs.to_string(),
    ]);
    times.attach(&mut cargo)?;

    let progress = Progress::new("compiling", crates.len());
    let is_ours = |target: &str| crates.iter().any(|c| c.0.library() == target);
    let build = run_cargo(&mut cargo, |target| {
        if is_ours(target) {
            progress.step(target);
        }
    })?;
    progress.finish();
    let errors = build.errors;
    // The compiler's summary of its errors comes as an error of its own.
    let found = |sdk: &Sdk| {
        errors
            .get(&sdk.library())
            .or_else(|| errors.get(&sdk.name))
            .cloned()
    };
    let mut failed: Vec<_> = crates
        .iter()
        .filter_map(|(sdk, source, _)| {
            Some(Failed {
                spec: source.path.display().to_string(),
                diagnostics: found(sdk)?,
            })
        })
        .collect();
    if !build.succeeded && failed.is_empty() {
        let own = build.stderr.trim_end().to_owned();
        let diagnostics = errors.into_values().flatten().chain([own]).collect();
        failed.push(Failed {
            spec: "the package that links all of them".to_owned(),
            diagnostics,
        });
    }
    report.failed.extend(failed);
    print_times(&crates, &times.read()?, jobs);
    for warning in &build.warnings {
        eprintln!("{warning}");
    }
    Ok(())
}

/// What a cargo command said.
#[derive(Default)]
struct Build {
    succeeded: bool,
    /// The compiler's, by target.
    errors: BTreeMap<String, Vec<String>>,
    warnings: Vec<String>,
    /// Cargo's own words: that a feature is missing, say.
    stderr: String,
}

/// Runs a cargo command that writes its messages as JSON; `done` is told of every target.
fn run_cargo(cargo: &mut Command, done: impl Fn(&str)) -> Result<Build> {
    let mut child = cargo
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    // Read at the same time: cargo waits where one of the pipes is full.
    let stderr = child.stderr.take().map(|mut pipe| {
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = pipe.read_to_end(&mut text);
            read.map(|_| String::from_utf8_lossy(&text).into_owned())
        })
    });
    let mut build = Build::default();
    let stdout = child.stdout.take().map(BufReader::new);
    for line in stdout.into_iter().flat_map(BufReader::lines) {
        let Ok(message) = serde_json::from_str::<Json>(&line?) else {
            continue;
        };
        let target = message["target"]["name"].as_str().unwrap_or_default();
        let text = message["message"]["rendered"].as_str().unwrap_or_default();
        let text = text.trim_end().to_owned();
        match (
            message["reason"].as_str(),
            message["message"]["level"].as_str(),
        ) {
            (Some("compiler-artifact"), _) => done(target),
            (Some("compiler-message"), Some("error")) => {
                build
                    .errors
                    .entry(target.to_owned())
                    .or_default()
                    .push(text);
            }
            (Some("compiler-message"), Some("warning")) => build.warnings.push(text),
            _ => {}
        }
    }
    build.succeeded = child.wait()?.success();
    if let Some(Ok(text)) = stderr.map(thread::JoinHandle::join) {
        build.stderr = text.context("cannot read what cargo says")?;
    }
    Ok(build)
}

/// The time of each crate that was compiled now, the dearest operation first.
fn print_times(crates: &[(Sdk, &Source, usize)], times: &BTreeMap<String, Time>, jobs: usize) {
    let mut rows: Vec<_> = crates
        .iter()
        .filter(|(_, _, operations)| *operations > 0)
        .filter_map(|(sdk, _, operations)| Some((sdk, *operations, *times.get(&sdk.library())?)))
        .collect();
    rows.sort_by(|a, b| each(b.2.cpu, b.1).total_cmp(&each(a.2.cpu, a.1)));
    if !rows.is_empty() {
        println!("ms an operation (CPU)   s (CPU)  s (wall)");
    }
    for (sdk, operations, time) in &rows {
        println!(
            "{:>21.2} {:>9.2} {:>9.2}  {}: {}",
            each(time.cpu, *operations),
            time.cpu.as_secs_f64(),
            time.wall.as_secs_f64(),
            sdk.name,
            count(*operations, "operation")
        );
    }
    let operations: usize = rows.iter().map(|row| row.1).sum();
    let cpu = rows.iter().map(|row| row.2.cpu).sum();
    println!(
        "compiled {operations} operations in {}, {jobs} at a time: {:.2} ms of CPU an operation",
        count(rows.len(), "crate"),
        each(cpu, operations)
    );
}

fn check_samples(sources: &[Source], outputs: &[Output]) -> Result<Tally> {
    let has_operations = |(_, output): &(&Source, &Output)| output.operations > 0;
    let specs: Vec<_> = sources.iter().zip(outputs).filter(has_operations).collect();
    let progress = Progress::new("decoding samples", specs.len());
    let mut sum = Tally::default();
    for (source, _) in specs {
        let mut driver = Driver::build(source)?;
        let tally = samples::check(&mut driver, source)?;
        progress.step(&format!(
            "{} {}: {}",
            source.product,
            source.version,
            tally.share()
        ));
        sum.add(tally);
    }
    progress.finish();
    Ok(sum)
}

/// How many compilers may run at a time.
pub(crate) fn compilers() -> usize {
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let available = memory.lines().find_map(|line| {
        let kilobytes = line
            .strip_prefix("MemAvailable:")?
            .trim()
            .strip_suffix(" kB")?;
        kilobytes.parse::<u64>().ok()
    });
    let fitting = available.map_or(u64::MAX, |kilobytes| kilobytes * 1024 / BYTES_A_COMPILER);
    usize::try_from(fitting)
        .unwrap_or(usize::MAX)
        .clamp(1, cores())
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// A bar on a terminal, plain lines elsewhere.
struct Progress(ProgressBar);

impl Progress {
    fn new(what: &'static str, length: usize) -> Self {
        let bar = ProgressBar::new(length as u64).with_message(what);
        let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// One more is done.
    fn step(&self, line: &str) {
        self.0.inc(1);
        if self.0.is_hidden() {
            println!("{line}");
        }
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_itself_says_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let manifest =
            "[package]\nname = \"a\"\nversion = \"0.0.0\"\n\n[features]\na = [\"nowhere\"]\n";
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src/lib.rs"), "").unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["check", "--quiet", "--offline", "--message-format=json"]);
        let build = run_cargo(cargo.current_dir(folder.path()), |_| {}).unwrap();
        assert!(!build.succeeded && build.errors.is_empty());
        assert!(build.stderr.contains("nowhere"), "{}", build.stderr);
    }
}
