//! What `explore` prints for people.

use alicloud_cli::explore::{Answer, Caller, HeardEvent, Member, Operation, Request, Signed, Spec};
use alicloud_cli::metadata::Product;
use serde_json::{Value as Json, json};

use crate::terminal::{BAD, DOUBT, FAINT, GOOD, NAME, TITLE, count, styled};

/// How wide texts are.
const WIDTH: usize = 100;
/// Lines of a sample reply that are shown.
const SAMPLE_LINES: usize = 40;

pub(super) fn products(products: &[&Product]) -> String {
    let width = products
        .iter()
        .map(|it| it.code.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for product in products {
        let version = product.preferred_version().unwrap_or_default();
        let code = styled(NAME, format_args!("{:width$}", product.code));
        text.push_str(&format!("{code}  {version:10}  {}\n", product.name));
    }
    text
}

pub(super) fn operations(spec: &Spec, operations: &[Operation]) -> String {
    let name = format!("{} {}", spec.product(), spec.version());
    let number = count(operations.len(), "operation");
    let mut text = format!("{}, {number}\n\n", styled(TITLE, name));
    let width = operations
        .iter()
        .map(|it| it.name().len())
        .max()
        .unwrap_or_default();
    for operation in operations {
        let name = styled(NAME, format_args!("{:width$}", operation.name()));
        let deprecated = match operation.deprecated() {
            Some(_) => styled(DOUBT, "deprecated "),
            None => String::new(),
        };
        let title = shortened(&operation.title(), WIDTH.saturating_sub(width + 2).max(40));
        text.push_str(format!("{name}  {deprecated}{title}").trim_end());
        text.push('\n');
    }
    text
}

pub(super) fn operations_json(operations: &[Operation]) -> Json {
    let operations = operations.iter().map(|it| {
        json!({
            "name": it.name(), "method": it.method(), "title": it.title(),
            "risk": it.risk(), "deprecated": it.deprecated().is_some(),
        })
    });
    operations.collect()
}

pub(super) fn operation_json(operation: Operation) -> Json {
    let spec = operation.spec();
    json!({
        "product": spec.product(), "version": spec.version(), "operation": operation.name(),
        "http": operation.http(), "title": operation.title(),
        "description": operation.description(), "page": operation.page(),
        "events": operation.has_events(), "event_switch": operation.event_switch(),
        "deprecated": operation.deprecated(), "risk": operation.risk(),
        "parameters": operation.parameters(), "reply": operation.reply(),
        "errors": operation.errors(), "samples": operation.samples(),
    })
}

pub(super) fn operation(operation: Operation) -> String {
    let spec = operation.spec();
    let mut text = styled(TITLE, operation.name());
    let (method, path) = operation.http();
    text.push_str(&format!(
        "  {} {}, {method} {path}\n",
        spec.product(),
        spec.version()
    ));
    let title = operation.title();
    if !title.is_empty() {
        text.push_str(&format!("{title}\n"));
    }
    if let Some(note) = operation.deprecated() {
        text.push_str(&format!("{}: {note}\n", styled(DOUBT, "deprecated")));
    }
    let reasons = operation.risk().reasons();
    if !reasons.is_empty() {
        text.push_str(&format!(
            "{}: {}\n",
            styled(DOUBT, "careful"),
            reasons.join(", ")
        ));
    }
    if let Some(outcome) = operation.outcome() {
        text.push_str(&format!(
            "It goes on after its reply: {outcome} tells how it went.\n"
        ));
    }
    if operation.has_events() {
        text.push_str(&match operation.event_switch() {
            Some(switch) => format!(
                "It answers with server-sent events, one after the other, with `--set {switch}=true`.\n"
            ),
            None => "It answers with server-sent events, one after the other.\n".to_owned(),
        });
    }
    section(&mut text, "Parameters");
    members(&mut text, &operation.parameters(), 1);
    section(&mut text, "Reply");
    members(&mut text, &operation.reply(), 1);
    errors(&mut text, operation);
    if let Some(sample) = operation.samples().first() {
        section(&mut text, "Sample reply");
        sample_reply(&mut text, sample.body);
    }
    let product = spec.product().to_lowercase();
    let required = operation
        .parameters()
        .into_iter()
        .find(|it| it.required && it.unset.is_empty());
    let set = required.map(|it| format!(" --set {}=…", it.path.replace(".N", ".1")));
    section(&mut text, "Next");
    text.push_str(&format!(
        "  cargo alicloud explore {product} {name}{}\n  cargo alicloud add {product} {name}\n  {}\n",
        set.unwrap_or_default(),
        operation.page(),
        name = operation.name(),
    ));
    text
}

fn errors(text: &mut String, operation: Operation) {
    let errors = operation.errors();
    if errors.is_empty() {
        return;
    }
    section(text, "Errors");
    for error in errors {
        let status = match error.status {
            0 => "   ".to_owned(),
            status => status.to_string(),
        };
        let code = styled(NAME, error.code);
        let meaning = match error.meaning {
            "" => error.message,
            meaning => meaning,
        };
        text.push_str(format!("  {status} {code}  {}", shortened(meaning, WIDTH)).trim_end());
        text.push('\n');
    }
}

fn sample_reply(text: &mut String, body: &str) {
    let lines: Vec<_> = body.lines().collect();
    for line in lines.iter().take(SAMPLE_LINES) {
        text.push_str(&format!("  {line}\n"));
    }
    let more = lines.len().saturating_sub(SAMPLE_LINES);
    if more > 0 {
        text.push_str(&styled(FAINT, format_args!("  … {more} more lines\n")));
    }
}

fn section(text: &mut String, title: &str) {
    text.push_str(&format!("\n{}\n", styled(TITLE, title)));
}

fn members(text: &mut String, all: &[Member], depth: usize) {
    if all.is_empty() && depth == 1 {
        text.push_str("  none\n");
    }
    for member in all {
        let indent = "  ".repeat(depth);
        let required = if member.required && depth > 0 {
            styled(BAD, " required")
        } else {
            String::new()
        };
        let mut facts = vec![member.kind.clone()];
        facts.extend(member.bounds.iter().cloned());
        let place = match member.place {
            "" | "query" => None,
            place => Some(format!("in the {place}")),
        };
        facts.extend(place);
        if member.secret {
            facts.push("secret".to_owned());
        }
        if member.deprecated {
            facts.push("deprecated".to_owned());
        }
        let name = styled(NAME, member.name);
        text.push_str(&format!("{indent}{name}  {}{required}\n", facts.join(", ")));
        for line in notes(member) {
            text.push_str(&format!("{indent}    {}\n", styled(FAINT, line)));
        }
        members(text, &member.members, depth + 1);
    }
}

/// What is said of a parameter below its name.
fn notes(member: &Member) -> Vec<String> {
    let mut notes = Vec::new();
    let first = member.description.split("\n\n").next().unwrap_or_default();
    if !first.is_empty() {
        notes.push(shortened(&first.replace('\n', " "), WIDTH));
    }
    if !member.values.is_empty() {
        let values: Vec<_> = member.values.iter().map(|it| it.value).collect();
        notes.push(shortened(&format!("one of: {}", values.join(", ")), WIDTH));
    }
    let mut facts = Vec::new();
    for (name, value) in [
        ("default", member.default),
        ("left unset", member.unset),
        ("example", member.example),
    ] {
        if !value.is_empty() {
            facts.push(format!(
                "{name}: {}",
                shortened(&value.replace('\n', " "), 60)
            ));
        }
    }
    if !facts.is_empty() {
        notes.push(facts.join("; "));
    }
    notes
}

pub(super) fn request(request: &Request, signed: &Signed, caller: &Caller) -> String {
    let mut text = String::new();
    let mut part = |title: &str, body: &str| {
        text.push_str(&format!("{}\n", styled(TITLE, title)));
        for line in body.trim_end().lines() {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        }
        text.push('\n');
    };
    part("Rust", &request.rust());
    part("Signed request", &signed.http());
    part("Canonical request", &signed.canonical_request);
    part("String to sign", &signed.string_to_sign);
    part("Signature", &signed.signature);
    part("curl", &signed.curl);
    part("aliyun", &request.aliyun());
    if caller.is_example() {
        text.push_str("Signed with an example's key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET to sign with yours.\n");
    } else if signed.masked {
        text.push_str("`***` stands for what is secret: the service refuses the request as it is shown here.\n");
    }
    text
}

/// A server-sent event, the first of which has the number 1.
pub(super) fn event(number: usize, event: &HeardEvent) -> String {
    let mut head = vec![styled(TITLE, format_args!("event {number}"))];
    if event.event != "message" {
        head.push(styled(NAME, &event.event));
    }
    if !event.id.is_empty() {
        head.push(styled(FAINT, format_args!("id {}", event.id)));
    }
    format!("{}\n{}\n\n", head.join("  "), event.data)
}

pub(super) fn answer(operation: Operation, answer: &Answer) -> String {
    let mut text = String::new();
    let style = if answer.success { GOOD } else { BAD };
    let outcome = match (&answer.error, answer.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => format!("{} answered with {status}", operation.name()),
        // What came as events was printed.
        (None, None) => format!("{} answered with events", operation.name()),
    };
    text.push_str(&format!("{}\n", styled(style, outcome)));
    if let Some(error) = &answer.documented {
        let meaning = if error.meaning.is_empty() {
            error.message
        } else {
            error.meaning
        };
        text.push_str(&format!("documented: {meaning}\n"));
        if !error.rust.is_empty() {
            let (module, method) = (operation.spec().module(), operation.method());
            text.push_str(&format!(
                "in Rust: {module}::{method}::ErrorKind::{}\n",
                error.rust
            ));
        }
    }
    if let (Some(id), true) = (&answer.request_id, answer.success) {
        text.push_str(&format!("request id {id}\n"));
    }
    if !answer.body.is_empty() {
        text.push_str(&format!("\n{}\n", answer.body));
    }
    text
}

/// The beginning of a text, where it is longer.
fn shortened(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
