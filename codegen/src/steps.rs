//! Counts work, for the test that it grows as the input does: a byte that is looked at, a name
//! that is compared, a member of an example. Nothing is counted but in tests.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Some more.
#[inline]
pub(crate) fn add(steps: usize) {
    #[cfg(test)]
    STEPS.set(STEPS.get() + steps as u64);
    let _ = steps;
}

/// Those of this thread since the last time.
#[cfg(test)]
pub(crate) fn take() -> u64 {
    STEPS.take()
}
