//! Checking signatures, written from the protocol's description and not shared with
//! the runtime: a server that signs with the code under test would prove nothing.

use std::borrow::Cow;

use hmac::Hmac;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::Request;
use crate::percent::{canonical, encode};

/// The reason why a request is refused: the gateway's code and message, with status 400 unless
/// said otherwise.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The code, as the gateway spells it.
    pub code: Cow<'static, str>,
    /// The message, as the gateway words it.
    pub message: String,
}

impl Refusal {
    /// Creates a refusal with status 400.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code: code.into(),
            message: message.into(),
        }
    }
}

/// The contents of a valid signature.
#[derive(Debug, PartialEq)]
pub struct Signed {
    /// The time when it was made: seconds since 1970.
    pub date: i64,
    /// The nonce, which makes it good for one request only.
    pub nonce: String,
}

const V3: &str = "ACS3-HMAC-SHA256 ";

/// Checks a request's signature, of whichever kind it is.
///
/// # Errors
/// As the gateway refuses it, with its own string to sign in the message.
pub fn verify(request: &Request, id: &str, secret: &str) -> Result<Signed, Refusal> {
    match request.header("authorization") {
        Some(header) if header.starts_with(V3) => v3(request, &header[V3.len()..], id, secret),
        Some(header) => match header
            .strip_prefix("acs ")
            .and_then(|rest| rest.split_once(':'))
        {
            Some((key, signature)) => roa(request, key, signature, id, secret),
            None => Err(Refusal::new(
                "IncompleteSignature",
                "The Authorization header is of no known kind.",
            )),
        },
        None => rpc(request, id, secret),
    }
}

/// ACS3-HMAC-SHA256.
fn v3(request: &Request, header: &str, id: &str, secret: &str) -> Result<Signed, Refusal> {
    let part = |name: &str| {
        let mut parts = header
            .split(',')
            .filter_map(|part| part.trim().split_once('='));
        parts
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    };
    same_key(part("Credential"), id)?;
    let names: Vec<_> = part("SignedHeaders").split(';').collect();
    check_signed_headers(request, &names)?;
    let hash = hex(&Sha256::digest(&request.body));
    if request.header("x-acs-content-sha256") != Some(&hash) {
        return Err(Refusal::new(
            "SignatureDoesNotMatch",
            format!("The body's SHA-256 is {hash}."),
        ));
    }

    let headers: String = names
        .iter()
        .map(|name| {
            let mut values: Vec<_> = request
                .headers
                .iter()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.trim())
                .collect();
            values.sort_unstable();
            format!("{name}:{}\n", values.join(","))
        })
        .collect();
    let text = format!(
        "{}\n{}\n{}\n{headers}\n{}\n{hash}",
        request.method,
        request.path,
        canonical(&request.query),
        part("SignedHeaders")
    );
    let to_sign = format!(
        "ACS3-HMAC-SHA256\n{}",
        hex(&Sha256::digest(text.as_bytes()))
    );
    let signature = hex(&mac::<Hmac<Sha256>>(secret, &to_sign));
    same_signature(part("Signature"), &signature, &to_sign, Some(&text))?;
    signed(
        request.header("x-acs-date"),
        request.header("x-acs-signature-nonce"),
        iso_date,
    )
}

/// Whether all headers are signed that have to be.
fn check_signed_headers(request: &Request, names: &[&str]) -> Result<(), Refusal> {
    for required in [
        "host",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-version",
    ] {
        if !names.contains(&required) {
            return Err(Refusal::new(
                "IncompleteSignature",
                format!("The header {required} is not signed."),
            ));
        }
    }
    // aiohttp, under the official Python SDK, names a type for a body that is not there.
    let must_be = |name: &str| {
        name.starts_with("x-acs-") || name == "content-type" && !request.body.is_empty()
    };
    let mut headers = request.headers.iter();
    let unsigned = headers.find(|(name, _)| must_be(name) && !names.contains(&name.as_str()));
    if let Some((name, _)) = unsigned {
        return Err(Refusal::new(
            "IncompleteSignature",
            format!("The header {name} is not signed."),
        ));
    }
    Ok(())
}

