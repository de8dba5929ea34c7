//! Error tables: rows as published, grouped into the variants of an enum.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use super::namespace::FEW;
use crate::diagnostics::Pointer;
use crate::format_errors::LEFT_OUT;
use crate::metadata::{Api, Document};
use crate::model::{ErrorRow, ErrorVariant};
use crate::names::Ident;
use crate::scan::trim;

impl<'a> Context<'a> {
    /// The operation's own table, in the order of the spec.
    pub(super) fn errors(&mut self, api: &'a Api<'a>, at: &Pointer<'_>) -> Vec<ErrorVariant<'a>> {
        let at = at.key("errorCodes");
        let mut table = Table::default();
        for (key, rows) in api.error_codes.iter() {
            let at = at.key(key);
            for (index, row) in rows.iter().enumerate() {
                if row.error_code == *LEFT_OUT {
                    continue;
                }
                let code = Row {
                    status: key,
                    code: &row.error_code,
                    message: &row.error_message,
                    meaning: &row.description,
                };
                table.add(self, &code, &at.index(index));
            }
        }
        table.variants
    }

    /// The codes that every operation can answer with.
    pub(super) fn product_errors(&mut self, document: &'a Document<'a>) -> Vec<ErrorVariant<'a>> {
        let root = Pointer::ROOT;
        let at = root.key("errorCodes");
        let mut table = Table::default();
        for (index, row) in document.error_codes.iter().enumerate() {
            if row.code == *LEFT_OUT {
                continue;
            }
            let code = Row {
                status: &row.http_code,
                code: &row.code,
                message: &row.message,
                meaning: &row.description,
            };
            table.add(self, &code, &at.index(index));
        }
        table.variants
    }
}

struct Row<'r> {
    status: &'r str,
    code: &'r str,
    message: &'r str,
    meaning: &'r str,
}

#[derive(Default)]
struct Table<'a> {
    variants: Vec<ErrorVariant<'a>>,
    /// Where a variant is among more than a few.
    places: FxHashMap<Ident, usize>,
    /// Of a variant with more than a few.
    rows: FxHashSet<ErrorRow<'a>>,
}

impl<'a> Table<'a> {
    fn add(&mut self, context: &mut Context<'_>, row: &Row<'a>, at: &Pointer<'_>) {
        let code = trim(row.code);
        let Some(ident) = context.variant_name(code) else {
            context.note(
                at,
                format!("no variant can be named after the code `{code}`; it has no row"),
                "nothing to do: a reply with it still carries code and message",
            );
            return;
        };
        let new = ErrorRow {
            status: status(row.status),
            code,
            message: trim(row.message),
            meaning: trim(row.meaning),
        };
        match self.place(&ident) {
            Some(place) => {
                let rows = &mut self.variants[place].rows;
                if rows.len() == FEW {
                    self.rows.extend(rows.iter().cloned());
                }
                let is_new = if rows.len() < FEW {
                    !rows.contains(&new)
                } else {
                    self.rows.insert(new.clone())
                };
                if is_new {
                    rows.push(new);
                }
            }
            None => {
                if !self.places.is_empty() {
                    self.places.insert(ident.clone(), self.variants.len());
                }
                self.variants.push(ErrorVariant {
                    ident,
                    rows: vec![new],
                });
            }
        }
    }

    /// Where a variant is; most tables are too small for hashing to be faster.
    fn place(&mut self, ident: &Ident) -> Option<usize> {
        if self.variants.len() < FEW {
            return self.variants.iter().position(|it| it.ident == *ident);
        }
        if self.places.is_empty() {
            let all = self.variants.iter().enumerate();
            self.places = all.map(|(at, it)| (it.ident.clone(), at)).collect();
        }
        self.places.get(ident).copied()
    }
}

/// Keys such as `2014` and `999999` are published too: they are no HTTP status.
fn status(text: &str) -> u16 {
    trim(text)
        .parse()
        .ok()
        .filter(|status| (100..=599).contains(status))
        .unwrap_or(0)
}
