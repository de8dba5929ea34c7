//! Building and running the driver: `xtask/driver/main.rs` with one generated
//! module that names the product's operations.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use alicloud_codegen::{Output, names};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::compare::Sent;
use crate::report;
use crate::scratch::{self, Scratch, Sdk};
use crate::specs::{Document, Source};

/// A built driver.
pub(crate) struct Driver {
    command: Command,
    /// The operations that it knows, by wire name.
    operations: Vec<String>,
}

/// One call.
#[derive(Serialize)]
pub(crate) struct Task {
    pub(crate) operation: String,
    pub(crate) arguments: Map<String, Json>,
    /// What the service answers; `{}` if nothing is said.
    pub(crate) reply: Option<String>,
}

/// What came of a call.
#[derive(Deserialize)]
pub(crate) struct Outcome {
    pub(crate) request: Option<Sent>,
    /// The response, encoded again.
    pub(crate) value: Json,
    pub(crate) error: Option<String>,
}

impl Driver {
    /// Generates a product and builds the driver with it.
    pub(crate) fn build(source: &Source) -> Result<Self> {
        let name = format!("conform-{}", scratch::crate_name(source));
        let mut scratch = Scratch::new(&name)?;
        let output = scratch.generate(source)?;
        let Some(sdk) = scratch.add(source, &output)? else {
            report::print(&output, std::slice::from_ref(source), false);
            bail!("{} cannot be generated", source.path.display());
        };
        let operations = operations(&source.document()?, &output);
        scratch.depend_on_runtime(&["serde"])?;
        scratch.depend("serde = { version = \"1\", features = [\"derive\"] }");
        scratch.depend("serde_json = \"1\"");
        scratch.depend("tokio = { version = \"1\", features = [\"rt\", \"time\"] }");
        scratch.write(&[
            ("src/main.rs", include_str!("../../driver/main.rs")),
            ("src/operations.rs", &module(&sdk, &operations)),
        ])?;
        scratch::succeed(scratch.cargo("build").arg("--quiet"))?;
        Ok(Self {
            command: Command::new(scratch.binary()),
            operations,
        })
    }

    /// Whether an operation is generated.
    pub(crate) fn has(&self, operation: &str) -> bool {
        self.operations.iter().any(|known| known == operation)
    }

    /// Runs calls, in order.
    pub(crate) fn run(&mut self, tasks: impl IntoIterator<Item = Task>) -> Result<Vec<Outcome>> {
        let mut input = Vec::new();
        for task in tasks {
            serde_json::to_writer(&mut input, &task)?;
            input.push(b'\n');
        }
        let expected = input.iter().filter(|byte| **byte == b'\n').count();
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the driver")?;
        // A thread writes, so that neither side waits for a full pipe.
        let stdin = child.stdin.take();
        let writer = std::thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&input)));
        let output = child.wait_with_output()?;
        let _ = writer.join();
        let lines = output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let outcomes = lines
            .map(serde_json::from_slice)
            .collect::<Result<Vec<Outcome>, _>>()
            .context("the driver wrote something else")?;
        if !output.status.success() || outcomes.len() != expected {
            bail!(
                "the driver ended after {} of {expected} calls",
                outcomes.len()
            );
        }
        Ok(outcomes)
    }
}

/// The generated operations, by wire name.
fn operations(document: &Document, output: &Output) -> Vec<String> {
    let is_skipped = |name: &str| {
        output
            .skipped
            .iter()
            .any(|skipped| skipped.operation == name)
    };
    document
        .apis
        .keys()
        .filter(|name| !is_skipped(name))
        .cloned()
        .collect()
}

/// `operations.rs`: from an operation's name to the typed call.
fn module(sdk: &Sdk, operations: &[String]) -> String {
    let mut arms = String::new();
    for operation in operations {
        let method = names::module(operation);
        let method = method.as_str();
        let _ = writeln!(
            arms,
            "        {operation:?} => boxed(super::run(super::parse(arguments).map(|request| client.{method}(request)))),"
        );
    }
    format!(
        "#![allow(deprecated, reason = \"recordings have deprecated operations too\")]\n\
         use serde_json::Value as Json;\n\
         pub use {path}::Client;\n\n\
         pub fn call(client: &Client, operation: &str, arguments: Json) -> alicloud_runtime::BoxFuture<'static, super::Outcome> {{\n    \
             match operation {{\n{arms}        \
                 _ => boxed(std::future::ready(Err(format!(\"`{{operation}}` is not generated\")))),\n    \
             }}\n\
         }}\n\n\
         fn boxed(future: impl Future<Output = super::Outcome> + Send + 'static) -> alicloud_runtime::BoxFuture<'static, super::Outcome> {{\n    \
             Box::pin(future)\n\
         }}\n",
        path = sdk.library()
    )
}
