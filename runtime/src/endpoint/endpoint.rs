//! Which host a call goes to: the one that is named, else the one that the
//! product publishes for the region, else the product's rule.
//!
//! Source of the rule: the official generated clients
//! (`<product>[-<network>].<region>.aliyuncs.com`, central
//! `<product>[-<network>].aliyuncs.com`).

use std::borrow::Cow;
use std::fmt;

use super::hint::{OWN_CLIENT, SET_A_REGION, some_regions};
use super::published::{central, find, published};
use crate::schema::Product;

/// The network whose hosts of a product are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Network {
    /// The public ones.
    #[default]
    Public,
    /// Those that are reached from inside of a VPC only
    /// (`ga-vpc.cn-hangzhou.aliyuncs.com`), in the regions that have one; a call in another
    /// region is not sent, and its error names them. Of a product of which none is known,
    /// the host is made by the rule `<product>-vpc.<region>.aliyuncs.com`.
    Vpc,
}

impl Network {
    /// What the hosts of the network have after the product.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Public => "",
            Self::Vpc => "-vpc",
        }
    }
}

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
    fn into_owned(self) -> Endpoint<'static> {
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

/// The region of a call to `product`: the call's, else the configuration's where
/// the product has hosts there, else the product's own.
pub(crate) fn region<'a>(
    product: &'static Product,
    call: Option<&'a str>,
    config: Option<&'a str>,
) -> Option<&'a str> {
    // A product with one central region (GA: cn-hangzhou) is called there from
    // an app whose other products are elsewhere.
    let configured = config
        .filter(|region| product.default_region.is_none() || published(product, region).is_some());
    call.or(configured).or(product.default_region)
}

/// Where to send a call that names no host: as published, else by the common rule.
pub(crate) fn resolve(
    product: &'static Product,
    region: Option<&str>,
    network: Network,
) -> Result<Endpoint<'static>, EndpointError> {
    if let Some(region) = region.filter(|region| !is_region(region)) {
        return Err(EndpointError {
            message: format!("{region:?} is no region: letters, digits and `-` are"),
        });
    }
    match network {
        Network::Public => public(product, region),
        Network::Vpc => vpc(product, region),
    }
}

fn public(
    product: &'static Product,
    region: Option<&str>,
) -> Result<Endpoint<'static>, EndpointError> {
    let listed = region.and_then(|region| published(product, region));
    let own = || {
        product
            .default_region
            .and_then(|region| published(product, region))
    };
    match (listed.or_else(own).or_else(|| central(product)), region) {
        (Some(host), _) => parse(host),
        (None, Some(region)) => by_rule(product, "", region),
        (None, None) => Err(nowhere(product)),
    }
}

fn vpc(
    product: &'static Product,
    region: Option<&str>,
) -> Result<Endpoint<'static>, EndpointError> {
    let reachable =
        |region: &&str| product.default_region.is_none() || published(product, region).is_some();
    match region.filter(reachable).or(product.default_region) {
        Some(region) => match find(product.vpc, region) {
            Some(host) => parse(host),
            None if product.vpc.is_empty() => by_rule(product, "-vpc", region),
            None => Err(no_host_inside(product, region)),
        },
        None => Err(nowhere(product)),
    }
}

/// The host that the product's rule gives.
fn by_rule(
    product: &Product,
    network: &str,
    region: &str,
) -> Result<Endpoint<'static>, EndpointError> {
    let host = format!("{}{network}.{region}.aliyuncs.com", label(product));
    Ok(parse(&host)?.into_owned())
}

fn no_host_inside(product: &Product, region: &str) -> EndpointError {
    let regions: Vec<&str> = product.vpc.iter().map(|(region, _)| *region).collect();
    EndpointError::new(format!(
        "{} has no host inside of a VPC in {region}, but in {}; set another region, name a \
         host with `endpoint`, or use `Network::Public`",
        product.name,
        regions.join(", ")
    ))
}

fn nowhere(product: &Product) -> EndpointError {
    let mut message = format!(
        "no endpoint for {}: tried the call's and the configuration's endpoint (not set), \
         and their region (not set)",
        product.name
    );
    message.push_str(&match product.endpoints.len() {
        0 => format!(
            "; no hosts of it are known here, so one is made of its name and the region; \
             {SET_A_REGION}; or {OWN_CLIENT}"
        ),
        count => format!(
            "; {SET_A_REGION}; {count} are published ({})",
            some_regions(product)
        ),
    });
    EndpointError { message }
}

