//! The guide on the crate's root: from the first dependency to tests, with programs of
//! what the crate has.

use super::doctest;
use crate::docs::Doc;
use crate::model::{Operation, Product};
use crate::names::{self, Ident};
use crate::template::{Emit, templates};
use crate::{Dependency, Options};

templates! {
    fn import_raw_client(krate: &Ident) -> Code = Items { use __krate::RawClient; }
    fn by_name() -> Code = Statements {
        let ga = RawClient::rpc(&config, "Ga", "2019-11-20");
        let reply = ga
            .call("ListAccelerators")
            .query("RegionId", "cn-hangzhou")
            .read_only()
            .await?;
        println!("{}", reply.value["TotalCount"]);
    }
    fn by_name_opening(krate: &Ident) -> Code = Items {
        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), __krate::Error> {
            let config = __krate::Config::from_env_lazy()?;
            Ok(())
        }
    }
}

/// The crate's comment.
pub(super) fn guide(products: &[Product], options: &Options) -> Doc {
    let krate = names::krate(&options.crate_name);
    let exemplary = exemplary(products);
    let mut doc = Doc::new();
    doc.words(INTRODUCTION);
    doc.paragraph().words("# First program").paragraph();
    dependencies(&mut doc, exemplary.map(|(product, _)| product), options);
    if let Some((product, operation)) = exemplary {
        doctest::whole_program(&mut doc, product, operation, &krate);
    }
    doc.words(PRODUCTS).paragraph().words(CALLS).paragraph();
    if let Some((product, _)) = exemplary {
        doctest::matched_error(&mut doc, product, &krate);
    }
    doc.words(MODES).paragraph().words(OBSERVED).paragraph();
    doc.words(NAMED).paragraph();
    named(&mut doc, &krate);
    doc.words(OWN).paragraph().words(TESTS).paragraph();
    if let Some((product, operation)) = exemplary {
        doctest::offline(&mut doc, product, operation, &krate);
    }
    doc.words(FEATURES).paragraph();
    features(&mut doc, products, options);
    doc
}

/// The product of the examples, and an operation of it: where somebody has found words
/// for it, or else the first.
fn exemplary<'p>(products: &'p [Product<'p>]) -> Option<(&'p Product<'p>, &'p Operation<'p>)> {
    let mut all = products
        .iter()
        .filter_map(|product| Some((product, doctest::typical(product)?)));
    let has_words = |(_, operation): &(_, &Operation)| {
        !operation.title.is_empty() || !operation.summary.is_empty()
    };
    all.clone().find(has_words).or_else(|| all.next())
}

fn dependencies(doc: &mut Doc, product: Option<&Product>, options: &Options) {
    doc.words("Each product is a crate of its own, behind a feature; none is on by default.");
    doc.paragraph().words("```toml\n[dependencies]\n");
    let name = options.crate_name.as_str();
    doc.plain(name).words(" = { path = \"../").plain(name);
    // Here, the crate is a folder of its repository.
    let is_member = options.runtime == Dependency::Workspace;
    doc.words(if is_member { "/generated" } else { "" });
    doc.words("\", features = [");
    if let Some(product) = product {
        doc.words("\"").plain(&product.feature).words("\"");
    }
    doc.words("] }\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n```");
    doc.paragraph();
}

fn named(doc: &mut Doc, krate: &Ident) {
    let (opening, closing) = by_name_opening(krate).code().split_braces();
    let (config, closing) = closing.split_line();
    let mut code = import_raw_client(krate).code();
    code.item(opening.hidden()).line(config.hidden());
    code.line(by_name()).line(closing.hidden());
    doc.example("no_run", code.as_str());
}

fn features(doc: &mut Doc, products: &[Product], options: &Options) {
    doc.words("| Feature | What it turns on |\n|---|---|");
    for product in products {
        doc.words("\n| ").code(&product.feature);
        doc.words(" | the module `").ident(&product.module);
        doc.words("`, the crate `")
            .plain(&names::package(&options.crate_name, &product.feature));
        doc.words("`: ").code(product.name).words(", version ");
        doc.code(product.version).words(", ");
        let count = product.operations.len();
        doc.number(count).words(if count == 1 {
            " operation |"
        } else {
            " operations |"
        });
    }
    doc.words(OTHERS);
}

const INTRODUCTION: &str = "\
Typed clients for the APIs of Alibaba Cloud, generated from its published metadata.";

const PRODUCTS: &str = "\
An app that needs one product can depend on its crate alone: everything here is there too.

A product is a module with a `Client`; an operation is a method of that client, and a module
with its `Request`, `Response` and `ErrorKind`. The documentation of each operation has an example
that runs without a network.

Calls are sent by tokio. They need one of its runtimes with I/O and timers on (`enable_all`), as
`#[tokio::main]` makes it.

# Credentials and region

[`Config::from_env`] finds credentials where the official tools look for them, in this order:

