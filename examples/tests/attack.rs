//! A short attack. The long one is `cargo xtask attack`.

#[path = "../benches/attack/attack.rs"]
mod attack;
#[path = "../benches/attack/events.rs"]
mod events;
#[path = "../benches/attack/mutate.rs"]
mod mutate;
#[path = "../benches/attack/replies.rs"]
mod replies;
#[path = "../benches/attack/runtimes.rs"]
mod runtimes;
#[path = "../benches/attack/servers.rs"]
mod servers;
#[path = "../benches/attack/specs.rs"]
mod specs;

#[test]
fn hostile_input_ends_in_a_value_or_an_error() {
    let summary = attack::run(2_000, 7);
    assert!(summary.passed(), "{summary}");
}
