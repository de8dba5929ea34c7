//! Where the values of a configuration come from: [`Origins`].

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Origin of a value of a configuration: where it comes from.
///
/// `Display` names it in a few words: `the code`, `the variable ALIBABA_CLOUD_REGION_ID`,
/// ``the profile `prod` of /home/me/.aliyun/config.json``, `the default`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A setter.
    Code,
    /// An environment variable of this name.
    Variable(&'static str),
    /// A profile of a file.
    #[non_exhaustive]
    Profile {
        /// The profile's name; the section's, of an INI file.
        name: Arc<str>,
        /// The file.
        file: Arc<PathBuf>,
    },
    /// A provider of the default chain of credentials that is none of these, such as
    /// `ecs_ram_role`.
    Provider(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Code => f.write_str("the code"),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Profile { name, file } => {
                write!(f, "the profile `{name}` of {}", file.display())
            }
            Self::Provider(name) => write!(f, "the provider {name}"),
        }
    }
}

/// Table of a configuration's values, each with where it comes from
/// ([`Config::origins`](crate::Config::origins)). No value is a secret.
///
/// `Display` is a table, a line a setting:
///
/// ```text
/// region           cn-hangzhou  the variable ALIBABA_CLOUD_REGION_ID
/// timeout          30s          the profile `prod` of /home/me/.aliyun/config.json
/// connect_timeout  5s           the default
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    pub(super) rows: Vec<OriginRow>,
}

/// Line of [`Origins`]: a setting, its value and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OriginRow {
    /// The setting, by the name of its setter.
    pub setting: &'static str,
    /// The value, as far as it may be displayed: without logins, keys and certificates.
    pub value: String,
    /// The origin of the value.
    pub origin: Origin,
}

impl Origins {
    /// Iterates over all settings, in one order.
    pub fn iter(&self) -> impl Iterator<Item = &OriginRow> {
        self.rows.iter()
    }

    /// Returns where the value of a setting comes from, by the name of its setter; `None` of a name
    /// that no setter has.
    pub fn of(&self, setting: &str) -> Option<&Origin> {
        let mut rows = self.rows.iter();
        Some(&rows.find(|row| row.setting == setting)?.origin)
    }
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&OriginRow) -> &str| {
            let lengths = self.rows.iter().map(|row| text(row).chars().count());
            lengths.max().unwrap_or_default()
        };
        let (names, values) = (width(|row| row.setting), width(|row| &row.value));
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let OriginRow {
                setting,
                value,
                origin,
            } = row;
            write!(f, "{setting:names$}  {value:values$}  {origin}")?;
        }
        Ok(())
    }
}
