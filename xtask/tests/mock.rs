//! `cargo xtask mock` over a real connection.

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use support::spec;
use tempfile::TempDir;

/// A running mock server, ended with the test.
struct MockServer {
    child: Child,
    address: String,
    _specs: TempDir,
}

impl MockServer {
    fn start() -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_xtask")))
    }

    /// Started by a program that takes xtask's arguments.
    fn start_by(mut program: Command) -> Self {
        let specs = tempfile::tempdir().unwrap();
        let anonymous = spec("Toy", &["ListToys"]).replace("\"AK\"", "\"Anonymous\"");
        fs::create_dir_all(specs.path().join("toy/2024-01-01")).unwrap();
        fs::write(specs.path().join("toy/2024-01-01/api-docs.json"), anonymous).unwrap();
        let mut child = program
            .args(["mock", "toy", "--specs"])
            .arg(specs.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("toy 2024-01-01 on http://")
            .unwrap()
            .to_owned();
        Self {
            child,
            address,
            _specs: specs,
        }
    }

    /// Status line and body of the answer.
    fn ask(&self, target: &str, header: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "POST {target} HTTP/1.1\r\nhost: {}\r\nx-acs-action: ListToys\r\n\
             x-acs-version: 2024-01-01\r\n{header}connection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn the_mock_server_answers_over_tcp_and_fails_on_demand() {
    let server = MockServer::start();

    let (status, body) = server.ask("/?ToyId=1", "");
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert_eq!(body, support::SAMPLE);

    let (status, body) = server.ask("/", "");
    assert_eq!(status, "HTTP/1.1 400 Bad Request");
    assert!(body.contains("\"Code\":\"MissingParameter\""), "{body}");

    let (status, body) = server.ask("/?ToyId=1", "x-mock-error: Toy.Broken\r\n");
    assert_eq!(status, "HTTP/1.1 409 Conflict");
    assert!(
        body.contains("\"Message\":\"The toy is broken.\""),
        "{body}"
    );
}

#[test]
fn a_body_that_is_too_long_is_refused_and_the_mock_server_goes_on() {
    let server = MockServer::start();

    let (status, body) = server.ask("/?ToyId=1", "content-length: 1099511627776\r\n");
    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
    assert_eq!(body, "The body has more than 33554432 bytes.");

    let (status, _) = server.ask("/?ToyId=1", "");
    assert_eq!(status, "HTTP/1.1 200 OK");
}

#[cfg(unix)]
#[test]
fn out_of_open_files_the_mock_server_waits_until_there_are_some() {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"ulimit -n 32 && exec "$0" "$@""#]);
    shell.arg(env!("CARGO_BIN_EXE_xtask"));
    let mut server = MockServer::start_by(shell);

    let held: Vec<_> = (0..64)
        .map(|_| TcpStream::connect(&server.address).unwrap())
        .collect();
    let mut line = String::new();
    BufReader::new(server.child.stderr.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("cannot accept connections: "), "{line}");
    drop(held);

    let (status, _) = server.ask("/?ToyId=1", "");
    assert_eq!(status, "HTTP/1.1 200 OK");
}
