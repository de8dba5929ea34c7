//! The form of a text: what is wrong with it, what it names, and what it has of another.

/// So many words in a row, in the text of the same place, are a sentence that was
/// taken over.
const RUN: usize = 8;

/// What is wrong with the form of a text; nothing, if it is well.
pub(crate) fn faults(key: &str, text: &str) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.first().copied().unwrap_or_default();
    if text.trim().is_empty() {
        return vec!["it is empty"];
    }
    if key == "summary" && (lines.len() > 1 || sentences(first) != 1) {
        faults.push("a summary is one sentence");
    }
    let opening = first.strip_prefix("- ").unwrap_or(first);
    if !opening.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '`') {
        faults.push("it begins with a capital letter");
    }
    if !first.ends_with(['.', ':']) {
        faults.push("its first line ends in a full stop");
    }
    if key == "summary" && first.chars().count() > 140 {
        faults.push("a summary has at most 140 characters");
    }
    if text.trim() != text || lines.iter().any(|line| line.ends_with(char::is_whitespace)) {
        faults.push("there are blanks at an end");
    }
    if text.contains('\t') || lines.iter().any(|line| line.trim_start().contains("  ")) {
        faults.push("there are blanks side by side");
    }
    if !text
        .chars()
        .all(|c| c == '\n' || (' '..='~').contains(&c) || c == '…')
    {
        faults.push("it is not in plain English letters");
    }
    if spans(text).is_none() {
        faults.push("a backtick is not closed");
    }
    if text.contains("](") || text.contains("://") && !text.contains("`http://`") {
        faults.push("a link is not needed: name the operation");
    }
    faults
}

/// Full stops that end a sentence, outside of code.
pub(crate) fn sentences(text: &str) -> usize {
    let plain: String = text.split('`').step_by(2).collect();
    plain.matches(['.', '!', '?']).count()
}

/// The code spans of a text; `None` where one is not closed.
pub(crate) fn spans(text: &str) -> Option<Vec<&str>> {
    // Two backticks hold one.
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let fence = if rest[start..].starts_with("``") {
            "``"
        } else {
            "`"
        };
        let inside = &rest[start + fence.len()..];
        let end = inside.find(fence)?;
        spans.push(&inside[..end]);
        rest = &inside[end + fence.len()..];
    }
    Some(spans)
}

/// Whether a code span looks like a name that has to be somebody's.
pub(crate) fn is_name(span: &str) -> bool {
    let is_word = span.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let is_camel = span.starts_with(|c: char| c.is_ascii_uppercase())
        && span.contains(|c: char| c.is_ascii_lowercase());
    is_word && (is_camel || span.starts_with("wait_until_"))
}

/// A text as it is compared: letters and digits alone, in lower case.
pub(crate) fn normal(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// Words in a row that two texts have in common, outside of code.
pub(crate) fn common_run(ours: &str, theirs: &str) -> Option<String> {
    let runs = |text: &str| -> Vec<String> {
        let plain: Vec<&str> = text.split('`').step_by(2).collect();
        let normal = normal(&plain.join(" "));
        let words: Vec<&str> = normal.split(' ').collect();
        words.windows(RUN).map(|run| run.join(" ")).collect()
    };
    let theirs = runs(theirs);
    runs(ours).into_iter().find(|run| theirs.contains(run))
}
