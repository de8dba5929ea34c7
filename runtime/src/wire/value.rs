//! Reading and filling values without knowing their types.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value as Json;

use super::schema::Schema;

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

/// A value on the heap: what a type that contains itself is held by. It reads as
/// what it holds, and is made from it with `into()`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boxed<T>(Box<T>);

impl<T> From<T> for Boxed<T> {
    #[inline]
    fn from(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> Boxed<T> {
    /// What it holds.
    #[inline]
    pub fn into_inner(self) -> T {
        *self.0
    }
}

impl<T> std::ops::Deref for Boxed<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Boxed<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
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
    /// A value without a type in the metadata.
    Json(&'a mut Json),
    /// A list.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
    /// A generated type.
    Object(&'a mut dyn Object),
}

macro_rules! scalar {
    ($type:ty, $variant:ident, $self:ident => $view:expr) => {
        impl Value for $type {
            #[inline]
            fn view(&self) -> View<'_> {
                let $self = self;
                View::$variant($view)
            }
            #[inline]
            fn slot(&mut self) -> Slot<'_> {
                Slot::$variant(self)
            }
            #[inline]
            fn clear(&mut self) {
                *self = Default::default();
            }
        }
    };
}
scalar!(bool, Bool, v => *v);
scalar!(i64, Int, v => *v);
scalar!(f64, Float, v => *v);
scalar!(Bytes, Bytes, v => v);

impl Value for String {
    /// Replies hold text as `String`, where empty and absent are one.
    fn view(&self) -> View<'_> {
        View::Text(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }
    fn clear(&mut self) {
        String::clear(self);
    }
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl Value for Json {
    fn view(&self) -> View<'_> {
        match self {
            Json::Null => View::Unset,
            json => View::Json(json),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Json(self)
    }
    fn clear(&mut self) {
        *self = Json::Null;
    }
}

impl<T: Value + Default> Value for Option<T> {
    #[inline]
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Unset,
        }
    }
    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        self.get_or_insert_default().slot()
    }
    #[inline]
    fn clear(&mut self) {
        *self = None;
    }
}

/// Every generated type is a value. Said once here rather than by each type:
/// that is a tenth of what a generated crate costs to compile. It is also why
/// recursion goes through [`Boxed`]: `Box` belongs to everybody, and an
/// implementation for it could meet this one.
impl<T: Object + Default> Value for T {
    #[inline]
    fn view(&self) -> View<'_> {
        View::Object(self)
    }
    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }
    #[inline]
    fn clear(&mut self) {
        *self = T::default();
    }
}

impl<T: Value + Default> Value for Boxed<T> {
    #[inline]
    fn view(&self) -> View<'_> {
        self.0.view()
    }
    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
    #[inline]
    fn clear(&mut self) {
        self.0.clear();
    }
    #[inline]
    fn is_unset(&self) -> bool {
        self.0.is_unset()
    }
}

impl<T: Value + Default> Value for Vec<T> {
    #[inline]
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
    #[inline]
    fn clear(&mut self) {
        Vec::clear(self);
    }
    #[inline]
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Value + Default> List for Vec<T> {
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }
    #[inline]
    fn at(&self, index: usize) -> &dyn Value {
        &self[index]
    }
    #[inline]
    fn push(&mut self) -> &mut dyn Value {
        self.push(T::default());
        let last = self.len() - 1;
        &mut self[last]
    }
    #[inline]
    fn pop(&mut self) {
        self.pop();
    }
}

impl<T: Value + Default> Value for BTreeMap<String, T> {
    #[inline]
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
    #[inline]
    fn clear(&mut self) {
        BTreeMap::clear(self);
    }
    #[inline]
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Value + Default> Map for BTreeMap<String, T> {
    #[inline]
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value)) {
        for (key, value) in self {
            visit(key, value);
        }
    }
    #[inline]
    fn entry(&mut self, key: String) -> &mut dyn Value {
        self.entry(key).or_default()
    }
    #[inline]
    fn remove(&mut self, key: &str) {
        BTreeMap::remove(self, key);
    }
}
