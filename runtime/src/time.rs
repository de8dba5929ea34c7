//! Points in time as the protocol writes them, and where the time comes from.
//!
//! ISO 8601 in UTC, `YYYY-MM-DDThh:mm:ssZ`: signatures and `Expiration` of
//! temporary keys. RFC 1123: the `Date` header of requests and replies.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;
/// 9999-12-31T23:59:59Z, the last second that four digits of a year can name.
const LAST_SECOND: u64 = 253_402_300_799;

/// Writes `YYYY-MM-DDThh:mm:ssZ`. Fractions of a second are dropped; what lies before
/// 1970 or after 9999 becomes the nearest second that can be written.
pub fn format_iso8601(time: SystemTime) -> String {
    let seconds = seconds_since_epoch(time);
    let (year, month, day) = date_of_day(seconds / DAY);
    let mut out = *b"0000-00-00T00:00:00Z";
    // `format!` takes many times as long, and every request has a date.
    for (at, number) in [
        (0, year / 100),
        (2, year),
        (5, month),
        (8, day),
        (11, seconds % DAY / 3600),
        (14, seconds / 60 % 60),
        (17, seconds % 60),
    ] {
        out[at] += (number / 10 % 10) as u8;
        out[at + 1] += (number % 10) as u8;
    }
    str::from_utf8(&out).unwrap_or_default().to_owned()
}

/// Reads `YYYY-MM-DDThh:mm:ssZ`; a fraction of a second may follow the seconds
/// and is dropped. `None` for anything else, dates that do not exist and years
/// before 1970.
pub fn parse_iso8601(text: &str) -> Option<SystemTime> {
    let bytes = text.strip_suffix('Z')?.as_bytes();
    let (bytes, fraction) = bytes.split_at_checked(19)?;
    if !fraction.is_empty() {
        let digits = fraction.strip_prefix(b".")?;
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
    }
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(at, byte)| bytes[at] != byte) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<u64> {
        bytes[from..to].iter().try_fold(0, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + u64::from(byte - b'0'))
        })
    };
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // 60 is a leap second
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let day = day_of_date(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(
        day * DAY + hour * 3600 + minute * 60 + second,
    ))
}

/// Writes `Sun, 06 Nov 1994 08:49:37 GMT`: the `Date` header. What lies before 1970 or
/// after 9999 becomes the nearest second that can be written.
pub fn format_http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds_since_epoch(time)))
}

/// Reads a `Date` header, in any of the three forms that HTTP knows.
pub fn parse_http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// A duration for people: to a tenth of a second, or to the millisecond below one
/// second.
pub(crate) fn rounded(time: Duration) -> Duration {
    let unit: u128 = match time {
        time if time < Duration::from_millis(1) => return time,
        time if time < Duration::from_secs(1) => 1,
        _ => 100,
    };
    let millis = (time.as_micros() + 500 * unit) / (1000 * unit) * unit;
    u64::try_from(millis).map_or(time, Duration::from_millis)
}

/// A clock: where the time comes from. Tests replace the system's clock by one of
/// their own.
#[derive(Clone)]
pub struct Clock(Option<Arc<dyn Fn() -> SystemTime + Send + Sync>>);

impl Clock {
    /// Returns the system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// Creates a clock that tells what a function returns.
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// Returns the time now.
    pub fn now(&self) -> SystemTime {
        self.0.as_ref().map_or_else(SystemTime::now, |now| now())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Clock(function)"
        } else {
            "Clock(system)"
        })
    }
}

fn seconds_since_epoch(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs().min(LAST_SECOND))
}

/// Year, month and day of the n-th day since 1970-01-01. Years start in March
/// here, which puts the leap day at the end of the year.
fn date_of_day(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468; // days from 0000-03-01 to 1970-01-01
    let era = day / 146_097; // 400 years
    let of_era = day % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day_of_month)
}

/// The inverse of [`date_of_day`]; `None` for a date that does not exist.
fn day_of_date(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_year = (153 * m + 2) / 5 + day - 1;
    let of_era = (y % 400) * 365 + y % 400 / 4 - y % 400 / 100 + of_year;
    let number = (y / 400 * 146_097 + of_era).checked_sub(719_468)?;
    // 30 February counts on into March: reading it back shows another date
    (date_of_day(number) == (year, month, day)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn iso8601_is_written_and_read() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_456_231_584, "2016-02-23T12:46:24Z"),
            (1_698_315_752, "2023-10-26T10:22:32Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (LAST_SECOND, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(format_iso8601(at(seconds)), text);
            assert_eq!(parse_iso8601(text), Some(at(seconds)), "{text}");
        }
    }

    #[test]
    fn every_day_of_four_hundred_years_survives_the_round_trip() {
        for day in 0..146_097 {
            let (y, m, d) = date_of_day(day);
            assert_eq!(day_of_date(y, m, d), Some(day));
        }
    }

    #[test]
    fn times_out_of_range_are_clamped_not_wrapped() {
        assert_eq!(
            format_iso8601(UNIX_EPOCH - Duration::from_secs(5)),
            "1970-01-01T00:00:00Z"
        );
        let late = at(LAST_SECOND + 9 * DAY);
        assert_eq!(format_iso8601(late), "9999-12-31T23:59:59Z");
        assert_eq!(format_http_date(late), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn fractions_of_a_second_are_dropped() {
        assert_eq!(
            parse_iso8601("2016-02-23T12:46:24.987Z"),
            Some(at(1_456_231_584))
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "Z",
            "2016-02-23",
            "2016-02-23T12:46:24",
            "2016-02-23T12:46:24+08:00",
            "2016-02-23 12:46:24Z",
            "2016-02-30T12:46:24Z",
            "2015-02-29T12:46:24Z",
            "2016-13-01T12:46:24Z",
            "2016-00-01T12:46:24Z",
            "2016-01-00T12:46:24Z",
            "2016-01-01T24:00:00Z",
            "2016-01-01T00:60:00Z",
            "2016-01-01T00:00:61Z",
            "1969-12-31T23:59:59Z",
            "2016-02-23T12:46:24.Z",
            "2016-02-23T12:46:24.1xZ",
            "2016-02-23T1\u{e9}:46:24Z",
            "+016-02-23T12:46:24Z",
        ] {
            assert_eq!(parse_iso8601(text), None, "{text:?}");
        }
    }

    #[test]
    fn durations_are_rounded_for_people() {
        for (micros, shown) in [
            (0, "0ns"),
            (900, "900µs"),
            (1_499, "1ms"),
            (249_812, "250ms"),
            (999_700, "1s"),
            (1_249_000, "1.2s"),
            (9_999_873, "10s"),
            (3_600_000_000, "3600s"),
        ] {
            let time = rounded(Duration::from_micros(micros));
            assert_eq!(format!("{time:?}"), shown, "{micros}");
        }
        assert_eq!(rounded(Duration::MAX), Duration::MAX);
    }

    #[test]
    fn http_dates_are_written_and_read() {
        let time = at(784_111_777);
        assert_eq!(format_http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse_http_date(text), Some(time), "{text}");
        }
        assert_eq!(parse_http_date("yesterday"), None);
    }
}
