//! What a generated response says of itself.

use crate::schema::{Operation, Sample};
use crate::value::Object;

/// A response type, made of an operation's metadata. Closed: implemented by generated
/// code alone; it may grow.
pub trait Response: Object + Default {
    /// Returns the operation that it answers.
    #[doc(hidden)]
    fn operation() -> &'static Operation;
    /// The documented sample replies.
    #[doc(hidden)]
    const SAMPLES: &'static [Sample] = &[];
}

/// A response with a list to page through. Closed: implemented by generated code
/// alone; it may grow.
pub trait Paged: Response {
    /// What the list holds.
    type Item: Send + 'static;
    /// Returns the page's items.
    fn into_items(self) -> Vec<Self::Item>;
}

/// A response that the service can also give bit by bit, as server-sent events; see
/// [`Call::events`](crate::Call::events).
pub trait Streamed: Response {}

/// A response that is a file, or bytes of any kind; see
/// [`Call::download`](crate::Call::download).
pub trait Downloadable: Response {}
