//! [`Library`]: metadata by name, from the service or from the cache of what was fetched.

use std::fmt;
use std::io;

use tokio::sync::OnceCell;

use super::cache::{Cache, Entry};
use super::catalogue::{Catalogue, Product};
use super::service::{FetchError, Service};
use crate::explore::either;

/// The service, where it may be asked, and the cache.
pub struct Library {
    service: Option<Service>,
    cache: Cache,
    /// The service's list, which is asked for once.
    catalogue: OnceCell<Catalogue>,
}

/// A product version of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The product's code, as published.
    pub code: String,
    /// The API version.
    pub version: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.version)
    }
}

/// The reason why metadata cannot be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum LibraryError {
    /// The service could not be asked, or did not answer with it.
    Fetch(FetchError),
    /// The cache cannot be read or written.
    Cache(io::Error),
    /// There is no such product.
    UnknownProduct {
        /// What was asked for.
        name: String,
        /// Codes that are near to it, and those whose product's name holds it.
        nearest: Vec<String>,
        /// Whether only the cache was looked into.
        offline: bool,
    },
    /// The product has no such version.
    UnknownVersion {
        /// The product's code.
        code: String,
        /// What was asked for; empty where it has none at all.
        version: String,
        /// The versions that there are.
        versions: Vec<String>,
    },
    /// It is to be fetched, and the service is not to be asked.
    Offline(Found),
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetch(error @ FetchError::Unreachable { .. }) => write!(
                f,
                "{error}\nwithout the network, `--offline` uses what was fetched before; \
                 `--base-url` and ALICLOUD_METADATA_URL name another server"
            ),
            Self::Fetch(error) => error.fmt(f),
            Self::Cache(error) => write!(f, "the cache of metadata: {error}"),
            Self::UnknownProduct {
                name,
                nearest,
                offline,
            } => {
                let among = if *offline {
                    " among those fetched before"
                } else {
                    ""
                };
                write!(f, "there is no product `{name}`{among}")?;
                if !nearest.is_empty() {
                    write!(f, "; did you mean {}?", either(nearest))?;
                }
                match offline {
                    true => write!(f, "\nwithout `--offline` the service's list is asked for"),
                    false => write!(f, "\n`cargo alicloud explore --search WORD` finds products"),
                }
            }
            Self::UnknownVersion {
                code,
                version,
                versions,
            } => {
                write!(
                    f,
                    "{code} has no version `{version}`; there is {}",
                    either(versions)
                )
            }
            Self::Offline(found) => write!(
                f,
                "{found} was not fetched yet, and `--offline` forbids it: run the same once \
                 without `--offline`"
            ),
        }
    }
}

impl std::error::Error for LibraryError {}

impl From<FetchError> for LibraryError {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

impl From<io::Error> for LibraryError {
    fn from(error: io::Error) -> Self {
        Self::Cache(error)
    }
}

impl Library {
    /// Creates a library with a service, or an offline one without.
    pub fn new(service: Option<Service>, cache: Cache) -> Self {
        Self {
            service,
            cache,
            catalogue: OnceCell::new(),
        }
    }

    /// The cache.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The list of products: the service's, which is asked for once, or offline the one that was
    /// kept.
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn catalogue(&self) -> Result<Catalogue, LibraryError> {
        let Some(service) = &self.service else {
            return Ok(self.cache.catalogue()?);
        };
        let fetch = || async {
            let catalogue = service.catalogue().await?;
            self.cache.keep_catalogue(&catalogue)?;
            Ok(catalogue)
        };
        self.catalogue.get_or_try_init(fetch).await.cloned()
    }

    /// The product version that somebody names: `Ga`, `ga@2019-11-20`. Without a version the
    /// one that the service recommends.
    ///
    /// # Errors
    /// If there is none; the error has the nearest names.
    pub async fn find(&self, name: &str) -> Result<Found, LibraryError> {
        let catalogue = self.catalogue().await?;
        let (code, version) = match name.split_once('@') {
            Some((code, version)) => (code, Some(version)),
            None => (name, None),
        };
        let Some(product) = catalogue.find(code) else {
            return Err(self.unknown(code, &catalogue));
        };
        let known = |version: &str| product.versions.iter().any(|it| it == version);
        let version = match version {
            Some(version) => Some(version).filter(|version| known(version)),
            None => product.preferred_version(),
        };
        match version {
            Some(version) => Ok(Found {
                code: product.code.clone(),
                version: version.to_owned(),
            }),
            None => Err(unknown_version(product, name)),
        }
    }

    fn unknown(&self, name: &str, catalogue: &Catalogue) -> LibraryError {
        let mut nearest: Vec<String> = Vec::new();
        let by_name = catalogue.search(name).map(|product| product.code.as_str());
        for code in catalogue.nearest(name).into_iter().chain(by_name.take(3)) {
            if !nearest.iter().any(|it| it == code) {
                nearest.push(code.to_owned());
            }
        }
        LibraryError::UnknownProduct {
            name: name.to_owned(),
            nearest,
            offline: self.service.is_none(),
        }
    }

    /// The metadata as it is published now; offline what was fetched last.
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn newest(&self, found: &Found) -> Result<Entry, LibraryError> {
        let Some(service) = &self.service else {
            let kept = self.cache.newest(&found.code, &found.version)?;
            return kept.ok_or_else(|| LibraryError::Offline(found.clone()));
        };
        let entry = Entry::new(service.document(&found.code, &found.version).await?);
        self.cache.keep(&found.code, &found.version, &entry)?;
        Ok(entry)
    }

    /// The metadata as it was fetched last; as it is published now where it never was.
    ///
    /// # Errors
    /// If it cannot be had.
    pub async fn kept_or_newest(&self, found: &Found) -> Result<Entry, LibraryError> {
        match self.cache.newest(&found.code, &found.version)? {
            Some(entry) => Ok(entry),
            None => self.newest(found).await,
        }
    }
}

fn unknown_version(product: &Product, name: &str) -> LibraryError {
    let version = name.split_once('@').map(|(_, version)| version);
    LibraryError::UnknownVersion {
        code: product.code.clone(),
        version: version.unwrap_or_default().to_owned(),
        versions: product.versions.clone(),
    }
}
