//! `cargo alicloud explore` on a terminal, without anything named: product, operation, and what
//! to do with it are chosen from lists that narrow while somebody types.

use std::fmt;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use alicloud_cli::explore::{Member, Operation, Parameters, Shape, Spec};
use alicloud_cli::metadata::{Library, Product};
use anyhow::Result;
use inquire::validator::Validation;
use inquire::{Password, PasswordDisplayMode, Select, Text};

use super::{Arguments, call, output};
use crate::commands::metadata;
use crate::terminal;

/// Lines of a list.
const LINES: usize = 15;
/// Steps into required objects that are asked for.
const DEPTH: usize = 3;

/// Whether there is somebody to ask.
pub(super) fn is_possible(arguments: &Arguments) -> bool {
    let named = arguments.product.is_some()
        || arguments.search.is_some()
        || arguments.spec.is_some()
        || arguments.json
        || arguments.is_call();
    !named && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

pub(super) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let catalogue = terminal::waiting("the list of products", library.catalogue()).await?;
    let products: Vec<_> = catalogue.products().iter().map(Row::product).collect();
    while let Some(product) = chosen("Product:", products.clone())? {
        let found = metadata::document(&product.value, library).await?;
        let spec = Spec::read_for_app(&found.name, found.json, found.version_in_name)?;
        let operations: Vec<_> = spec.operations().map(Row::operation).collect();
        while let Some(operation) = chosen("Operation:", operations.clone())? {
            let operation = spec.operation(&operation.value)?;
            terminal::print(&output::operation(operation));
            if !next(arguments, operation).await? {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is done with an operation; whether to go on with another one.
async fn next(arguments: &Arguments, operation: Operation) -> Result<bool> {
    const EXAMPLES: &str = "Call a mock server, with its examples";
    const SIGN: &str = "Fill in what it requires: the Rust, the signed request, curl";
    const OTHER: &str = "Another operation";
    const DONE: &str = "Done";
    loop {
        let choices = vec![EXAMPLES, SIGN, OTHER, DONE];
        let choice = Select::new("Next:", choices).prompt_skippable()?;
        let (parameters, is_sent) = match choice {
            Some(EXAMPLES) => (Parameters::example(operation), true),
            Some(SIGN) => match filled_in(operation)? {
                Some(parameters) => (parameters, false),
                None => continue,
            },
            Some(DONE) => return Ok(false),
            _ => return Ok(true),
        };
        let arguments = Arguments {
            mock: is_sent,
            ..arguments.clone()
        };
        call(&arguments, operation.request(&parameters), Vec::new()).await?;
    }
}

/// What somebody types for the parameters that are required; nothing where it is given up.
fn filled_in(operation: Operation) -> Result<Option<Parameters>> {
    let mut asked = Vec::new();
    for member in operation.parameters() {
        if member.unset.is_empty() {
            required(member.name.to_owned(), &member, DEPTH, &mut asked);
        }
    }
    let mut parameters = Parameters::new();
    for (path, member) in asked {
        let Some(value) = typed(operation, &path, &member)? else {
            return Ok(None);
        };
        // It was looked at when it was typed.
        if !value.is_empty() {
            parameters.set(operation, &path, &value)?;
        }
    }
    Ok(Some(parameters))
}

/// The names that are asked for: of a list its first item, of an object what it requires.
fn required(path: String, member: &Member, depth: usize, asked: &mut Vec<(String, Member)>) {
    if !member.required {
        return;
    }
    let (path, shape) = match &member.shape {
        Shape::List(item) => (format!("{path}.1"), &**item),
        shape => (path, shape),
    };
    if *shape == Shape::Object && depth > 0 && member.members.iter().any(|it| it.required) {
        for inner in &member.members {
            required(format!("{path}.{}", inner.name), inner, depth - 1, asked);
        }
    } else {
        asked.push((path, member.clone()));
    }
}

/// One value, which is asked for until it is one.
fn typed(operation: Operation, path: &str, member: &Member) -> Result<Option<String>> {
    let check = {
        let path = path.to_owned();
        move |value: &str| {
            let mut parameters = Parameters::new();
            let set = match value {
                "" => Ok(()),
                value => parameters.set(operation, &path, value),
            };
            let request = operation.request(&parameters);
            let of_it = request.problems().iter().find(|it| it.path == path);
            Ok(match (set, of_it) {
                (Err(problem), _) => Validation::Invalid(problem.message.into()),
                (Ok(()), Some(problem)) => Validation::Invalid(problem.message.as_str().into()),
                (Ok(()), None) => Validation::Valid,
            })
        }
    };
    let label = format!("{path}:");
    let facts: Vec<_> = std::iter::once(&member.kind)
        .chain(&member.bounds)
        .collect();
    let facts: Vec<_> = facts.into_iter().map(String::as_str).collect();
    let help = format!("{}; Esc goes back", facts.join(", "));
    let value = if member.secret {
        Password::new(&label)
            .with_display_mode(PasswordDisplayMode::Masked)
            .without_confirmation()
            .with_help_message(&help)
            .with_validator(check)
            .prompt_skippable()?
    } else {
        Text::new(&label)
            .with_placeholder(member.example.lines().next().unwrap_or_default())
            .with_help_message(&help)
            .with_validator(check)
            .prompt_skippable()?
    };
    Ok(value)
}

/// A line of a list.
#[derive(Clone)]
struct Row {
    value: String,
    line: String,
    /// In lower case.
    words: String,
}

impl Row {
    fn new(value: String, line: String) -> Self {
        let words = line.to_lowercase();
        Self { value, line, words }
    }

    fn product(product: &Product) -> Self {
        let version = product.preferred_version().unwrap_or_default();
        let Product { code, name, .. } = product;
        let line = format!("{code}  {version}  {name}");
        Self::new(format!("{code}@{version}"), line.trim_end().to_owned())
    }

    fn operation(operation: Operation) -> Self {
        let line = format!("{}  {}", operation.name(), operation.title());
        Self::new(operation.name().to_owned(), line.trim_end().to_owned())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// What is chosen of some lines; nothing where somebody goes back.
fn chosen(question: &str, rows: Vec<Row>) -> Result<Option<Row>> {
    let score = |typed: &str, row: &Row, _: &str, _: usize| score(typed, row);
    let chosen = Select::new(question, rows)
        .with_page_size(LINES)
        .with_help_message("type words to search, arrows to move, Enter to take, Esc to go back")
        .with_scorer(&score)
        .prompt_skippable()?;
    Ok(chosen)
}

/// A line is kept if it has every word; one that begins with the first is nearer.
fn score(typed: &str, row: &Row) -> Option<i64> {
    let typed = typed.to_lowercase();
    let mut words = typed.split_whitespace();
    if !words.clone().all(|word| row.words.contains(word)) {
        return None;
    }
    let begins = words.next().is_some_and(|word| row.words.starts_with(word));
    Some(i64::from(begins))
}
