//! POP, the gateway that most products stand behind: signature V3 (ACS3), or the old
//! ones, V1 for RPC and `acs` for ROA.

use std::borrow::Cow;
use std::time::Duration;

use super::gateway::{Gateway, Signing, Spelling, finish};
use super::host::Destination;
use crate::decode::Format;
use crate::encode::UnsignedRequest;
use crate::endpoint::{Endpoint, EndpointError};
use crate::mask::MASK;
use crate::params::{self, Pair};
use crate::schema::ApiStyle;
use crate::signature::{Signature, SignedRequest, ToSign, roa, v1, v3};

/// The gateway itself.
pub(crate) static ACS: Acs = Acs { v1_alone: false };
/// The same, in front of products that take the older signature alone.
pub(super) static ACS_V1: Acs = Acs { v1_alone: true };

#[derive(Debug)]
pub(crate) struct Acs {
    v1_alone: bool,
}

impl Gateway for Acs {
    fn endpoint(&self, destination: &Destination<'_>) -> Result<Endpoint<'static>, EndpointError> {
        destination.labelled()
    }

    fn sign<'a>(
        &self,
        request: UnsignedRequest<'a>,
        signing: &'a Signing<'a>,
    ) -> Result<SignedRequest<'a>, String> {
        let request = finish(request, signing)?;
        match (signing.signature, signing.common.style) {
            (Signature::V3, _) if !self.v1_alone => Ok(sign_v3(request, signing)),
            (_, ApiStyle::Rpc) => sign_v1(request, signing),
            (_, ApiStyle::Roa) => Ok(sign_roa(request, roa::headers(&signing.common), signing)),
        }
    }

    /// As the official clients do.
    fn mark_repeated(&self, request: &mut UnsignedRequest<'_>, retries: u32, pause: Duration) {
        let (retries, pause) = (retries.to_string(), pause.as_millis().to_string());
        request.headers.extend([
            ("x-acs-retry-attempts".into(), retries.into()),
            ("x-acs-retry-delay".into(), pause.into()),
        ]);
    }

    /// RPC products write `Code`, ROA ones `code`, and some have names of their own.
    fn spelling(&self) -> &'static Spelling {
        &Spelling {
            // FC's own, where it is not behind the common one.
            request_id: &["x-acs-request-id", "x-fc-request-id"],
            code: &[
                "Code",
                "code",
                "ErrorCode",
                "errorCode",
                "ErrCode",
                "errCode",
            ],
            message: &[
                "Message",
                "message",
                "ErrorMessage",
                "errorMessage",
                "ErrMessage",
                "errMessage",
                "msg",
                "Msg",
            ],
        }
    }
}

fn sign_v3<'a>(mut request: UnsignedRequest<'a>, signing: &'a Signing<'a>) -> SignedRequest<'a> {
    let common = &signing.common;
    let hash = payload_hash(&request);
    request.query.extend(v3::common_params(common));
    if common.format == Format::Xml && common.style == ApiStyle::Rpc {
        // The gateway looks at the parameter, not at `accept`.
        if !request.query.iter().any(|(name, _)| name == "Format") {
            request.query.push(("Format".into(), "XML".into()));
        }
    }
    let mut headers = v3::headers(common, "");
    // Owned, unlike the others: the hash is made here.
    if let Some(header) = headers
        .iter_mut()
        .find(|(name, _)| name == "x-acs-content-sha256")
    {
        header.1 = hash.clone();
    }
    let headers = merged(headers, request.headers);
    let to_sign = ToSign {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
    };
    let (id, secret) = signing.key();
    let signed = v3::sign(&to_sign, &hash, id, secret);
    let url = signing.url(&request.path, signed.query());
    let mut ready = SignedRequest::unsigned(request.method, url, headers, request.body);
    if signing.is_signed() {
        ready.authorize(signed.authorization);
        ready.canonical_request = signed.canonical_request;
        ready.string_to_sign = signed.string_to_sign;
        ready.signature = signed.signature;
    }
    ready
}

/// The hash of the body, or of the file that is it; of one that was not read, nothing.
fn payload_hash(request: &UnsignedRequest<'_>) -> Cow<'static, str> {
    match request.file().map(|file| &file.measured) {
        None => v3::payload_hash(&request.body),
        Some(Some(measured)) => measured.sha256.clone().into(),
        Some(None) => MASK.into(),
    }
}

fn sign_v1<'a>(
    mut request: UnsignedRequest<'a>,
    signing: &'a Signing<'a>,
) -> Result<SignedRequest<'a>, String> {
    let common = &signing.common;
    let own = v1::common_params(common);
    // The parameters of the protocol and of the operation share one name space.
    let clash = own.iter().map(|(name, _)| name).find(|name| {
        let mut all = request.query.iter().chain(&request.form);
        all.any(|(other, _)| other == *name)
    });
    if let Some(name) = clash {
        return Err(format!(
            "its parameter {name} cannot be sent with signature V1, which has one of that name; use V3"
        ));
    }
    request.query.extend(own);
    let (_, secret) = signing.key();
    let (mut query, signed) = if request.form.is_empty() {
        let signed = v1::sign(&request.method, &request.query, secret);
        (signed.canonical.clone(), signed)
    } else {
        let query = params::canonical_query(&request.query);
        request.query.extend(request.form);
        (query, v1::sign(&request.method, &request.query, secret))
    };
    if signing.is_signed() {
        query.push_str("&Signature=");
        query.push_str(&params::encode(&signed.signature));
    }
    let headers = merged(v1::headers(common), request.headers);
    let mut ready = SignedRequest::unsigned(
        request.method,
        signing.url("/", &query),
        headers,
        request.body,
    );
    if signing.is_signed() {
        ready.canonical_request = signed.canonical;
        ready.string_to_sign = signed.string_to_sign;
        ready.signature = signed.signature;
    }
    Ok(ready)
}

/// Signs with `acs`; `protocol` are the headers that every call carries.
pub(super) fn sign_roa<'a>(
    request: UnsignedRequest<'a>,
    protocol: Vec<Pair<'a>>,
    signing: &'a Signing<'a>,
) -> SignedRequest<'a> {
    let headers = merged(protocol, request.headers);
    let to_sign = ToSign {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &headers,
    };
    let (id, secret) = signing.key();
    let signed = roa::sign(&to_sign, id, secret);
    let query = params::canonical_query(&request.query);
    let url = signing.url(&request.path, &query);
    let mut ready = SignedRequest::unsigned(request.method, url, headers, request.body);
    if signing.is_signed() {
        ready.authorize(signed.authorization);
        ready.string_to_sign = signed.string_to_sign;
        ready.signature = signed.signature;
    }
    ready
}

/// The protocol's headers and the request's own, which do not replace any of the
/// protocol's but `accept` and `user-agent`.
fn merged<'a>(mut protocol: Vec<Pair<'a>>, own: Vec<Pair<'a>>) -> Vec<Pair<'a>> {
    for (name, value) in own {
        match protocol.iter_mut().find(|(other, _)| *other == name) {
            Some(header) if name == "accept" || name == "user-agent" => header.1 = value,
            Some(_) => {}
            None => protocol.push((name, value)),
        }
    }
    protocol
}
