//! xtask as cargo's `RUSTC_WRAPPER`: it runs the compiler and notes how long each
//! crate took. That is the time of the crate alone, without cargo's own work and
//! without dependencies; its CPU time, where the system tells it, is steadier than
//! its wall time on a machine that has other work.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, Result};

/// Names the file to write to, and so tells a wrapper from a command.
const LOG: &str = "XTASK_RUSTC_LOG";

/// Runs the compiler, if cargo started this process as a wrapper.
pub(crate) fn wrapped() -> Option<ExitCode> {
    let log = env::var_os(LOG)?;
    let mut arguments = env::args_os().skip(1);
    let rustc = arguments.next()?;
    let arguments: Vec<_> = arguments.collect();
    let started = Instant::now();
    let status = Command::new(&rustc).args(&arguments).status();
    let seconds = started.elapsed().as_secs_f64();
    let name = arguments
        .iter()
        .skip_while(|argument| *argument != "--crate-name")
        .nth(1);
    if let Some(name) = name {
        let cpu = children_cpu().map_or(seconds, |cpu| cpu.as_secs_f64());
        let line = format!("{} {seconds} {cpu}\n", name.to_string_lossy());
        let file = fs::OpenOptions::new().append(true).create(true).open(log);
        // One write a line: lines of parallel compilers do not mix.
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cannot run {}: {error}", rustc.to_string_lossy());
            ExitCode::FAILURE
        }
    })
}

/// A log of compile times.
pub(crate) struct Times(PathBuf);

impl Times {
    /// An empty log at `path`.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        fs::write(path, "").with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(path.to_path_buf()))
    }

    /// Makes a cargo command write to the log.
    pub(crate) fn attach(&self, cargo: &mut Command) -> Result<()> {
        cargo
            .env("RUSTC_WRAPPER", env::current_exe()?)
            .env(LOG, &self.0);
        Ok(())
    }

    /// What each crate took, by its name with `_`; the last time where a crate was
    /// compiled twice.
    pub(crate) fn read(&self) -> Result<BTreeMap<String, Time>> {
        let text = fs::read_to_string(&self.0)?;
        let parse = |line: &str| {
            let mut words = line.split(' ');
            let name = words.next()?.to_owned();
            let mut seconds = || Some(Duration::from_secs_f64(words.next()?.parse().ok()?));
            Some((
                name,
                Time {
                    wall: seconds()?,
                    cpu: seconds()?,
                },
            ))
        };
        Ok(text.lines().filter_map(parse).collect())
    }
}

/// How long a compiler ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Time {
    pub(crate) wall: Duration,
    /// Of all its threads; the wall time where the system does not tell.
    pub(crate) cpu: Duration,
}

/// The CPU time of the children that this process has waited for.
fn children_cpu() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Fields are counted after the program's name, which may hold anything.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    // proc(5): cutime and cstime, in ticks of 10 ms on every Linux.
    Some(Duration::from_millis((ticks(13)? + ticks(14)?) * 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_of_a_crate_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("times");
        let times = Times::new(&path).unwrap();
        fs::write(&path, "a 1.5 1\nb 1 2\na 2.5 2\n").unwrap();
        let read = times.read().unwrap();
        let second = Duration::from_secs(1);
        assert_eq!(
            read["a"],
            Time {
                wall: second * 5 / 2,
                cpu: second * 2
            }
        );
        assert_eq!(
            read["b"],
            Time {
                wall: second,
                cpu: second * 2
            }
        );
    }
}
