//! The diagnosis of signatures: what is wrong when the service does not accept a
//! signature. Its answer tells what it signed itself; the rest is comparing.

use std::fmt;
use std::time::SystemTime;

use crate::time::parse_http_date;

/// A clock that is off by more is refused by signature V3; V1's window is the same.
const WINDOW_SECONDS: i64 = 15 * 60;

/// The diagnosis of a signature that the service did not accept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Diagnosis {
    /// The service signed the very same string, but with another secret: the access
    /// key's secret is not the one of its id.
    WrongSecret,
    /// The clock of this machine is so many seconds ahead of the service's;
    /// behind it, if negative. The service allows 15 minutes (900).
    ClockSkew {
        /// The difference in seconds.
        seconds: i64,
    },
    /// The service signed another string: something between here and there changed
    /// the request, or the two sides read the protocol differently.
    DifferentStringToSign {
        /// The first byte that differs, in the string to sign.
        at: usize,
        /// Which part of the string that is, in our words: its line, or the name
        /// of the parameter. No values.
        part: String,
    },
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongSecret => f.write_str(
                "diagnosis: both sides signed the same string, so the access key secret is wrong",
            ),
            Self::ClockSkew { seconds } => {
                let way = if *seconds < 0 { "behind" } else { "ahead of" };
                let seconds = seconds.unsigned_abs();
                write!(
                    f,
                    "diagnosis: this clock is {seconds} s {way} the service's (900 s are allowed)"
                )
            }
            Self::DifferentStringToSign { at, part } => write!(
                f,
                "diagnosis: the service signed another string, which differs from byte {at} on, in {part}"
            ),
        }
    }
}

/// Looks at what an error reply says; `None` where its code is not about the signature,
/// or it does not say enough.
pub(crate) fn diagnose(
    code: &str,
    message: &str,
    headers: &http::HeaderMap,
    string_to_sign: &str,
) -> Option<Diagnosis> {
    // `InvalidTimeStamp.Expired`
    let names = |codes: &[&str]| code.split('.').any(|part| codes.contains(&part));
    let about_time = names(&["InvalidTimeStamp", "IllegalTimestamp", "InvalidTimestamp"]);
    if !about_time && !names(&["SignatureDoesNotMatch", "IncompleteSignature"]) {
        return None;
    }
    let skew = skew(headers, SystemTime::now());
    if let Some(seconds) = skew.filter(|s| about_time || s.abs() > WINDOW_SECONDS) {
        return Some(Diagnosis::ClockSkew { seconds });
    }
    compare(server_string_to_sign(message)?, string_to_sign)
}

/// By how many seconds `now` is ahead of the `Date` header.
fn skew(headers: &http::HeaderMap, now: SystemTime) -> Option<i64> {
    let theirs = parse_http_date(headers.get("date")?.to_str().ok()?)?;
    Some(match now.duration_since(theirs) {
        Ok(ahead) => ahead.as_secs() as i64,
        Err(behind) => -(behind.duration().as_secs() as i64),
    })
}

/// What the service signed, from its message: all that follows the colon, or what
/// is in the brackets there.
fn server_string_to_sign(message: &str) -> Option<&str> {
    let (_, after) = message.split_once("string to sign is:")?;
    let after = after.trim_start_matches(' ');
    let bracketed = after
        .strip_prefix('[')
        .and_then(|text| text.split_once(']'));
    Some(bracketed.map_or(after, |(text, _)| text))
}

