//! Work on every core, results in the order of the input.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Items that a thread takes at once.
const CHUNK: usize = 8;

/// `f` of every item.
pub(crate) fn map<'i, T: Sync, R: Send>(items: &'i [T], f: impl Fn(&'i T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    let chunk = CHUNK.min(items.len().div_ceil(threads)).max(1);
    let chunks: Vec<&'i [T]> = items.chunks(chunk).collect();
    if threads == 1 || chunks.len() < 2 {
        return items.iter().map(f).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = chunks.get(index) else {
                return done;
            };
            done.push((index, chunk.iter().map(&f).collect::<Vec<R>>()));
        }
    };
    let mut results = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        for other in others {
            match other.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().flat_map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_the_order_of_the_input() {
        let items: Vec<usize> = (0..1_000).collect();
        let squares: Vec<usize> = items.iter().map(|n| n * n).collect();
        assert_eq!(map(&items, |n| n * n), squares);
        assert_eq!(map(&[7], |n| n + 1), [8]);
        assert!(map(&[], |n: &usize| *n).is_empty());
    }
}
