//! The error enum of an operation: its documented codes, over a static table.

use super::texts;
use crate::docs::Doc;
use crate::model::{ErrorRow, Operation};
use crate::names::Ident;
use crate::template::{Code, templates};

templates! {
    fn enumeration(docs: &Doc, variants: &Code) -> Code = Items {
        #[doc = "__docs"]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Error {
            __variants {},
        }
    }
    fn table(rows: &Code) -> Code = Items {
        impl alicloud_runtime::ErrorKind for Error {
            #[inline]
            fn rows() -> &'static [(Self, alicloud_runtime::ErrorRow)] {
                const { &[__rows] }
            }
        }
    }
    fn variant(docs: &Doc, name: &Ident) -> Code = Variants {
        #[doc = "__docs"]
        __name,
    }
    fn variant_row(name: &Ident, row: &Code) -> Code = Row { (Self::__name, __row) }
    fn row(status: u16, code: &str, message: &str, meaning: &str) -> Code = Row {
        alicloud_runtime::ErrorRow::new(__status, "__code", "__message", "__meaning")
    }
}

/// `Error` and its rows.
pub(super) fn definition(operation: &Operation) -> Code {
    let (mut variants, mut rows) = (Code::new(), Code::new());
    for error in &operation.errors {
        variants.line(&variant(&texts::error(error), &error.ident));
        for each in &error.rows {
            rows.row(&variant_row(&error.ident, &row_of(each)));
        }
    }
    let mut code = enumeration(&texts::errors(operation), &variants);
    code.item(&table(&rows));
    code
}

/// A row of an error table.
pub(super) fn row_of(error: &ErrorRow) -> Code {
    row(error.status, &error.code, &error.message, &error.meaning)
}
