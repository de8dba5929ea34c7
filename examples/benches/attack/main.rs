//! Hostile input by chance: mutated specs, replies and servers, calls that are dropped, runtimes
//! that nobody drives. The same seed makes the same cases. Run with `cargo xtask attack`; a short
//! one is a test (`tests/attack.rs`).

mod attack;
mod events;
mod mutate;
mod replies;
mod runtimes;
mod servers;
mod specs;

fn main() {
    let number = |name: &str, default: u64| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        let given = arguments.nth(1);
        given.map_or(default, |text| text.parse().expect("a number"))
    };
    let summary = attack::run(number("--cases", 400_000), number("--seed", 1));
    print!("{summary}");
    if !summary.passed() {
        std::process::exit(1);
    }
}
