//! An access key that a program prints.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::oneshot;
use zeroize::{Zeroize, Zeroizing};

use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::credentials::refreshing::{Fetch, Refreshing, refreshing};
use crate::credentials::remote::{KeyNames, access_key};
use crate::time::Clock;

pub(in crate::credentials) const NAME: &str = "external";
/// How long the official SDKs give the program.
const LIMIT: Duration = Duration::from_secs(60);
/// A little more, so that the program's own limit is what an error names.
const FETCH_LIMIT: Duration = Duration::from_secs(65);
const MAX_OUTPUT_BYTES: usize = 64 << 10;
const PIECE_BYTES: usize = 4 << 10;
/// How often a program that runs is looked at.
const POLL: Duration = Duration::from_millis(10);
/// How long what a program printed may take to arrive once it has ended.
const GRACE: Duration = Duration::from_secs(1);

/// A provider that runs a program and takes the access key from what it prints: a
/// JSON object with `mode` (`AK` or `StsToken`), `access_key_id`,
/// `access_key_secret`, and of a temporary key `sts_token` and `expiration`
/// (`YYYY-MM-DDThh:mm:ssZ`).
///
/// No shell is involved. The program gets no input, writes its errors where this
/// process writes its own, may run for 60 seconds and print 64 KiB. Its output is
/// over when it ends, whatever it leaves running. On Unix it runs in a process group
/// of its own, so it cannot ask for anything at the terminal; one that is stopped is
/// stopped with all of its group. A key without an expiry is asked for again every
/// minute.
#[derive(Clone)]
pub struct ExternalProcess(Refreshing<Program>);

#[derive(Clone)]
struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    limit: Duration,
}

impl ExternalProcess {
    /// Creates a provider of a program without arguments.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self(Refreshing::new(Program {
            program: program.into(),
            arguments: Vec::new(),
            limit: LIMIT,
        }))
    }

    /// Creates a provider of a program and its arguments, written on one line as a
    /// shell takes them: quotes group, and outside of Windows a backslash escapes; one before a line's
    /// end vanishes with it. Nothing else has a meaning: no variables, no pipes, no patterns.
    ///
    /// # Errors
    /// If the line is empty or a quote is not closed.
    pub fn from_command_line(line: &str) -> Result<Self, CredentialsError> {
        let words = split(line, cfg!(windows)).map_err(|e| CredentialsError::new(NAME, e))?;
        let mut words = words.into_iter();
        let program = words
            .next()
            .ok_or_else(|| CredentialsError::new(NAME, "the command line is empty"))?;
        Ok(Self::new(program).arguments(words))
    }

    /// Sets the program's arguments.
    #[must_use]
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.0.settings.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Limits how long the program may run, at most 60 seconds. Default: 60 seconds.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.0.settings.limit = limit.min(LIMIT);
        self
    }
}

impl Fetch for Program {
    const NAME: &'static str = NAME;
    const LIMIT: Duration = FETCH_LIMIT;
    const PERSISTS: bool = false;

    async fn fetch(self, _: Clock) -> Result<Credentials, CredentialsError> {
        let (sender, receiver) = oneshot::channel();
        // a thread, not a blocking task: a runtime that shuts down does not wait for it
        std::thread::Builder::new()
            .name("alicloud-credentials".to_owned())
            .spawn(move || {
                let outcome = self.run(|| sender.is_closed());
                // without a receiver no one wants to know
                let _ = sender.send(outcome);
            })
            .map_err(|e| CredentialsError::new(NAME, format!("no thread for the program: {e}")))?;
        receiver
            .await
            .unwrap_or_else(|_| Err("the thread with the program died".to_owned()))
            .map_err(|message| CredentialsError::new(NAME, message))
    }
}

impl Program {
    /// Runs the program to its end, its limit, or until no one waits for it.
    fn run(&self, abandoned: impl Fn() -> bool) -> Result<Credentials, String> {
        let deadline = Instant::now() + self.limit;
        let program = self.program.display();
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .spawn()
            .map_err(|e| format!("cannot start {program}: {e}"))?;

        let ran = wait(&mut child, deadline, abandoned);
        if ran.is_err() {
            stop(&mut child);
        }
        let (status, output) = ran.map_err(|e| match e {
            Stop::TooLate => format!("{program} did not end within {:?}", self.limit),
            Stop::TooMuch => format!("{program} printed more than {MAX_OUTPUT_BYTES} bytes"),
            Stop::Abandoned => format!("{program} was stopped: its output was no longer wanted"),
            Stop::Io(e) => format!("cannot read what {program} prints: {e}"),
        })?;
        if !status.success() {
            return Err(format!("{program} failed: {status}"));
        }
        parse(&output).map_err(|e| format!("in what {program} printed {e}"))
    }
}

enum Stop {
    TooLate,
    TooMuch,
    Abandoned,
    Io(std::io::Error),
}

type Output = Zeroizing<Vec<u8>>;

