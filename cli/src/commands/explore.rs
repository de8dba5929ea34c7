//! `cargo alicloud explore`: look into metadata, and try an operation out.

mod interactive;
mod output;
mod serve;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use alicloud_cli::explore::{
    Answer, Caller, Listening, Operation, Parameters, Problem, Request, Signed, Spec,
};
use alicloud_cli::metadata::Library;
use anyhow::{Context as _, Result, bail};
use serde_json::{Value as Json, json};

use super::metadata;
use crate::terminal::{self, BAD, DOUBT, styled};

/// Search products and operations, show one, check parameters, sign and send
///
/// Without a product it lists products, with one its operations, with an operation what it takes
/// and answers. On a terminal, without a product, they are chosen from lists. With parameters it
/// checks them and prints the Rust that calls it, the signed request with every step of its
/// signature, and the same call for `curl` and for the `aliyun` command line. With `--send` or
/// `--mock` it sends it and prints the reply; server-sent events as they come.
#[derive(Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The product, and its API version if it is not to be the recommended one: ga, ga@2019-11-20.
    product: Option<String>,
    /// The operation, as the service spells it or as the method of the client.
    operation: Option<String>,
    /// Only products or operations whose name or title has these words.
    #[arg(long, short, value_name = "WORDS")]
    search: Option<String>,
    /// A parameter by its wire name, items counted from 1: Certificates.1.Id=…
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// All parameters as one JSON object, or @FILE that holds it.
    #[arg(long, value_name = "JSON")]
    params: Option<String>,
    /// Take the documented examples of the required parameters.
    #[arg(long)]
    example: bool,
    /// Print the Rust program alone, to be a src/main.rs.
    #[arg(long)]
    rust: bool,
    /// Send it, with the credentials of the environment.
    #[arg(long)]
    send: bool,
    /// Send it to a mock server of the service, which is started for it.
    #[arg(long, conflicts_with_all = ["send", "endpoint"])]
    mock: bool,
    /// Send it although it writes, costs money or is high risk, without being asked.
    #[arg(long, requires = "send")]
    yes: bool,
    /// The region of the call.
    #[arg(long, env = "ALIBABA_CLOUD_REGION_ID")]
    region: Option<String>,
    /// The host of the call, http://… too.
    #[arg(long, value_name = "HOST")]
    endpoint: Option<String>,
    /// Read this api-docs.json, and not what is published.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Print it as JSON.
    #[arg(long, conflicts_with = "rust")]
    json: bool,
    /// Serve a local web page that does all of this, and print its address.
    #[arg(long, conflicts_with_all = NOT_SERVED)]
    serve: bool,
    /// The port of the page on 127.0.0.1; 0 takes a free one.
    #[arg(long, requires = "serve", value_name = "N", default_value_t = 0)]
    port: u16,
    /// Let the page send calls to the service, with the credentials of the environment. It asks
    /// first where a call writes, costs money or is high risk.
    #[arg(long, requires = "serve")]
    allow_send: bool,
}

/// What a page has of its own.
const NOT_SERVED: [&str; 9] = [
    "search", "set", "params", "example", "rust", "send", "mock", "yes", "json",
];

const EXAMPLES: &str = "\
Examples:
  cargo alicloud explore --search accelerator
  cargo alicloud explore ga --search certificate
  cargo alicloud explore ga ListAccelerators
  cargo alicloud explore ga DescribeListener --set ListenerId=lsr-1
  cargo alicloud explore ga DescribeListener --set ListenerId=lsr-1 --mock
  cargo alicloud explore ga DescribeListener --set ListenerId=lsr-1 --send
  cargo alicloud explore ga DescribeListener --set ListenerId=lsr-1 --rust > src/main.rs
  cargo alicloud explore ga DescribeListener --json | jq '.errors[].code'
  cargo alicloud explore --serve

Exit codes: 0 where all is well, 1 where parameters are wrong or the call failed, 2 where the
command line is wrong.";

