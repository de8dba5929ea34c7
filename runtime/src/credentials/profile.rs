//! What profiles say besides credentials: regions, endpoints, limits.

use std::path::PathBuf;

use super::files::{Profiles, Reader, Section};
use super::providers::{cli_profile, ini_file};
use crate::environment::Environment;

/// The keys that are read of a profile. Others may hold secrets.
const KEYS: [&str; 9] = [
    "region_id",
    "endpoint",
    "endpoint_type",
    "connect_timeout",
    "read_timeout",
    // what the command line calls its read timeout
    "retry_timeout",
    "retry_count",
    "sts_endpoint",
    "sts_region",
];

/// A profile of one file.
#[derive(Debug)]
pub(crate) struct ProfileSettings {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// Whether the file is `config.json`, not an INI file.
    pub(crate) is_json: bool,
    values: Vec<ProfileValue>,
}

/// What stands beside a key.
#[derive(Debug)]
pub(crate) struct ProfileValue {
    pub(crate) key: &'static str,
    pub(crate) text: String,
    /// The line, where the format has lines.
    pub(crate) line: Option<usize>,
}

impl ProfileSettings {
    /// The first of these keys that is there.
    pub(crate) fn get(&self, keys: &[&str]) -> Option<&ProfileValue> {
        let find = |key: &&str| self.values.iter().find(|value| value.key == *key);
        keys.iter().find_map(find)
    }
}

/// The profile of this name in `config.json`, else in the credentials file; by default the
/// one that `ALIBABA_CLOUD_PROFILE` names, else `config.json`'s current one, else the
/// section `default`.
///
/// # Errors
/// When a file cannot be read, or no file has a profile of the name that was asked for.
pub(crate) async fn profile(
    environment: &Environment,
    name: Option<&str>,
) -> Result<Option<ProfileSettings>, String> {
    let variable = environment.var(cli_profile::PROFILE);
    let name = name.or(variable.as_deref());
    let mut without = Vec::new();
    for is_json in [true, false] {
        let file = match is_json {
            true => from_json(environment, name).await?,
            false => from_ini(environment, name).await?,
        };
        match file {
            File::With(profile) => return Ok(Some(profile)),
            File::Without(path) => without.push(path.display().to_string()),
            File::Absent => {}
        }
    }
    let Some(name) = name else {
        return Ok(None);
    };
    let read = match without.len() {
        0 => "there is neither a config.json nor a credentials file".to_owned(),
        _ => format!("not in {}", without.join(", nor in ")),
    };
    Err(format!("there is no profile `{name}`: {read}"))
}

enum File {
    Absent,
    /// It has no such profile.
    Without(PathBuf),
    With(ProfileSettings),
}

async fn from_json(environment: &Environment, name: Option<&str>) -> Result<File, String> {
    if environment.is_true(cli_profile::DISABLED) {
        return Ok(File::Absent);
    }
    let Ok(path) = cli_profile::path(environment) else {
        return Ok(File::Absent);
    };
    let is_named = environment.var(cli_profile::FILE).is_some();
    let Some((path, text)) = Reader::default().existing(vec![path], is_named).await? else {
        return Ok(File::Absent);
    };
    let of_file = |e: String| format!("{}: {e}", path.display());
    let file = Profiles::parse(text.expose()).map_err(of_file)?;
    let Some(name) = name.or(file.current()) else {
        return Ok(File::Without(path));
    };
    let Ok(profile) = file.find(name) else {
        return Ok(File::Without(path));
    };
    let mut values = Vec::new();
    for key in KEYS {
        if let Some(text) = profile.scalar(key).map_err(of_file)? {
            let line = None;
            values.push(ProfileValue { key, text, line });
        }
    }
    Ok(File::With(ProfileSettings {
        name: name.to_owned(),
        file: path,
        is_json: true,
        values,
    }))
}

async fn from_ini(environment: &Environment, name: Option<&str>) -> Result<File, String> {
    let Ok(paths) = ini_file::paths(environment) else {
        return Ok(File::Absent);
    };
    let is_named = environment.var(ini_file::FILE).is_some();
    let Some((path, text)) = Reader::default().existing(paths, is_named).await? else {
        return Ok(File::Absent);
    };
    let name = name.unwrap_or(ini_file::DEFAULT_SECTION);
    let found = Section::find_any(text.expose(), name);
    let found = found.map_err(|e| format!("{}: {e}", path.display()))?;
    let Some(section) = found else {
        return Ok(File::Without(path));
    };
    let value = |key| {
        let text = section.get(key)?.to_owned();
        let line = section.line(key);
        Some(ProfileValue { key, text, line })
    };
    Ok(File::With(ProfileSettings {
        name: name.to_owned(),
        values: KEYS.into_iter().filter_map(value).collect(),
        file: path,
        is_json: false,
    }))
}
