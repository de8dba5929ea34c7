//! [`Endpoint`]: a host as it is written in a configuration, read and checked.

use std::borrow::Cow;
use std::fmt;

/// The reason why there is no host to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointError {
    message: String,
}

impl EndpointError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EndpointError {}

/// A host to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint<'a> {
    /// `https`, or `http` where that was said in so many words.
    pub(crate) scheme: &'static str,
    /// Host and, where it is not the scheme's own, port: the `host` header.
    pub(crate) authority: Cow<'a, str>,
}

impl Endpoint<'_> {
    pub(super) fn into_owned(self) -> Endpoint<'static> {
        Endpoint {
            scheme: self.scheme,
            authority: self.authority.into_owned().into(),
        }
    }

    /// The same, with a label in front, or in place of `instead`, where it begins so.
    pub(crate) fn with_label(&self, label: &str, instead: &str) -> Endpoint<'static> {
        let rest = self
            .authority
            .strip_prefix(instead)
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(&self.authority);
        Endpoint {
            scheme: self.scheme,
            authority: format!("{label}.{rest}").into(),
        }
    }

    /// The host alone.
    pub(crate) fn host(&self) -> &str {
        self.host_and_port().0
    }

    /// The port: the scheme's own where none is named.
    pub(crate) fn port(&self) -> u16 {
        let own = if self.scheme == "http" { 80 } else { 443 };
        self.host_and_port().1.unwrap_or(own)
    }

    fn host_and_port(&self) -> (&str, Option<u16>) {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
                (host, port.parse().ok())
            }
            _ => (&self.authority, None),
        }
    }
}

/// Whether a text is one label of a host: of a region, too.
pub(crate) fn is_region(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// An endpoint as it may be shown: without a user and a password, nor anything after
/// the host, which may hold one too.
pub(crate) fn shown(text: &str) -> &str {
    let authority = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let end = authority.find(['/', '?', '#', '\\']);
    authority[..end.unwrap_or(authority.len())].trim()
}

/// Reads `host`, `host:port`, `https://host` or `http://host`. Anything else that
/// a URL may have is refused, because it would not be sent.
pub(crate) fn parse(text: &str) -> Result<Endpoint<'_>, EndpointError> {
    let refuse = |what: &str| {
        // A user part may hold a password, and a query a token: neither is repeated.
        let named = text.trim().rsplit('@').next().unwrap_or_default();
        let named = match named.split_once(['?', '#']) {
            Some((named, _)) => format!("{named}?…"),
            None => named.to_owned(),
        };
        EndpointError {
            message: format!(
                "the endpoint {named:?} {what}; write `host`, `host:port` or `http://host:port`"
            ),
        }
    };
    let trimmed = text.trim();
    let (scheme, rest) = match trimmed.split_once("://") {
        None => ("https", trimmed),
        Some((s, rest)) if s.eq_ignore_ascii_case("https") => ("https", rest),
        Some((s, rest)) if s.eq_ignore_ascii_case("http") => ("http", rest),
        Some(_) => return Err(refuse("is neither https nor http")),
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains('@') {
        return Err(refuse(
            "names a user: credentials belong into the configuration",
        ));
    }
    if authority.contains(['/', '?', '#', '\\']) {
        return Err(refuse("has more than a host and a port"));
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if !is_host(host) {
        return Err(refuse("is no host name"));
    }
    let default = if scheme == "https" { 443 } else { 80 };
    // Neither `0`, nor `080` and `+80`, which are numbers too.
    let is_port = |port: &str| port.starts_with(|c: char| matches!(c, '1'..='9'));
    let authority = match port.map(|port| (is_port(port), port.parse::<u16>())) {
        None => host,
        Some((true, Ok(port))) if port == default => host,
        Some((true, Ok(_))) => authority,
        Some(_) => return Err(refuse("has no valid port")),
    };
    let authority = if let Some((address, port)) = v6(authority) {
        format!("[{address}]{port}").into()
    } else if authority.bytes().any(|b| b.is_ascii_uppercase()) {
        authority.to_ascii_lowercase().into()
    } else {
        authority.into()
    };
    Ok(Endpoint { scheme, authority })
}

/// An IPv6 address as URLs write it, which is how it is sent and so to be signed;
/// and the port after it.
fn v6(authority: &str) -> Option<(String, &str)> {
    let (address, port) = authority.strip_prefix('[')?.split_once(']')?;
    let address: std::net::Ipv6Addr = address.parse().ok()?;
    let written = match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        _ => address.to_string(),
    };
    Some((written, port))
}

/// A DNS name or an address. A single word is one too (`localhost`).
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label) && !is_odd_address(host)
}

/// Whether a host reads as an IPv4 address that is not written as four decimal
/// numbers (`127.1`, `2130706433`, `0x7f000001`): URLs rewrite those, so another
/// host would be sent than was signed.
fn is_odd_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = match hex {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => last.bytes().all(|b| b.is_ascii_digit()),
    };
    is_number && host.parse::<std::net::Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_trimmed_and_checked() {
        for (text, scheme, authority) in [
            (
                " ga.cn-hangzhou.aliyuncs.com\t",
                "https",
                "ga.cn-hangzhou.aliyuncs.com",
            ),
            ("https://GA.example:443/", "https", "ga.example"),
            ("http://127.0.0.1:8080", "http", "127.0.0.1:8080"),
            ("http://localhost:80", "http", "localhost"),
            ("http://[::1]:8080", "http", "[::1]:8080"),
        ] {
            let endpoint = parse(text).expect(text);
            assert_eq!((endpoint.scheme, &*endpoint.authority), (scheme, authority));
        }
        for text in [
            "",
            "https://",
            "ftp://x.example",
            "x.example/path",
            "x.example?q",
            "x.example#f",
            "user:pass@x.example",
            "x example",
            "-x.example",
            "x..example",
            "x.example:0",
            "x.example:080",
            "x.example:+80",
            "x.example:99999",
            "x.example:",
            "http://[::g]",
            "日本.example",
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(!error.contains("pass@"), "{error}");
        }
    }
}
