//! Names that were generated once: `names.lock`, beside the specs.
//!
//! Names are made of the metadata, so a change of it could rename what an app has
//! written: a second version of a product, a member that comes before another of the
//! same Rust name, a type that meets another one. The lock remembers each name as it
//! was generated first. Which version of a product has the bare module name is taken
//! from it; any other name that would be another one now is a finding. It only grows: a
//! name that is gone may come back.
//!
//! ```text
//! product ga 2019-11-20
//! version ga 2019-11-20
//! ListTags list_tags
//!   Request: NextToken Tag:Tag tag=tag_2
//!   Tag: Key Value
//!   Error: NotExist.Tag
//! ```
//!
//! A line of members names them as they are on the wire, with `=name` where that is not
//! what the wire name alone gives, and `:Type` where there is a type of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::model::{Field, Operation, Product, Type};
use crate::names;

const HEAD: &str = "\
# Names as they were generated first, so that they stay. `cargo xtask generate` adds lines
# and changes none; whoever removes one renames it for those who use it.
";

/// Names that were generated once. See the file's head for its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The version with the bare module name, by product in lower case.
    bare: BTreeMap<String, String>,
    /// By product in lower case and version.
    versions: BTreeMap<(String, String), Operations>,
    /// What the publisher calls the default version, by product in lower case: the bare
    /// name of a product that is generated for the first time. Not part of the text.
    defaults: BTreeMap<String, String>,
}

type Operations = BTreeMap<String, Names>;

/// The names of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Names {
    ident: String,
    /// By type, and by wire name or error code.
    types: BTreeMap<String, BTreeMap<String, Name>>,
}

/// The name of a member, and of the type that it has to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Name {
    ident: String,
    ty: Option<String>,
}

/// What error codes stand under: no type is called so.
const ERRORS: &str = "Error";

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    /// The first line that is none of a lock, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lock = Self::default();
        let mut operations: Option<&mut Operations> = None;
        let mut operation = String::new();
        for (index, line) in text.lines().enumerate() {
            let wrong = || format!("line {}: {line:?} is no line of a lock", index + 1);
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            match (&words[..], &mut operations) {
                ([], _) | (["#", ..], _) => {}
                (["product", product, version], _) => {
                    lock.bare.insert(read(product), read(version));
                }
                (["version", product, version], _) => {
                    let key = (read(product), read(version));
                    operations = Some(lock.versions.entry(key).or_default());
                }
                ([ty, members @ ..], Some(operations)) if line.starts_with(' ') => {
                    let ty = ty.strip_suffix(':').ok_or_else(wrong)?;
                    let names = operations.get_mut(&operation).ok_or_else(wrong)?;
                    let names = names.types.entry(read(ty)).or_default();
                    names.extend(members.iter().map(|text| member(text, ty == ERRORS)));
                }
                ([name, ident], Some(operations)) => {
                    operation = read(name);
                    let names = operations.entry(operation.clone()).or_default();
                    names.ident = (*ident).to_owned();
                }
                _ => return Err(wrong()),
            }
        }
        Ok(lock)
    }

    /// What is written into the file; the same for the same names.
    pub fn contents(&self) -> String {
        let mut text = HEAD.to_owned();
        for (product, version) in &self.bare {
            let _ = writeln!(text, "product {} {}", written(product), written(version));
        }
        for ((product, version), operations) in &self.versions {
            let _ = writeln!(text, "version {} {}", written(product), written(version));
            for (name, names) in operations {
                let _ = writeln!(text, "{} {}", written(name), names.ident);
                for (ty, members) in &names.types {
                    let _ = write!(text, "  {ty}:");
                    for (wire, name) in members {
                        let _ = write!(text, " {}", written(wire));
                        if usual(wire, ty == ERRORS).as_deref() != Some(&*name.ident) {
                            let _ = write!(text, "={}", name.ident);
                        }
                        if let Some(ty) = &name.ty {
                            let _ = write!(text, ":{ty}");
                        }
                    }
                    text.push('\n');
                }
            }
        }
        text
    }

    /// What the publisher calls the default version of a product.
    pub fn prefer(&mut self, product: &str, version: &str) {
        self.defaults
            .insert(product.to_lowercase(), version.to_owned());
    }

    /// Which of the versions has the bare name: as it was, else the publisher's default,
    /// else the newest.
    pub(crate) fn bare<'v>(&self, product: &str, versions: &[&'v str]) -> Option<&'v str> {
        let product = product.to_lowercase();
        let known = |version: &String| versions.iter().copied().find(|it| it == version);
        if let Some(locked) = self.bare.get(&product) {
            return known(locked);
        }
        let preferred = self.defaults.get(&product).and_then(known);
        preferred.or_else(|| versions.iter().copied().max())
    }

    /// Adds a product's names; what would be another name now is a finding.
    pub(crate) fn add(
        &mut self,
        product: &Product<'_>,
        is_bare: bool,
        severity: Severity,
    ) -> Vec<Finding> {
        let name = product.name.to_lowercase();
        if is_bare {
            let bare = self.bare.entry(name.clone());
            bare.or_insert_with(|| product.version.to_owned());
        }
        let key = (name, product.version.to_owned());
        let locked = self.versions.entry(key).or_default();
        let mut findings = Vec::new();
        for operation in &product.operations {
            let mut say = |what: String, was: &str, is: &str| {
                let root = Pointer::ROOT;
                let apis = root.key("apis");
                findings.push(Finding::new(
                    severity,
                    apis.key(operation.name),
                    format!("{what} was generated as `{was}`, and would be `{is}` now"),
                    "keep the name by an `x-rust-name` in an overlay; or take what is said of it out of names.lock, if nobody uses it yet",
                ));
            };
            let names = locked.entry(operation.name.to_owned()).or_default();
            if names.ident.is_empty() {
                names.ident = operation.ident.to_string();
            } else if names.ident != operation.ident.as_str() {
                let what = format!("the operation `{}`", operation.name);
                say(what, &names.ident, operation.ident.as_str());
            }
            for (ty, wire, now) in named(operation) {
                let members = names.types.entry(ty.to_owned()).or_default();
                let Some(was) = members.get(wire) else {
                    members.insert(wire.to_owned(), now);
                    continue;
                };
                let what = match ty {
                    ERRORS => format!("the error code `{wire}`"),
                    _ => format!("`{wire}` of `{ty}`"),
                };
                if was.ident != now.ident {
                    say(what.clone(), &was.ident, &now.ident);
                }
                if let (Some(was), Some(now)) = (&was.ty, &now.ty)
                    && was != now
                {
                    say(format!("the type of {what}"), was, now);
                }
            }
        }
        findings
    }
}

