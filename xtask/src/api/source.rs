//! The sources of a crate as modules of items, with macros expanded, and what a name means
//! in each module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use syn::{Attribute, Item, Meta, UseTree, Visibility};

use super::expand::Macro;
use super::tokens::text;

/// A module's path from the crate's root.
pub(super) type Place = Vec<String>;

/// A crate.
pub(super) struct Source {
    pub(super) modules: BTreeMap<Place, Module>,
    macros: BTreeMap<String, Macro>,
}

/// A module.
#[derive(Default)]
pub(super) struct Module {
    /// What it is compiled for, as its `cfg` attributes say.
    pub(super) cfg: String,
    /// Its public modules.
    pub(super) public: Vec<String>,
    pub(super) items: Vec<Item>,
    pub(super) uses: Vec<Use>,
}

/// A name that a `use` brings.
pub(super) struct Use {
    /// `*` for all of a module.
    pub(super) name: String,
    pub(super) path: Vec<String>,
    pub(super) is_public: bool,
    pub(super) cfg: String,
}

/// Reads a crate from its root.
pub(super) fn read(root: &Path) -> Result<Source> {
    let mut source = Source {
        modules: BTreeMap::new(),
        macros: BTreeMap::new(),
    };
    let folder = root.parent().unwrap_or(root);
    source.read_file(root, folder, Vec::new(), String::new())?;
    let places: Vec<Place> = source.modules.keys().cloned().collect();
    for place in places {
        let items = source
            .modules
            .get_mut(&place)
            .map(|it| std::mem::take(&mut it.items));
        let items = source.expanded(items.unwrap_or_default())?;
        source.modules.entry(place).or_default().items = items;
    }
    Ok(source)
}

