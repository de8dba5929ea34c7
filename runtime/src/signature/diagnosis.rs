//! The signature doctor: what is wrong when the service does not accept a
//! signature. Its answer tells what it signed itself; the rest is comparing.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;

use crate::time::parse_http_date;

/// A clock that is off by more is refused by signature V3; V1's window is the same.
const WINDOW_SECONDS: i64 = 15 * 60;

/// Why the service did not accept a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Diagnosis {
    /// The service signed the very same text, with another secret: the access
    /// key's secret is not the one of its id.
    WrongSecret,
    /// The clock of this machine is so many seconds ahead of the service's;
    /// behind it, if negative. The service allows 15 minutes (900).
    ClockSkew {
        /// The difference in seconds.
        seconds: i64,
    },
    /// The service signed another text: something between here and there changed
    /// the request, or the two sides read the protocol differently.
    DifferentText {
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
                "diagnosis: both sides signed the same text, so the access key secret is wrong",
            ),
            Self::ClockSkew { seconds } => {
                let way = if *seconds < 0 { "behind" } else { "ahead of" };
                let seconds = seconds.unsigned_abs();
                write!(
                    f,
                    "diagnosis: this clock is {seconds} s {way} the service's (900 s are allowed)"
                )
            }
            Self::DifferentText { at, part } => write!(
                f,
                "diagnosis: the service signed another text, which differs from byte {at} on, in {part}"
            ),
        }
    }
}

/// Looks at an error reply; `None` where it is not about the signature, or does
/// not say enough.
pub(crate) fn diagnose(reply: &http::Response<Bytes>, string_to_sign: &str) -> Option<Diagnosis> {
    let text = std::str::from_utf8(reply.body()).ok()?;
    let names = |codes: &[&str]| codes.iter().any(|code| text.contains(code));
    let about_time = names(&["InvalidTimeStamp", "IllegalTimestamp", "InvalidTimestamp"]);
    if !about_time && !names(&["SignatureDoesNotMatch", "IncompleteSignature"]) {
        return None;
    }
    let skew = skew(reply.headers(), SystemTime::now());
    if let Some(seconds) = skew.filter(|s| about_time || s.abs() > WINDOW_SECONDS) {
        return Some(Diagnosis::ClockSkew { seconds });
    }
    compare(&server_text(text)?, string_to_sign)
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
fn server_text(body: &str) -> Option<String> {
    let message = match serde_json::from_str::<serde_json::Value>(body) {
        Ok(document) => ["Message", "message"]
            .iter()
            .find_map(|name| document.get(name)?.as_str())?
            .to_owned(),
        // XML: its escapes are the five that every parser knows.
        Err(_) => {
            let start = body.find("<Message>")? + "<Message>".len();
            let end = body[start..].find("</Message>")? + start;
            unescape(&body[start..end])
        }
    };
    let marker = "string to sign is:";
    let after = message[message.find(marker)? + marker.len()..].trim_start_matches(' ');
    let bracketed = after
        .strip_prefix('[')
        .and_then(|text| text.split_once(']'));
    Some(bracketed.map_or(after, |(text, _)| text).to_owned())
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#10;", "\n")
        .replace("&amp;", "&")
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
    Some(Diagnosis::DifferentText {
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

    fn reply(body: String) -> http::Response<Bytes> {
        http::Response::new(Bytes::from(body))
    }

    fn v1(server: &str) -> http::Response<Bytes> {
        let message = format!(
            "Specified signature is not matched with our calculation. server string to sign is:{server}"
        );
        reply(serde_json::json!({"Code": "SignatureDoesNotMatch", "Message": message}).to_string())
    }

    const OURS: &str = "GET&%2F&Action%3DDescribe%26Name%3Da%252Ab";

    #[test]
    fn the_same_text_means_the_wrong_secret() {
        assert_eq!(diagnose(&v1(OURS), OURS), Some(Diagnosis::WrongSecret));
        let xml = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>server string to sign is:{}</Message></Error>",
            OURS.replace('&', "&amp;")
        );
        assert_eq!(diagnose(&reply(xml), OURS), Some(Diagnosis::WrongSecret));
        let lines = "ACS3-HMAC-SHA256\n1234";
        assert_eq!(
            diagnose(
                &v1(&format!("{lines}, server canonical request is:GET")),
                lines
            ),
            Some(Diagnosis::WrongSecret)
        );
    }

    #[test]
    fn another_text_is_shown_by_its_place_and_not_by_its_values() {
        let differs = |theirs: &str, ours: &str| diagnose(&v1(theirs), ours);
        let Some(Diagnosis::DifferentText { at, part }) =
            differs(&OURS.replace("%252Ab", "*b"), OURS)
        else {
            panic!("not found to differ");
        };
        assert_eq!((at, part.as_str()), (36, "the parameter Name"));
        let Some(Diagnosis::DifferentText { part, .. }) =
            differs(&OURS.replace("GET", "POST"), OURS)
        else {
            panic!("not found to differ");
        };
        assert_eq!(part, "the method");
        let Some(Diagnosis::DifferentText { part, .. }) =
            differs("ACS3-HMAC-SHA256\n13", "ACS3-HMAC-SHA256\n12")
        else {
            panic!("not found to differ");
        };
        assert_eq!(part, "line 2");
    }

    #[test]
    fn a_clock_that_is_off_is_found_by_the_date_header() {
        let mut late = v1(OURS);
        let date =
            crate::time::format_http_date(SystemTime::now() - std::time::Duration::from_secs(3600));
        late.headers_mut()
            .insert("date", date.parse().expect("a header"));
        let Some(Diagnosis::ClockSkew { seconds }) = diagnose(&late, OURS) else {
            panic!("not found");
        };
        assert!((3600..3660).contains(&seconds), "{seconds}");
    }

    #[test]
    fn other_errors_are_not_diagnosed() {
        let other = reply(r#"{"Code":"NotFound","Message":"string to sign is:x"}"#.to_owned());
        assert_eq!(diagnose(&other, OURS), None);
    }
}
