//! Why there are no credentials.

use std::fmt;
use std::sync::Arc;

/// The reason why there are no credentials: which provider was asked, and why it
/// had none.
///
/// `Display` has a line for each provider that was tried, indented below the one
/// that tried it. It holds no secret. One pointer wide; a clone is cheap.
#[derive(Clone)]
pub struct CredentialsError(Arc<Inner>);

struct Inner {
    provider: &'static str,
    message: String,
    tried: Vec<CredentialsError>,
    transient: bool,
    refuses_key: bool,
    status: Option<u16>,
}

impl CredentialsError {
    /// Creates the failure of a provider, in words that hold no secret.
    pub fn new(provider: &'static str, message: impl Into<String>) -> Self {
        Self::all(provider, message, Vec::new())
    }

    /// Creates the failure of a provider that asked others.
    pub fn all(
        provider: &'static str,
        message: impl Into<String>,
        tried: Vec<CredentialsError>,
    ) -> Self {
        Self::of(Inner {
            provider,
            message: message.into(),
            tried,
            transient: false,
            refuses_key: false,
            status: None,
        })
    }

    fn of(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The same, which is a server's refusal of the key that it was asked with.
    pub(super) fn refusing_key(self) -> Self {
        self.with(|inner| inner.refuses_key = true)
    }

    /// The same, which may be gone at the next try.
    pub(super) fn transient(self) -> Self {
        self.with(|inner| inner.transient = true)
    }

    /// The same, which is a server's reply of that status.
    pub(super) fn of_status(self, status: u16) -> Self {
        self.with(|inner| inner.status = Some(status))
    }

    /// Errors are changed where they are made, before they are shared.
    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
        }
        self
    }

    /// The status of the reply that this is about.
    pub(super) fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Whether the key was refused as expired or revoked that its server was asked
    /// with.
    pub(super) fn refuses_key(&self) -> bool {
        self.0.refuses_key
    }

    /// Returns whether this provider's network or server failed in a way that may
    /// be gone at the next try. Most providers have tried three times by then.
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// Returns the provider that failed.
    pub fn provider(&self) -> &'static str {
        self.0.provider
    }

    /// Returns why it failed.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns what it tried, in that order, and why each of them failed.
    pub fn tried(&self) -> &[CredentialsError] {
        &self.0.tried
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{}: {}", self.0.provider, self.0.message)?;
        for tried in &self.0.tried {
            write!(f, "\n{:width$}", "", width = (depth + 1) * 2)?;
            tried.write(f, depth + 1)?;
        }
        Ok(())
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

impl fmt::Debug for CredentialsError {
    /// Writes the same lines: what a `main` that returns it prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for CredentialsError {}