impl Source {
    fn read_file(&mut self, file: &Path, folder: &Path, place: Place, cfg: String) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let parsed = syn::parse_file(&text).with_context(|| file.display().to_string())?;
        self.read_items(parsed.items, folder, place, cfg)
    }

    /// `folder` is where the files of the module's own modules are.
    fn read_items(
        &mut self,
        items: Vec<Item>,
        folder: &Path,
        place: Place,
        cfg: String,
    ) -> Result<()> {
        let mut module = Module {
            cfg: cfg.clone(),
            ..Module::default()
        };
        for item in items {
            match item {
                Item::Mod(item) => {
                    if is_for_tests(&item.attrs) {
                        continue;
                    }
                    let name = item.ident.to_string();
                    if is_public(&item.vis) {
                        module.public.push(name.clone());
                    }
                    let cfg = format!("{cfg}{}", cfg_of(&item.attrs));
                    let inside = [&place[..], std::slice::from_ref(&name)].concat();
                    let below = folder.join(&name);
                    match item.content {
                        Some((_, items)) => self.read_items(items, &below, inside, cfg)?,
                        None => {
                            let file = path_of(&item.attrs).unwrap_or(format!("{name}.rs"));
                            self.read_file(&folder.join(file), &below, inside, cfg)?;
                        }
                    }
                }
                Item::Use(item) => {
                    let (is_public, cfg) = (is_public(&item.vis), cfg_of(&item.attrs));
                    flatten(&item.tree, &mut Vec::new(), &mut |name, path| {
                        module.uses.push(Use {
                            name,
                            path,
                            is_public,
                            cfg: cfg.clone(),
                        });
                    });
                }
                Item::Macro(item) if item.mac.path.is_ident("macro_rules") => {
                    if let Some(name) = &item.ident {
                        let rules = Macro::read(item.mac.tokens.clone());
                        self.macros.insert(name.to_string(), rules);
                    }
                    module.items.push(Item::Macro(item));
                }
                item => module.items.push(item),
            }
        }
        self.modules.insert(place, module);
        Ok(())
    }

    fn expanded(&self, items: Vec<Item>) -> Result<Vec<Item>> {
        let mut out = Vec::new();
        for item in items {
            match item {
                Item::Macro(item) if !item.mac.path.is_ident("macro_rules") => {
                    if let Some(body) = self.expansion(&item.mac) {
                        let made = syn::parse2::<syn::File>(body)
                            .with_context(|| format!("in `{}`", text(&item.mac.path)))?;
                        out.extend(self.expanded(made.items)?);
                    }
                }
                Item::Impl(mut item) => {
                    let mut inside = Vec::new();
                    for each in item.items {
                        match each {
                            syn::ImplItem::Macro(call) => {
                                let Some(body) = self.expansion(&call.mac) else {
                                    continue;
                                };
                                let made: syn::ItemImpl = syn::parse2(
                                    quote::quote!(impl X { #body }),
                                )
                                .with_context(|| format!("in `{}`", text(&call.mac.path)))?;
                                inside.extend(made.items);
                            }
                            each => inside.push(each),
                        }
                    }
                    item.items = inside;
                    out.push(Item::Impl(item));
                }
                item => out.push(item),
            }
        }
        Ok(out)
    }

    fn expansion(&self, call: &syn::Macro) -> Option<proc_macro2::TokenStream> {
        let name = call.path.segments.last()?.ident.to_string();
        self.macros.get(&name)?.expand(call.tokens.clone())
    }

    /// The module and the name in it that a path means; none where it is another crate's.
    pub(super) fn resolve(&self, place: &Place, path: &[String]) -> Option<(Place, String)> {
        self.resolve_within(place, path, 16)
    }

    fn resolve_within(&self, place: &Place, path: &[String], steps: u8) -> Option<(Place, String)> {
        let steps = steps.checked_sub(1)?;
        let (name, rest) = path.split_first()?;
        if !rest.is_empty() {
            let inside = self.module(place, name, steps)?;
            return self.resolve_within(&inside, rest, steps);
        }
        let module = self.modules.get(place)?;
        if module
            .items
            .iter()
            .any(|item| name_of(item).as_ref() == Some(name))
        {
            return Some((place.clone(), name.clone()));
        }
        let named = module.uses.iter().filter(|it| it.name == *name);
        // A name may be a type's and a macro's.
        let mut found = named.filter_map(|it| self.resolve_within(place, &it.path, steps));
        found.next()
    }

    /// The module of a name.
    fn module(&self, place: &Place, name: &str, steps: u8) -> Option<Place> {
        match name {
            "crate" => return Some(Vec::new()),
            "self" => return Some(place.clone()),
            "super" => return Some(place.split_last()?.1.to_vec()),
            _ => {}
        }
        let own = [&place[..], &[name.to_owned()]].concat();
        if self.modules.contains_key(&own) {
            return Some(own);
        }
        let used = self
            .modules
            .get(place)?
            .uses
            .iter()
            .find(|it| it.name == name)?;
        let (last, path) = used.path.split_last()?;
        let steps = steps.checked_sub(1)?;
        let mut at = place.clone();
        for name in path {
            at = self.module(&at, name, steps)?;
        }
        self.module(&at, last, steps)
    }

    /// The module that a path means.
    pub(super) fn resolve_module(&self, place: &Place, path: &[String]) -> Option<Place> {
        let mut at = place.clone();
        for name in path {
            at = self.module(&at, name, 16)?;
        }
        Some(at)
    }
}

fn flatten(tree: &UseTree, path: &mut Vec<String>, found: &mut impl FnMut(String, Vec<String>)) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            flatten(&tree.tree, path, found);
            path.pop();
        }
        UseTree::Name(tree) if tree.ident == "self" => {
            let name = path.last().cloned().unwrap_or_default();
            found(name, path.clone());
        }
        UseTree::Name(tree) => {
            let name = tree.ident.to_string();
            found(name.clone(), [&path[..], &[name]].concat());
        }
        UseTree::Rename(tree) => {
            let path = [&path[..], &[tree.ident.to_string()]].concat();
            found(tree.rename.to_string(), path);
        }
        UseTree::Glob(_) => found("*".to_owned(), path.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, path, found);
            }
        }
    }
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The name that an item defines.
pub(super) fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// What an item is compiled for: ` #[cfg(…)]` each.
pub(super) fn cfg_of(attributes: &[Attribute]) -> String {
    attributes
        .iter()
        .filter(|it| it.path().is_ident("cfg"))
        .map(|it| format!(" {}", text(it)))
        .collect()
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let cfg = cfg_of(attributes);
    cfg.contains("cfg(test") || cfg.contains("cfg(doctest")
}

/// The file in `#[path = "…"]`.
fn path_of(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|it| match &it.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => {
            Some(text(&meta.value).trim_matches('"').to_owned())
        }
        _ => None,
    })
}