pub(crate) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    if arguments.serve {
        return serve::run(arguments, library).await;
    }
    if interactive::is_possible(arguments) {
        return interactive::run(arguments, library).await;
    }
    let Some(spec) = spec(arguments, library).await? else {
        return products(arguments, library).await;
    };
    let Some(operation) = arguments.operation_of(spec) else {
        if arguments.is_call() {
            bail!("name the operation: `cargo alicloud explore PRODUCT OPERATION …`");
        }
        let found = spec.search(arguments.search.as_deref().unwrap_or_default());
        if found.is_empty() {
            bail!("no operation of {} has these words", spec.product());
        }
        terminal::print(&match arguments.json {
            true => format!("{:#}\n", output::operations_json(&found)),
            false => output::operations(spec, &found),
        });
        return Ok(ExitCode::SUCCESS);
    };
    let operation = spec.operation(operation)?;
    let (parameters, problems) = parameters(arguments, operation)?;
    if parameters == Parameters::new() && problems.is_empty() && !arguments.is_call() {
        terminal::print(&match arguments.json {
            true => format!("{:#}\n", output::operation_json(operation)),
            false => output::operation(operation),
        });
        return Ok(ExitCode::SUCCESS);
    }
    call(arguments, operation.request(&parameters), problems).await
}

impl Arguments {
    /// The operation; with a file, the product need not be named.
    fn operation_of(&self, spec: &Spec) -> Option<&str> {
        let product = self
            .product
            .as_deref()
            .filter(|it| !it.eq_ignore_ascii_case(spec.product()));
        match &self.spec {
            Some(_) => self.operation.as_deref().or(product),
            None => self.operation.as_deref(),
        }
    }

    /// Whether something is to be made of parameters, even of none.
    fn is_call(&self) -> bool {
        self.rust
            || self.send
            || self.mock
            || self.example
            || self.params.is_some()
            || !self.set.is_empty()
    }
}

async fn products(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let catalogue = terminal::waiting("the list of products", library.catalogue()).await?;
    let words = arguments.search.as_deref().unwrap_or_default();
    let found: Vec<_> = catalogue.search(words).collect();
    if found.is_empty() {
        bail!("no product has these words in its code or its name");
    }
    terminal::print(&match arguments.json {
        true => format!("{:#}\n", json!(found)),
        false => output::products(&found),
    });
    Ok(ExitCode::SUCCESS)
}

/// The spec: a file, what the app in this folder keeps, what was fetched before, or what is
/// published.
async fn spec(arguments: &Arguments, library: &Library) -> Result<Option<&'static Spec>> {
    if let Some(path) = &arguments.spec {
        let json =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        return Ok(Some(Spec::read(&path.display().to_string(), json, None)?));
    }
    let Some(name) = &arguments.product else {
        return Ok(None);
    };
    let found = metadata::document(name, library).await?;
    let spec = Spec::read_for_app(&found.name, found.json, found.version_in_name)?;
    Ok(Some(spec))
}

/// What was typed, and what of it cannot be set.
fn parameters(arguments: &Arguments, operation: Operation) -> Result<(Parameters, Vec<Problem>)> {
    let mut parameters = match arguments.params.as_deref() {
        Some(text) => match text.strip_prefix('@') {
            Some(path) => Parameters::from_json(
                &std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?,
            )?,
            None => Parameters::from_json(text)?,
        },
        None if arguments.example => Parameters::example(operation),
        None => Parameters::new(),
    };
    let mut pairs = Vec::new();
    for pair in &arguments.set {
        let Some(pair) = pair.split_once('=') else {
            bail!("`--set {pair}` has no value: write `--set {pair}=VALUE`");
        };
        pairs.push(pair);
    }
    let problems = parameters.set_all(operation, pairs);
    Ok((parameters, problems))
}

