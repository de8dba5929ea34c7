//! Mutated specs, with mutated overlays: they are generated or refused, the same twice, and what
//! is written is Rust of the kind that is written of any spec.

use std::time::{Duration, Instant};

use alicloud_codegen::{Dependency, Options, Output, Severity, Spec, Tolerance, generate};
use serde_json::Value;

use crate::mutate::{self, Chance};

const SPEC: &str = include_str!("seeds/spec/api-docs.json");
const OVERLAY: &str = include_str!("seeds/spec/overlay.json");

/// What a small spec takes at the very most, on a busy machine: beyond that it hangs.
const LONGEST: Duration = Duration::from_secs(20);

pub(crate) fn case(chance: &mut Chance) -> Result<(), String> {
    let (spec, overlay) = (changed(chance, SPEC), changed(chance, OVERLAY));
    let with_overlay = chance.below(2) == 0;
    let tolerance = match chance.below(2) {
        0 => Tolerance::Published,
        _ => Tolerance::Maintained,
    };
    let spec = Spec {
        path: "specs/demo/2020-01-01/api-docs.json",
        json: &spec,
        overlay: with_overlay.then_some(("overlay.json", &overlay)),
    };
    let started = Instant::now();
    let output = run(&spec, tolerance);
    if started.elapsed() > LONGEST {
        return Err(format!(
            "{} bytes take {:?}",
            spec.json.len(),
            started.elapsed()
        ));
    }
    judge(&spec, &output)?;
    let again = run(&spec, tolerance);
    if again.files != output.files || again.diagnostics != output.diagnostics {
        return Err("twice is not the same".to_owned());
    }
    Ok(())
}

/// Mostly so that it stays JSON.
fn changed(chance: &mut Chance, seed: &str) -> Vec<u8> {
    if chance.below(8) == 0 {
        let mut bytes = seed.as_bytes().to_vec();
        mutate::bytes(chance, &mut bytes);
        return bytes;
    }
    let mut document: Value = serde_json::from_str(seed).expect("the seed is JSON");
    mutate::json(chance, &mut document);
    document.to_string().into_bytes()
}

fn run(spec: &Spec<'_>, tolerance: Tolerance) -> Output {
    let options = Options {
        crate_name: "alicloud".to_owned(),
        runtime: Dependency::Workspace,
        standalone: false,
        versions: std::collections::BTreeMap::new(),
        guides: Vec::new(),
        operations: None,
        tolerance,
    };
    generate(std::slice::from_ref(spec), &options)
}

fn judge(spec: &Spec<'_>, output: &Output) -> Result<(), String> {
    let mut errors = output
        .diagnostics
        .iter()
        .filter(|it| it.severity == Severity::Error);
    let refused = errors.next().is_some();
    if refused != output.files.is_empty() {
        return Err("written in spite of an error, or not without one".to_owned());
    }
    if output
        .diagnostics
        .iter()
        .any(|it| it.line == 0 || it.column == 0)
    {
        return Err("a finding has no place".to_owned());
    }
    let findings: usize = output
        .diagnostics
        .iter()
        .map(|it| it.to_string().len())
        .sum();
    let written: usize = output.files.iter().map(|file| file.text.len()).sum();
    let read = spec.json.len() + spec.overlay.map_or(0, |(_, overlay)| overlay.len());
    if findings + written > 50 * read + 200_000 {
        return Err(format!("{read} bytes make {}", findings + written));
    }
    for file in output
        .files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
    {
        let parsed =
            syn::parse_file(&file.text).map_err(|error| format!("{}: {error}", file.path))?;
        if let Some(strange) = parsed.items.iter().find(|item| !is_ours(item)) {
            let kind = std::mem::discriminant(strange);
            return Err(format!(
                "{}: an item that no template makes: {kind:?}",
                file.path
            ));
        }
    }
    Ok(())
}

/// Whether an item is of a kind that templates make: nothing that a spec says becomes code.
fn is_ours(item: &syn::Item) -> bool {
    match item {
        syn::Item::Use(_) | syn::Item::Struct(_) | syn::Item::Enum(_) => true,
        syn::Item::Impl(item) => item.unsafety.is_none(),
        syn::Item::Mod(item) => item
            .attrs
            .iter()
            .all(|attribute| !attribute.path().is_ident("path")),
        syn::Item::Fn(item) => {
            item.sig.ident == "product" && matches!(item.sig.safety, syn::Safety::Default)
        }
        syn::Item::Macro(item) => item
            .mac
            .path
            .segments
            .last()
            .is_some_and(|it| it.ident == "object" || it.ident == "request"),
        _ => false,
    }
}
