//! What a generated response says of itself.

use crate::schema::{Operation, Sample};
use crate::value::Object;

/// A generated response.
pub trait Response: Object + Default {
    /// The operation that it answers.
    fn operation() -> &'static Operation;
    /// The documented sample replies.
    const SAMPLES: &'static [Sample] = &[];
}

/// A response with a list to page through.
pub trait Paged: Response {
    /// What the list holds.
    type Item: Send + 'static;
    /// The page's items.
    fn into_items(self) -> Vec<Self::Item>;
}

/// A response that the service can also give bit by bit, as server-sent events; see
/// [`Call::events`](crate::Call::events).
pub trait Streamed: Response {}

/// A response that is a file, or bytes of any kind; see
/// [`Call::download`](crate::Call::download).
pub trait Downloadable: Response {}
