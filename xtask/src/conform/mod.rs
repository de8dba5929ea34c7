//! `cargo xtask conform`: does a generated client send what the official SDK sent,
//! and does it keep what the documented samples hold?
//!
//! The product is generated into a scratch package and linked with a small driver;
//! the driver makes the typed requests and decodes the samples, and everything is
//! compared here.

mod compare;
mod driver;
mod known;
pub(crate) mod samples;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::report::count;
use crate::specs::{self, Source};
pub(crate) use driver::Driver;
use driver::Task;
pub(crate) use samples::Tally;

/// What to compare.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The published spec.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// Requests as the official SDK sends them, one JSON document a line; without
    /// it, only the spec's samples are checked.
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
    /// Requests that are known to differ, in a table with their reasons
    /// [default: the project's `docs/coverage.md`].
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
}

/// A request as the official SDK sends it.
#[derive(Deserialize)]
pub(crate) struct Vector {
    product: String,
    version: String,
    operation: String,
    full: bool,
    arguments: Map<String, Json>,
    path_arguments: Map<String, Json>,
    header_arguments: Map<String, Json>,
    #[serde(default)]
    host_arguments: Map<String, Json>,
    #[serde(flatten)]
    expected: compare::Expected,
}

impl Vector {
    /// What a typed request is made from: all arguments, by wire name.
    ///
    /// Where a placeholder of the path has no argument, the vector leaves out what
    /// the SDK was given; then the path and the body that it sent tell.
    fn task(&self, api: Option<&Json>) -> Task {
        let mut arguments = self.arguments.clone();
        arguments.extend(self.path_arguments.clone());
        arguments.extend(self.header_arguments.clone());
        arguments.extend(self.host_arguments.clone());
        let template = api.and_then(|api| api["path"].as_str()).unwrap_or_default();
        let in_path = self.expected.path_values(template);
        if in_path
            .iter()
            .any(|(name, _)| !arguments.contains_key(name))
        {
            arguments.extend(
                in_path
                    .into_iter()
                    .map(|(name, value)| (name, value.into())),
            );
            let body = api.and_then(body_parameter).zip(self.expected.document());
            arguments.extend(body.map(|(name, body)| (name.to_owned(), body)));
        }
        Task {
            operation: self.operation.clone(),
            arguments,
            reply: None,
        }
    }

    /// How many of the operation's parameters are set.
    fn variant(&self) -> &'static str {
        if self.full { "all" } else { "required" }
    }
}

fn body_parameter(api: &Json) -> Option<&str> {
    let parameters = api["parameters"].as_array()?;
    parameters
        .iter()
        .find(|parameter| parameter["in"] == "body")?["name"]
        .as_str()
}

/// Runs the command; `false` where a request differs or a sample loses something.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let source = specs::read_one(&arguments.spec)?;
    let vectors = match &arguments.vectors {
        Some(path) => read_vectors(path, &source)?,
        None => Vec::new(),
    };
    let known = arguments
        .known
        .clone()
        .unwrap_or_else(|| specs::root().join("docs/coverage.md"));
    let known = known::Known::read(&known, &source, arguments.vectors.as_deref())?;

    let mut driver = Driver::build(&source)?;
    let tally = samples::check(&mut driver, &source)?;
    print!("{tally}");

    let (mut passed, mut failed) = (0, 0);
    let document = source.document()?;
    let task = |vector: &Vector| vector.task(document.apis.get(&vector.operation));
    let outcomes = driver.run(vectors.iter().map(task))?;
    for (vector, outcome) in vectors.iter().zip(outcomes) {
        let mut differences = match (&outcome.request, outcome.error) {
            (Some(sent), _) => compare::differences(&vector.expected, sent),
            (None, error) => vec![format!("nothing was sent: {}", error.unwrap_or_default())],
        };
        let name = format!("{} ({} arguments)", vector.operation, vector.variant());
        let unset_lists = outcome
            .request
            .as_ref()
            .is_some_and(|sent| compare::differs_by_unset_lists(&vector.expected, sent))
            .then_some("the Python SDK writes `[]` and `{}` for lists and maps that nobody set");
        let listed = known.get(&vector.operation, vector.variant());
        let reason = listed.or(unset_lists.filter(|_| !differences.is_empty()));
        match (differences.is_empty(), reason) {
            (true, None) => passed += 1,
            (false, Some(reason)) => println!("known to differ: {name}: {reason}"),
            (is_equal, reason) => {
                failed += 1;
                if is_equal {
                    let reason = reason.unwrap_or_default();
                    differences.push(format!("passes, but is said to differ: {reason}"));
                }
                println!("{name}:\n  {}", differences.join("\n  "));
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0 && tally.lost() == 0)
}

fn read_vectors(path: &Path, source: &Source) -> Result<Vec<Vector>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut vectors = Vec::new();
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let place = || format!("{}:{}", path.display(), index + 1);
        let vector: Vector = serde_json::from_str(line).with_context(place)?;
        if vector.product.to_lowercase() != source.product || vector.version != source.version {
            let (theirs, ours) = (&vector.version, &source.version);
            bail!(
                "{}: a request of {} {theirs}, but the spec is of {} {ours}",
                place(),
                vector.product,
                source.product
            );
        }
        vectors.push(vector);
    }
    if vectors.is_empty() {
        bail!("no requests in {}", path.display());
    }
    println!(
        "{} of {} {}",
        count(vectors.len(), "request"),
        source.product,
        source.version
    );
    Ok(vectors)
}
