//! The types that fields have: each is a [`Value`].

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value as Json;

use super::value::{List, Map, Object, Sealed, Slot, Value, View};
use crate::content::{FileContent, FileUrl};

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
            fn sealed(_: Sealed) {}
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
    fn sealed(_: Sealed) {}
}

impl Value for FileContent {
    fn view(&self) -> View<'_> {
        View::File(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::File(self)
    }
    fn clear(&mut self) {
        *self = Self::default();
    }
    fn sealed(_: Sealed) {}
}

impl Value for FileUrl {
    fn view(&self) -> View<'_> {
        match self {
            Self::Url(url) => View::Text(url),
            Self::File(content) => View::File(content),
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::FileUrl(self)
    }
    fn clear(&mut self) {
        *self = Self::default();
    }
    fn sealed(_: Sealed) {}
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
    fn sealed(_: Sealed) {}
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
    fn sealed(_: Sealed) {}
}

/// Every generated type is a value. Said once here rather than by each type:
/// that is a tenth of what a generated crate costs to compile. It is also why
/// recursion goes through [`Boxed`](crate::wire::Boxed): `Box` belongs to everybody, and an
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
    fn sealed(_: Sealed) {}
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
    fn sealed(_: Sealed) {}
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
    fn at_mut(&mut self, index: usize) -> &mut dyn Value {
        &mut self[index]
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
    fn sealed(_: Sealed) {}
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
    fn sealed(_: Sealed) {}
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
    fn sealed(_: Sealed) {}
}
