//! The generator's speed: the whole pipeline without writing, against the least
//! that any generator must do, which is to read the specs.
//!
//! CPU time is compared on one core: reading uses no more, and a core is slower
//! while its neighbour works. Operations a second are those of all cores.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use alicloud_codegen::{Dependency, Options, Tolerance, metadata};
use anyhow::{Result, bail};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
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

/// What some work took.
#[derive(Clone, Copy)]
struct Time {
    cpu: Duration,
    wall: Duration,
}

impl Time {
    fn median(times: Vec<Self>) -> Self {
        Self {
            cpu: median(times.iter().map(|time| time.cpu).collect()),
            wall: median(times.iter().map(|time| time.wall).collect()),
        }
    }

    fn print(self, name: &str) {
        let [cpu, wall] = [self.cpu, self.wall].map(|time| time.as_secs_f64() * 1000.0);
        println!("{name:<28} {cpu:>7.1} ms {wall:>9.1} ms");
    }
}

fn measure<T>(times: &mut Vec<Time>, work: impl FnOnce() -> T) -> T {
    let (wall, cpu) = (Instant::now(), cpu_time());
    let value = black_box(work());
    times.push(Time {
        cpu: cpu_time().saturating_sub(cpu),
        wall: wall.elapsed(),
    });
    value
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
        versions: std::collections::BTreeMap::new(),
        guides: Vec::new(),
        operations: None,
        tolerance: Tolerance::Published,
    };

    let all_cores = sched_getaffinity(None)?;
    let mut one_core = CpuSet::new();
    one_core.set(
        (0..CpuSet::MAX_CPU)
            .find(|core| all_cores.is_set(*core))
            .unwrap_or(0),
    );

    let (mut reading, mut alone, mut together) = Default::default();
    let mut operations = 0;
    // In turns, so that a slow moment of the machine meets all.
    for _ in 0..arguments.rounds.max(1) {
        sched_setaffinity(None, &one_core)?;
        measure(&mut reading, || {
            let read = |source: &Source| {
                metadata::parse(&source.json).map(|document| drop(black_box(document)))
            };
            sources.iter().try_for_each(read)
        })?;
        measure(&mut alone, || alicloud_codegen::generate(&specs, &options));
        sched_setaffinity(None, &all_cores)?;
        let output = measure(&mut together, || {
            alicloud_codegen::generate(&specs, &options)
        });
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
        count(reading.len(), "round")
    );
    let [read, alone, together] = [reading, alone, together].map(Time::median);
    println!("                               CPU time    wall time");
    read.print("serde_json, one core");
    alone.print("whole pipeline, one core");
    together.print("whole pipeline, all cores");
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let speed = operations as f64 / together.wall.as_secs_f64();
    println!(
        "{:.2} times the CPU time of serde_json, {speed:.0} operations a second",
        alone.cpu.as_secs_f64() / read.cpu.as_secs_f64()
    );
    Ok(())
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
