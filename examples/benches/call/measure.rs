//! Measuring two things in turns, and printing them as one line each.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The number after an option of the command line.
pub(crate) fn argument(name: &str) -> Option<usize> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}

/// Measures a subject and its yardstick, and prints both with their ratio.
pub(crate) fn compare<S, Y>(
    (subject_name, subject): (&str, impl Fn() -> S),
    (yardstick_name, yardstick): (&str, impl Fn() -> Y),
    rounds: usize,
    passes: u32,
) {
    let (mut subjects, mut yardsticks) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        subjects.push(time(passes, &subject));
        yardsticks.push(time(passes, &yardstick));
    }
    let (subject_time, yardstick_time) = (median(subjects), median(yardsticks));
    for (name, time) in [
        (subject_name, subject_time),
        (yardstick_name, yardstick_time),
    ] {
        println!("{name:<48} {:>10.2} µs", time.as_secs_f64() * 1e6);
    }
    println!(
        "{:<48} {:>10.2} times the yardstick\n",
        "",
        subject_time.as_secs_f64() / yardstick_time.as_secs_f64()
    );
}

fn time<T>(passes: u32, work: &impl Fn() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..passes {
        black_box(work());
    }
    start.elapsed() / passes
}

/// The middle one; of an even number the later of the two in the middle.
pub(crate) fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable_by(|a, b| a.partial_cmp(b).expect("times are comparable"));
    values[values.len() / 2]
}