/// HMAC-SHA1 over all parameters, those of a form included.
fn rpc(request: &Request, id: &str, secret: &str) -> Result<Signed, Refusal> {
    let mut parameters = request.query.clone();
    parameters.extend(request.form.iter().cloned());
    let value = |name: &str| {
        parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let Some(signature) = value("Signature") else {
        return Err(Refusal::new(
            "MissingSignature",
            "The request is not signed.",
        ));
    };
    same_key(value("AccessKeyId").unwrap_or_default(), id)?;
    if value("SignatureMethod") != Some("HMAC-SHA1") || value("SignatureVersion") != Some("1.0") {
        return Err(Refusal::new(
            "IncompleteSignature",
            "SignatureMethod must be HMAC-SHA1, and SignatureVersion 1.0.",
        ));
    }
    let others: Vec<_> = parameters
        .iter()
        .filter(|(key, _)| key != "Signature")
        .cloned()
        .collect();
    let to_sign = format!("{}&%2F&{}", request.method, encode(&canonical(&others)));
    let expected = hmac_sha1(&format!("{secret}&"), &to_sign);
    same_signature(signature, &expected, &to_sign, None)?;
    signed(value("Timestamp"), value("SignatureNonce"), iso_date)
}

/// HMAC-SHA1 in the header, as ROA products had it before V3.
fn roa(
    request: &Request,
    key: &str,
    signature: &str,
    id: &str,
    secret: &str,
) -> Result<Signed, Refusal> {
    same_key(key, id)?;
    let header = |name: &str| request.header(name).unwrap_or_default();
    let mut extensions: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| name.starts_with("x-acs-"))
        .collect();
    extensions.sort();
    let extensions: String = extensions
        .into_iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()))
        .collect();
    let mut query: Vec<_> = request.query.iter().collect();
    query.sort();
    let pair = |(name, value): &(String, String)| {
        if value.is_empty() {
            name.clone()
        } else {
            format!("{name}={value}")
        }
    };
    let query: Vec<_> = query.into_iter().map(pair).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let to_sign = format!(
        "{}\n{}\n{}\n{}\n{}\n{extensions}{}{mark}{}",
        request.method,
        header("accept"),
        header("content-md5"),
        header("content-type"),
        header("date"),
        request.path,
        query.join("&")
    );
    let expected = hmac_sha1(secret, &to_sign);
    same_signature(signature, &expected, &to_sign, None)?;
    signed(
        request.header("date"),
        request.header("x-acs-signature-nonce"),
        http_date,
    )
}

fn same_key(sent: &str, id: &str) -> Result<(), Refusal> {
    if sent == id {
        return Ok(());
    }
    let message = "Specified access key is not found.";
    Err(Refusal {
        status: 404,
        ..Refusal::new("InvalidAccessKeyId.NotFound", message)
    })
}

/// The message of the gateway, which ends in its own string to sign. Only text that
/// the client sent stands in it.
fn same_signature(
    sent: &str,
    expected: &str,
    to_sign: &str,
    canonical: Option<&str>,
) -> Result<(), Refusal> {
    if sent == expected {
        return Ok(());
    }
    let canonical = canonical.map_or(String::new(), |text| {
        format!(" server canonical request is:{text}")
    });
    Err(Refusal::new(
        "SignatureDoesNotMatch",
        format!(
            "Specified signature is not matched with our calculation. server string to sign is:{to_sign}{canonical}"
        ),
    ))
}

fn signed(
    date: Option<&str>,
    nonce: Option<&str>,
    parse: fn(&str) -> Option<i64>,
) -> Result<Signed, Refusal> {
    let Some(date) = date.and_then(parse) else {
        return Err(Refusal::new(
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ));
    };
    match nonce {
        Some(nonce) if !nonce.is_empty() => Ok(Signed {
            date,
            nonce: nonce.to_owned(),
        }),
        _ => Err(Refusal::new(
            "MissingSignatureNonce",
            "SignatureNonce is mandatory for this action.",
        )),
    }
}

/// Computes the HMAC-SHA1 that V1 signatures are made of.
pub fn hmac_sha1(key: &str, text: &str) -> String {
    data_encoding::BASE64.encode(&mac::<Hmac<Sha1>>(key, text))
}

