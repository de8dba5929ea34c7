//! What is said to the user: colours and progress on a terminal, plain text elsewhere. What a
//! command was asked for goes to standard output, how it goes to standard error.

use std::io::{IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

/// Of what was done, and of what is right.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Of what is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Of what may be wrong.
pub(crate) const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
/// Of names.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default().bold();
/// Of titles.
pub(crate) const TITLE: Style = Style::new().bold();
/// Of what matters less.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Text in a style; the streams leave it away where nobody sees it.
pub(crate) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A line on what was done, as cargo writes them.
pub(crate) fn status(verb: &str, what: &str) {
    let verb = styled(GOOD, format_args!("{verb:>12}"));
    // A terminal that is gone is no reason to stop.
    let _ = writeln!(anstream::stderr(), "{verb} {what}");
}

/// A line on what may be wrong.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(
        anstream::stderr(),
        "{}: {message}",
        styled(DOUBT, "warning")
    );
}

/// Why the command failed.
pub(crate) fn error(message: &str) {
    let _ = match message.strip_prefix("error: ") {
        Some(rest) => writeln!(anstream::stderr(), "{}: {rest}", styled(BAD, "error")),
        None => writeln!(anstream::stderr(), "{}: {message}", styled(BAD, "error")),
    };
}

/// The answer to what was asked.
pub(crate) fn print(text: &str) {
    // A reader that has enough, such as `head`, is no error.
    let _ = write!(anstream::stdout(), "{text}");
}

/// Something to look at while a future runs, on a terminal.
pub(crate) async fn waiting<T>(what: &str, future: impl Future<Output = T>) -> T {
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new_spinner(),
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{prefix:>12.cyan.bold} {msg} {spinner}") {
        bar.set_style(style);
    }
    bar.set_prefix("Fetching");
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    let done = future.await;
    bar.finish_and_clear();
    done
}

/// `1 operation`, `2 operations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
