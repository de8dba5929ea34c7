//! Spans and events of calls and attempts: fields after OpenTelemetry's conventions for
//! RPC clients (the call) and HTTP clients (each attempt), no parameter's value.
//!
//! The fields that begin with `otel.` are how a bridge to OpenTelemetry knows name, kind
//! and status of a span. A URL is not among the fields: parameters travel there.

use std::time::Duration;

use tracing::{Span, field};

use super::job::Parts;
use super::prepare;
use super::reply::Raw;
use crate::client::Attempt;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::schema::{ApiStyle, Operation};

/// The span of a call, with all of its attempts.
pub(super) fn call(parts: &Parts) -> Span {
    let operation = parts.operation;
    let product = operation.product;
    tracing::info_span!(
        "alicloud.call",
        otel.kind = "client",
        otel.name = format_args!("{}/{}", product.name, operation.name),
        otel.status_code = field::Empty,
        rpc.system.name = "aliyun",
        rpc.method = format_args!("{}/{}", product.name, operation.name),
        rpc.response.status_code = field::Empty,
        server.address = field::Empty,
        server.port = field::Empty,
        aliyun.product = product.name,
        aliyun.api_version = product.version,
        aliyun.operation = operation.name,
        aliyun.request_id = field::Empty,
        cloud.region = prepare::region(parts),
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
        attempts = field::Empty,
    )
}

/// Writes into the span of a call where that goes.
pub(super) fn record_server(span: &Span, endpoint: &Endpoint<'_>) {
    if !span.is_disabled() {
        span.record("server.address", endpoint.host());
        span.record("server.port", endpoint.port());
    }
}

/// The span of one attempt.
pub(super) fn attempt(endpoint: &Endpoint<'_>, method: &str, attempt: &Attempt) -> Span {
    let operation = attempt.operation;
    // The path of the others says nothing.
    let template = (operation.product.style == ApiStyle::Roa).then_some(operation.path);
    let separator = if template.is_some() { " " } else { "" };
    tracing::debug_span!(
        "alicloud.attempt",
        otel.kind = "client",
        otel.name = format_args!("{method}{separator}{}", template.unwrap_or_default()),
        otel.status_code = field::Empty,
        aliyun.operation = operation.name,
        aliyun.request_id = field::Empty,
        server.address = endpoint.host(),
        server.port = endpoint.port(),
        url.scheme = endpoint.scheme,
        url.template = template,
        http.request.method = method,
        http.request.resend_count = (attempt.number > 1).then(|| attempt.number - 1),
        http.response.status_code = field::Empty,
        "error.type" = field::Empty,
    )
}

/// Writes into the span of a call how that ended.
pub(super) fn record_call(span: &Span, operation: &Operation, result: &Result<Raw, Error>) {
    let attempts = match result {
        Ok(raw) => raw.attempts,
        Err(error) => error.attempts(),
    };
    span.record("attempts", attempts);
    if let Some(code) = result.as_ref().err().and_then(Error::code) {
        span.record("rpc.response.status_code", code);
    }
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
        Ok(_) => tracing::debug!(aliyun.operation = operation.name, "succeeded"),
        Err(error) => {
            span.record("error.type", error.kind_name());
            // A success leaves the status unset: what is one is for the app to say.
            span.record("otel.status_code", "ERROR");
            tracing::debug!(
                aliyun.operation = operation.name,
                "error.type" = error.kind_name(),
                "failed"
            );
        }
    });
}

/// Says that an attempt had to wait for its turn.
pub(super) fn waited(operation: &Operation, waited: Duration) {
    tracing::debug!(
        aliyun.operation = operation.name,
        wait_ms = waited.as_millis() as u64,
        "waited for its turn"
    );
}
