//! Spans and events of calls and attempts: names after OpenTelemetry's conventions
//! for RPC and HTTP clients, no parameter's value.

use std::time::Duration;

use tracing::{Span, field};

use super::job::Parts;
use super::prepare;
use super::reply::Raw;
use crate::client::Attempt;
use crate::error::Error;
use crate::schema::Operation;

/// The span of a call, with all of its attempts.
pub(super) fn call(parts: &Parts) -> Span {
    let operation = parts.operation;
    tracing::info_span!(
        "alicloud.call",
        rpc.system = "alicloud",
        rpc.service = operation.product.name,
        rpc.method = operation.name,
        cloud.region = prepare::region(parts),
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
        aliyun.request_id = field::Empty,
        attempts = field::Empty,
    )
}

/// The span of one attempt.
pub(super) fn attempt(host: &str, method: &str, attempt: &Attempt) -> Span {
    tracing::debug_span!(
        "alicloud.attempt",
        rpc.method = attempt.operation.name,
        server.address = host,
        http.request.method = method,
        http.request.resend_count = attempt.number - 1,
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
        aliyun.request_id = field::Empty,
    )
}

/// Writes into the span of a call how that ended.
pub(super) fn record_call(span: &Span, operation: &Operation, result: &Result<Raw, Error>) {
    let attempts = match result {
        Ok(raw) => raw.attempts,
        Err(error) => error.attempts(),
    };
    span.record("attempts", attempts);
    record(span, operation, result);
}

/// Writes into a span how what it spans ended.
pub(super) fn record(span: &Span, operation: &Operation, result: &Result<Raw, Error>) {
    let (status, request_id) = match result {
        Ok(raw) => (Some(raw.status), raw.request_id.as_deref()),
        Err(error) => (error.status(), error.request_id()),
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if let Some(id) = request_id {
        span.record("aliyun.request_id", id);
    }
    span.in_scope(|| match result {
        Ok(_) => tracing::debug!(rpc.method = operation.name, "succeeded"),
        Err(error) => {
            span.record("error.type", error.kind_name());
            tracing::debug!(
                rpc.method = operation.name,
                "error.type" = error.kind_name(),
                "failed"
            );
        }
    });
}

/// Says that an attempt had to wait for its turn.
pub(super) fn waited(operation: &Operation, waited: Duration) {
    tracing::debug!(
        rpc.method = operation.name,
        wait_ms = waited.as_millis() as u64,
        "waited for its turn"
    );
}
