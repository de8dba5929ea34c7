//! The reply to an attempt: a success, an error of the service, or neither.

use bytes::Bytes;

use super::decode;
use super::incoming::{Incoming, Reading};
use super::job::Parts;
use super::reply::Raw;
use crate::credentials::Credentials;
use crate::decode::content;
use crate::error::{Cause, Error, Service, Unmasked, excerpt};
use crate::gateway::Spelling;
use crate::schema::ReplyBody;
use crate::transport::Confidential;

/// An attempt's request as it was signed: what of it is secret, and so how its reply is
/// told of.
pub(super) struct Signed<'a> {
    pub(super) parts: &'a Parts,
    pub(super) credentials: &'a Credentials,
    /// The attempt's number, from 1.
    pub(super) attempt: u32,
    pub(super) spelling: &'static Spelling,
    /// Empty where nothing was signed.
    pub(super) string_to_sign: String,
    /// As it is in the request; empty where nothing was signed.
    pub(super) signature: String,
}

impl Signed<'_> {
    /// What came, if it is a success: `reply` with its body as far as that was read, and
    /// what is still to come of it.
    pub(super) fn judge(
        &self,
        reply: http::Response<Bytes>,
        unread: Option<Box<Incoming>>,
    ) -> Result<Raw, Error> {
        if !reply.status().is_success() || self.reports_failure(reply.body()) {
            return self.failure(reply);
        }
        let operation = self.parts.operation;
        if !self.may_be_anything() {
            let wants_events = matches!(self.parts.options.reading, Reading::Events(_));
            let checked = decode::check(operation, &reply, wants_events);
            if let Err(reason) = checked {
                return Err(self.unreadable(reply, reason));
            }
        }
        let (head, body) = reply.into_parts();
        Ok(Raw {
            operation,
            status: head.status.as_u16(),
            request_id: self.spelling.request_id(&head.headers),
            headers: head.headers,
            body: if unread.is_some() { Bytes::new() } else { body },
            attempts: self.attempt,
            unread,
        })
    }

    /// Whether nothing can be told from what the body of a success looks like.
    fn may_be_anything(&self) -> bool {
        self.parts.operation.reply == ReplyBody::Binary
            || matches!(self.parts.options.reading, Reading::Pieces)
    }

    /// Whether the body of a success says that the call failed.
    fn reports_failure(&self, body: &[u8]) -> bool {
        if self.may_be_anything() || !self.parts.client.settings().in_band_failures {
            return false;
        }
        match self.parts.options.reading {
            Reading::Events(fields) => Service::event_reports_failure(body, self.spelling, fields),
            _ => Service::reports_failure(body, self.spelling),
        }
    }

    /// An error reply, unless it is how the service says that a dry run passed.
    fn failure(&self, reply: http::Response<Bytes>) -> Result<Raw, Error> {
        let parameters = self.parts.secrets();
        let said = Unmasked::read(reply, self.spelling);
        let diagnosis = said.diagnosis(&self.string_to_sign);
        let service = said.masked(&self.secrets(&parameters));
        let operation = self.parts.operation;
        if self.parts.options.dry_run && service.code == "DryRunOperation" {
            return Ok(Raw {
                operation,
                status: service.status,
                headers: service.headers,
                body: service.body,
                request_id: service.request_id,
                attempts: self.attempt,
                unread: None,
            });
        }
        Err(Error::new(operation, Cause::Service(service))
            .after(self.attempt)
            .diagnosed(diagnosis))
    }

    /// A success that is not what the operation documents. The reason goes on from "it".
    fn unreadable(&self, reply: http::Response<Bytes>, reason: &str) -> Error {
        let parameters = self.parts.secrets();
        let secrets = self.secrets(&parameters);
        let mut message = format!("cannot be read: it {reason}");
        let begins = excerpt(content(reply.body()), &secrets);
        if !begins.is_empty() {
            message = format!("{message}: {begins}");
        }
        let reply = Service::read(reply, self.spelling, &secrets);
        Error::new(self.parts.operation, Cause::Reply { message, reply }).after(self.attempt)
    }

    /// What nobody may be told of the request: the values of secret `parameters`, and what
    /// it was signed with.
    pub(super) fn secrets<'s>(&'s self, parameters: &'s [String]) -> Vec<&'s str> {
        let credentials = self.credentials;
        let mut secrets: Vec<&str> = parameters.iter().map(String::as_str).collect();
        secrets.push(credentials.access_key_secret());
        secrets.extend(credentials.security_token());
        secrets.extend(credentials.bearer_token());
        secrets.extend(credentials.identity_token());
        secrets.push(&self.signature);
        secrets
    }

    /// What a transport that records must not keep of the exchange.
    pub(super) fn confidential(&self) -> Confidential {
        let parameters = self.parts.secrets();
        let mut values = self.secrets(&parameters);
        values.push(self.credentials.access_key_id());
        // Another one each time.
        values.extend(self.parts.uploaded.iter().map(String::as_str));
        values.retain(|value| !value.is_empty());
        Confidential {
            values: values.into_iter().map(str::to_owned).collect(),
            response: self.parts.response,
        }
    }
}
