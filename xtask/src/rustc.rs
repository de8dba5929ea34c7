//! xtask as cargo's `RUSTC_WRAPPER`: it runs the compiler and notes how long each
//! crate took. That is the time of the crate alone, without cargo's own work and
//! without dependencies.

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
        let line = format!("{} {seconds}\n", name.to_string_lossy());
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

    /// Crate (with `_`) and time; the last one where a crate was compiled twice.
    pub(crate) fn read(&self) -> Result<BTreeMap<String, Duration>> {
        let text = fs::read_to_string(&self.0)?;
        let parse = |line: &str| {
            let (name, seconds) = line.split_once(' ')?;
            Some((
                name.to_owned(),
                Duration::from_secs_f64(seconds.parse().ok()?),
            ))
        };
        Ok(text.lines().filter_map(parse).collect())
    }
}
