//! Associates certificates with an HTTPS listener of Global Accelerator, with the
//! credentials of the environment:
//!
//! ```sh
//! cargo run --example associate_certificates -- \
//!     ga-bp1odcab8tmno0hdq lsr-bp1bpn0kn908w4nbw 6092-cn-hangzhou=example.com
//! ```
//!
//! `--explain` shows the signed request instead of sending it.

use std::process::ExitCode;

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};

const USAGE: &str = "\
usage: associate_certificates [--explain] ACCELERATOR LISTENER CERTIFICATE=DOMAIN...

  ACCELERATOR  the accelerator's id, ga-...
  LISTENER     the id of an HTTPS listener, lsr-...
  CERTIFICATE  the id of a server certificate, and the domain that it is for
  --explain    show the request, signed and without secrets, and send nothing";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let explain = arguments.iter().any(|argument| argument == "--explain");
    arguments.retain(|argument| argument != "--explain");
    let [accelerator, listener, certificates @ ..] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    let certificates = certificates.iter().map(|pair| {
        let (id, domain) = pair.split_once('=').unwrap_or((pair, ""));
        associate::Certificate::new().id(id).domain(domain)
    });
    let request = associate::Request::new()
        .accelerator_id(accelerator)
        .listener_id(listener)
        .certificates(certificates);

    let config = alicloud::Config::from_env().await?;
    let client = ga::Client::new(&config);
    let call = client.associate_additional_certificates_with_listener(request);
    if explain {
        println!("{}", call.explain().await?);
        return Ok(());
    }

    match call.await {
        Ok(response) => println!("{}: {}", response.request_id, response.listener_id),
        Err(error) => match error.kind() {
            Some(associate::ErrorKind::StateErrorAccelerator) => {
                return Err("the accelerator is busy: try again when it is active".into());
            }
            _ => return Err(error.into()),
        },
    }
    Ok(())
}
