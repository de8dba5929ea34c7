//! `ListListeners`, with less than it documents: what the engine does with a listing
//! depends on what is known of it.

use alicloud_runtime::{Operation, Response};

use crate::ga::{self, list_listeners};

/// It answers whole.
pub(crate) const READ: Operation = Operation::read(ga::product(), "ListListeners");

/// It pages by number alone.
pub(crate) static BY_NUMBER: Operation = READ
    .page_number(0, 1)
    .page_size(1)
    .page_items(&[3])
    .page_total(&[1]);

/// It pages by token alone.
pub(crate) static BY_TOKEN: Operation = READ.page_token(2, &[2]).page_items(&[3]).page_total(&[1]);

/// It pages by either, as documented.
pub(crate) fn by_either() -> &'static Operation {
    list_listeners::Response::operation()
}