fn mac<M: hmac::Mac + hmac::KeyInit>(secret: &str, text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    <M as hmac::KeyInit>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| Vec::new(),
        |mac| {
            mac.chain_update(text.as_bytes())
                .finalize()
                .into_bytes()
                .to_vec()
        },
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `2024-01-31T12:00:00Z`
fn iso_date(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    // Clients in use write fractions of a second (`aliyun-openapi-core-rust-sdk`).
    let time = match time.split_once('.') {
        Some((time, fraction)) if fraction.parse::<u32>().is_ok() => time,
        _ => time,
    };
    let numbers = |text: &str, mark: char| -> Option<[i64; 3]> {
        let numbers: Result<Vec<i64>, _> = text.split(mark).map(str::parse).collect();
        numbers.ok()?.try_into().ok()
    };
    let ([year, month, day], [hour, minute, second]) = (numbers(date, '-')?, numbers(time, ':')?);
    // 60 is a leap second.
    let is_time =
        (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    if !is_time {
        return None;
    }
    Some(days(year, month, day)? * 86_400 + hour * 3600 + minute * 60 + second)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<_> = text.split(' ').collect();
    let [_, day, month, year, time, "GMT"] = parts[..] else {
        return None;
    };
    let month = MONTHS.find(month)? / 3 + 1;
    iso_date(&format!("{year}-{month}-{day}T{time}Z"))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    // A year of four digits, as the format has it: what is computed below does not overflow.
    let is_year = (0..=9999).contains(&year);
    if !is_year || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// The example on the documentation page of V3, "Fixed parameter values".
    fn run_instances() -> Request {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let signature = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
        let names =
            "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: pairs(&[
                (
                    "ImageId",
                    "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
                ),
                ("RegionId", "cn-shanghai"),
            ]),
            headers: pairs(&[
                ("host", "ecs.cn-shanghai.aliyuncs.com"),
                ("x-acs-action", "RunInstances"),
                ("x-acs-version", "2014-05-26"),
                ("x-acs-date", "2023-10-26T10:22:32Z"),
                ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
                ("x-acs-content-sha256", hash),
                (
                    "authorization",
                    &format!(
                        "{V3}Credential=YourAccessKeyId,SignedHeaders={names},Signature={signature}"
                    ),
                ),
            ]),
            ..Request::default()
        }
    }

    #[test]
    fn the_published_v3_example_is_accepted_and_a_change_is_not() {
        let signed = verify(&run_instances(), "YourAccessKeyId", "YourAccessKeySecret").unwrap();
        assert_eq!(signed.date, 1_698_315_752);

        let mut changed = run_instances();
        changed.query[1].1 = "cn-beijing".to_owned();
        let refusal = verify(&changed, "YourAccessKeyId", "YourAccessKeySecret").unwrap_err();
        assert_eq!(refusal.code, "SignatureDoesNotMatch");

        let mut extra = run_instances();
        extra.headers.extend(pairs(&[("x-acs-extra", "unsigned")]));
        let refusal = verify(&extra, "YourAccessKeyId", "YourAccessKeySecret").unwrap_err();
        assert_eq!(refusal.code, "IncompleteSignature");

        let mut typed = run_instances();
        typed
            .headers
            .extend(pairs(&[("content-type", "text/plain")]));
        assert!(verify(&typed, "YourAccessKeyId", "YourAccessKeySecret").is_ok());
        typed.body = b"body".to_vec();
        let refusal = verify(&typed, "YourAccessKeyId", "YourAccessKeySecret").unwrap_err();
        assert_eq!(refusal.code, "IncompleteSignature");

        let refusal = verify(&run_instances(), "other", "YourAccessKeySecret").unwrap_err();
        assert_eq!(
            (refusal.status, &*refusal.code),
            (404, "InvalidAccessKeyId.NotFound")
        );
    }

    #[test]
    fn the_published_v1_example_is_accepted_and_a_change_is_not() {
        let mut request = Request {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: pairs(&[
                ("Action", "DescribeRegions"),
                ("Format", "XML"),
                ("Version", "2014-05-26"),
                ("AccessKeyId", "testid"),
                ("SignatureMethod", "HMAC-SHA1"),
                ("SignatureVersion", "1.0"),
                ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
                ("Timestamp", "2016-02-23T12:46:24Z"),
                ("Signature", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
            ]),
            ..Request::default()
        };
        assert_eq!(
            verify(&request, "testid", "testsecret").unwrap().date,
            1_456_231_584
        );
        request.method = "POST".to_owned();
        let refusal = verify(&request, "testid", "testsecret").unwrap_err();
        assert_eq!(refusal.code, "SignatureDoesNotMatch");
        assert!(
            refusal
                .message
                .contains("server string to sign is:POST&%2F&AccessKeyId")
        );
    }

    #[test]
    fn dates_are_seconds_since_1970() {
        assert_eq!(iso_date("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(iso_date("2000-02-29T00:00:01Z"), Some(951_782_401));
        assert_eq!(iso_date("2000-02-29T00:00:01.250Z"), Some(951_782_401));
        assert_eq!(iso_date("2000-02-29T00:00:01.x"), None);
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(784_111_777)
        );
        assert_eq!(iso_date("2000-13-01T00:00:00Z"), None);
        assert_eq!(iso_date("2000-01-01T24:00:00Z"), None);
        assert_eq!(iso_date("9999-12-31T23:59:60Z"), Some(253_402_300_800));
        for huge in ["10000", "99999999999999", "9223372036854775807"] {
            assert_eq!(iso_date(&format!("{huge}-01-01T00:00:00Z")), None);
            assert_eq!(iso_date(&format!("2000-01-01T{huge}:00:00Z")), None);
            assert_eq!(http_date(&format!("Sun, 06 Nov {huge} 08:49:37 GMT")), None);
        }
        assert_eq!(iso_date("yesterday"), None);
    }
}
