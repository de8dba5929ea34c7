//! [`Explanation`]: what a call would send, with every step of its signature and
//! without its secrets.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::deadline::Deadline;
use super::job::{ByName, Parts};
use super::observe;
use super::prepare::{self, Prepared};
use crate::client::Attempt;
use crate::content::FileContent;
use crate::credentials::Credentials;
use crate::encode::UnsignedRequest;
use crate::error::{Cause, Error};
use crate::mask::{MASK, json_escaped};
use crate::params;
use crate::signature::SignedRequest;
use crate::value::Pending;

/// A call as it would be sent, signed. `Display` writes all of it.
///
/// The signature, security and bearer tokens, and the values of parameters that
/// the documentation calls secret are `***`: where there are any, it is the
/// request with `***` in their place that was hashed and signed here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The HTTP method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The headers, in the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// The body; text that is no UTF-8 with replacement characters. Empty where it is a file.
    pub body: String,
    /// The file that is the body. Nothing of it was sent; one on disk was read, for its
    /// hash is signed.
    pub file: Option<FileContent>,
    /// The files that would be uploaded before the call, in this order. None was read, so
    /// something else stands in the request where the URLs will be.
    pub uploads: Vec<PlannedUpload>,
    /// V3: the canonical request. V1: the canonical query. Empty where nothing is
    /// signed.
    pub canonical_request: String,
    /// The string that the key is applied to. Empty where nothing is signed.
    pub string_to_sign: String,
    /// The reason why a [`Guard`](crate::Guard) would deny the call, where one would.
    pub denied: Option<String>,
}

/// A file that a call would upload before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedUpload {
    /// The parameter that takes its URL, by wire name: `Tasks.2.ImageURL`.
    pub parameter: String,
    /// The file.
    pub content: FileContent,
}

pub(crate) async fn explain(mut parts: Box<Parts>) -> Result<Explanation, Error> {
    let denied = prepare::permitted(&parts).err();
    prepare::fill(&mut parts)?;
    let parts = &*parts;
    let mut prepared = Prepared::new(parts)?;
    // A stream can be read once: not now.
    if prepared
        .file()
        .is_some_and(|file| file.content.path().is_some())
    {
        prepared.read_file(parts, Deadline::NONE).await?;
    }
    let unsent = |cause| Error::new(parts.operation, cause);
    let credentials = prepared
        .credentials(parts, Deadline::NONE)
        .await
        .map_err(unsent)?;
    let attempt = Attempt {
        operation: parts.operation,
        call_id: observe::call_id(),
        number: 1,
        pause: Duration::ZERO,
    };
    let mut request = prepared.request(parts, &attempt)?;
    let shows_secrets = |call: &ByName| call.shows_secrets;
    if !parts.encoded.as_ref().is_some_and(shows_secrets) {
        mask_request(&mut request, &parts.secrets());
    }
    let masked = mask_credentials(&credentials);
    let nonce = crate::random::uuid();
    let how = prepared.signing(parts, &masked, &nonce);
    let signed = prepared.gateway.sign(request, &how);
    let signed = signed.map_err(|e| unsent(Cause::Unsendable(e)))?;
    let mut explanation = Explanation::new(signed);
    explanation.denied = denied.map(|error| error.to_string());
    explanation.file = prepared.file().map(|file| file.content.clone());
    if parts.has_files() {
        let planned = |Pending { parameter, content }| PlannedUpload { parameter, content };
        explanation.uploads = parts.files().into_iter().map(planned).collect();
    }
    Ok(explanation)
}

impl Explanation {
    fn new(mut signed: SignedRequest<'_>) -> Self {
        if !signed.signature.is_empty() {
            let encoded = params::encode(&signed.signature);
            signed.url = signed.url.replace(&encoded, MASK);
            for (name, value) in &mut signed.headers {
                if name == "authorization" {
                    *value = value.replace(&signed.signature, MASK).into();
                }
            }
        }
        Self {
            method: signed.method.into_owned(),
            url: signed.url,
            headers: params::owned(signed.headers),
            body: String::from_utf8_lossy(&signed.body).into_owned(),
            file: None,
            uploads: Vec::new(),
            canonical_request: signed.canonical_request,
            string_to_sign: signed.string_to_sign,
            denied: None,
        }
    }

    /// Writes the request as a command line for a POSIX shell. It answers with a
    /// signature error unless the masked parts are filled in.
    pub fn curl(&self) -> String {
        let mut line = format!("curl -X {} {}", self.method, quoted(&self.url));
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "host") {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
        if !self.body.is_empty() {
            line.push_str(&format!(" --data-raw {}", quoted(&self.body)));
        }
        if let Some(file) = &self.file {
            let path = file
                .path()
                .map_or("-".into(), |path| path.to_string_lossy());
            line.push_str(&format!(" --data-binary {}", quoted(&format!("@{path}"))));
        }
        line
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(denied) = &self.denied {
            writeln!(f, "denied: {denied}\n")?;
        }
        writeln!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        if !self.body.is_empty() {
            writeln!(f, "\n{}", self.body)?;
        }
        if let Some(file) = &self.file {
            writeln!(f, "\n({file})")?;
        }
        for upload in &self.uploads {
            writeln!(
                f,
                "\nuploaded before, for `{}`: {}",
                upload.parameter, upload.content
            )?;
        }
        for (title, text) in [
            ("canonical request", &self.canonical_request),
            ("string to sign", &self.string_to_sign),
        ] {
            if !text.is_empty() {
                writeln!(f, "\n{title}:")?;
                for line in text.split('\n') {
                    writeln!(f, "    {line}")?;
                }
            }
        }
        write!(f, "\n{}", self.curl())
    }
}

/// Single quotes keep a shell from reading anything but their own end.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn mask_credentials(credentials: &Credentials) -> Credentials {
    if credentials.identity_token().is_some() {
        return Credentials::id_token(MASK);
    }
    if credentials.bearer_token().is_some() {
        return Credentials::bearer(MASK);
    }
    if credentials.is_anonymous() {
        return Credentials::anonymous();
    }
    let masked = Credentials::new(credentials.access_key_id(), credentials.access_key_secret());
    match credentials.security_token() {
        Some(_) => masked.with_security_token(MASK),
        None => masked,
    }
}

fn mask_request(request: &mut UnsignedRequest<'_>, secrets: &[String]) {
    for secret in secrets {
        // Within a JSON document, a text may be escaped.
        let escaped = &json_escaped(secret);
        let pairs = [&mut request.query, &mut request.form, &mut request.headers];
        for (_, value) in pairs.into_iter().flatten() {
            mask(value, secret);
            mask(value, escaped);
        }
        mask(&mut request.path, &params::encode(secret));
        if let Ok(body) = std::str::from_utf8(&request.body) {
            let mut body = Cow::Borrowed(body);
            mask(&mut body, secret);
            mask(&mut body, escaped);
            request.body = Bytes::from(body.into_owned());
        }
    }
}

fn mask(text: &mut Cow<'_, str>, secret: &str) {
    if text.contains(secret) {
        *text = text.replace(secret, MASK).into();
    }
}
