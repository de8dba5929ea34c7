//! An error of the runtime that tells what to set names an item that there is.

use std::path::{Path, PathBuf};

#[test]
fn errors_name_items_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let items = std::fs::read_to_string(root.join("docs/api/alicloud-runtime.txt"))
        .expect("the listing of public items");
    let mut named = 0;
    for file in sources(&root.join("runtime/src")) {
        let text = std::fs::read_to_string(&file).expect("a source");
        for line in text.lines() {
            let is_comment = line.trim_start().starts_with("//");
            for item in line.split('`').skip(1).step_by(2).filter(|_| !is_comment) {
                let Some((owner, member)) = path(item) else {
                    continue;
                };
                named += 1;
                let exists = items.lines().any(|line| {
                    let rest = line.strip_prefix(owner).and_then(|r| r.strip_prefix(": "));
                    rest.is_some_and(|rest| has(rest, member))
                });
                assert!(exists, "{}: there is no `{item}`", file.display());
            }
        }
    }
    assert!(named > 5, "{named}");
}

/// `Type::member` out of `Type::member`, `Type::member("…")` and the like.
fn path(text: &str) -> Option<(&str, &str)> {
    let (owner, rest) = text.split_once("::")?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let is_type = owner.starts_with(|c: char| c.is_ascii_uppercase()) && owner.chars().all(is_word);
    (is_type && end > 0).then_some((owner, &rest[..end]))
}

/// Whether a row of the listing is of a function, a constant or a variant of that name.
fn has(row: &str, member: &str) -> bool {
    let function = format!("fn {member}(");
    row.contains(&function)
        || row == format!("::{member}")
        || row.contains(&format!("const {member}:"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
