//! [`Shelf`]: which specs there are, and what their operations are called.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::sync::OnceCell;

use crate::app::App;
use crate::explore::{Spec, headline};
use crate::metadata::{Cache, Catalogue};

/// Operations that a search answers with.
const MOST_HITS: usize = 50;

/// The specs that the page has: of the project in this folder, of the app in it, and those that
/// were fetched.
pub struct Shelf {
    kept: Vec<Kept>,
    names: Catalogue,
    index: OnceCell<Vec<Indexed>>,
}

/// A product version, whose metadata is read when it is asked for.
pub(super) struct Kept {
    /// Its code, as far as its place tells it: folders are in lower case.
    code: String,
    version: String,
    pub(super) place: Place,
    spec: OnceCell<&'static Spec>,
}

/// Where metadata is.
pub(super) enum Place {
    /// A file, and the corrections that may be beside it.
    Specs(PathBuf),
    /// A file that somebody named, likewise.
    File(PathBuf),
    /// A file of an app, and whether its module carries the version.
    App(PathBuf, bool),
    /// What was fetched.
    Cache(Cache),
}

impl Place {
    /// In a word, for people.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Specs(_) => "specs",
            Self::File(_) => "a file",
            Self::App(..) => "this app",
            Self::Cache(_) => "fetched",
        }
    }
}

/// What a search looks through.
pub(super) struct Indexed {
    pub(super) code: String,
    pub(super) version: String,
    /// Its name for people; may be empty.
    pub(super) name: String,
    pub(super) place: &'static str,
    /// Whether its metadata cannot be read: its page says why.
    pub(super) is_broken: bool,
    /// Names and titles.
    pub(super) operations: Vec<(String, String)>,
}

/// An operation that a search found.
pub(super) struct Hit<'a> {
    pub(super) product: &'a Indexed,
    pub(super) name: &'a str,
    pub(super) title: &'a str,
}

impl Shelf {
    /// What there is for somebody in a folder: `specs/` of a project, what an app keeps, and the
    /// cache. The first of these that has a product version is the one that counts.
    ///
    /// # Errors
    /// If the cache cannot be read.
    pub fn gather(folder: &Path, cache: &Cache) -> io::Result<Self> {
        let mut shelf = Self {
            kept: Vec::new(),
            names: cache.catalogue().unwrap_or_default(),
            index: OnceCell::new(),
        };
        for above in folder.ancestors() {
            shelf.add_specs(&above.join("specs"));
        }
        shelf.add_app(folder);
        for (product, version) in cache.list()? {
            shelf.add(product, version, Place::Cache(cache.clone()));
        }
        shelf.kept.sort_by(|a, b| {
            let order = a.code.to_lowercase().cmp(&b.code.to_lowercase());
            order.then_with(|| b.version.cmp(&a.version))
        });
        Ok(shelf)
    }

    /// One file alone.
    ///
    /// # Errors
    /// If it is no metadata.
    pub fn of_file(path: &Path) -> anyhow::Result<Self> {
        let json = fs::read(path)?;
        let (code, version, _) = glance(&json).ok_or_else(|| {
            anyhow::anyhow!(
                "{} is no metadata: it has no `info` and `apis`",
                path.display()
            )
        })?;
        Ok(Self {
            kept: vec![Kept::new(code, version, Place::File(path.to_path_buf()))],
            names: Catalogue::default(),
            index: OnceCell::new(),
        })
    }

    fn add(&mut self, code: String, version: String, place: Place) {
        if self.find(&code, &version).is_none() {
            self.kept.push(Kept::new(code, version, place));
        }
    }

    fn add_specs(&mut self, folder: &Path) {
        for product in folders(folder) {
            for version in folders(&folder.join(&product)) {
                let file = folder.join(&product).join(&version).join("api-docs.json");
                if file.is_file() {
                    self.add(product.clone(), version, Place::Specs(file));
                }
            }
        }
    }

