//! The service, played: what it answers to each task, and what it was asked.

use std::io::Write;

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::testing::{Recorded, Replay};

use super::{Failure, Task};

/// Answers with documented samples and codes, in the order of the task.
pub(super) fn service(task: &Task) -> Replay {
    let bound = r#"{"State": "binded"}"#;
    let active = r#"{"State": "active"}"#;
    let replay = Replay::new();
    match task {
        Task::Create(wanted) => {
            let mut replay = replay
                .sample::<ga::create_accelerator::Response>()
                .sample::<ga::describe_accelerator::Response>()
                .sample::<ga::create_bandwidth_package::Response>()
                .respond(200, active)
                .sample::<ga::bandwidth_package_add_accelerator::Response>()
                .respond(200, bound)
                .sample::<ga::describe_accelerator::Response>()
                .sample::<ga::create_ip_sets::Response>()
                .sample::<ga::list_ip_sets::Response>()
                .sample::<ga::describe_accelerator::Response>()
                .sample::<ga::create_listener::Response>()
                .sample::<ga::describe_listener::Response>()
                .sample::<ga::create_endpoint_group::Response>()
                .sample::<ga::describe_endpoint_group::Response>()
                .sample::<ga::describe_listener::Response>();
            for _ in 0..wanted.domains.len().saturating_sub(1).div_ceil(10) {
                replay = replay
                    .sample::<associate::Response>()
                    .sample::<ga::describe_listener::Response>();
            }
            replay.sample::<ga::describe_accelerator::Response>()
        }
        Task::Delete { .. } => replay
            .sample::<ga::list_endpoint_groups::Response>()
            .sample::<ga::delete_endpoint_group::Response>()
            .error(ga::describe_endpoint_group::ErrorKind::NotExistEndPointGroup)
            .sample::<ga::list_listeners::Response>()
            .sample::<ga::delete_listener::Response>()
            .error(ga::describe_listener::ErrorKind::NotExistListener)
            .sample::<ga::list_ip_sets::Response>()
            .sample::<ga::delete_ip_set::Response>()
            .error(ga::describe_ip_set::ErrorKind::NotExistIpSet)
            .sample::<ga::describe_accelerator::Response>()
            .sample::<ga::describe_accelerator::Response>()
            .sample::<ga::bandwidth_package_remove_accelerator::Response>()
            .respond(200, active)
            .sample::<ga::describe_accelerator::Response>()
            .sample::<ga::delete_bandwidth_package::Response>()
            .error(ga::describe_bandwidth_package::ErrorKind::NotExistBandwidthPackage)
            .sample::<ga::delete_accelerator::Response>()
            .error(ga::describe_accelerator::ErrorKind::NotExistAccelerator),
    }
}

/// A request as it would be sent, without what is the same in all.
pub(super) fn print(number: usize, request: &Recorded, out: &mut dyn Write) -> Result<(), Failure> {
    let operation = request.operation().unwrap_or_default();
    writeln!(out, "{number}. {operation}")?;
    for (name, value) in request.queries().iter().chain(request.forms()) {
        if !matches!(name.as_str(), "RegionId" | "ClientToken") {
            writeln!(out, "   {name}={value}")?;
        }
    }
    Ok(())
}
