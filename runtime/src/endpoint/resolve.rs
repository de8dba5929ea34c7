//! The host of a call that names none: the one that the product publishes for the region,
//! else one by the common rule.
//!
//! Source of the rule: the official generated clients
//! (`<product>[-<network>].<region>.aliyuncs.com`, central
//! `<product>[-<network>].aliyuncs.com`).

use super::endpoint::{Endpoint, EndpointError, is_region, parse};
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
        return Err(EndpointError::new(format!(
            "{region:?} is no region: letters, digits and `-` are"
        )));
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
    EndpointError::new(message)
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
}
