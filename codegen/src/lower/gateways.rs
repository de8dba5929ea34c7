//! Who serves a product, and in which protocol. It goes by the product: `info.style`
//! tells an RPC product from a ROA one, and nothing of the gateway (`Sls` says ROA, and
//! takes no signature that a ROA product takes).

use crate::diagnostics::{Finding, Kind, Pointer};
use crate::metadata::Document;
use crate::model::{ApiStyle, Gateway};

use crate::format_errors::LEFT_OUT;

use super::{Context, Tolerance};

/// How a product is called.
pub(super) struct Served {
    pub(super) style: ApiStyle,
    pub(super) gateway: Gateway,
    /// Why it cannot be called, where it cannot.
    pub(super) refused: Option<String>,
}

/// Products whose gateways have a protocol that is not spoken here, in lower case, and
/// what it is: a request that is signed wrongly helps nobody.
const OTHERS: &[(&str, &str)] = &[
    (
        "hcs-mgw",
        "the signature OSS4-HMAC-SHA256 and bodies in XML",
    ),
    ("oss", "the signature OSS4-HMAC-SHA256 and bodies in XML"),
    ("searchplat", "the signature ACS4-HMAC-SHA256"),
    ("sls", "the signature SLS4-HMAC-SHA256"),
];

/// Product versions whose gateways take the older signature alone. The management of
/// SLS was one of them before the product's gateway served that too.
const OLDER_SIGNATURE: &[(&str, &str)] = &[
    ("fnf", "2019-03-15"),
    ("sls", "2019-10-23"),
    ("ververica", "2020-05-01"),
];

impl<'a> Context<'a> {
    /// How the product is called; none where nobody can tell what it is.
    pub(super) fn served(&mut self, document: &'a Document<'a>) -> Option<Served> {
        let info = &document.info;
        let root = Pointer::ROOT;
        let at = root.key("info");
        let mut is_known = true;
        for (key, text) in [("product", &info.product), ("version", &info.version)] {
            // That it is missing is reported already.
            if **text == *LEFT_OUT {
                is_known = false;
            } else if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
                // Both travel in headers.
                is_known = false;
                self.error(
                    &at.key(key),
                    format!("`{key}` is empty or not plain ASCII without spaces"),
                    "write the published one",
                );
            }
        }
        if !is_known && self.tolerance == Tolerance::Published {
            return None;
        }
        let style = self.style_of(document, &at);
        let product = info.product.to_ascii_lowercase();
        let is_listed = |table: &[(&str, &str)]| table.contains(&(&product, &info.version));
        let mut served = Served {
            style,
            gateway: Gateway::Acs,
            refused: None,
        };
        if is_listed(OLDER_SIGNATURE) {
            served.gateway = Gateway::AcsV1;
            return Some(served);
        }
        if product == "pds" || &*info.style == "PDS" {
            served.gateway = Gateway::Pds;
            return Some(served);
        }
        // A product that nobody has seen yet says by its style that it is one of these.
        let style = info.style.to_ascii_lowercase();
        let other = OTHERS
            .iter()
            .find(|(name, _)| *name == product || *name == style);
        served.refused = other.map(|(_, protocol)| {
            format!(
                "{} {} is served by a gateway with a protocol of its own ({protocol}), which this crate does not speak",
                info.product, info.version
            )
        });
        Some(served)
    }

    /// Whether the product is routed by names or by paths.
    fn style_of(&mut self, document: &Document<'_>, at: &Pointer<'_>) -> ApiStyle {
        let style = &*document.info.style;
        match style {
            "RPC" => ApiStyle::Rpc,
            "ROA" | "FC" | "AliGenie" | "OSS" | "SLS" | "PDS" => ApiStyle::Roa,
            // Spoken by newer products of both kinds: those with paths are routed
            // by them.
            "V3" => by_paths(document),
            _ if document.info.product == *LEFT_OUT => by_paths(document),
            other => {
                self.say(Finding::degraded(
                    Kind::UnknownStyle,
                    at.key("style"),
                    format!("the style `{other}` is unknown"),
                    "the paths tell how it is routed",
                    "write one of RPC, ROA, V3, FC, OSS, SLS, PDS, AliGenie",
                ));
                by_paths(document)
            }
        }
    }
}

/// By paths where most operations have one: one operation does not decide for all.
fn by_paths(document: &Document<'_>) -> ApiStyle {
    let paths = document.apis.iter();
    let paths = paths.filter(|(_, api)| !matches!(api.path.trim(), "" | "/"));
    if paths.count() * 2 > document.apis.0.len() {
        ApiStyle::Roa
    } else {
        ApiStyle::Rpc
    }
}
