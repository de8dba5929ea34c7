//! The lines of a listing. What may grow without breaking anyone has a line for each part;
//! what may not is one line: a struct that a literal can make, an enum that a `match` can
//! exhaust, what an implementation of a trait must have. So a line that comes is never a
//! break, and one that goes always is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, Fields, FnArg, GenericParam, Generics, ImplItem, Item, ItemEnum, ItemImpl,
    ItemStruct, ItemTrait, ReceiverKind, Signature, TraitItem, Type,
};

use super::source::{Place, Source, cfg_of, is_public, name_of};
use super::tokens::text;

/// An item, by the module that defines it and its name there.
type Key = (Place, String);

/// The public items of a crate, sorted.
pub(super) fn lines(source: &Source) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let names = names(source, &mut lines);
    for (place, module) in &source.modules {
        for item in &module.items {
            if let Item::Impl(item) = item {
                implementation(source, place, item, &names, &module.cfg, &mut lines);
            } else if let Item::Macro(item) = item
                && has(&item.attrs, "macro_export")
                && let Some(name) = &item.ident
            {
                lines.insert(format!("macro {name}!{}", cfg_of(&item.attrs)));
            } else if let Some(path) = name_of(item).and_then(|it| names.get(&(place.clone(), it)))
            {
                definition(path, item, &module.cfg, &mut lines);
            }
        }
    }
    lines
}

/// The public path of each item: the shortest. Others are lines of their own.
fn names(source: &Source, lines: &mut BTreeSet<String>) -> BTreeMap<Key, String> {
    let mut names: BTreeMap<Key, String> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut open = VecDeque::from([(Place::new(), String::new())]);
    while let Some((place, prefix)) = open.pop_front() {
        let Some(module) = source
            .modules
            .get(&place)
            .filter(|_| seen.insert(prefix.clone()))
        else {
            continue;
        };
        let mut add = |key: Key, name: &str, cfg: &str, lines: &mut BTreeSet<String>| {
            let path = format!("{prefix}{name}");
            match names.get(&key) {
                Some(first) if *first != path => {
                    lines.insert(format!("{path} = {first}{cfg}"));
                }
                Some(_) => {}
                None => drop(names.insert(key, path)),
            }
        };
        for item in &module.items {
            if let (true, Some(name)) = (is_item_public(item), name_of(item)) {
                add((place.clone(), name.clone()), &name, "", lines);
            }
        }
        for used in module.uses.iter().filter(|it| it.is_public) {
            if used.name == "*" {
                if let Some(all) = source.resolve_module(&place, &used.path) {
                    open.push_back((all, prefix.clone()));
                    seen.remove(&prefix);
                }
            } else if let Some(key) = source.resolve(&place, &used.path) {
                add(key, &used.name, &used.cfg, lines);
            } else if let Some(inside) = source.resolve_module(&place, &used.path) {
                open.push_back((inside, format!("{prefix}{}::", used.name)));
            } else {
                let (name, path) = (&used.name, used.path.join("::"));
                lines.insert(format!("{prefix}{name} = {path}{}", used.cfg));
            }
        }
        for name in &module.public {
            let inside = [&place[..], std::slice::from_ref(name)].concat();
            open.push_back((inside, format!("{prefix}{name}::")));
        }
    }
    names
}

fn is_item_public(item: &Item) -> bool {
    match item {
        Item::Const(item) => is_public(&item.vis),
        Item::Enum(item) => is_public(&item.vis),
        Item::Fn(item) => is_public(&item.vis),
        Item::Static(item) => is_public(&item.vis),
        Item::Struct(item) => is_public(&item.vis),
        Item::Trait(item) => is_public(&item.vis),
        Item::Type(item) => is_public(&item.vis),
        Item::Union(item) => is_public(&item.vis),
        _ => false,
    }
}

