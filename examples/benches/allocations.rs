//! How often a call allocates, and how much: the subjects and yardsticks of the
//! bench `call`, counted instead of timed. Counting costs time, so it is a bench of
//! its own.

use std::hint::black_box;

#[path = "call/pure.rs"]
mod pure;
#[path = "call/reply.rs"]
mod reply;

/// Counts where the other bench measures.
mod measure {
    use super::black_box;

    pub(crate) fn compare<S, Y>(
        (subject_name, subject): (&str, impl Fn() -> S),
        (yardstick_name, yardstick): (&str, impl Fn() -> Y),
        _rounds: usize,
        _passes: u32,
    ) {
        print(subject_name, subject);
        print(yardstick_name, yardstick);
        println!();
    }

    fn print<T>(name: &str, work: impl Fn() -> T) {
        // What is made once is made now.
        drop(work());
        let counted = allocation_counter::measure(|| drop(black_box(work())));
        println!(
            "{name:<48} {:>6} allocations {:>8} bytes",
            counted.count_total, counted.bytes_total
        );
    }
}

fn main() {
    pure::run(1);
    reply::run(1);
}
