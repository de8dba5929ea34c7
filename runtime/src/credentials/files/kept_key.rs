//! The temporary access key that a profile of `config.json` keeps: what its sign-in was
//! exchanged for, used by every program until it expires.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::config_json::Profiles;
use super::lock::LockedFile;
use super::reader::Reader;
use crate::credentials::credentials::Credentials;
use crate::credentials::error::CredentialsError;
use crate::time::Clock;

/// A key that lasts less long is exchanged for another, and used where that fails.
const ENOUGH: Duration = Duration::from_secs(300);

/// The place of a profile's key. A clone is the same place.
#[derive(Clone, Debug)]
pub(in crate::credentials) struct KeptKey {
    path: PathBuf,
    profile: String,
    reader: Reader,
    /// The id of the key that the service refused last, whatever its expiry says.
    refused: Arc<Mutex<Option<String>>>,
}

impl KeptKey {
    /// In the profile of this name of the file at `path`.
    pub(in crate::credentials) fn new(path: &Path, profile: &str) -> Self {
        Self {
            path: path.to_owned(),
            profile: profile.to_owned(),
            reader: Reader::default(),
            refused: Arc::default(),
        }
    }

    /// The key that is kept, if it lasts; else what `exchange` gives, which is kept from
    /// then on where the file can be written. Only one process exchanges at a time.
    pub(in crate::credentials) async fn get<E>(
        &self,
        clock: &Clock,
        exchange: impl FnOnce(Arc<LockedFile>) -> E,
    ) -> Result<Credentials, CredentialsError>
    where
        E: Future<Output = Result<Credentials, CredentialsError>>,
    {
        let lasts = |key: &Credentials| key.expiry() > Some(clock.now() + ENOUGH);
        if let Some(kept) = self.read(clock).await.filter(lasts) {
            return Ok(kept);
        }
        let file = Arc::new(LockedFile::lock(&self.path).await);
        // another process may have exchanged it meanwhile
        let kept = self.read(clock).await;
        match kept {
            Some(kept) if lasts(&kept) => Ok(kept),
            kept => match exchange(file.clone()).await {
                Ok(key) => {
                    self.write(&file, &key).await;
                    Ok(key)
                }
                Err(e) => kept.ok_or(e),
            },
        }
    }

    /// Hears that the service refused a key.
    pub(in crate::credentials) fn refuse(&self, key: &Credentials) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused = Some(key.access_key_id().to_owned());
    }

    fn is_refused(&self, id: &str) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.as_deref() == Some(id)
    }

    /// The key that is kept, unless it has expired or was refused.
    async fn read(&self, clock: &Clock) -> Option<Credentials> {
        let text = self.reader.read(self.path.clone()).await.ok()?;
        let file = Profiles::parse(text.expose()).ok()?;
        let profile = file.find(&self.profile).ok()?;
        let id = profile.get("access_key_id")?;
        let key = Credentials::new(id, profile.get("access_key_secret")?)
            .with_security_token(profile.get("sts_token")?)
            .with_expiry(profile.time("sts_expiration")?);
        (key.expiry() > Some(clock.now()) && !self.is_refused(id)).then_some(key)
    }

    /// Keeps a key. Where that fails (a file that is read-only), each process exchanges for
    /// itself.
    async fn write(&self, file: &LockedFile, key: &Credentials) {
        let (Some(token), Some(expiry)) = (key.security_token(), key.expiry()) else {
            return;
        };
        let changes = vec![
            ("access_key_id", Value::from(key.access_key_id())),
            ("access_key_secret", Value::from(key.access_key_secret())),
            ("sts_token", Value::from(token)),
            ("sts_expiration", Value::from(unix_seconds(expiry))),
        ];
        let written = match file.replacement().await {
            Ok(replacement) => file.write(replacement, &self.profile, changes).await,
            Err(e) => Err(e),
        };
        if let Err(e) = written {
            let path = self.path.display();
            tracing::debug!("the temporary key is not kept in {path}: {e}");
        }
    }
}

/// As the file writes times.
pub(in crate::credentials) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