fn definition(path: &str, item: &Item, cfg: &str, lines: &mut BTreeSet<String>) {
    let mut line = |what: String| {
        lines.insert(format!("{path}: {what}{cfg}"));
    };
    match item {
        Item::Struct(item) => structure(item, &mut line),
        Item::Enum(item) => enumeration(item, &mut line),
        Item::Trait(item) => interface(item, &mut line),
        Item::Fn(item) => line(signature(&item.sig)),
        Item::Const(item) => line(format!("const {}: {}", item.ident, text(&item.ty))),
        Item::Static(item) => line(format!("static {}: {}", item.ident, text(&item.ty))),
        Item::Type(item) => line(format!(
            "type {}{} = {}",
            item.ident,
            text(&item.generics),
            text(&item.ty)
        )),
        other => line(text(other)),
    }
}

fn structure(item: &ItemStruct, line: &mut impl FnMut(String)) {
    derives(&item.attrs, line);
    let head = format!("struct {}{}", item.ident, generics(&item.generics));
    let is_open =
        has(&item.attrs, "non_exhaustive") || !item.fields.iter().all(|it| is_public(&it.vis));
    if !is_open {
        let space = match item.fields {
            Fields::Named(_) => " ",
            _ => "",
        };
        return line(format!("{head}{space}{}", text(fields(&item.fields))));
    }
    line(head);
    for (index, field) in item
        .fields
        .iter()
        .enumerate()
        .filter(|(_, it)| is_public(&it.vis))
    {
        let name = field
            .ident
            .as_ref()
            .map_or(index.to_string(), ToString::to_string);
        line(format!(".{name}: {}", text(&field.ty)));
    }
}