    fn add_app(&mut self, folder: &Path) {
        let Ok(app) = App::find(folder) else { return };
        for product in app.lock().unwrap_or_default().products {
            let file = app.folder().join(product.path());
            let place = Place::App(file, product.version_in_name);
            self.add(product.code, product.version, place);
        }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The path of a product's page: of a version, or of the newest.
    pub fn path(&self, code: &str, version: Option<&str>) -> Option<String> {
        let mut kept = self.kept.iter();
        let found = kept.find(|it| {
            it.code.eq_ignore_ascii_case(code)
                && version.is_none_or(|version| it.version == version)
        })?;
        Some(path(&[&found.code, &found.version]))
    }

    pub(super) fn find(&self, code: &str, version: &str) -> Option<&Kept> {
        let mut kept = self.kept.iter();
        kept.find(|it| it.code.eq_ignore_ascii_case(code) && it.version == version)
    }

    /// The products and the names of their operations. Read once, when they are asked for.
    pub(super) async fn index(&'static self) -> &'static [Indexed] {
        let read = || async {
            let index = tokio::task::spawn_blocking(|| self.read_index()).await;
            index.unwrap_or_default()
        };
        self.index.get_or_init(read).await
    }

    fn read_index(&self) -> Vec<Indexed> {
        let indexed = |kept: &Kept| {
            let glance = kept.json().ok().and_then(|json| glance(&json));
            let is_broken = glance.is_none();
            let (code, _, operations) =
                glance.unwrap_or_else(|| (kept.code.clone(), String::new(), Vec::new()));
            let named = self.names.find(&code).map(|product| product.name.clone());
            Indexed {
                code,
                version: kept.version.clone(),
                name: named.unwrap_or_default(),
                place: kept.place.name(),
                is_broken,
                operations,
            }
        };
        self.kept.iter().map(indexed).collect()
    }

    /// The operations that have each of some words in their name or title, or are of a product
    /// that has; of one product alone, if it is named by its path. The best first, and how many
    /// there are.
    pub(super) async fn search(
        &'static self,
        words: &str,
        within: Option<&str>,
    ) -> (Vec<Hit<'static>>, usize) {
        let words = words.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut hits = Vec::new();
        for product in self.index().await {
            if within.is_some_and(|path| path != product.path()) {
                continue;
            }
            let of = format!("{} {}", product.code, product.name).to_lowercase();
            for (name, title) in &product.operations {
                if let Some(rank) = rank(&words, &of, name, title) {
                    let hit = Hit {
                        product,
                        name,
                        title,
                    };
                    hits.push((rank, hit));
                }
            }
        }
        hits.sort_by_key(|(rank, hit)| (*rank, hit.name.len()));
        let count = hits.len();
        if within.is_none() {
            hits.truncate(MOST_HITS);
        } else if words.is_empty() {
            hits.sort_by_key(|(_, hit)| hit.name);
        }
        (hits.into_iter().map(|(_, hit)| hit).collect(), count)
    }
}

/// How well an operation answers words, 0 best; nothing where it does not have each of them.
fn rank(words: &[&str], product: &str, name: &str, title: &str) -> Option<u8> {
    let (name, title) = (name.to_lowercase(), title.to_lowercase());
    let mut rank = 0;
    for word in words {
        rank = rank.max(match name.find(word) {
            Some(0) => 0,
            Some(_) => 1,
            None if product.contains(word) => 1,
            None if title.contains(word) => 2,
            None => return None,
        });
    }
    Some(rank)
}

impl Kept {
    fn new(code: String, version: String, place: Place) -> Self {
        Self {
            code,
            version,
            place,
            spec: OnceCell::new(),
        }
    }

    /// The spec, read when it is asked for the first time.
    pub(super) async fn spec(&'static self) -> Result<&'static Spec, String> {
        let read = || async {
            let read = tokio::task::spawn_blocking(|| self.read()).await;
            read.unwrap_or_else(|panic| Err(panic.to_string()))
        };
        self.spec.get_or_try_init(read).await.copied()
    }

    fn read(&self) -> Result<&'static Spec, String> {
        let json = self.json()?;
        let spec = match &self.place {
            Place::Specs(path) | Place::File(path) => {
                let beside = path.with_file_name("overlay.json");
                let overlay = fs::read(&beside).ok();
                let (path, beside) = (path.display().to_string(), beside.display().to_string());
                Spec::read(
                    &path,
                    json,
                    overlay.map(|overlay| (beside.as_str(), overlay)),
                )
            }
            Place::App(path, version_in_name) => {
                Spec::read_for_app(&path.display().to_string(), json, *version_in_name)
            }
            Place::Cache(_) => {
                Spec::read_for_app(&format!("{}/{}", self.code, self.version), json, false)
            }
        };
        spec.map_err(|findings| findings.to_string())
    }

    fn json(&self) -> Result<Vec<u8>, String> {
        match &self.place {
            Place::Specs(path) | Place::File(path) | Place::App(path, _) => {
                fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
            }
            Place::Cache(cache) => match cache.newest(&self.code, &self.version) {
                Ok(Some(entry)) => Ok(entry.json),
                Ok(None) => Err("it is not in the cache any more".to_owned()),
                Err(error) => Err(error.to_string()),
            },
        }
    }
}

impl Indexed {
    /// The path of its page.
    pub(super) fn path(&self) -> String {
        path(&[&self.code, &self.version])
    }
}

impl Hit<'_> {
    /// The path of its page.
    pub(super) fn path(&self) -> String {
        path(&[&self.product.code, &self.product.version, self.name])
    }
}

/// `/ga/2019-11-20`: products in lower case.
fn path(segments: &[&str]) -> String {
    let segments = segments.iter().enumerate();
    let encoded = segments.map(|(index, segment)| {
        let lower = segment.to_lowercase();
        let segment = if index == 0 { &lower } else { *segment };
        format!("/{}", alicloud_mock::percent::encode(segment))
    });
    encoded.collect()
}

/// Product, version, and the names and titles of operations.
type Glance = (String, String, Vec<(String, String)>);

fn glance(json: &[u8]) -> Option<Glance> {
    #[derive(Deserialize)]
    struct Document {
        info: Info,
        apis: BTreeMap<String, Api>,
    }
    #[derive(Deserialize)]
    struct Info {
        product: String,
        version: String,
    }
    #[derive(Deserialize)]
    struct Api {
        #[serde(default)]
        title: String,
        #[serde(default)]
        summary: String,
    }
    let document: Document = match serde_json::from_slice(json) {
        Ok(document) => document,
        // One operation that is none is no reason to know nothing of the others.
        Err(_) => {
            #[derive(Deserialize)]
            struct Loose {
                info: Info,
                apis: BTreeMap<String, IgnoredAny>,
            }
            let Loose { info, apis } = serde_json::from_slice(json).ok()?;
            let names = apis.into_keys().map(|name| {
                let title = headline(&name, "", "");
                (name, title)
            });
            return Some((info.product, info.version, names.collect()));
        }
    };
    let Document { info, apis } = document;
    let operations = apis.into_iter();
    let operations = operations.map(|(name, api)| {
        let title = headline(&name, &api.title, &api.summary);
        (name, title)
    });
    Some((info.product, info.version, operations.collect()))
}

/// The folders in a folder; none where it cannot be read.
fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}
