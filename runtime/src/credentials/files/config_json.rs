//! `~/.aliyun/config.json`, the command line's profiles: reading them, and putting
//! changed fields back.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::reader::read_now;
use crate::credentials::secret::{Secret, SecretJson};

/// The file.
pub(in crate::credentials) struct Profiles(SecretJson);

impl Profiles {
    pub(in crate::credentials) fn parse(text: &str) -> Result<Self, String> {
        // serde_json's words for a document hold none of it
        let json = serde_json::from_str(text).map_err(|e| format!("no JSON: {e}"))?;
        Ok(Self(SecretJson(json)))
    }

    pub(in crate::credentials) fn current(&self) -> Option<&str> {
        self.0
            .0
            .get("current")?
            .as_str()
            .filter(|name| !name.is_empty())
    }

    pub(in crate::credentials) fn find<'a>(&'a self, name: &'a str) -> Result<Profile<'a>, String> {
        let profiles = self.0.0.get("profiles").and_then(Value::as_array);
        profiles
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .find(|profile| profile.get("name").and_then(Value::as_str) == Some(name))
            .map(|fields| Profile { name, fields })
            .ok_or_else(|| format!("there is no profile `{name}`"))
    }
}

/// A profile's fields; an empty one counts as none.
pub(in crate::credentials) struct Profile<'a> {
    name: &'a str,
    fields: &'a Map<String, Value>,
}

impl<'a> Profile<'a> {
    pub(in crate::credentials) fn name(&self) -> &'a str {
        self.name
    }

    pub(in crate::credentials) fn get(&self, field: &str) -> Option<&'a str> {
        let text = self.fields.get(field)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    pub(in crate::credentials) fn require(&self, field: &str) -> Result<&'a str, String> {
        self.get(field)
            .ok_or_else(|| format!("the profile `{}` has no `{field}`", self.name))
    }

    /// A string, or a number as one; `None` where it is absent or empty.
    pub(in crate::credentials) fn scalar(&self, field: &str) -> Result<Option<String>, String> {
        let text = match self.fields.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => {
                let name = self.name;
                return Err(format!(
                    "`{field}` of the profile `{name}` is neither a string nor a number"
                ));
            }
        };
        Ok((!text.is_empty()).then_some(text))
    }

    /// A positive number, or a string that is one.
    pub(in crate::credentials) fn number(&self, field: &str) -> Option<u64> {
        let number = match self.fields.get(field)? {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_u64(),
        };
        number.filter(|number| *number > 0)
    }

    /// Whether it says so.
    pub(in crate::credentials) fn is_true(&self, field: &str) -> bool {
        self.fields.get(field).and_then(Value::as_bool) == Some(true)
    }

    /// Seconds since 1970.
    pub(in crate::credentials) fn time(&self, field: &str) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.number(field)?))
    }
}

/// A file beside the profile's, which takes its place in one step. Removed if
/// that never happens.
pub(in crate::credentials) struct Replacement {
    target: PathBuf,
    path: PathBuf,
    file: File,
}

impl Replacement {
    pub(in crate::credentials) fn prepare(path: &Path) -> Result<Self, String> {
        // a link keeps pointing where it does
        let target = path.canonicalize().map_err(|e| e.to_string())?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", crate::random::uuid()));
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|e| e.to_string())?;
        Ok(Self { target, path, file })
    }

    /// The file as it is now, with these fields of the profile changed. `before` sees it
    /// before it is in its place.
    pub(in crate::credentials) fn write(
        mut self,
        profile: &str,
        changes: Vec<(&str, Value)>,
        before: impl FnOnce(&File),
    ) -> Result<File, String> {
        let text = read_now(&self.target)?;
        let mut json = Profiles::parse(text.expose())?.0;
        let profiles = json.0.get_mut("profiles").and_then(Value::as_array_mut);
        let fields = profiles
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
            .find(|fields| fields.get("name").and_then(Value::as_str) == Some(profile))
            .ok_or_else(|| format!("there is no profile `{profile}` any more"))?;
        for (field, value) in changes {
            fields.insert(field.to_owned(), value);
        }
        let text = serde_json::to_string_pretty(&json.0).map_err(|e| e.to_string())?;
        let text = Secret::new(text);
        let permissions = std::fs::metadata(&self.target).map(|m| m.permissions());
        let io = |e: std::io::Error| e.to_string();
        self.file
            .set_permissions(permissions.map_err(io)?)
            .map_err(io)?;
        self.file.write_all(text.expose().as_bytes()).map_err(io)?;
        self.file.sync_all().map_err(io)?;
        before(&self.file);
        std::fs::rename(&self.path, &self.target).map_err(io)?;
        self.file.try_clone().map_err(io)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // gone already where it has taken its place
        let _ = std::fs::remove_file(&self.path);
    }
}