fn enumeration(item: &ItemEnum, line: &mut impl FnMut(String)) {
    derives(&item.attrs, line);
    let head = format!("enum {}{}", item.ident, generics(&item.generics));
    let variants = item.variants.iter().map(|variant| {
        let (name, fields) = (&variant.ident, fields(&variant.fields));
        quote!(#name #fields)
    });
    if has(&item.attrs, "non_exhaustive") {
        line(format!("#[non_exhaustive] {head}"));
        variants.for_each(|it| line(format!("::{}", text(it))));
    } else {
        line(format!("{head} {}", text(quote!({ #(#variants),* }))));
    }
}

fn interface(item: &ItemTrait, line: &mut impl FnMut(String)) {
    let bounds = match item.supertraits.is_empty() {
        true => String::new(),
        false => format!(": {}", text(&item.supertraits)),
    };
    let head = format!("trait {}{}{bounds}", item.ident, generics(&item.generics));
    let (mut needed, mut given) = (Vec::new(), Vec::new());
    for each in &item.items {
        match each {
            TraitItem::Fn(it) => match it.default {
                Some(_) => given.push(signature(&it.sig)),
                None => needed.push(signature(&it.sig)),
            },
            TraitItem::Const(it) => {
                let words = format!("const {}: {}", it.ident, text(&it.ty));
                match it.default {
                    Some(_) => given.push(words),
                    None => needed.push(words),
                }
            }
            TraitItem::Type(it) => {
                let bounds = match it.bounds.is_empty() {
                    true => String::new(),
                    false => format!(": {}", text(&it.bounds)),
                };
                needed.push(format!("type {}{bounds}", it.ident));
            }
            _ => {}
        }
    }
    // No other crate implements a sealed trait.
    if needed.iter().any(|it| it.starts_with("fn sealed(")) {
        line(head);
        needed.into_iter().for_each(&mut *line);
    } else {
        let body = match needed.is_empty() {
            true => "{}".to_owned(),
            false => format!("{{ {} }}", needed.join("; ")),
        };
        line(format!("{head} {body}"));
    }
    given.into_iter().for_each(line);
}

fn implementation(
    source: &Source,
    place: &Place,
    item: &ItemImpl,
    names: &BTreeMap<Key, String>,
    cfg: &str,
    lines: &mut BTreeSet<String>,
) {
    let Some(path) = key(source, place, &item.self_ty).and_then(|key| names.get(&key)) else {
        return;
    };
    let cfg = format!("{cfg}{}", cfg_of(&item.attrs));
    // Lifetimes alone say nothing of whom it is for.
    let is_general = item
        .generics
        .params
        .iter()
        .any(|it| !matches!(it, GenericParam::Lifetime(_)))
        || text(&item.self_ty).contains('<');
    let whom = match is_general {
        true => format!("impl{} {} ", generics(&item.generics), text(&item.self_ty)),
        false => String::new(),
    };
    let mut line = |what: String| {
        lines.insert(format!("{path}: {whom}{what}{cfg}"));
    };
    if let Some((interface, _)) = &item.trait_ {
        let path: Vec<String> = interface
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        let mut parts = vec![path];
        parts.extend(idents(interface).into_iter().map(|it| vec![it]));
        if parts.iter().any(|it| is_private(source, place, it)) {
            return;
        }
        let types = item.items.iter().filter_map(|it| match it {
            ImplItem::Type(it) => Some(format!(", {} = {}", it.ident, text(&it.ty))),
            _ => None,
        });
        let types: String = types.collect();
        let interface = interface.segments.last().map(text).unwrap_or_default();
        return line(format!("+ {interface}{types}"));
    }
    for each in &item.items {
        match each {
            ImplItem::Fn(it) if is_public(&it.vis) => {
                let cfg = cfg_of(&it.attrs);
                line(format!("{}{cfg}", signature(&it.sig)));
            }
            ImplItem::Const(it) if is_public(&it.vis) => {
                line(format!("const {}: {}", it.ident, text(&it.ty)));
            }
            _ => {}
        }
    }
}

/// The identifiers in a path, its arguments' included.
fn idents(path: &syn::Path) -> Vec<String> {
    fn collect(tokens: TokenStream, found: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => found.push(ident.to_string()),
                TokenTree::Group(group) => collect(group.stream(), found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(quote!(#path), &mut found);
    found
}

/// Whether a path means an item of this crate that no other crate can name.
fn is_private(source: &Source, place: &Place, path: &[String]) -> bool {
    source.resolve(place, path).is_some_and(|(module, name)| {
        let mut items = source.modules[&module].items.iter();
        items.any(|it| name_of(it).as_ref() == Some(&name) && !is_item_public(it))
    })
}

fn key(source: &Source, place: &Place, ty: &Type) -> Option<Key> {
    let Type::Path(ty) = ty else {
        return None;
    };
    let path: Vec<String> = ty
        .path
        .segments
        .iter()
        .map(|it| it.ident.to_string())
        .collect();
    source.resolve(place, &path)
}

fn derives(attributes: &[Attribute], line: &mut impl FnMut(String)) {
    for attribute in attributes.iter().filter(|it| it.path().is_ident("derive")) {
        // What does not parse, the compiler refuses.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.segments.last().map(|it| it.ident.to_string());
            line(format!("+ {}", name.unwrap_or_default()));
            Ok(())
        });
    }
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|it| it.path().is_ident(name))
}

/// Parameters and what must hold for them.
fn generics(generics: &Generics) -> String {
    let mut words = text(generics);
    if let Some(clause) = &generics.where_clause {
        words = format!("{words} {}", text(clause).trim_end_matches(','));
    }
    words
}

/// Fields without their documentation and visibility.
fn fields(fields: &Fields) -> TokenStream {
    let each = fields.iter().map(|field| match (&field.ident, &field.ty) {
        (Some(name), ty) => quote!(#name: #ty),
        (None, ty) => quote!(#ty),
    });
    match fields {
        Fields::Unit => TokenStream::new(),
        Fields::Named(_) => quote!({ #(#each),* }),
        Fields::Unnamed(_) => quote!((#(#each),*)),
    }
}

/// A signature; the names of arguments are nobody's business.
fn signature(signature: &Signature) -> String {
    let arguments = signature.inputs.iter().map(|it| match it {
        FnArg::Receiver(it) => match &it.kind {
            // `mut self` is the function's own affair.
            ReceiverKind::Value => "self".to_owned(),
            _ => text(it),
        },
        FnArg::Typed(it) => text(&it.ty),
    });
    let arguments: Vec<String> = arguments.collect();
    let Signature {
        constness,
        asyncness,
        ident,
        output,
        ..
    } = signature;
    let (parameters, clause) = (&signature.generics, &signature.generics.where_clause);
    let mut words = text(quote!(#constness #asyncness fn #ident #parameters));
    words.push_str(&format!("({})", arguments.join(", ")));
    for rest in [text(output), text(clause)] {
        if !rest.is_empty() {
            words.push_str(&format!(" {}", rest.trim_end_matches(',')));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::source;
    use super::*;

    fn listed(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let source = source::read(&folder.path().join("lib.rs")).unwrap();
        lines(&source).into_iter().collect()
    }

    #[test]
    fn what_may_grow_has_a_line_for_each_part() {
        let text = "
            #[derive(Clone, Debug)] #[non_exhaustive] pub struct Open { pub a: u8, b: u8 }
            pub struct Closed<'a> { pub a: &'a str }
            pub struct Private(u8);
            #[non_exhaustive] pub enum More { A, B { x: u8 } }
            pub enum All { A(u8), B }
            pub trait Free: Send { type T: Copy; fn a(&self, name: u8); fn b(self) where Self: Sized {} }
            pub trait Shut { fn sealed(_: u8); fn c(&mut self) -> u8; }
        ";
        assert_eq!(
            listed(&[("lib.rs", text)]),
            [
                "All: enum All { A(u8), B }",
                "Closed: struct Closed<'a> { a: &'a str }",
                "Free: fn b(self) where Self: Sized",
                "Free: trait Free: Send { type T: Copy; fn a(&self, u8) }",
                "More: #[non_exhaustive] enum More",
                "More: ::A",
                "More: ::B { x: u8 }",
                "Open: + Clone",
                "Open: + Debug",
                "Open: .a: u8",
                "Open: struct Open",
                "Private: struct Private",
                "Shut: fn c(&mut self) -> u8",
                "Shut: fn sealed(u8)",
                "Shut: trait Shut",
            ]
        );
    }

    #[test]
    fn names_are_followed_through_modules_macros_and_features() {
        let root = "
            mod inner; pub mod outer;
            #[cfg(feature = \"x\")] mod extra;
            pub use inner::{Thing, make as made};
            pub use bytes::Bytes;
            mod hidden { pub struct Nobody; }
        ";
        let inner = "
            macro_rules! setters { ($t:ident) => { impl $t { pub fn a(mut self) -> Self { self } } } }
            pub struct Thing;
            trait Own {}
            impl Own for Thing {}
            impl<'a> From<&'a str> for Thing { fn from(_: &str) -> Self { Thing } }
            setters!(Thing);
            pub const fn make(size: usize) -> Thing { Thing }
        ";
        let files = [
            ("lib.rs", root),
            ("inner.rs", inner),
            ("outer.rs", "pub use crate::inner::Thing as Other;"),
            (
                "extra.rs",
                "use crate::Thing; impl Thing { pub fn x(&self) {} fn y(&self) {} }",
            ),
        ];
        assert_eq!(
            listed(&files),
            [
                "Bytes = bytes::Bytes",
                "Thing: + From<&'a str>",
                "Thing: fn a(self) -> Self",
                "Thing: fn x(&self) #[cfg(feature = \"x\")]",
                "Thing: struct Thing",
                "made: const fn make(usize) -> Thing",
                "outer::Other = Thing",
            ]
        );
    }
}
