//! The listings of public items are those of the sources.

use std::process::Command;

#[test]
fn listings_are_those_of_the_sources() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["api", "--check"])
        .output()
        .expect("xtask runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