/// Waits for a program's end and for what it prints.
fn wait(
    child: &mut Child,
    deadline: Instant,
    abandoned: impl Fn() -> bool,
) -> Result<(ExitStatus, Output), Stop> {
    let pieces = read(child).map_err(Stop::Io)?;
    // Big enough to never move: a copy left behind would not be wiped.
    let mut output = Zeroizing::new(Vec::with_capacity(MAX_OUTPUT_BYTES + PIECE_BYTES));
    let mut is_whole = false;
    let mut ended = None;
    loop {
        match pieces.recv_timeout(POLL) {
            Ok(piece) => output.extend_from_slice(&piece.map_err(Stop::Io)?),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) if ended.is_none() && is_whole => {
                std::thread::sleep(POLL);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => is_whole = true,
        }
        if output.len() > MAX_OUTPUT_BYTES {
            return Err(Stop::TooMuch);
        }
        let now = Instant::now();
        if ended.is_none() {
            let status = child.try_wait().map_err(Stop::Io)?;
            ended = status.map(|status| (status, now + GRACE));
        }
        if let Some((status, until)) = ended {
            // What it left running may hold the pipe for ever.
            if is_whole || now >= until || parse(&output).is_ok() {
                return Ok((status, output));
            }
        } else if now >= deadline {
            return Err(Stop::TooLate);
        }
        if abandoned() {
            return Err(Stop::Abandoned);
        }
    }
}

/// What a program prints, piece by piece. Read in a thread of its own, as a read
/// cannot be given up; the thread ends with the pipe.
fn read(child: &mut Child) -> std::io::Result<mpsc::Receiver<std::io::Result<Output>>> {
    let (sender, receiver) = mpsc::channel();
    let pipe = child.stdout.take();
    let mut pipe = pipe.ok_or(std::io::ErrorKind::BrokenPipe)?;
    std::thread::Builder::new().spawn(move || {
        loop {
            let mut piece = Zeroizing::new(vec![0; PIECE_BYTES]);
            let read = match pipe.read(&mut piece) {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    Ok(piece)
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => Err(e),
            };
            let failed = read.is_err();
            // without a receiver no one wants to know
            if sender.send(read).is_err() || failed {
                return;
            }
        }
    })?;
    Ok(receiver)
}

/// Kills a program and, on Unix, what it started in its process group.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(None) = child.try_wait() {
        // As it was not waited for, its id is no one else's.
        let group = rustix::process::Pid::from_child(child);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn parse(output: &[u8]) -> Result<Credentials, String> {
    let mut object = match serde_json::from_slice(output) {
        Ok(Value::Object(object)) => object,
        Ok(mut other) => {
            if let Value::String(text) = &mut other {
                text.zeroize();
            }
            return Err("there is no JSON object".to_owned());
        }
        Err(e) => return Err(format!("there is no JSON: {e}")),
    };
    let temporary = match object.get("mode").and_then(Value::as_str) {
        Some("StsToken") => true,
        Some("AK") | None => false,
        Some(_) => return Err("`mode` is neither `AK` nor `StsToken`".to_owned()),
    };
    if temporary && object.get("sts_token").is_none() {
        return Err("there is no `sts_token`".to_owned());
    }
    access_key(&mut object, &KeyNames::SNAKE, false)
}

/// Splits a command line into words.
fn split(line: &str, windows: bool) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // a line that goes on, but in single quotes
            (None | Some('"'), '\\') if !windows && chars.next_if_eq(&'\n').is_some() => {}
            // in double quotes a backslash escapes what would mean something there
            (Some('"'), '\\') if chars.peek().is_some_and(|next| escapes(*next, windows)) => {
                word.get_or_insert_default().extend(chars.next());
            }
            (None, '\\') if !windows => match chars.next() {
                Some(next) => word.get_or_insert_default().push(next),
                None => return Err("the command line ends in a backslash".to_owned()),
            },
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("the command line has a quote that is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

fn escapes(next: char, windows: bool) -> bool {
    next == '"' || !windows && matches!(next, '\\' | '$' | '`')
}

refreshing!(ExternalProcess, Program, clock);

/// Arguments can be secrets.
impl std::fmt::Debug for ExternalProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalProcess")
            .field("program", &self.0.settings.program)
            .field("limit", &self.0.settings.limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_as_a_shell_does() {
        for (line, words) in [
            ("a b  c", vec!["a", "b", "c"]),
            ("  /x/y\t--z ", vec!["/x/y", "--z"]),
            (r#"a "b c" 'd "e'"#, vec!["a", "b c", r#"d "e"#]),
            (r#"a\ b c\"d"#, vec!["a b", r#"c"d"#]),
            (r#""a\"b\\c\d" '\'"#, vec![r#"a"b\c\d"#, r"\"]),
            (r#"a "" b''c"#, vec!["a", "", "bc"]),
            ("a;b $HOME | c", vec!["a;b", "$HOME", "|", "c"]),
            ("a \\\n  b", vec!["a", "b"]),
            ("a\\\nb c\\\n", vec!["ab", "c"]),
            ("\"a \\\nb\" 'c\\\nd'", vec!["a b", "c\\\nd"]),
            ("a\nb\\\r\n", vec!["a", "b\r"]),
        ] {
            assert_eq!(split(line, false).unwrap(), words, "{line}");
        }
    }

    #[test]
    fn on_windows_a_backslash_separates_paths() {
        let words = split(r#""C:\Program Files\x.exe" C:\a "say \"hi\"""#, true).unwrap();
        assert_eq!(words, [r"C:\Program Files\x.exe", r"C:\a", r#"say "hi""#]);
    }

    #[test]
    fn a_command_line_that_does_not_end_is_refused() {
        for line in ["a 'b", "a \"b", "a \\"] {
            assert!(split(line, false).is_err(), "{line}");
        }
        assert!(ExternalProcess::from_command_line("  ").is_err());
    }
}
