//! Requests that are known to differ from the official SDK's, with the reasons:
//! the rows of a Markdown table, so that people and `conform` read the same text.
//!
//! A row is `| product version | operation | arguments | reason |`, where arguments
//! are `all` or `required`. Recordings of several years differ: `product version
//! (folder)` is of those in that folder alone. A row whose request passes is a failure: it is out of
//! date.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use crate::specs::Source;

/// Reasons by operation and arguments.
pub(crate) struct Known(BTreeMap<(String, String), String>);

impl Known {
    /// The rows for a spec and the recordings in a file. No file, no rows.
    pub(crate) fn read(path: &Path, source: &Source, recordings: Option<&Path>) -> Result<Self> {
        let folder = recordings.and_then(|file| file.parent()?.file_name());
        let folder = folder.map(|name| name.to_string_lossy());
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self::parse(
                &text,
                &format!("{} {}", source.product, source.version),
                folder.as_deref().unwrap_or_default(),
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self(BTreeMap::new())),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    fn parse(text: &str, spec: &str, folder: &str) -> Self {
        let in_folder = format!("{spec} ({folder})");
        let rows = text.lines().filter_map(|line| {
            let cells = line.trim().strip_prefix('|')?.strip_suffix('|')?;
            let cells: Vec<_> = cells
                .split('|')
                .map(|cell| cell.trim().trim_matches('`'))
                .collect();
            match cells[..] {
                [of, operation, arguments, reason] if of == spec || of == in_folder => Some((
                    (operation.to_owned(), arguments.to_owned()),
                    reason.to_owned(),
                )),
                _ => None,
            }
        });
        Self(rows.collect())
    }

    /// The reason why a request differs.
    pub(crate) fn get(&self, operation: &str, arguments: &str) -> Option<&str> {
        self.0
            .get(&(operation.to_owned(), arguments.to_owned()))
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_of_the_spec_are_read() {
        let text = "# Coverage\n\n| spec | operation | arguments | reason |\n|---|---|---|---|\n\
                    | cs 2015-12-15 | `CreateCluster` | required | because |\n\
                    | cs 2015-12-15 (wire) | `DeleteCluster` | all | then |\n\
                    | ga 2019-11-20 | `CreateListener` | all | other |\n";
        let known = Known::parse(text, "cs 2015-12-15", "wire-2025");
        assert_eq!(known.get("CreateCluster", "required"), Some("because"));
        assert_eq!(known.get("CreateCluster", "all"), None);
        assert_eq!(known.get("CreateListener", "all"), None);
        assert_eq!(known.get("DeleteCluster", "all"), None);
        let then = Known::parse(text, "cs 2015-12-15", "wire");
        assert_eq!(then.get("DeleteCluster", "all"), Some("then"));
    }
}
