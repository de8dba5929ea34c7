//! What an app shares between tasks can be shared. That this compiles is the test.

use std::future::IntoFuture;

use alicloud::credentials::CredentialsError;
use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::testing::Replay;
use alicloud::transport::TransportError;
use alicloud::{Call, Client, Config, Credentials, Error, Items, Reply};

#[test]
fn threads_share_clients_requests_and_errors() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Config>();
    shared::<Client>();
    shared::<ga::Client>();
    shared::<Credentials>();
    shared::<Replay>();
    shared::<associate::Request>();
    shared::<Reply<associate::Response>>();
    shared::<Error>();
    shared::<Error<associate::Error>>();
    shared::<CredentialsError>();
    shared::<TransportError>();
}

#[test]
fn calls_and_what_they_wait_for_move_between_threads() {
    fn moves<T: Send>(_: &T) {}
    let client = ga::Client::new(&Replay::new().config());
    let call: Call<_, _> = client.describe_listener(ga::describe_listener::Request::new());
    moves(&call.send());
    let request = ga::list_listeners::Request::new();
    let items: Items<_, _> = client.list_listeners(request).items();
    moves(&items);
    moves(&client.call("DescribeListener").events());
    moves(&client.call("DescribeListener").download().into_future());
    let request = ga::describe_listener::Request::new();
    moves(&client.wait_until_listener_active(request));
}
