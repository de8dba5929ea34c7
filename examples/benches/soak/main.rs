//! Many calls against a mock server that breaks now and then: each call must
//! end in its right outcome, none may be executed twice, and memory must stay
//! flat. Run with `cargo xtask soak`; a short one is a test (`tests/soak.rs`). With
//! `--quota`, against a service that lets so many calls a second through.

mod mock_server;
mod quota;
mod run;

fn main() {
    let number = |name: &str, default| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        let given = arguments.nth(1);
        given.map_or(default, |text| text.parse().expect("a number"))
    };
    let (calls, concurrency) = (number("--calls", 100_000), number("--concurrency", 64));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let quota = number("--quota", 0);
    if quota > 0 {
        let measured = runtime.block_on(quota::run(quota::Quota {
            calls: u32::try_from(quota).expect("a quota"),
            tasks: concurrency,
            seconds: number("--seconds", 30) as u64,
            adaptive: !std::env::args().any(|argument| argument == "--not-adaptive"),
        }));
        print!("{measured}");
        if !measured.passed() {
            std::process::exit(1);
        }
        return;
    }
    let summary = runtime.block_on(run::run(calls, concurrency));
    print!("{summary}");
    if !summary.passed() {
        std::process::exit(1);
    }
}
