//! Reading and filling values without knowing their types.

use bytes::Bytes;
use serde_json::Value as Json;

use crate::content::{FileContent, FileUrl};
use crate::schema::Schema;

/// The argument of functions that no other crate can name, so that no other crate can
/// implement their traits. A supertrait would do too, but each generated type would have
/// to be proven to have it.
#[derive(Debug)]
pub struct Sealed;

/// Anything that a request or a reply can hold. Sealed: it may grow.
///
/// ```compile_fail
/// use alicloud_runtime::wire::{Slot, Value, View};
///
/// struct Own(bool);
///
/// impl Value for Own {
///     fn view(&self) -> View<'_> {
///         View::Bool(self.0)
///     }
///     fn slot(&mut self) -> Slot<'_> {
///         Slot::Bool(&mut self.0)
///     }
///     fn clear(&mut self) {}
/// }
/// ```
pub trait Value: Send + Sync + 'static {
    /// Seals the trait.
    #[doc(hidden)]
    fn sealed(_: Sealed)
    where
        Self: Sized;
    /// Returns what is there, for reading.
    fn view(&self) -> View<'_>;
    /// Returns a place to decode into. Absent objects come into being by this call, so
    /// it is made only when there is something to put there.
    fn slot(&mut self) -> Slot<'_>;
    /// Makes it unset again.
    fn clear(&mut self);
    /// Returns whether a field that holds this is to be omitted. Not asked of the items
    /// of a list: an empty string there is an item.
    fn is_unset(&self) -> bool {
        matches!(self.view(), View::Unset)
    }
}

/// A generated type. Closed: implemented by generated code alone; it may grow.
pub trait Object: Value {
    /// Returns its description.
    fn schema(&self) -> &'static Schema;
    /// Returns the field at an index of [`Schema::fields`].
    fn get(&self, index: usize) -> &dyn Value;
    /// Returns the field at an index of [`Schema::fields`], to be changed.
    fn get_mut(&mut self, index: usize) -> &mut dyn Value;
}

/// A list, for reading and for appending. Sealed: it may grow.
pub trait List {
    /// Seals the trait.
    #[doc(hidden)]
    fn sealed(_: Sealed)
    where
        Self: Sized;
    /// Returns how many items there are.
    fn len(&self) -> usize;
    /// Returns whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Returns the item at an index below [`List::len`].
    fn at(&self, index: usize) -> &dyn Value;
    /// Returns the item at an index below [`List::len`], to be changed.
    fn at_mut(&mut self, index: usize) -> &mut dyn Value;
    /// Appends an empty item and returns it.
    fn push(&mut self) -> &mut dyn Value;
    /// Removes the last item.
    fn pop(&mut self);
}

/// A map from names that the metadata does not know. Sealed: it may grow.
pub trait Map {
    /// Seals the trait.
    #[doc(hidden)]
    fn sealed(_: Sealed)
    where
        Self: Sized;
    /// Visits every entry, in the order of the keys.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value));
    /// Adds an empty entry, or finds the one that is there.
    fn entry(&mut self, key: String) -> &mut dyn Value;
    /// Removes an entry.
    fn remove(&mut self, key: &str);
}

/// Panics for a field that is asked for by an index that its object does not have.
///
/// # Panics
/// Always, as an index outside of a slice does.
#[cold]
#[track_caller]
pub fn no_field(index: usize) -> ! {
    panic!("an object was asked for its field {index}, which it does not have")
}

/// A view of a value, for reading.
#[expect(
    missing_debug_implementations,
    reason = "what it holds may be a secret"
)]
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum View<'a> {
    /// Not set: omitted on the wire.
    Unset,
    /// A truth value.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// Bytes that are the whole body, or inserted as text elsewhere.
    Bytes(&'a Bytes),
    /// A file: the whole body, or uploaded, and its URL sent in its place.
    File(&'a FileContent),
    /// A value without a type in the metadata.
    Json(&'a Json),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
    /// A generated type.
    Object(&'a dyn Object),
}

/// A slot of a value, for writing.
#[expect(
    missing_debug_implementations,
    reason = "what it holds may be a secret"
)]
#[non_exhaustive]
pub enum Slot<'a> {
    /// A truth value.
    Bool(&'a mut bool),
    /// An integer of any width.
    Int(&'a mut i64),
    /// A number.
    Float(&'a mut f64),
    /// Text.
    Text(&'a mut String),
    /// Bytes.
    Bytes(&'a mut Bytes),
    /// A file.
    File(&'a mut FileContent),
    /// The URL of a file, or one that is to be uploaded.
    FileUrl(&'a mut FileUrl),
    /// A value without a type in the metadata.
    Json(&'a mut Json),
    /// A list.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
    /// A generated type.
    Object(&'a mut dyn Object),
}
