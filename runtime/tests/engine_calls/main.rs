//! Calls, from a typed request to a typed response or error, over real TCP on
//! loopback.

mod associate;
mod shapes;

mod errors;
mod faults;
mod headers;
mod hostile;
mod idle;
mod kit;
mod listing;
mod paging;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"))]
mod proxy;
mod replies;
mod retries;
mod runtimes;
mod secrets;
mod success;
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"))]
mod tls;
#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
mod without_tls;

use alicloud_runtime::{Call, Client, Config};

/// The call that most tests make.
fn call(config: &Config) -> Call<associate::Response, associate::Error> {
    let client = Client::new(config, &associate::GA);
    Call::with_operation(
        &client,
        associate::operation(),
        Box::new(associate::Request::example()),
    )
}

/// A read: safe to send again.
fn list(config: &Config, request: shapes::List) -> Call<shapes::Listed, shapes::NoError> {
    let client = Client::new(config, &associate::GA);
    Call::with_operation(&client, &shapes::READ, Box::new(request))
}

/// A write that is not safe to send again, with secrets.
fn set_password(config: &Config) -> Call<shapes::Done, shapes::NoError> {
    let client = Client::new(config, &associate::GA);
    let request = shapes::SetPassword {
        user: Some("alice".into()),
        password: Some(PASSWORD.into()),
        notes: vec![NOTE.into()],
        dry_run: None,
    };
    Call::with_operation(&client, &shapes::SET_PASSWORD, Box::new(request))
}

const PASSWORD: &str = "pass w&rd=1";
const NOTE: &str = "a \"secret\" nöte";
