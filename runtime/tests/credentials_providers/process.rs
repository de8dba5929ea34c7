#![cfg(unix)]

use std::time::{Duration, Instant};

use alicloud_runtime::credentials::{ExternalProcess, ProvideCredentials};

use crate::support::*;

fn prints(home: &Home, text: &str) -> ExternalProcess {
    ExternalProcess::new("cat").arguments([home.write("output", text)])
}

fn shell(script: &str) -> ExternalProcess {
    ExternalProcess::new("/bin/sh").arguments(["-c", script])
}

#[tokio::test]
async fn a_temporary_key_that_a_program_prints_is_taken() {
    let home = Home::new();
    let output = format!(
        r#"{{"mode":"StsToken","access_key_id":"id","access_key_secret":"{SECRET}","sts_token":"{TOKEN}","expiration":"{}"}}"#,
        soon()
    );
    assert_key(&prints(&home, &output).provide().await.unwrap(), "id");
}

#[tokio::test]
async fn a_lasting_key_that_a_program_prints_is_taken() {
    let home = Home::new();
    for mode in [r#""mode":"AK","#, ""] {
        let output = format!(r#"{{{mode}"access_key_id":"id","access_key_secret":"{SECRET}"}}"#);
        let found = prints(&home, &output).provide().await.unwrap();
        assert_eq!(
            (found.access_key_id(), found.access_key_secret()),
            ("id", SECRET)
        );
        assert_eq!(found.security_token(), None);
    }
}

#[tokio::test]
async fn a_command_line_is_run_without_a_shell() {
    let home = Home::new();
    let output = format!(r#"{{"access_key_id":"$HOME; `id`","access_key_secret":"{SECRET}"}}"#);
    let path = home.write("with space", &output);
    let line = format!("cat '{}'", path.display());
    let found = ExternalProcess::from_command_line(&line)
        .unwrap()
        .provide()
        .await
        .unwrap();
    assert_eq!(found.access_key_id(), "$HOME; `id`");
}

#[tokio::test]
async fn what_is_printed_must_be_a_key() {
    let home = Home::new();
    for (output, why) in [
        ("", "no JSON"),
        ("key: value", "no JSON"),
        (r#""text""#, "no JSON object"),
        ("{}", "no `access_key_id`"),
        (r#"{"access_key_id":"a"}"#, "no `access_key_secret`"),
        (
            r#"{"access_key_id":"a","access_key_secret":""}"#,
            "no `access_key_secret`",
        ),
        (
            r#"{"mode":"StsToken","access_key_id":"a","access_key_secret":"b"}"#,
            "no `sts_token`",
        ),
        (
            r#"{"mode":"RamRoleArn","access_key_id":"a","access_key_secret":"b"}"#,
            "neither `AK` nor",
        ),
        (
            r#"{"access_key_id":"a","access_key_secret":"b","expiration":"later"}"#,
            "is no time",
        ),
    ] {
        let text = text_of(prints(&home, output).provide().await);
        assert!(text.contains(why), "{output}: {text}");
    }
}

#[tokio::test]
async fn garbage_that_holds_a_secret_is_not_shown() {
    let home = Home::new();
    let output = format!(r#"{{"access_key_id":"a","access_key_secret":"{SECRET}", {TOKEN}"#);
    text_of(prints(&home, &output).provide().await);
}

#[tokio::test]
async fn a_program_that_fails_is_named_with_its_status_alone() {
    let text = text_of(shell(&format!("echo '{SECRET}'; exit 3")).provide().await);
    assert!(text.contains("/bin/sh failed: exit status: 3"), "{text}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let text = text_of(ExternalProcess::new("/no/such/program").provide().await);
    assert!(text.contains("cannot start /no/such/program"), "{text}");
}

#[tokio::test]
async fn a_program_that_hangs_is_stopped() {
    let start = Instant::now();
    for hangs in [
        "exec sleep 300",
        "exec >&-; exec sleep 300",
        "sleep 2 2>/dev/null & wait",
    ] {
        let process = shell(hangs).limit(Duration::from_millis(200));
        let text = text_of(process.provide().await);
        assert!(text.contains("did not end within 200ms"), "{text}");
    }
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_program_that_prints_without_end_is_stopped() {
    let text = text_of(ExternalProcess::new("yes").provide().await);
    assert!(text.contains("printed more than 65536 bytes"), "{text}");
}

#[tokio::test]
async fn a_program_gets_no_input() {
    let text = text_of(ExternalProcess::new("cat").provide().await);
    assert!(text.contains("no JSON"), "{text}");
}

#[tokio::test]
async fn a_key_without_expiry_is_asked_for_again_after_a_minute_in_the_background() {
    let hand = ManualClock::new();
    let home = Home::new();
    let output = |id: &str| format!(r#"{{"access_key_id":"{id}","access_key_secret":"{SECRET}"}}"#);
    let process = prints(&home, &output("first")).clock(hand.clock());
    assert_eq!(process.provide().await.unwrap().access_key_id(), "first");
    home.write("output", &output("second"));
    hand.advance(59);
    assert_eq!(process.provide().await.unwrap().access_key_id(), "first");
    hand.advance(1);
    // the old one is handed out at once; the new one follows
    assert_eq!(process.provide().await.unwrap().access_key_id(), "first");
    for _ in 0..1000 {
        if process.provide().await.unwrap().access_key_id() == "second" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the new key never came");
}

/// A script that leaves a child of its own behind, whose number it writes down.
fn leaves(home: &Home, then: &str) -> (ExternalProcess, std::path::PathBuf) {
    let file = home.path().join("child");
    let script = format!("sleep 300 & echo $! > '{}'; {then}", file.display());
    (shell(&script), file)
}

fn runs(file: &std::path::Path) -> bool {
    let number = std::fs::read_to_string(file).unwrap();
    let state = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", number.trim()])
        .output()
        .unwrap();
    let state = String::from_utf8(state.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

#[tokio::test]
async fn a_program_that_is_stopped_is_stopped_with_what_it_started() {
    let home = Home::new();
    let (process, file) = leaves(&home, "wait");
    let text = text_of(process.limit(Duration::from_secs(2)).provide().await);
    assert!(text.contains("did not end within"), "{text}");
    until("its child ends", || !runs(&file)).await;
}

#[tokio::test]
async fn a_program_that_leaves_something_running_has_printed_its_key() {
    let home = Home::new();
    let key = format!(r#"{{"access_key_id":"id","access_key_secret":"{SECRET}"}}"#);
    let (process, file) = leaves(&home, &format!("echo '{key}'"));
    let found = process.provide().await.unwrap();
    assert_eq!(found.access_key_secret(), SECRET);
    assert!(runs(&file), "what it left running is its own matter");
    let number = std::fs::read_to_string(&file).unwrap();
    let kill = std::process::Command::new("kill")
        .arg(number.trim())
        .status();
    assert!(kill.unwrap().success());

    let (process, file) = leaves(&home, "echo '{'");
    let text = text_of(process.provide().await);
    assert!(text.contains("there is no JSON"), "{text}");
    let number = std::fs::read_to_string(&file).unwrap();
    let kill = std::process::Command::new("kill")
        .arg(number.trim())
        .status();
    assert!(kill.unwrap().success());
}
