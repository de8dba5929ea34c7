//! Numbers that nobody guesses or repeats: nonces, idempotency tokens, jitter.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use data_encoding::HEXLOWER;

/// SipHash of a counter under a key that the operating system gave. The clock, in
/// nanoseconds, keeps a forked process from repeating its parent's numbers; its id
/// would cost a system call each time.
fn number() -> u64 {
    static KEY: OnceLock<RandomState> = OnceLock::new();
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    KEY.get_or_init(RandomState::new)
        .hash_one((count, SystemTime::now()))
}

/// A string that no other request carries, in the form of a random UUID.
pub(crate) fn uuid() -> String {
    // Version 4, variant 1 (RFC 9562).
    let high = number() & !0xf000 | 0x4000;
    let low = number() & (u64::MAX >> 2) | 1 << 63;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    // Not by `format!`, which takes five times as long, once for every request.
    let digits = HEXLOWER.encode(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    parts.map(|part| &digits[part]).join("-")
}

/// Evenly between 0 and 1.
pub(crate) fn fraction() -> f64 {
    (number() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_their_form_and_do_not_repeat() {
        let all: std::collections::HashSet<String> = (0..1000).map(|_| uuid()).collect();
        assert_eq!(all.len(), 1000);
        for uuid in all {
            let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
            assert_eq!(&uuid[14..15], "4");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
    }

    #[test]
    fn fractions_spread_between_zero_and_one() {
        let all: Vec<f64> = (0..1000).map(|_| fraction()).collect();
        assert!(all.iter().all(|f| (0.0..1.0).contains(f)));
        assert!(all.iter().any(|f| *f < 0.1) && all.iter().any(|f| *f > 0.9));
    }
}
