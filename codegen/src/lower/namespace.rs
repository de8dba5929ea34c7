//! The Rust names of a struct's members, each told from the others.

use super::Context;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::Pointer;
use crate::metadata::Schema;
use crate::names::{self, Ident};
use crate::scan::trim;
use crate::steps;

/// The Rust names of one struct: fields, and constants of their values.
#[derive(Default)]
pub(super) struct Namespace<'a> {
    fields: Distinct<'a>,
    constants: FxHashMap<Ident, &'a str>,
}

impl<'a> Namespace<'a> {
    /// Whether a member of that wire name is there.
    pub(super) fn has(&self, wire: &str) -> bool {
        self.fields.has(wire)
    }

    /// The field's identifier, told from those that are there.
    pub(super) fn field(
        &mut self,
        context: &mut Context<'a>,
        wire: &'a str,
        rust_name: &str,
        at: &Pointer<'_>,
    ) -> Ident {
        let ident = match rust_name {
            "" => context.field_name(wire),
            given => names::field(given),
        };
        if !wire.is_empty() && !wire.contains(|c: char| c.is_ascii_alphanumeric()) {
            context.note(
                at,
                format!("no readable name can be made of `{wire}`; it is `{ident}` in Rust"),
                "give it one in an overlay, by adding `x-rust-name` to its schema",
            );
        }
        self.fields.add(context, ident, wire, at)
    }

    /// The constant of a value; none where the name is taken.
    pub(super) fn constant(
        &mut self,
        context: &mut Context<'a>,
        wire: &str,
        value: &'a str,
        at: &Pointer<'_>,
    ) -> Option<Ident> {
        let ident = names::constant(wire, value)?;
        if let Some(other) = self.constants.get(&ident) {
            context.note(
                at,
                format!("the values `{other}` and `{value}` would both be the constant `{ident}`; the second has none"),
                "nothing to do: it can be given as text",
            );
            return None;
        }
        self.constants.insert(ident.clone(), value);
        Some(ident)
    }
}

/// Names that are looked through one by one: a table is faster for more.
pub(super) const FEW: usize = 32;

/// Identifiers that are told from one another.
#[derive(Default)]
pub(super) struct Distinct<'a> {
    names: Vec<(Ident, &'a str)>,
    /// The same, where there are more than a few.
    table: FxHashMap<Ident, &'a str>,
    wires: FxHashSet<&'a str>,
    /// By identifier, the last number that was put behind it: those before are taken.
    numbers: FxHashMap<Ident, usize>,
}

impl<'a> Distinct<'a> {
    /// Whether one of that wire name is there.
    fn has(&self, wire: &str) -> bool {
        if self.names.len() > FEW {
            steps::add(1);
            return self.wires.contains(wire);
        }
        self.few().any(|(_, known)| *known == wire)
    }

    /// What has the identifier.
    fn holder(&self, ident: &Ident) -> Option<&'a str> {
        if self.names.len() > FEW {
            steps::add(1);
            return self.table.get(ident).copied();
        }
        let mut few = self.few();
        few.find_map(|(known, wire)| (known == ident).then_some(*wire))
    }

    fn few(&self) -> impl Iterator<Item = &(Ident, &'a str)> {
        self.names.iter().inspect(|_| steps::add(1))
    }

    fn insert(&mut self, ident: Ident, wire: &'a str) {
        self.names.push((ident, wire));
        let new = match self.names.len() {
            0..=FEW => return,
            len if len == FEW + 1 => &self.names[..],
            len => &self.names[len - 1..],
        };
        self.table.extend(new.iter().cloned());
        self.wires.extend(new.iter().map(|(_, wire)| *wire));
    }

    /// The identifier, or one like it that nothing has; a change is reported.
    pub(super) fn add(
        &mut self,
        context: &mut Context<'a>,
        ident: Ident,
        wire: &'a str,
        at: &Pointer<'_>,
    ) -> Ident {
        let Some(other) = self.holder(&ident) else {
            self.insert(ident.clone(), wire);
            return ident;
        };
        let mut number = self.numbers.get(&ident).copied().unwrap_or(1);
        let chosen = next_free(&ident, &mut number, |ident| self.holder(ident).is_some());
        self.numbers.insert(ident.clone(), number);
        context.note(
            at,
            format!("`{wire}` and `{other}` are both `{ident}` in Rust; this one is `{chosen}`"),
            "both keep their names on the wire; nothing to do",
        );
        self.insert(chosen.clone(), wire);
        chosen
    }
}

/// The first of the numbered identifiers that is free, after the last number that was given.
pub(super) fn next_free(
    ident: &Ident,
    number: &mut usize,
    is_taken: impl Fn(&Ident) -> bool,
) -> Ident {
    loop {
        *number += 1;
        steps::add(1);
        let chosen = names::numbered(ident, *number);
        if !is_taken(&chosen) {
            return chosen;
        }
    }
}

impl Schema<'_> {
    /// The name for Rust that an overlay gives, or else the one that the official
    /// clients have.
    pub(super) fn given_name(&self) -> &str {
        match &*self.rust_name {
            "" => trim(&self.sdk_property_name),
            given => given,
        }
    }
}