/// Further text may follow the server's (V3's names the canonical request too).
fn compare(theirs: &str, ours: &str) -> Option<Diagnosis> {
    if ours.is_empty() {
        return None;
    }
    if theirs.trim_end().starts_with(ours.trim_end()) {
        return Some(Diagnosis::WrongSecret);
    }
    let same = theirs
        .bytes()
        .zip(ours.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    Some(Diagnosis::DifferentStringToSign {
        at: same,
        part: part(ours, same),
    })
}

/// Where in a string to sign a byte is. V1's is `METHOD&path&query`, with the
/// query encoded once more; the others have lines.
fn part(text: &str, at: usize) -> String {
    let upto = &text.as_bytes()[..at.min(text.len())];
    let lines = upto.iter().filter(|byte| **byte == b'\n').count();
    if lines > 0 || text.contains('\n') {
        return format!("line {}", lines + 1);
    }
    let separators = upto.iter().filter(|byte| **byte == b'&').count();
    match separators {
        0 => "the method".to_owned(),
        1 => "the path".to_owned(),
        _ => {
            let upto = String::from_utf8_lossy(upto);
            let query = upto.rsplit('&').next().unwrap_or_default();
            let parameter = query.rsplit("%26").next().unwrap_or_default();
            let name = parameter.split("%3D").next().unwrap_or_default();
            format!("the parameter {name}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reply that refuses the signature says.
    fn v1(server: &str, ours: &str) -> Option<Diagnosis> {
        refused(server, &http::HeaderMap::new(), ours)
    }

    fn refused(server: &str, headers: &http::HeaderMap, ours: &str) -> Option<Diagnosis> {
        let message = format!(
            "Specified signature is not matched with our calculation. server string to sign is:{server}"
        );
        diagnose("SignatureDoesNotMatch", &message, headers, ours)
    }

    const OURS: &str = "GET&%2F&Action%3DDescribe%26Name%3Da%252Ab";

    #[test]
    fn the_same_string_to_sign_means_the_wrong_secret() {
        assert_eq!(v1(OURS, OURS), Some(Diagnosis::WrongSecret));
        let bracketed = format!(" [{OURS}], and more");
        assert_eq!(v1(&bracketed, OURS), Some(Diagnosis::WrongSecret));
        let lines = "ACS3-HMAC-SHA256\n1234";
        let more = format!("{lines}, server canonical request is:GET");
        assert_eq!(v1(&more, lines), Some(Diagnosis::WrongSecret));
    }

    #[test]
    fn another_string_to_sign_is_told_by_its_place_and_not_by_its_values() {
        let differs = v1;
        let Some(Diagnosis::DifferentStringToSign { at, part }) =
            differs(&OURS.replace("%252Ab", "*b"), OURS)
        else {
            panic!("not found to differ");
        };
        assert_eq!((at, part.as_str()), (36, "the parameter Name"));
        let Some(Diagnosis::DifferentStringToSign { part, .. }) =
            differs(&OURS.replace("GET", "POST"), OURS)
        else {
            panic!("not found to differ");
        };
        assert_eq!(part, "the method");
        let Some(Diagnosis::DifferentStringToSign { part, .. }) =
            differs("ACS3-HMAC-SHA256\n13", "ACS3-HMAC-SHA256\n12")
        else {
            panic!("not found to differ");
        };
        assert_eq!(part, "line 2");
    }

    #[test]
    fn a_clock_that_is_off_is_found_by_the_date_header() {
        let date =
            crate::time::format_http_date(SystemTime::now() - std::time::Duration::from_secs(3600));
        let mut headers = http::HeaderMap::new();
        headers.insert("date", date.parse().expect("a header"));
        let Some(Diagnosis::ClockSkew { seconds }) = refused(OURS, &headers, OURS) else {
            panic!("not found");
        };
        assert!((3600..3660).contains(&seconds), "{seconds}");
        let expired = diagnose("InvalidTimeStamp.Expired", "", &headers, OURS);
        assert!(matches!(expired, Some(Diagnosis::ClockSkew { .. })));
    }

    #[test]
    fn only_the_code_starts_a_diagnosis() {
        let message = "IncompleteSignature, SignatureDoesNotMatch: string to sign is:x";
        for code in ["NotFound", "", "NotSignatureDoesNotMatch"] {
            let diagnosis = diagnose(code, message, &http::HeaderMap::new(), OURS);
            assert_eq!(diagnosis, None, "{code}");
        }
    }
}
