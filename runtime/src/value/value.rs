//! Reading and filling values without knowing their types.

use bytes::Bytes;
use serde_json::Value as Json;

use crate::content::{FileContent, FileUrl};
use crate::schema::Schema;

/// Anything that a request or a reply can hold.
pub trait Value: Send + Sync + 'static {
    /// What is there, for reading.
    fn view(&self) -> View<'_>;
    /// A place to decode into. Absent objects come into being by this call, so
    /// it is made only when there is something to put there.
    fn slot(&mut self) -> Slot<'_>;
    /// Back to unset.
    fn clear(&mut self);
    /// Whether a field that holds this is to be omitted. Not asked of the items
    /// of a list: an empty text there is an item.
    fn is_unset(&self) -> bool {
        matches!(self.view(), View::Unset)
    }
}

/// A generated type.
pub trait Object: Value {
    /// Its description.
    fn schema(&self) -> &'static Schema;
    /// The field at an index of [`Schema::fields`].
    fn get(&self, index: usize) -> &dyn Value;
    /// The field at an index of [`Schema::fields`], to be changed.
    fn get_mut(&mut self, index: usize) -> &mut dyn Value;
}

/// A list, for reading and for appending.
pub trait List {
    /// How many items there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The item at an index below [`List::len`].
    fn at(&self, index: usize) -> &dyn Value;
    /// The item at an index below [`List::len`], to be changed.
    fn at_mut(&mut self, index: usize) -> &mut dyn Value;
    /// Appends an empty item and returns it.
    fn push(&mut self) -> &mut dyn Value;
    /// Removes the last item.
    fn pop(&mut self);
}

/// A map from names that the metadata does not know.
pub trait Map {
    /// Visits every entry, in the order of the keys.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value));
    /// Adds an empty entry, or finds the one that is there.
    fn entry(&mut self, key: String) -> &mut dyn Value;
    /// Removes an entry.
    fn remove(&mut self, key: &str);
}

/// Where a field is asked for by an index that its object does not have.
///
/// # Panics
/// Always, as an index outside of a slice does.
#[cold]
#[track_caller]
pub fn no_field(index: usize) -> ! {
    panic!("an object was asked for its field {index}, which it does not have")
}

/// A value, seen.
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

/// A value, to be filled.
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
