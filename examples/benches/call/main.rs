//! What a call costs, each figure beside its yardstick, measured in turns in one
//! process so that a slow moment of the machine meets both. Run with
//! `cargo xtask bench call`; the figures stand in `docs/performance.md`.
//!
//! It is a bench of this crate because it needs the generated client, which the
//! maintainers' tools never link.

mod loopback;
mod measure;
mod pure;
mod reply;

fn main() {
    let rounds = measure::argument("--rounds").unwrap_or(11);
    println!("medians of {rounds} rounds and more, in turns\n");
    pure::run(rounds * 20);
    reply::run(rounds * 10);
    loopback::run(rounds);
}
