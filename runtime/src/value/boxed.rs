//! A value on the heap.

use super::value::{Sealed, Slot, Value, View};

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
    /// Returns what it holds.
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
    fn sealed(_: Sealed) {}
}
