//! The process's environment: variables and the home directory. It can be replaced,
//! so that no test has to change the process that it runs in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Environment variables and the home directory.
#[derive(Clone)]
pub struct Environment {
    /// `None` is the process's own environment.
    variables: Option<Arc<BTreeMap<String, String>>>,
    home: Option<PathBuf>,
}

impl Environment {
    /// Reads the process's environment: variables are read when they are asked for.
    pub fn process() -> Self {
        Self {
            variables: None,
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
        }
    }

    /// Creates an environment of these variables and no home directory.
    pub fn from_map(
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(k, v)| (k.into(), v.into()));
        Self {
            variables: Some(Arc::new(variables.collect())),
            home: None,
        }
    }

    /// Replaces the home directory.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// Returns a variable's value, without white space around it. `None` where it
    /// is not set, empty or no Unicode.
    pub fn var(&self, name: &str) -> Option<String> {
        let value = match &self.variables {
            None => std::env::var(name).ok()?,
            Some(variables) => variables.get(name)?.clone(),
        };
        let trimmed = value.trim();
        match trimmed.len() {
            0 => None,
            same if same == value.len() => Some(value),
            _ => Some(trimmed.to_owned()),
        }
    }

    /// Returns whether a variable says `true`, in any case.
    pub fn is_true(&self, name: &str) -> bool {
        self.var(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns whether a variable says `1` or `true`, in any case: of a switch.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.is_true(name) || self.var(name).is_some_and(|value| value == "1")
    }

    /// Returns the home directory.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::process()
    }
}

/// Names only: values can be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variables.as_ref().map(|map| map.keys());
        f.debug_struct("Environment")
            .field("variables", &names)
            .field("home", &self.home)
            .finish()
    }
}
