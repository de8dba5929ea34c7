//! The Rust names of a struct's members, each told from the others.

use super::Context;

use rustc_hash::FxHashMap;

use crate::diagnostics::Pointer;
use crate::names::{self, Ident};

/// The Rust names of one struct: fields, and constants of their values.
#[derive(Default)]
pub(super) struct Namespace<'a> {
    /// By name; there are too few for hashing to be faster.
    fields: Vec<(Ident, &'a str)>,
    constants: FxHashMap<Ident, &'a str>,
}

impl<'a> Namespace<'a> {
    /// Whether a member of that wire name is there.
    pub(super) fn has(&self, wire: &str) -> bool {
        self.fields.iter().any(|(_, known)| *known == wire)
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
        let taken = |ident: &Ident| {
            let mut fields = self.fields.iter();
            fields.find_map(|(known, wire)| (known == ident).then_some(*wire))
        };
        let ident = context.unique(ident, wire, taken, at);
        self.fields.push((ident.clone(), wire));
        ident
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
