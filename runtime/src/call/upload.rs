//! What comes before a call with files: each is uploaded, and its URL put in its place.

use bytes::Bytes;

use super::backoff::{FailedAttempt, back_off};
use super::deadline::Deadline;
use super::incoming::Reading;
use super::job::{ByName, Nothing, Parts};
use super::options::Options;
use super::prepare::{self, Prepared};
use super::reply::Raw;
use super::{turn, unanswered};
use crate::content::Sent;
use crate::error::{Cause, Error, Service, UploadStep};
use crate::future::BoxFuture;
use crate::transport::{Body, SendOptions, exchange, while_sent};
use crate::upload::{AUTHORIZE, Authorization, Form, SPELLING, authorize};
use crate::value::Pending;

/// How a call is sent that has no files.
type Send = fn(Box<Parts>) -> BoxFuture<'static, Result<Raw, Error>>;

/// Uploads the files of a call. First, nothing else may be wrong with the call, and every
/// file has to be there.
///
/// An upload changes nothing in the product, so one that failed is repeated as a read is,
/// under a permission of its own; but a stream that was read cannot be.
pub(crate) async fn upload_files(
    parts: &mut Parts,
    deadline: Deadline,
    send: Send,
) -> Result<(), Error> {
    let files = parts.files();
    if files.is_empty() {
        return Ok(());
    }
    Prepared::new(parts)?;
    let mut lengths = Vec::with_capacity(files.len());
    for file in &files {
        let length = prepare::checked_length(parts, &file.content).await;
        lengths.push(length.map_err(|why| {
            let why = format!("`{}`: {why}", file.parameter);
            Error::new(parts.operation, Cause::Unsendable(why))
        })?);
    }
    let mut urls = Vec::with_capacity(files.len());
    for (file, length) in files.iter().zip(lengths) {
        let upload = Upload {
            parts,
            file,
            length,
            deadline,
            send,
        };
        urls.push(upload.run().await?);
    }
    parts.put_urls(urls);
    // It has passed already, and nobody chose these URLs.
    parts.options.preflight = Some(false);
    Ok(())
}

/// One file on its way.
struct Upload<'a> {
    parts: &'a Parts,
    file: &'a Pending,
    length: u64,
    deadline: Deadline,
    send: Send,
}

impl Upload<'_> {
    /// The URL of the file, once it is there.
    async fn run(&self) -> Result<String, Error> {
        let mut number = 0;
        loop {
            number += 1;
            let permission = self.authorized().await?;
            let held = |cause| self.error(UploadStep::Upload, cause).after(number - 1);
            let place = turn::place(self.parts, self.deadline).await;
            let place = place.map_err(held)?;
            let sent = self.sent(&permission).await;
            drop(place);
            let error = match sent {
                Ok(()) => return Ok(permission.url()),
                Err(cause) => self.error(UploadStep::Upload, cause).after(number),
            };
            let failed = FailedAttempt {
                error: &error,
                number,
                repeatable: true,
                next: "uploading again",
            };
            let can_be_sent = self.file.content.can_be_sent();
            if !can_be_sent || back_off(self.parts, failed, self.deadline).await.is_none() {
                return Err(error);
            }
        }
    }

    /// A new permission. Asking for it is a call with all that calls do: credentials,
    /// signature, retries.
    async fn authorized(&self) -> Result<Authorization, Error> {
        let asked = &self.parts.client;
        let client = asked.of_product(AUTHORIZE.product);
        let region = prepare::region(self.parts);
        let request = authorize(self.parts.operation.product, region).into_owned();
        let mut parts = Parts::new(&client, &AUTHORIZE, Box::new(Nothing));
        parts.options = Options {
            endpoint: Some(asked.settings().uploads.open_platform.clone()),
            region: None,
            headers: Vec::new(),
            preflight: None,
            dry_run: false,
            reading: Reading::Whole,
            deadline: self.deadline.remaining(),
            ..self.parts.options.clone()
        };
        parts.encoded = Some(ByName::new(request));
        let step = UploadStep::Authorize;
        let told = (self.send)(parts).await.and_then(|raw| {
            let read = Authorization::read(&raw.body);
            read.map_err(|why| raw.error(format!("gives no permission: it {why}")))
        });
        told.map_err(|error| error.in_upload(self.parts.operation, step, &self.file.parameter))
    }

    /// Sends the file to where it is permitted.
    async fn sent(&self, permission: &Authorization) -> Result<(), Cause> {
        let settings = self.parts.client.settings();
        let host = permission.host(settings.uploads.accelerate);
        let transport = settings.transport("https").map_err(Cause::Unsendable)?;
        let sent = Sent::default();
        let opened = self.file.content.open(self.length, &sent);
        let opened = opened.map_err(Cause::Unsendable)?;
        let form = Form::new(permission);
        let request = http::Request::post(format!("https://{host}/"))
            .header(http::header::CONTENT_TYPE, form.content_type())
            .header(http::header::USER_AGENT, self.parts.client.user_agent())
            .body(form.body(opened));
        let request: http::Request<Body> =
            request.map_err(|e| Cause::Unsendable(format!("it makes no HTTP request: {e}")))?;
        let time = self.deadline.limit(self.parts.timeout());
        let options = SendOptions::new(time.left, settings.max_reply_bytes);
        let exchanged = exchange(&*transport, request, options);
        let reply = while_sent(exchanged, &host, time.shortest(), &sent).await;
        let reply: http::Response<Bytes> =
            reply.map_err(|e| Cause::Transport(unanswered::told(&AUTHORIZE, e, time.passed())))?;
        match reply.status().is_success() {
            true => Ok(()),
            false => {
                let service = Service::read(reply, &SPELLING, &permission.secrets());
                Err(Cause::Service(service))
            }
        }
    }

    fn error(&self, step: UploadStep, cause: Cause) -> Error {
        let operation = self.parts.operation;
        Error::new(operation, cause).in_upload(operation, step, &self.file.parameter)
    }
}
