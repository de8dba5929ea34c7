//! `cargo alicloud mock`: a mock server of a product, for tests in any language.

use std::path::PathBuf;
use std::process::ExitCode;

use alicloud_cli::metadata::Library;
use alicloud_mock::{HELP, Mock, Options};
use anyhow::{Context as _, Result, bail};

use super::metadata;

/// Serve a mock server of a product on loopback, for tests in any language
///
/// It checks signatures and required parameters as the service does, and answers with the
/// documented samples. Clients sign with the key `testid` and its secret `testsecret`, unless
/// other ones are named, and call http://127.0.0.1:PORT.
#[derive(clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{HELP}"))]
pub(crate) struct Arguments {
    /// The product, and its API version if it is not to be the recommended one: ga, ga@2019-11-20.
    product: Option<String>,
    /// The port on 127.0.0.1; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Read this api-docs.json, and not what is published.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

const EXAMPLES: &str = "\
Examples:
  cargo alicloud mock ga                          prints its address
  cargo alicloud mock ga --port 8080 --items 250  a fixed port, and listings of many pages
  cargo alicloud mock --spec api-docs.json        a file of your own";

pub(crate) async fn run(arguments: &Arguments, library: &Library) -> Result<ExitCode> {
    let (name, json) = match (&arguments.spec, &arguments.product) {
        (Some(path), _) => {
            let name = path.display().to_string();
            let json = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
            (name, json)
        }
        (None, Some(product)) => {
            let found = metadata::document(product, library).await?;
            (found.name, found.json)
        }
        (None, None) => bail!("name a product, or a file with `--spec`"),
    };
    let mock = Mock::new(&json, &arguments.options).context(name)?;
    match mock.run(arguments.port).await? {}
}
