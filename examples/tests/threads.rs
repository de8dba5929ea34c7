//! What an app shares between tasks can be shared. That this compiles is the test.

use std::future::IntoFuture;

use alicloud::credentials::{
    AssumeRole, AssumeRoleWithOidc, Cached, Chain, CliProfile, CloudSso, CredentialsUri,
    EcsRamRole, Environment, EnvironmentVariables, ExternalProcess, IniFile,
};
use alicloud::credentials::{Context, CredentialsError};
use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::testing::{Recorded, Replay};
use alicloud::transport::{self, Http, HttpOptions, TransportError};
use alicloud::{Attempt, Diagnosis, EndpointError, Explanation, Violation, WaitError};
use alicloud::{Call, Client, Config, Credentials, Error, Items, Reply};
use alicloud::{Pages, Proxy, RawCall, RawClient, Retry, Sending, UnsignedRequest};

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
    shared::<Error<associate::ErrorKind>>();
    shared::<CredentialsError>();
    shared::<TransportError>();
    shared::<(EndpointError, Violation, Diagnosis, Explanation)>();
    shared::<WaitError<alicloud::Undocumented>>();
}

#[test]
fn threads_share_what_configures_a_client() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    shared::<(RawClient, Retry, Proxy, Http, HttpOptions, Recorded)>();
    shared::<(Attempt, UnsignedRequest<'static>)>();
    shared::<(Context, Environment, EnvironmentVariables)>();
    shared::<(AssumeRole, AssumeRoleWithOidc, CloudSso, CredentialsUri)>();
    shared::<(CliProfile, EcsRamRole, ExternalProcess, IniFile)>();
    shared::<Cached<EcsRamRole>>();
    fn without_clone<T: Send + Sync + 'static>() {}
    without_clone::<Chain>();
}

#[test]
fn what_is_on_its_way_moves_between_threads() {
    fn moves<T: Send + 'static>() {}
    moves::<(RawCall, transport::Body)>();
    type Listed = ga::list_listeners::Response;
    moves::<Call<Listed, alicloud::Undocumented>>();
    moves::<Sending<Listed, alicloud::Undocumented>>();
    moves::<(
        Pages<Listed, alicloud::Undocumented>,
        Items<Listed, alicloud::Undocumented>,
    )>();
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