1. `ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, with
   `ALIBABA_CLOUD_SECURITY_TOKEN` where they are temporary;
2. an OIDC token, as pods of Kubernetes have;
3. the profile of the command line `aliyun`;
4. a credentials file;
5. the role of the machine;
6. the URL in `ALIBABA_CLOUD_CREDENTIALS_URI`.

[`Config::new`] takes any one of them, a key at hand ([`Credentials::new`]), a role to assume, or
a provider of your own: see [`credentials`].

[`Config::load`] reads more than `from_env`: endpoints, timeouts and retries of the environment and of
a profile, and credentials over the same proxy and certificates as calls. [`Config::origins`] tells
where each value came from ([`guide::configuration`], [`guide::credentials`]).

The region comes from [`Config::region`], or with `from_env` from `ALIBABA_CLOUD_REGION_ID`;
[`Call::region`] says another one for a single call. It decides which host is called, and fills
in a `RegionId` that the request leaves unset. [`Config::endpoint`] names the host outright.";

const CALLS: &str = "\
# Calls

A method gives a [`Call`]. It is sent when it is awaited: checked against its documentation
first (required parameters and bounds, all violations at once), then signed, and sent again where
that is safe and may help.

- [`Call::reply`] gives status, headers, request id and body beside the response.
- [`Call::pages`] and [`Call::items`] go through all pages of an operation that has them
  ([`guide::paging`]).
- [`Call::until`] makes the call again until its response is as wanted; a client's `wait_until_…`
  methods know what that is ([`guide::waiting`]).
- [`Call::events`] gives server-sent events one by one, where the operation has them;
  [`Call::download`] writes a reply that is a file where you want it ([`guide::streams`]).
- A parameter that takes the URL of a file takes a file too, and a binary body a file or a stream:
  [`FileContent`] ([`guide::files`]).
- [`Call::explain`] shows the signed request and sends nothing; [`Call::dry_run`] asks the
  service to check it only, where it can.
- [`Call::timeout`], [`Call::deadline`], [`Call::retry`], [`Call::header`] and more change what
  [`Config`] says, for one call.
- [`Config::guard`] denies what an app must not call, before anything is sent; calls of an operation
  that the service throttles wait for one another ([`guide::limits`]).

# Errors

An operation's [`Error`] is one line that says the operation, the status, the code, the message
and the request id. [`Error::kind`] gives the code as the operation's `ErrorKind`, or `None` where
its documentation does not list that code; [`Error::is_throttling`], [`Error::violations`] and
others answer without a `match`. `?` turns the error of any operation into an `Error` without
a parameter. [`guide::errors`] tells what there is, and when to call again.";

const MODES: &str = "\
# Without an async runtime

With the feature `blocking`, `call.send_blocking()` takes the place of `.await`. Beside it there
are `reply_blocking` and `explain_blocking`, `run_blocking` of waiters, and `into_blocking` of
pages, items, events and downloads, which makes iterators. A thread that drives async tasks is refused, for it would
stop them.

# Requests and responses as data

With the feature `serde`, they are `Serialize` and `Deserialize`, by the names on the wire.
`Debug` masks secrets; serde writes them as they are.";

const OBSERVED: &str = "\
# Spans, metrics and interceptors

Calls are spans of `tracing`, which arrive in OpenTelemetry as clients; the feature `opentelemetry`
adds metrics and the context of the trace. An [`Interceptor`] observes, changes or refuses requests.
See [`guide::observing`].";

const NAMED: &str = "\
# Operations by name

What a client has no method for is called by its name (`Client::call`), and so is an operation of
a product without a client, with parameters as they are on the wire.
Signing, retries and errors are the same.";

const OWN: &str = "\
# Only the operations that you call

An app can generate the operations that it calls, and nothing else, of any product that is
published, also of one without a crate. `cargo alicloud` (the crate `alicloud-cli`) sets that up:

```text
cargo alicloud add ga DescribeListener
```

It keeps the product's metadata beside the app, names the operation in `alicloud.lock`, and writes
a `build.rs` of one line, `alicloud_build::generate()`. The app then depends on `alicloud-runtime`,
and includes what was generated with `include!(concat!(env!(\"OUT_DIR\"), \"/alicloud.rs\"));`.
`cargo alicloud explore` finds operations, tries them, and writes the Rust of a call.";

const TESTS: &str = "\
# Tests

[`testing::Replay`] stands in the network's place: it answers with documented samples, documented
errors, or whatever a test says, and records the requests. [`guide::testing`] has more: answers by
operation, and recordings of real calls.";

const FEATURES: &str = "# Features";

const OTHERS: &str = "
| `blocking` | calls without an async runtime |
| `opentelemetry` | metrics, and the trace context of requests, by OpenTelemetry's API |
| `serde` | `Serialize` and `Deserialize` of requests and responses |
| `rustls` (default) | TLS by rustls with ring, and the platform's root certificates |
| `rustls-aws-lc` | TLS by rustls with AWS-LC |
| `native-tls` | TLS by the platform's library: OpenSSL, Secure Transport or SChannel |";
