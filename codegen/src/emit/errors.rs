//! The error enum of an operation: its documented codes, over a static table.

use super::doc_comments;
use crate::docs::Doc;
use crate::model::{ErrorRow, Operation};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn enumeration(docs: &Doc, variants: impl Emit) -> Code = Items {
        #[doc = "__docs"]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ErrorKind {
            __variants {},
        }
    }
    fn none(docs: &Doc) -> Code = Items {
        #[doc = "__docs"]
        #[doc(inline)]
        pub use alicloud_runtime::Undocumented as ErrorKind;
    }
    fn table(operation: &str, rows: impl Emit) -> Code = Items {
        impl alicloud_runtime::ErrorCodes for ErrorKind {
            const OPERATION: &'static str = "__operation";
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
    fn variant_row(name: &Ident, row: impl Emit) -> Code = Row { (Self::__name, __row) }
    fn row(status: u16, code: &str, message: &str, meaning: &str) -> Code = Row {
        alicloud_runtime::ErrorRow::new(__status, "__code", "__message", "__meaning")
    }
}

/// Adds `ErrorKind` and its rows; where no code is documented, the one that is empty.
pub(super) fn add(code: &mut Code, operation: &Operation) {
    if operation.errors.is_empty() {
        code.item(none(&doc_comments::no_errors(operation)));
        return;
    }
    let variants = |code: &mut Code| {
        for error in &operation.errors {
            code.line(variant(&doc_comments::error(error), &error.ident));
        }
    };
    let rows = |code: &mut Code| {
        for error in &operation.errors {
            for each in &error.rows {
                code.row(variant_row(&error.ident, row_of(each)));
            }
        }
    };
    code.item(enumeration(&doc_comments::errors(operation), variants));
    code.item(table(operation.name, rows));
}

/// A row of an error table.
pub(super) fn row_of(error: &ErrorRow) -> impl Emit {
    row(error.status, error.code, error.message, error.meaning)
}