async fn call(
    arguments: &Arguments,
    request: Request,
    mut problems: Vec<Problem>,
) -> Result<ExitCode> {
    problems.extend(request.problems().iter().cloned());
    if arguments.rust && problems.is_empty() {
        terminal::print(&request.rust());
        return Ok(ExitCode::SUCCESS);
    }
    if !problems.is_empty() {
        return Ok(refused(arguments, &request, &problems));
    }
    let caller = caller(arguments, request.operation()).await?;
    let signed = request.sign(&caller).await?;
    let send = arguments.mock || (arguments.send && allowed(arguments, request.operation())?);
    let listening = request.listen(&caller);
    let answer = match listening.filter(|_| send && !arguments.json) {
        Some(listening) => Some(heard(&request, listening).await),
        None if send => {
            Some(terminal::waiting(request.operation().name(), request.send(&caller)).await)
        }
        None => None,
    };
    if arguments.json {
        terminal::print(&format!(
            "{:#}\n",
            as_json(&request, &[], Some(&signed), answer.as_ref())
        ));
    } else {
        for hint in request.hints() {
            terminal::warn(&hint.to_string());
        }
        terminal::print(&match &answer {
            Some(answer) => output::answer(request.operation(), answer),
            None => output::request(&request, &signed, &caller),
        });
    }
    Ok(match answer {
        Some(answer) if !answer.success => ExitCode::FAILURE,
        None if arguments.send => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

/// Prints each event as soon as it is there.
async fn heard(request: &Request, mut listening: Listening) -> Answer {
    while let Some(event) = listening.next().await {
        terminal::print(&output::event(listening.heard(), &event));
    }
    let operation = request.operation().name();
    let number = terminal::count(listening.heard(), "event");
    let answer = listening.answer();
    if answer.success {
        terminal::status("Received", &format!("{number} of {operation}"));
    }
    answer
}

fn refused(arguments: &Arguments, request: &Request, problems: &[Problem]) -> ExitCode {
    if arguments.json {
        terminal::print(&format!("{:#}\n", as_json(request, problems, None, None)));
        return ExitCode::FAILURE;
    }
    for problem in problems {
        let line = format!("{}: {problem}\n", styled(BAD, "error"));
        let _ = write!(anstream::stderr(), "{line}");
    }
    for hint in request.hints() {
        terminal::warn(&hint.to_string());
    }
    ExitCode::FAILURE
}

fn as_json(
    request: &Request,
    problems: &[Problem],
    signed: Option<&Signed>,
    answer: Option<&Answer>,
) -> Json {
    let valid = problems.is_empty();
    json!({
        "operation": request.operation().name(),
        "problems": problems,
        "hints": request.hints(),
        "rust": valid.then(|| request.rust()),
        "aliyun": valid.then(|| request.aliyun()),
        "signed": signed,
        "answer": answer,
    })
}

/// Who calls: to send, the environment's keys; else those where there are some, or an example's.
async fn caller(arguments: &Arguments, operation: Operation) -> Result<Caller> {
    if arguments.mock {
        let options = alicloud_mock::Options::default();
        let mock = alicloud_mock::Mock::new(operation.spec().json(), &options)?;
        let caller = Caller::mock(mock.in_background()?);
        return Ok(match &arguments.region {
            Some(region) if !region.is_empty() => caller.region(region),
            _ => caller,
        });
    }
    let from_env = Caller::from_env();
    let caller = match arguments.send {
        true => terminal::waiting("credentials", from_env).await?,
        // Only what is at hand: nobody waits for a machine's role to see a signature.
        false if has_keys() => from_env.await.unwrap_or_else(|_| Caller::example()),
        false => Caller::example(),
    };
    let caller = match &arguments.region {
        Some(region) if !region.is_empty() => caller.region(region),
        _ => caller,
    };
    Ok(match &arguments.endpoint {
        Some(endpoint) => caller.endpoint(endpoint),
        None => caller,
    })
}

fn has_keys() -> bool {
    std::env::var_os("ALIBABA_CLOUD_ACCESS_KEY_ID").is_some_and(|id| !id.is_empty())
}

/// Whether it may be sent: asks, where it does something that cannot be taken back.
fn allowed(arguments: &Arguments, operation: Operation) -> Result<bool> {
    let reasons = operation.risk().reasons();
    if reasons.is_empty() || arguments.yes {
        return Ok(true);
    }
    let question = format!(
        "{} is about to be sent: {}",
        operation.name(),
        reasons.join(", ")
    );
    if !std::io::stdin().is_terminal() {
        bail!("{question}; `--yes` sends it without being asked");
    }
    let mut out = anstream::stderr();
    write!(
        out,
        "{}: {question}. Send it? [y/N] ",
        styled(DOUBT, "careful")
    )?;
    out.flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let yes = matches!(line.trim().to_lowercase().as_str(), "y" | "yes");
    if !yes {
        terminal::warn("nothing was sent");
    }
    Ok(yes)
}
