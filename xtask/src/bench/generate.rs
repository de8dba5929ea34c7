//! The generator's speed: the whole pipeline without writing, against the least
//! that any generator must do, which is to read the specs.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use alicloud_codegen::{Dependency, Options, Tolerance, metadata};
use anyhow::{Result, bail};
use rustix::time::{ClockId, clock_gettime};

use super::median;
use crate::report::count;
use crate::specs::{self, Source};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the specs are [default: the project's `specs`].
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// How often each is measured; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

#[derive(Default)]
struct Series {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
}

impl Series {
    fn measure<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (wall, cpu) = (Instant::now(), cpu_time());
        let value = black_box(work());
        self.cpu.push(cpu_time().saturating_sub(cpu));
        self.wall.push(wall.elapsed());
        value
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        return super::run_optimised();
    }
    let directory = arguments
        .specs
        .clone()
        .unwrap_or_else(|| specs::root().join("specs"));
    let sources = specs::read_all(&directory)?;
    let bytes: usize = sources.iter().map(|source| source.json.len()).sum();
    let specs: Vec<_> = sources.iter().map(Source::spec).collect();
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        operations: None,
        tolerance: Tolerance::Published,
    };

    let (mut reading, mut pipeline) = (Series::default(), Series::default());
    let mut operations = 0;
    // In turns, so that a slow moment of the machine meets both.
    for _ in 0..arguments.rounds.max(1) {
        reading.measure(|| {
            let read = |source: &Source| {
                metadata::parse(&source.json).map(|document| drop(black_box(document)))
            };
            sources.iter().try_for_each(read)
        })?;
        let output = pipeline.measure(|| alicloud_codegen::generate(&specs, &options));
        if output.files.is_empty() {
            bail!("the specs have errors: `cargo xtask generate` shows them");
        }
        operations = output.operations;
    }

    println!(
        "{} of {}, {:.1} MB; median of {}",
        count(operations, "operation"),
        count(sources.len(), "spec"),
        megabytes(bytes),
        count(reading.wall.len(), "round")
    );
    let (read_cpu, read_wall) = (median(reading.cpu), median(reading.wall));
    let (cpu, wall) = (median(pipeline.cpu), median(pipeline.wall));
    println!("                    CPU time    wall time");
    println!(
        "serde_json      {:>9.1} ms {:>9.1} ms",
        milliseconds(read_cpu),
        milliseconds(read_wall)
    );
    println!(
        "whole pipeline  {:>9.1} ms {:>9.1} ms",
        milliseconds(cpu),
        milliseconds(wall)
    );
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let speed = operations as f64 / wall.as_secs_f64();
    println!(
        "{:.2} times the CPU time of serde_json, {speed:.0} operations a second",
        cpu.as_secs_f64() / read_cpu.as_secs_f64()
    );
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The CPU time of all threads of this process.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}
