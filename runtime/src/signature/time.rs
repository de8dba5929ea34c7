//! The two spellings of a moment in the protocol. Times before 1970 are written
//! as its first second: a clock that far off is refused by the service anyway.

use std::time::{SystemTime, UNIX_EPOCH};

/// `2023-10-26T10:22:32Z`: ISO 8601, UTC, whole seconds.
pub fn timestamp(time: SystemTime) -> String {
    let t = Utc::new(time);
    let mut out = String::with_capacity(20);
    t.push_year(&mut out);
    for (separator, number) in [
        ('-', t.month),
        ('-', t.day),
        ('T', t.hour),
        (':', t.minute),
        (':', t.second),
    ] {
        out.push(separator);
        push_two(number, &mut out);
    }
    out.push('Z');
    out
}

/// `Tue, 02 Jan 2024 03:04:05 GMT`: the `Date` header (RFC 9110, 5.6.7).
pub fn http_date(time: SystemTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let t = Utc::new(time);
    let mut out = String::with_capacity(29);
    out.push_str(DAYS[(t.days % 7) as usize]);
    out.push_str(", ");
    push_two(t.day, &mut out);
    out.push(' ');
    out.push_str(MONTHS[(t.month - 1) as usize]);
    out.push(' ');
    t.push_year(&mut out);
    for (separator, number) in [(' ', t.hour), (':', t.minute), (':', t.second)] {
        out.push(separator);
        push_two(number, &mut out);
    }
    out.push_str(" GMT");
    out
}

/// Two digits. `format!` takes four times as long, once for every request.
fn push_two(number: u64, out: &mut String) {
    out.push(char::from(b'0' + (number / 10 % 10) as u8));
    out.push(char::from(b'0' + (number % 10) as u8));
}

struct Utc {
    /// Days since 1 January 1970, a Thursday.
    days: u64,
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

impl Utc {
    /// Four digits.
    fn push_year(&self, out: &mut String) {
        push_two(self.year / 100, out);
        push_two(self.year, out);
    }

    fn new(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let days = seconds / 86_400;
        let (year, month, day) = civil(days);
        Self {
            days,
            year,
            month,
            day,
            hour: seconds / 3600 % 24,
            minute: seconds / 60 % 60,
            second: seconds % 60,
        }
    }
}

/// The Gregorian date of a day since 1970. Years are counted from March, so that
/// the leap day is a year's last day and the months' lengths follow one formula.
fn civil(days: u64) -> (u64, u64, u64) {
    const DAYS_OF_400_YEARS: u64 = 146_097;
    let since_year_0 = days + 719_468;
    let era = since_year_0 / DAYS_OF_400_YEARS;
    let day_of_era = since_year_0 % DAYS_OF_400_YEARS;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}
