//! Scratch packages below `target/xtask`: generated crates and a package that
//! links them, built with the project's own lock file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use alicloud_codegen::{Named, Options, Output, Tolerance};
use anyhow::{Context, Result, bail};

use crate::generate;
use crate::output::Plan;
use crate::specs::{self, Source};

/// A scratch package.
pub(crate) struct Scratch {
    name: String,
    directory: PathBuf,
    dependencies: String,
}

/// A crate generated from one spec, in a scratch package.
pub(crate) struct Sdk {
    /// The crate's name, with `-`.
    pub(crate) name: String,
    /// The product's module in it.
    module: String,
}

impl Scratch {
    /// The package of that name; what is there already is built upon.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let directory = target().join("xtask").join(name);
        fs::create_dir_all(directory.join("src"))
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let lock = directory.join("Cargo.lock");
        fs::copy(specs::root().join("Cargo.lock"), &lock)
            .with_context(|| format!("cannot write {}", lock.display()))?;
        Ok(Self {
            name: name.to_owned(),
            directory,
            dependencies: String::new(),
        })
    }

    /// A file in the package.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The path from the package to one of the project's.
    pub(crate) fn path_to(&self, package: &str) -> Result<String> {
        generate::relative(&self.directory, &specs::root().join(package))
    }

    /// Runs codegen over one spec, for a crate in the package.
    pub(crate) fn generate(&self, source: &Source) -> Result<Output> {
        let name = crate_name(source);
        let options = Options {
            runtime: generate::runtime(&self.directory.join(&name))?,
            crate_name: name,
            // The package's workspace takes it in.
            standalone: false,
            operations: None,
            tolerance: Tolerance::Published,
        };
        Ok(generate::generate(std::slice::from_ref(source), &options))
    }

    /// Writes what codegen gave, and depends on it with these features and the
    /// product's own. `None` if codegen found errors.
    pub(crate) fn add(
        &mut self,
        source: &Source,
        output: &Output,
        features: &[&str],
    ) -> Result<Option<Sdk>> {
        let Some(Named { module, feature }) = output.products.first().cloned() else {
            return Ok(None);
        };
        let name = crate_name(source);
        Plan::new(&self.directory.join(&name), &output.files, None)?.apply()?;
        let features: Vec<_> = [feature.as_str()]
            .iter()
            .chain(features)
            .map(|name| format!("{name:?}"))
            .collect();
        self.depend(&format!(
            "{name} = {{ path = {name:?}, default-features = false, features = [{}] }}",
            features.join(", ")
        ));
        Ok(Some(Sdk { name, module }))
    }

    /// Adds a line to the package's dependencies.
    pub(crate) fn depend(&mut self, line: &str) {
        self.dependencies += line;
        self.dependencies.push('\n');
    }

    /// Writes the package itself.
    pub(crate) fn write(&self, files: &[(&str, &str)]) -> Result<()> {
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n[dependencies]\n{}",
            self.name, self.dependencies
        );
        for (path, text) in [("Cargo.toml", manifest.as_str())].iter().chain(files) {
            write_if_changed(&self.directory.join(path), text)?;
        }
        Ok(())
    }

    /// A cargo command in the package. All packages share what they build.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .arg(subcommand)
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", target().join("xtask/build"))
            .env("CARGO_INCREMENTAL", "0");
        // Cargo sets these for xtask itself; a crate's build must not see them.
        for (key, _) in env::vars_os() {
            if key.to_string_lossy().starts_with("CARGO_PKG_") {
                command.env_remove(key);
            }
        }
        command
    }

    /// The binary that `cargo build` made of the package.
    pub(crate) fn binary(&self) -> PathBuf {
        built("debug", &self.name)
    }

    /// The binary of that name that `cargo build --release` made.
    pub(crate) fn release(&self, name: &str) -> PathBuf {
        built("release", name)
    }
}

impl Sdk {
    /// The crate as rustc knows it.
    pub(crate) fn library(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The product's module, from outside of the crate.
    pub(crate) fn path(&self) -> String {
        format!("{}::{}", self.library(), self.module)
    }
}

fn built(profile: &str, name: &str) -> PathBuf {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    target().join("xtask/build").join(profile).join(file)
}

/// Runs a command to its end.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ");
    let status = command
        .status()
        .with_context(|| format!("cannot run {line}"))?;
    if !status.success() {
        bail!("{line} failed");
    }
    Ok(())
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| specs::root().join("target"), PathBuf::from)
}

/// A crate's name for a spec: one for each product version.
pub(crate) fn crate_name(source: &Source) -> String {
    let plain = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect::<String>()
    };
    format!("sdk-{}-{}", plain(&source.product), plain(&source.version)).to_lowercase()
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text));
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_named_as_the_runtime_has_a_module_is_asked_for_by_its_feature() {
        let mut scratch = Scratch::new("names").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let json = r#"{"info": {"style": "RPC", "product": "Config", "version": "2020-09-07"},
            "apis": {"ListRules": {"methods": ["post"], "responses": {}}}}"#;
        fs::write(folder.path().join(specs::API_DOCS), json).unwrap();
        let source = specs::read_all(folder.path()).unwrap().remove(0);
        let output = scratch.generate(&source).unwrap();
        let sdk = scratch.add(&source, &output, &[]).unwrap().unwrap();
        assert!(sdk.path().ends_with("::config_"), "{}", sdk.path());
        let manifest = fs::read_to_string(scratch.file(&sdk.name).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("\n\"config_\" = []\n"), "{manifest}");
        assert!(scratch.dependencies.contains("[\"config_\"]"));
    }
}
