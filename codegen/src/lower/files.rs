//! Parameters that take the URL of a file, or a file.

use crate::diagnostics::Pointer;
use crate::metadata::{Additional, Schema};
use crate::model::Side;

use super::draft::Ty;
use super::types::Types;

impl<'a> Types<'_, 'a> {
    /// Whether a member of a request is one: the service marks its text so. A mark on anything
    /// else, or on the texts of a list or a map, is for no client to follow.
    pub(super) fn is_file_url(
        &mut self,
        schema: &'a Schema<'a>,
        target: &'a Schema<'a>,
        ty: &Ty,
        at: &Pointer<'_>,
    ) -> bool {
        if self.side == Side::Response {
            return false;
        }
        let is_marked = schema.is_file_transfer_url.0 || target.is_file_transfer_url.0;
        if *ty == Ty::Text && is_marked {
            return true;
        }
        if is_marked || self.has_marked_items(target) {
            self.file_note(at);
        }
        false
    }

    fn has_marked_items(&self, target: &'a Schema<'a>) -> bool {
        let marked = |item: &'a Schema<'a>| {
            let target = self.target(item).unwrap_or(item);
            item.is_file_transfer_url.0 || target.is_file_transfer_url.0
        };
        let values = match &target.additional_properties {
            Some(Additional::Of(values)) => Some(&**values),
            _ => None,
        };
        target
            .items
            .as_deref()
            .into_iter()
            .chain(values)
            .any(marked)
    }

    /// A mark that is not followed.
    pub(super) fn file_note(&mut self, at: &Pointer<'_>) {
        self.context.note(
            at,
            "only a text of its own takes a file in place of its URL; what is marked here takes none",
            "upload files otherwise, and send their URLs",
        );
    }
}
