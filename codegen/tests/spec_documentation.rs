//! The prose of the specs that have prose of their own: all there, in one form, in
//! the terms of `TERMS.md`, and nobody else's.

#[path = "support/prose.rs"]
mod prose;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use alicloud_codegen::import::import;
use prose::{common_run, faults, is_name, normal, spans};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A text, and where it stands.
struct Prose {
    at: String,
    key: &'static str,
    text: String,
}

/// A spec with texts, its overlay, and the terms of its product.
struct Spec {
    folder: PathBuf,
    spec: Value,
    overlay: Value,
    terms: String,
}

fn read(path: &Path) -> Value {
    let json = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_slice(&json).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The specs of products that have a `TERMS.md`: the others are facts alone.
fn specs() -> Vec<Spec> {
    let mut specs = Vec::new();
    for product in fs::read_dir(Path::new(ROOT).join("specs")).expect("specs") {
        let product = product.expect("a folder").path();
        let Ok(terms) = fs::read_to_string(product.join("TERMS.md")) else {
            continue;
        };
        for version in fs::read_dir(&product).expect("versions") {
            let folder = version.expect("a folder").path();
            if folder.is_dir() {
                specs.push(Spec {
                    spec: read(&folder.join("api-docs.json")),
                    overlay: read(&folder.join("overlay.json")),
                    terms: terms.clone(),
                    folder,
                });
            }
        }
    }
    assert!(!specs.is_empty());
    specs
}

const KEYS: [&str; 4] = ["summary", "description", "title", "errorMessage"];

/// Every text below a value. A key in `properties` is a name and no text's.
fn prose(value: &Value, at: &str, inside: &str, found: &mut Vec<Prose>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let here = format!("{at}/{key}");
                let known = KEYS.into_iter().find(|known| known == key);
                match (known, value) {
                    (Some(key), Value::String(text)) if inside != "properties" => {
                        let text = text.clone();
                        found.push(Prose {
                            at: here,
                            key,
                            text,
                        });
                    }
                    (_, Value::Object(titles)) if key == "enumValueTitles" => {
                        found.extend(titles.iter().map(|(value, title)| Prose {
                            at: format!("{here}/{value}"),
                            key: "title",
                            text: title.as_str().expect("a title").to_owned(),
                        }));
                    }
                    _ => prose(value, &here, key, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                // Operations' parameters and errors are found by their names.
                let name = ["name", "errorCode"]
                    .iter()
                    .find_map(|key| item.get(key)?.as_str());
                let here = name.map_or_else(|| index.to_string(), str::to_owned);
                prose(item, &format!("{at}/{here}"), inside, found);
            }
        }
        _ => {}
    }
}

impl Spec {
    fn prose(&self) -> Vec<Prose> {
        let mut found = Vec::new();
        prose(&self.spec["apis"], "", "", &mut found);
        prose(&self.overlay, "overlay", "", &mut found);
        found
    }

    /// The same, as the service publishes it; none where that does not lie beside the
    /// project.
    fn published(&self) -> Option<Vec<u8>> {
        let specs = Path::new(ROOT).join("specs");
        let place = self.folder.strip_prefix(specs).expect("below");
        let published = Path::new(ROOT).join("../shared/published").join(place);
        let json = fs::read(published.join("api-docs.json")).ok();
        if json.is_none() {
            eprintln!("{}: nothing to compare with", published.display());
        }
        json
    }

    /// What a text may name in backticks.
    fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let apis = self.spec["apis"].as_object().expect("operations");
        names.extend(apis.keys().cloned());
        let waiters = self.overlay["waiters"].as_object().expect("waiters");
        names.extend(waiters.keys().map(|name| format!("wait_until_{name}")));
        members(&self.spec["apis"], &mut names);
        members(&self.overlay["additions"], &mut names);
        names
    }
}

/// The names of parameters, properties and documented values.
fn members(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(all) => {
            for (key, value) in all {
                match (key.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        names.extend(properties.keys().cloned());
                    }
                    ("name" | "errorCode", Value::String(name)) => drop(names.insert(name.clone())),
                    ("enum", Value::Array(values)) => {
                        names.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => {}
                }
                members(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, names)),
        _ => {}
    }
}

/// Names of others that a text may give.
const OTHERS: [&str; 2] = ["ClientSrcIp", "DryRunOperation"];

