//! What to do where there is no host, or none at the end of the line: in words, for
//! errors.

use strsim::levenshtein;

use super::published::{central, published};
use crate::schema::Product;

/// How a region is set, for errors.
pub(crate) const SET_A_REGION: &str = "set a region: `Config::region`, `Call::region`, or the \
     variable ALIBABA_CLOUD_REGION_ID, which `Config::from_env` reads";

/// Who knows a product's hosts, for errors of calls by name.
pub(super) const OWN_CLIENT: &str =
    "call it by the client of the product's crate, which may know hosts (`Client::call`)";

/// What may be wrong with a host that is not there: a region that is not published,
/// or a host that no one published. `None` where it was named or is published.
pub(crate) fn hint(
    product: &'static Product,
    explicit: Option<&str>,
    region: Option<&str>,
) -> Option<String> {
    let region = region.filter(|_| explicit.is_none())?;
    if product.endpoints.is_empty() {
        return Some(format!(
            "no hosts of {} are known here: this one was made of its name and the region \
             {region:?}; if it is another, name it with `endpoint`",
            product.name
        ));
    }
    let elsewhere = product.default_region.is_some() || central(product).is_some();
    if elsewhere || published(product, region).is_some() {
        return None;
    }
    let regions = || product.endpoints.iter().map(|(region, _)| *region);
    let near = regions().min_by_key(|known| levenshtein(region, known));
    let near = near.filter(|known| levenshtein(region, known) <= 3);
    let answer = near.map_or_else(
        || format!("published are {}", some_regions(product)),
        |near| format!("did you mean {near:?}?"),
    );
    Some(format!(
        "the region {region:?} is not published for {}: {answer}",
        product.name
    ))
}

/// The first published regions.
pub(super) fn some_regions(product: &Product) -> String {
    let regions = product.endpoints.iter().map(|(region, _)| *region);
    let some: Vec<&str> = regions.take(3).collect();
    let more = if product.endpoints.len() > 3 {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", some.join(", "))
}
