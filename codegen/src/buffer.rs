//! Text under construction, in memory that is used again.
//!
//! Code is made of pieces of code: allocating each of them was about a tenth of
//! the generator's time.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// Buffers that a thread keeps; no more are in use at once but in deep recursion.
const KEPT: usize = 32;

/// A buffer that has grown beyond this is not kept.
const LARGE: usize = 1 << 20;

thread_local! {
    static FREE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A `String` that goes back to its thread's free ones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Buffer(String);

impl Buffer {
    /// An empty one.
    pub(crate) fn new() -> Self {
        // While a thread ends there are no free ones.
        let free = FREE.try_with(|free| free.borrow_mut().pop());
        Self(free.ok().flatten().unwrap_or_default())
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut text = std::mem::take(&mut self.0);
        if text.capacity() == 0 || text.capacity() > LARGE {
            return;
        }
        text.clear();
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            if free.len() < KEPT {
                free.push(text);
            }
        });
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Buffer {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn a_buffer_that_is_used_again_is_empty() {
        let mut first = Buffer::new();
        first.push_str("text");
        let address = first.as_ptr();
        drop(first);
        let second = Buffer::new();
        assert_eq!(second.as_str(), "");
        assert_eq!(second.as_ptr(), address);
    }
}
