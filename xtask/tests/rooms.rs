//! ARCHITECTURE.md draws the runtime as a tree of rooms in one order: each line uses
//! only what stands above it, and so does each file of a room. This reads the tree and
//! the paths in the sources, and holds them to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The rooms in their order, each with its files in theirs.
struct Rooms(Vec<(String, Vec<String>)>);

/// A name that a roof re-exports, and the file that it comes from.
type Roofs = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn each_line_of_the_tree_uses_only_what_stands_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let tree = Rooms::read(&text);
    let sources = root.join("runtime/src");
    assert_eq!(tree.missing(&sources), Vec::<String>::new());
    let found = tree.violations(&sources);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn two_lines_that_are_swapped_are_noticed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let sources = root.join("runtime/src");
    let mut tree = Rooms::read(&text);
    let at = tree
        .0
        .iter()
        .position(|(room, _)| room == "value")
        .expect("a room `value`");
    tree.0.swap(at, at + 1);
    assert!(!tree.violations(&sources).is_empty());
}

impl Rooms {
    /// The block that is marked `rooms`: a line a room, which may go on indented, or several
    /// rooms without files.
    fn read(text: &str) -> Self {
        let block = text
            .split_once("```rooms\n")
            .and_then(|(_, rest)| rest.split_once("```"))
            .expect("ARCHITECTURE.md has a block ```rooms")
            .0;
        let mut rooms: Vec<(String, Vec<String>)> = Vec::new();
        for line in block.lines() {
            let mut words = line.split_whitespace().map(str::to_owned).peekable();
            if line.starts_with(' ') {
                let (_, files) = rooms.last_mut().expect("a room goes on");
                files.extend(words);
                continue;
            }
            match words.next_if(|word| word.ends_with('/')) {
                Some(room) => rooms.push((room.trim_end_matches('/').to_owned(), words.collect())),
                None => rooms.extend(words.map(|room| (room, Vec::new()))),
            }
        }
        Self(rooms)
    }

    /// Files that the tree does not draw, and lines of it without a file.
    fn missing(&self, sources: &Path) -> Vec<String> {
        let drawn: BTreeSet<String> = self
            .0
            .iter()
            .flat_map(|(room, files)| {
                let inside = files.iter().map(move |file| format!("{room}/{file}.rs"));
                std::iter::once(format!("{room}.rs")).chain(inside)
            })
            .collect();
        let there: BTreeSet<String> = rust_files(sources)
            .into_iter()
            .filter(|path| path != "lib.rs")
            // A roof inside of a room has its line by its files.
            .filter(|path| {
                !sources.join(path.trim_end_matches(".rs")).is_dir() || !path.contains('/')
            })
            .collect();
        drawn.symmetric_difference(&there).cloned().collect()
    }

    fn violations(&self, sources: &Path) -> Vec<String> {
        let files = rust_files(sources);
        let tokens: BTreeMap<&str, TokenStream> = files
            .iter()
            .map(|path| {
                let text = std::fs::read_to_string(sources.join(path)).expect("a source");
                let tokens = text.parse().unwrap_or_else(|e| panic!("{path}: {e}"));
                (path.as_str(), tokens)
            })
            .collect();
        let roofs = Self::roofs(&tokens);
        let mut found = Vec::new();
        for (path, tokens) in &tokens {
            let Some((room, file)) = place(path) else {
                continue;
            };
            for used in paths(tokens.clone()) {
                if let Some(why) = self.refuses(room, file, &used, &roofs) {
                    found.push(format!("{path}: `{}`: {why}", used.join("::")));
                }
            }
        }
        found
    }

    /// What each file that is beside a folder of its name takes from that folder.
    fn roofs(tokens: &BTreeMap<&str, TokenStream>) -> Roofs {
        let mut roofs = Roofs::new();
        for (path, tokens) in tokens {
            let Some(roof) = path.strip_suffix(".rs") else {
                continue;
            };
            let names = roofs.entry(roof.to_owned()).or_default();
            for path in uses(tokens.clone()) {
                let from: Vec<&String> = path.iter().filter(|it| *it != "self").collect();
                if let [file, .., name] = from[..] {
                    names.insert(name.clone(), file.clone());
                }
            }
        }
        roofs
    }

