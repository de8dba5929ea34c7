//! The INI format of the SDKs' credentials files.

use std::collections::BTreeMap;

use crate::credentials::secret::Secret;

/// A section's name and values.
pub(in crate::credentials) struct Section<'a> {
    name: &'a str,
    /// By key in lower case, each with its line.
    values: BTreeMap<String, (usize, Secret)>,
}

impl<'a> Section<'a> {
    pub(in crate::credentials) fn find(text: &str, name: &'a str) -> Result<Self, String> {
        Self::find_any(text, name)?.ok_or_else(|| format!("there is no section `{name}`"))
    }

    /// The section, if there is one.
    pub(in crate::credentials) fn find_any(
        text: &str,
        name: &'a str,
    ) -> Result<Option<Self>, String> {
        let mut values = None;
        let mut inside = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            if let Some(header) = line.strip_prefix('[') {
                let header = header
                    .strip_suffix(']')
                    .ok_or_else(|| format!("line {number}: a section's name ends in `]`"))?;
                inside = header.trim() == name;
                if inside {
                    values.get_or_insert_with(BTreeMap::new);
                }
                continue;
            }
            let (key, value) = line
                .split_once(['=', ':'])
                .ok_or_else(|| format!("line {number} is neither `[section]` nor `key = value`"))?;
            if let Some(values) = values.as_mut().filter(|_| inside) {
                let value = (number, Secret::new(value.trim()));
                values.insert(key.trim().to_ascii_lowercase(), value);
            }
        }
        Ok(values.map(|values| Self { name, values }))
    }

    pub(in crate::credentials) fn name(&self) -> &str {
        self.name
    }

    pub(in crate::credentials) fn get(&self, key: &str) -> Option<&str> {
        let value = self.values.get(key)?.1.expose();
        (!value.is_empty()).then_some(value)
    }

    /// The line of a key, from 1.
    pub(in crate::credentials) fn line(&self, key: &str) -> Option<usize> {
        Some(self.values.get(key)?.0)
    }

    pub(in crate::credentials) fn require(&self, key: &str) -> Result<&str, String> {
        self.get(key)
            .ok_or_else(|| format!("the section `{}` has no `{key}`", self.name))
    }
}
