//! What is attacked, how often, and what came of it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::mutate::Chance;
use crate::{events, replies, runtimes, servers, specs};

/// What an attack found.
#[derive(Default)]
pub(crate) struct Summary {
    seed: u64,
    parts: Vec<(&'static str, u64, Duration)>,
    /// What was wrong, in words; the first few.
    wrong: Vec<String>,
}

impl Summary {
    pub(crate) fn passed(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Runs a part's cases, each with chances of its own: a case can be run again by itself.
    /// A panic is as wrong as what the case itself calls so.
    fn part(
        &mut self,
        name: &'static str,
        cases: u64,
        mut case: impl FnMut(&mut Chance) -> Result<(), String>,
    ) {
        let started = Instant::now();
        for number in 0..cases {
            let mut chance = Chance::new(self.seed, number);
            let outcome = catch_unwind(AssertUnwindSafe(|| case(&mut chance)));
            let wrong = match outcome {
                Ok(Ok(())) => continue,
                Ok(Err(wrong)) => wrong,
                Err(_) => "it panics".to_owned(),
            };
            if self.wrong.len() < 20 {
                self.wrong.push(format!("{name}, case {number}: {wrong}"));
            }
        }
        self.parts.push((name, cases, started.elapsed()));
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
        for (name, cases, elapsed) in &self.parts {
            let seconds = elapsed.as_secs_f64();
            writeln!(f, "{cases:>10}  {name}, {seconds:.1} s")?;
        }
        for wrong in &self.wrong {
            writeln!(f, "WRONG: {wrong}")?;
        }
        let end = match self.passed() {
            true => "nothing panicked, hung, grew without bound or told a secret",
            false => "not everything held",
        };
        writeln!(f, "{end}")
    }
}

/// Attacks with so many cases altogether.
pub(crate) fn run(cases: u64, seed: u64) -> Summary {
    let mut summary = Summary {
        seed,
        ..Summary::default()
    };
    summary.part("mutated specs and overlays", cases / 16, specs::case);
    for (name, kind) in replies::KINDS {
        let mut replies = replies::Replies::new(kind);
        summary.part(name, cases / 4, |chance| replies.case(chance));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    summary.part(
        "mutated streams of events, cut anywhere",
        cases / 8,
        |chance| events::case(&runtime, chance),
    );
    let mut servers = servers::Servers::start();
    summary.part("servers that answer anything", cases / 40, |chance| {
        servers.case(chance)
    });
    summary.part("calls that are dropped", cases / 40, |chance| {
        servers.dropped(chance)
    });
    // Each may wait for its deadline: none in a short attack.
    let driven = (cases / 20_000).min(50);
    summary.part("runtimes that nobody drives", driven, runtimes::case);
    summary
}