    /// Why a path may not stand in a file, if it may not.
    fn refuses(
        &self,
        room: &str,
        file: Option<&str>,
        used: &[String],
        roofs: &Roofs,
    ) -> Option<String> {
        let rest = match (used[0].as_str(), file) {
            ("crate", _) => &used[1..],
            // In a file, `super` is its roof, which may be one inside of a room.
            ("super", Some(file)) => {
                let mut inside: Vec<String> = used[1..].to_vec();
                if let Some((roof, _)) = file.split_once('/') {
                    inside.insert(0, roof.to_owned());
                }
                return self.refuses_inside(room, file, &inside, roofs);
            }
            _ => return None,
        };
        let other = rest.first()?;
        if other == room {
            return self.refuses_inside(room, file?, &rest[1..], roofs);
        }
        let at = |name: &str| self.0.iter().position(|(room, _)| room == name);
        match at(other) {
            None => Some(format!("`{other}` is no room: name the one that holds it")),
            Some(theirs) if theirs > at(room)? => Some(format!("`{other}` stands below `{room}`")),
            Some(_) => None,
        }
    }

    fn refuses_inside(
        &self,
        room: &str,
        file: &str,
        rest: &[String],
        roofs: &Roofs,
    ) -> Option<String> {
        let files = &self.0.iter().find(|(name, _)| name == room)?.1;
        let name = rest.first()?;
        let is_roof = files
            .iter()
            .any(|file| file.starts_with(&format!("{name}/")));
        let other = if files.contains(name) {
            name.clone()
        } else if is_roof {
            let below = rest.get(1)?;
            match files.contains(&format!("{name}/{below}")) {
                true => format!("{name}/{below}"),
                false => {
                    let file = roofs.get(&format!("{room}/{name}"))?.get(below)?;
                    format!("{name}/{file}")
                }
            }
        } else {
            roofs.get(room)?.get(name)?.clone()
        };
        let at = |name: &str| files.iter().position(|file| file == name);
        (at(&other)? > at(file)?).then(|| format!("`{room}/{other}` stands below `{room}/{file}`"))
    }
}

/// The room and, where it is no roof, the file of a source.
fn place(path: &str) -> Option<(&str, Option<&str>)> {
    let path = path.strip_suffix(".rs")?;
    match path.split_once('/') {
        Some((room, file)) => Some((room, Some(file))),
        None => (path != "lib" && path != "private").then_some((path, None)),
    }
}

fn rust_files(sources: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(sources.join(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = folder.join(entry.file_name());
            match entry.file_type().expect("a type").is_dir() {
                true => folders.push(path),
                false => found.push(path.to_string_lossy().replace('\\', "/")),
            }
        }
    }
    found.retain(|path| path.ends_with(".rs"));
    found.sort();
    found
}

/// The paths of all `use` items, one per name.
fn uses(tokens: TokenStream) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if is(token, "use") {
            let end = tokens[index..]
                .iter()
                .position(|it| is(it, ";"))
                .map_or(tokens.len(), |n| index + n);
            expand(&tokens[index + 1..end], &[], &mut found);
        }
    }
    found
}

/// Every path that begins with `crate` or `super`, outside of tests.
fn paths(tokens: TokenStream) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        if is_test_attribute(&tokens[index..]) {
            // The attribute, and what it stands before: to the end of a body or a statement.
            index += 2;
            while tokens
                .get(index)
                .is_some_and(|it| !is(it, ";") && !is_braces(it))
            {
                index += 1;
            }
        } else if is(token, "crate") || is(token, "super") {
            let end = tokens[index..]
                .iter()
                .position(|it| !matches!(it, TokenTree::Ident(_)) && !is(it, ":") && !is_braces(it))
                .map_or(tokens.len(), |length| index + length);
            expand(&tokens[index..end], &[], &mut found);
            // A body that follows a path is looked into by itself.
            if let Some(TokenTree::Group(group)) = tokens[index..end].last() {
                found.extend(paths(group.stream()));
            }
            index = end.max(index + 1);
            continue;
        } else if let TokenTree::Group(group) = token {
            found.extend(paths(group.stream()));
        }
        index += 1;
    }
    found
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`.
fn expand(tokens: &[TokenTree], before: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    let mut separated = true;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(name) if separated => {
                path.push(name.to_string());
                separated = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => separated = true,
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                found.push(path);
                return expand(&tokens[index + 1..], before, found);
            }
            TokenTree::Group(group) if separated && group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                expand(&inner, &path, found);
                let rest = tokens.get(index + 2..).unwrap_or_default();
                return if rest.is_empty() {
                } else {
                    expand(rest, before, found)
                };
            }
            // `as name`, `*`, or the end of a path in code.
            _ => {}
        }
    }
    if path.len() > before.len() {
        found.push(path);
    }
}

fn is(token: &TokenTree, text: &str) -> bool {
    match token {
        TokenTree::Ident(ident) => ident == text,
        TokenTree::Punct(punct) => text.starts_with(punct.as_char()) && text.len() == 1,
        _ => false,
    }
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    match tokens {
        [hash, TokenTree::Group(group), ..] if is(hash, "#") => {
            group.stream().to_string().replace(' ', "") == "cfg(test)"
        }
        _ => false,
    }
}