/// The product in host names: as in its published hosts, which are not always its
/// code in lower case.
fn label(product: &Product) -> String {
    let published = product
        .endpoints
        .first()
        .and_then(|(_, host)| host.trim().split('.').next());
    published.map_or_else(|| product.name.to_ascii_lowercase(), str::to_owned)
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
    use super::super::hint::hint;
    use super::*;
    use crate::schema::ApiStyle;

    const fn product(
        name: &'static str,
        endpoints: &'static [(&'static str, &'static str)],
        default_region: Option<&'static str>,
    ) -> Product {
        let mut product = Product::new(name, "1", ApiStyle::Rpc).endpoints(endpoints);
        product.default_region = default_region;
        product
    }
    static GA: Product = product(
        "Ga",
        &[("cn-hangzhou", "ga.cn-hangzhou.aliyuncs.com")],
        Some("cn-hangzhou"),
    );
    static ECS: Product = product(
        "Ecs",
        &[
            ("cn-beijing", "ecs.cn-beijing.aliyuncs.com\t"),
            ("cn-hangzhou", "ecs-cn-hangzhou.aliyuncs.com"),
        ],
        None,
    );
    static RAM: Product = product(
        "Ram",
        &[
            ("cn-beijing", "ram.aliyuncs.com"),
            ("cn-hangzhou", "ram.aliyuncs.com"),
        ],
        None,
    );
    static BARE: Product = product("Grace", &[], None);

    fn host(product: &'static Product, region: Option<&str>, network: Network) -> String {
        match resolve(product, region, network) {
            Ok(endpoint) => format!("{}://{}", endpoint.scheme, endpoint.authority),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_published_host_of_the_region_wins_then_the_rule() {
        let public = |product, region| host(product, Some(region), Network::Public);
        assert_eq!(
            public(&ECS, "cn-hangzhou"),
            "https://ecs-cn-hangzhou.aliyuncs.com"
        );
        assert_eq!(
            public(&ECS, "cn-beijing"),
            "https://ecs.cn-beijing.aliyuncs.com"
        );
        assert_eq!(public(&ECS, "cn-new"), "https://ecs.cn-new.aliyuncs.com");
        assert_eq!(public(&RAM, "cn-new"), "https://ram.aliyuncs.com");
        assert_eq!(public(&BARE, "cn-new"), "https://grace.cn-new.aliyuncs.com");
        assert_eq!(
            host(&ECS, Some("cn-new"), Network::Vpc),
            "https://ecs-vpc.cn-new.aliyuncs.com"
        );
    }

    #[test]
    fn a_host_inside_of_a_vpc_is_the_known_one_of_the_region_and_the_rules_where_none_is() {
        static CS: Product = product("CS", &[("cn-a", "cs.cn-a.aliyuncs.com")], None)
            .vpc(&[("cn-a", "cs-anony-vpc.cn-a.aliyuncs.com")]);
        assert_eq!(
            host(&CS, Some("cn-a"), Network::Vpc),
            "https://cs-anony-vpc.cn-a.aliyuncs.com"
        );
        assert_eq!(
            host(&CS, Some("cn-b"), Network::Vpc),
            "CS has no host inside of a VPC in cn-b, but in cn-a; set another region, name a \
             host with `endpoint`, or use `Network::Public`"
        );
        assert_eq!(
            host(&ECS, Some("cn-b"), Network::Vpc),
            "https://ecs-vpc.cn-b.aliyuncs.com",
            "none is known"
        );
    }

    #[test]
    fn a_host_for_every_region_is_taken_whichever_it_is() {
        static ONE: Product = product("Aiccs", &[("*", "aiccs.aliyuncs.com")], None);
        for region in [None, Some("cn-a")] {
            assert_eq!(
                host(&ONE, region, Network::Public),
                "https://aiccs.aliyuncs.com"
            );
        }
    }

    #[test]
    fn a_central_product_is_reached_from_every_region() {
        for (call, config) in [
            (None, None),
            (Some("eu-central-1"), None),
            (None, Some("eu-central-1")),
        ] {
            let region = region(&GA, call, config);
            assert_eq!(
                host(&GA, region, Network::Public),
                "https://ga.cn-hangzhou.aliyuncs.com"
            );
            assert_eq!(
                host(&GA, region, Network::Vpc),
                "https://ga-vpc.cn-hangzhou.aliyuncs.com"
            );
        }
        assert_eq!(region(&GA, None, Some("eu-central-1")), Some("cn-hangzhou"));
        assert_eq!(
            region(&ECS, None, Some("eu-central-1")),
            Some("eu-central-1")
        );
        assert_eq!(
            region(&ECS, Some("cn-beijing"), Some("eu-central-1")),
            Some("cn-beijing")
        );
    }

    #[test]
    fn a_host_that_was_made_up_is_explained_with_the_nearest_published_region() {
        let hint = |product, region| hint(product, None, Some(region)).unwrap_or_default();
        assert_eq!(
            hint(&ECS, "cn-hangzou"),
            "the region \"cn-hangzou\" is not published for Ecs: did you mean \"cn-hangzhou\"?"
        );
        let far = hint(&ECS, "moon");
        assert!(
            far.ends_with("published are cn-beijing, cn-hangzhou"),
            "{far}"
        );
        assert_eq!(hint(&ECS, "cn-beijing"), "");
        assert_eq!(hint(&GA, "cn-hangzou"), "", "it is not called there");
        assert_eq!(hint(&RAM, "cn-new"), "", "its one host is published");
        let made = hint(&BARE, "cn-new");
        assert!(made.contains("made of its name and the region"), "{made}");
        assert_eq!(
            crate::endpoint::hint(&BARE, Some("x.example"), Some("cn-new")),
            None
        );
    }

    #[test]
    fn without_a_region_the_error_says_what_was_tried() {
        let message = host(&ECS, None, Network::Public);
        assert!(
            message.contains("region (not set)") && message.contains("cn-beijing"),
            "{message}"
        );
        for product in [&ECS, &BARE] {
            let message = host(product, None, Network::Public);
            for way in ["Config::region", "Call::region", "ALIBABA_CLOUD_REGION_ID"] {
                assert!(message.contains(way), "{message}");
            }
        }
        assert_eq!(
            host(&RAM, None, Network::Public),
            "https://ram.aliyuncs.com"
        );
        assert!(host(&ECS, Some("evil.example/"), Network::Public).contains("is no region"));
    }

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