#[test]
fn texts_are_well_formed_and_name_what_there_is() {
    for spec in specs() {
        let names = spec.names();
        let mut wrong = Vec::new();
        for text in spec.prose() {
            if text.key == "errorMessage" {
                // The service's own words, given where its page for users gives them.
                continue;
            }
            wrong.extend(
                faults(text.key, &text.text)
                    .into_iter()
                    .map(|fault| format!("{}: {fault}: {}", text.at, text.text)),
            );
            let spans = spans(&text.text).unwrap_or_default();
            wrong.extend(
                spans
                    .into_iter()
                    .filter(|span| is_name(span) && !names.contains(*span))
                    .filter(|span| !OTHERS.contains(span))
                    .map(|span| format!("{}: there is no `{span}`", text.at)),
            );
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn nothing_is_without_a_text() {
    for spec in specs() {
        let mut bare = Vec::new();
        for (name, api) in spec.spec["apis"].as_object().expect("operations") {
            if api["summary"].as_str().is_none() {
                bare.push(name.clone());
            }
            for parameter in api["parameters"].as_array().expect("parameters") {
                let at = format!("{name}/{}", parameter["name"].as_str().unwrap_or_default());
                untold(&parameter["schema"], &at, &mut bare);
            }
            for reply in api["responses"].as_object().expect("responses").values() {
                // The reply itself is named by its operation.
                for (member, schema) in reply["schema"]["properties"]
                    .as_object()
                    .into_iter()
                    .flatten()
                {
                    untold(schema, &format!("{name}/{member}"), &mut bare);
                }
            }
            for row in api["errorCodes"]
                .as_object()
                .into_iter()
                .flatten()
                .flat_map(|(_, rows)| rows.as_array())
                .flatten()
            {
                if row["description"].as_str().is_none() {
                    bare.push(format!("{name}/{}", row["errorCode"]));
                }
            }
        }
        for addition in spec.overlay["additions"].as_array().expect("additions") {
            for schema in addition["schemas"].as_array().expect("schemas") {
                untitled(
                    &schema["add"],
                    schema["at"].as_str().unwrap_or_default(),
                    &mut bare,
                );
            }
        }
        assert!(bare.is_empty(), "{}", bare.join("\n"));
    }
}

/// Schemas without a description. What a list of texts or numbers holds is said of
/// the list.
fn untold(schema: &Value, at: &str, bare: &mut Vec<String>) {
    let is_item = at.ends_with("[]");
    let is_scalar = schema["properties"].is_null() && schema["items"].is_null();
    if schema["description"].as_str().is_none() && !(is_item && is_scalar) {
        bare.push(at.to_owned());
    }
    untitled(schema, at, bare);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        untold(property, &format!("{at}.{name}"), bare);
    }
    if !schema["items"].is_null() {
        untold(&schema["items"], &format!("{at}[]"), bare);
    }
}

fn untitled(schema: &Value, at: &str, bare: &mut Vec<String>) {
    for value in schema["enum"].as_array().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        if schema["enumValueTitles"][value].as_str().is_none() {
            bare.push(format!("{at}={value}"));
        }
    }
}

#[test]
fn the_same_fact_has_the_same_words() {
    for spec in specs() {
        let mut wrong = Vec::new();
        // Texts that differ by points and capitals alone.
        let mut spelt: BTreeMap<String, String> = BTreeMap::new();
        // What a code means, and what to do about it.
        let mut meanings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for text in spec.prose() {
            let known = spelt
                .entry(text.text.to_lowercase().replace([',', ';', ':', '.'], ""))
                .or_insert_with(|| text.text.clone());
            if *known != text.text && text.key != "title" {
                wrong.push(format!("{}: {} | {known}", text.at, text.text));
            }
            if text.at.contains("/errorCodes/") && text.key == "description" {
                let code = text.at.rsplit('/').nth(1).unwrap_or_default();
                meanings
                    .entry(code.to_owned())
                    .or_default()
                    .insert(text.text);
            }
        }
        // It may say more of one operation.
        let differs = |texts: &BTreeSet<String>| {
            let shortest = texts.iter().min_by_key(|text| text.len());
            let start = shortest.map_or("", |text| text.trim_end_matches('.'));
            !texts.iter().all(|text| text.starts_with(start))
        };
        wrong.extend(
            meanings
                .into_iter()
                .filter(|(_, texts)| differs(texts))
                .map(|(code, texts)| format!("{code}: {texts:?}")),
        );
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn texts_keep_to_the_terms() {
    for spec in specs() {
        let banned = banned(&spec.terms);
        assert!(!banned.is_empty());
        let mut wrong = Vec::new();
        for text in spec.prose() {
            let words = format!(" {} ", normal(&text.text));
            if text.key != "errorMessage" {
                wrong.extend(
                    banned
                        .iter()
                        .filter(|term| words.contains(&format!(" {} ", normal(term))))
                        .map(|term| format!("{}: \"{term}\" is no term: {}", text.at, text.text)),
                );
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// The last column of the table of terms.
fn banned(terms: &str) -> Vec<String> {
    let rows = terms.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.filter_map(|row| row.trim_matches('|').rsplit('|').next())
        .flat_map(|cell| cell.split(','))
        .map(|term| term.trim().to_owned())
        .filter(|term| !term.is_empty())
        .collect()
}

#[test]
fn facts_are_the_published_ones() {
    for spec in specs() {
        let Some(published) = spec.published() else {
            continue;
        };
        let facts = |json: &[u8]| -> Value {
            let imported = import("api-docs.json", json).expect("metadata");
            serde_json::from_slice(&imported.json).expect("JSON")
        };
        let ours = serde_json::to_vec(&spec.spec).expect("JSON");
        let (theirs, ours) = (facts(&published), facts(&ours));
        let mut differ = Vec::new();
        let apis = |facts: &Value| facts["apis"].as_object().expect("operations").clone();
        let (their_apis, our_apis) = (apis(&theirs), apis(&ours));
        let all: BTreeSet<_> = their_apis.keys().chain(our_apis.keys()).collect();
        for name in all {
            let (theirs, ours) = (their_apis.get(name), our_apis.get(name));
            if theirs != ours {
                differ.push(format!(
                    "{name}\n  published {theirs:?}\n  ours      {ours:?}"
                ));
            }
        }
        assert!(differ.is_empty(), "{}", differ.join("\n"));
        // Hosts, version and style too.
        let rest = |mut facts: Value| {
            facts.as_object_mut().expect("metadata").remove("apis");
            facts
        };
        assert_eq!(rest(theirs), rest(ours));
    }
}

#[test]
fn no_text_is_a_published_one() {
    for spec in specs() {
        let Some(published) = spec.published() else {
            continue;
        };
        let published: Value = serde_json::from_slice(&published).expect("JSON");
        let mut theirs = Vec::new();
        prose(&published["apis"], "", "", &mut theirs);
        let whole: BTreeSet<String> = theirs.iter().map(|text| normal(&text.text)).collect();
        let slots: BTreeMap<&str, &str> = theirs.iter().map(|t| (&*t.at, &*t.text)).collect();
        let mut wrong = Vec::new();
        for text in spec.prose() {
            let is_page = text.key == "errorMessage" && text.at.starts_with("/AssociateAdditional");
            if !is_page && whole.contains(&normal(&text.text)) {
                wrong.push(format!("{}: published: {}", text.at, text.text));
            }
            if !is_page
                && let Some(theirs) = slots.get(&*text.at)
                && let Some(run) = common_run(&text.text, theirs)
            {
                wrong.push(format!("{}: \"{run}\" is published", text.at));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn faults_are_found() {
    let well = "Lists the listeners of an accelerator.";
    assert!(faults("summary", well).is_empty());
    assert!(faults("description", "- One.\n- Two, as `a b`.\n  - Three.").is_empty());
    for (key, text) in [
        ("summary", ""),
        ("summary", "lists listeners."),
        ("summary", "Lists listeners"),
        ("summary", "Lists listeners. All of them."),
        ("summary", "Lists listeners.\n\nAll of them."),
        ("description", "Lists listeners. "),
        ("description", "Lists  listeners."),
        ("description", "Lists `listeners."),
        ("description", "列出监听。"),
        ("description", "Lists [listeners](https://example.com)."),
    ] {
        assert!(!faults(key, text).is_empty(), "{text:?}");
    }
    assert_eq!(spans("a `b` and ``c ` d``"), Some(vec!["b", "c ` d"]));
    assert!(is_name("DescribeListener") && is_name("wait_until_listener_active"));
    assert!(!is_name("active") && !is_name("GET") && !is_name("lsr-…") && !is_name("a b"));
    assert_eq!(
        banned("| a | b |\n|---|---|\n| size | GA instance, spec |\n| x | |"),
        ["GA instance", "spec"]
    );
    assert!(
        common_run(
            "One two, three four five six seven eight!",
            "one two three four five six seven eight"
        )
        .is_some()
    );
    assert!(
        common_run(
            "One two three four five six seven",
            "one two three four five six seven eight"
        )
        .is_none()
    );
}