/// All names of an operation: the type, the wire name or code, the name.
fn named<'o>(operation: &'o Operation<'_>) -> impl Iterator<Item = (&'o str, &'o str, Name)> {
    let structs = operation.request.iter().chain(&operation.response);
    let members = structs.flat_map(|item| {
        let fields = item.fields.iter();
        fields.map(|field| (item.ident.as_str(), field.name, name_of(field)))
    });
    let codes = operation.errors.iter().flat_map(|variant| {
        let rows = variant.rows.iter();
        rows.map(|row| {
            let ident = variant.ident.to_string();
            (ERRORS, row.code, Name { ident, ty: None })
        })
    });
    members.chain(codes)
}

fn name_of(field: &Field<'_>) -> Name {
    Name {
        ident: field.ident.to_string(),
        ty: own_type(&field.ty),
    }
}

fn own_type(ty: &Type) -> Option<String> {
    match ty {
        Type::Struct(ident) => Some(ident.to_string()),
        Type::List(inner) | Type::Map(inner) => own_type(inner),
        _ => None,
    }
}

/// The name that a wire name or a code alone gives.
fn usual(wire: &str, is_code: bool) -> Option<String> {
    if is_code {
        names::variant(wire).map(|ident| ident.to_string())
    } else {
        Some(names::field(wire).to_string())
    }
}

/// `Wire`, `Wire=name`, `Wire:Type`, `Wire=name:Type`.
fn member(text: &str, is_code: bool) -> (String, Name) {
    let (text, ty) = match text.split_once(':') {
        Some((text, ty)) => (text, Some(ty.to_owned())),
        None => (text, None),
    };
    let (wire, ident) = match text.split_once('=') {
        Some((wire, ident)) => (read(wire), ident.to_owned()),
        None => {
            let wire = read(text);
            let ident = usual(&wire, is_code).unwrap_or_default();
            (wire, ident)
        }
    };
    (wire, Name { ident, ty })
}

/// A published text as one word: what parts words and marks is `%XX`.
fn written(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '%' | '=' | ':' | '#') {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn read(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_what_it_writes_whatever_the_names() {
        let names = |ident: &str, ty: Option<&str>| Name {
            ident: ident.to_owned(),
            ty: ty.map(str::to_owned),
        };
        let mut lock = Lock::default();
        lock.bare.insert("ga".into(), "2019-11-20".into());
        let operation = Names {
            ident: "list_tags".into(),
            types: BTreeMap::from([
                (
                    "Request".to_owned(),
                    BTreeMap::from([
                        ("NextToken".to_owned(), names("next_token", None)),
                        ("Tag".to_owned(), names("tag", Some("Tag"))),
                        ("tag".to_owned(), names("tag_2", None)),
                        ("a b=c:d#%\t中".to_owned(), names("odd", Some("Odd"))),
                    ]),
                ),
                (
                    ERRORS.to_owned(),
                    BTreeMap::from([
                        ("NotExist.Tag".to_owned(), names("NotExistTag", None)),
                        ("in %s".to_owned(), names("Other", None)),
                    ]),
                ),
            ]),
        };
        let operations = BTreeMap::from([("List Tags".to_owned(), operation)]);
        lock.versions
            .insert(("ga".into(), "2019-11-20".into()), operations);
        let text = lock.contents();
        assert!(text.contains("\n  Request: NextToken Tag:Tag "), "{text}");
        assert!(text.contains(" tag=tag_2\n"), "{text}");
        assert_eq!(Lock::parse(&text), Ok(lock));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for text in [
            "ListTags list_tags",
            "version ga 1\n  Request: A",
            "nonsense",
        ] {
            let wrong = Lock::parse(text).expect_err("no lock");
            assert!(wrong.contains("is no line of a lock"), "{wrong}");
        }
        assert_eq!(Lock::parse(""), Ok(Lock::default()));
    }
}
