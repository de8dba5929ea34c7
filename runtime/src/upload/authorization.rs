//! The permission to upload one file: what is asked of OpenPlatform, and what it answers.
//! Source of the facts: the official clients' `…Advance` methods, and OpenPlatform's
//! published `AuthorizeFileUpload` of 2019-12-19.

use std::fmt;

use serde_json::Value as Json;

use crate::decode::{first_string, members};
use crate::encode::UnsignedRequest;
use crate::gateway::Spelling;
use crate::params::pair;
use crate::schema::{ApiStyle, Operation, Product, ReplyBody};

/// Where it is asked for.
pub(crate) const HOST: &str = "openplatform.aliyuncs.com";

/// Where buckets that allow it are reached from afar.
const ACCELERATED: &str = "oss-accelerate.aliyuncs.com";

static OPEN_PLATFORM: Product = Product::new("OpenPlatform", "2019-12-19", ApiStyle::Rpc);

/// The operation that gives it.
pub(crate) static AUTHORIZE: Operation = Operation::read(&OPEN_PLATFORM, "AuthorizeFileUpload")
    .http("GET", "/")
    .reply(ReplyBody::Any);

/// How OSS, which takes the file, spells its errors.
pub(crate) static SPELLING: Spelling = Spelling {
    request_id: &["x-oss-request-id"],
    code: &["Code"],
    message: &["Message"],
};

/// The request for a permission to upload for an operation of `product`.
pub(crate) fn authorize<'a>(
    product: &'static Product,
    region: Option<&'a str>,
) -> UnsignedRequest<'a> {
    let mut request = UnsignedRequest::new(AUTHORIZE.method);
    request.query.push(pair("Product", product.name));
    request
        .query
        .extend(region.map(|region| pair("RegionId", region)));
    request
}

/// A permission to upload one file, to one place.
pub(crate) struct Authorization {
    pub(super) access_key_id: String,
    pub(super) policy: String,
    pub(super) signature: String,
    pub(super) key: String,
    bucket: String,
    endpoint: String,
    may_accelerate: bool,
}

impl Authorization {
    /// Reads a reply.
    ///
    /// # Errors
    /// In words that go on from "it", where a member is missing or cannot be used.
    pub(crate) fn read(body: &[u8]) -> Result<Self, String> {
        let members = members(body);
        let text = |name: &str| {
            let found = first_string(&members, &[name]).ok_or_else(|| format!("has no {name}"))?;
            // They are written into the head of a part.
            match found.contains(|c: char| c.is_control() || c == '"') {
                true => Err(format!("has a {name} with a control character or a quote")),
                false => Ok(found),
            }
        };
        let may_accelerate = match members.get("UseAccelerate") {
            Some(Json::Bool(may)) => *may,
            Some(Json::String(may)) => may == "true",
            _ => false,
        };
        let read = Self {
            access_key_id: text("AccessKeyId")?,
            policy: text("EncodedPolicy")?,
            signature: text("Signature")?,
            key: text("ObjectKey")?,
            bucket: text("Bucket")?,
            endpoint: text("Endpoint")?,
            may_accelerate,
        };
        read.checked()
    }

    fn checked(self) -> Result<Self, String> {
        let host = self.host(false);
        if self.bucket.contains('.') || !is_host_name(&host) {
            return Err(format!("names {host:?}, which is no name of a host"));
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
        match self.key.starts_with('/') || !self.key.chars().all(is_plain) {
            true => Err(format!("names {:?}, which is no path of a URL", self.key)),
            false => Ok(self),
        }
    }

    /// The host to upload to; an accelerated one if that is wanted, and allowed.
    pub(crate) fn host(&self, accelerate: bool) -> String {
        let endpoint = match accelerate && self.may_accelerate {
            true => ACCELERATED,
            false => &self.endpoint,
        };
        format!("{}.{endpoint}", self.bucket)
    }

    /// What the call takes for the file.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/{}", self.host(false), self.key)
    }

    /// What must not be printed.
    pub(crate) fn secrets(&self) -> [&str; 2] {
        [&self.policy, &self.signature]
    }
}

/// Whether a text is the name of a host: no address, port, user or path.
fn is_host_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        !label.is_empty()
            && label.len() < 64
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(inner)
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() < 254
        && host.matches('.').count() >= 2
        && host.split('.').all(is_label)
        && last.bytes().all(|c| c.is_ascii_alphabetic())
}

impl fmt::Debug for Authorization {
    /// Writes where to, without what allows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reply(change: impl FnOnce(&mut Json)) -> String {
        let mut reply = serde_json::json!({
            "AccessKeyId": "id",
            "Bucket": "bucket",
            "Endpoint": "oss-cn-shanghai.aliyuncs.com",
            "ObjectKey": "12/a.jpg",
            "EncodedPolicy": "cG9saWN5",
            "Signature": "c2ln+/=",
            "UseAccelerate": true,
            "RequestId": "r",
        });
        change(&mut reply);
        reply.to_string()
    }

    #[test]
    fn it_names_the_place_and_the_url() {
        let read = Authorization::read(reply(|_| ()).as_bytes()).expect("it");
        assert_eq!(read.host(false), "bucket.oss-cn-shanghai.aliyuncs.com");
        assert_eq!(read.host(true), "bucket.oss-accelerate.aliyuncs.com");
        let url = "http://bucket.oss-cn-shanghai.aliyuncs.com/12/a.jpg";
        assert_eq!(read.url(), url);
        assert_eq!(
            format!("{read:?}"),
            format!("Authorization {{ url: {url:?}, .. }}")
        );
        let refused = reply(|reply| reply["UseAccelerate"] = false.into());
        let read = Authorization::read(refused.as_bytes()).expect("it");
        assert_eq!(read.host(true), "bucket.oss-cn-shanghai.aliyuncs.com");
    }

    #[test]
    fn it_is_read_from_xml_too() {
        let xml = "<AuthorizeFileUploadResponse><AccessKeyId>id</AccessKeyId>\
                   <Bucket>b</Bucket><Endpoint>oss.example.com</Endpoint>\
                   <ObjectKey>k</ObjectKey><EncodedPolicy>p</EncodedPolicy>\
                   <Signature>s</Signature><UseAccelerate>true</UseAccelerate>\
                   </AuthorizeFileUploadResponse>";
        let read = Authorization::read(xml.as_bytes()).expect("it");
        assert_eq!(read.host(true), "b.oss-accelerate.aliyuncs.com");
    }

    #[test]
    fn places_that_are_no_names_of_hosts_are_refused() {
        for endpoint in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "oss.example.com:443",
            "oss.example.com/path",
            "user@oss.example.com",
            "oss.example.com?x",
            "oss.example.com#",
            "-oss.example.com",
            "oss..com",
            "localhost",
            "[::1]",
            "ex\u{e4}mple.com",
            "oss.example.com.",
        ] {
            let reply = reply(|reply| reply["Endpoint"] = endpoint.into());
            let error = Authorization::read(reply.as_bytes()).expect_err(endpoint);
            assert!(error.contains("no name of a host"), "{error}");
        }
        for (name, value) in [
            ("Bucket", "user:x@elsewhere.example.com/"),
            ("Bucket", "elsewhere.com."),
            ("ObjectKey", "/etc"),
            ("ObjectKey", "a b"),
            ("ObjectKey", "a?b"),
            ("ObjectKey", "a\"; name=\"policy"),
            ("EncodedPolicy", "a\r\nb"),
        ] {
            let reply = reply(|reply| reply[name] = value.into());
            Authorization::read(reply.as_bytes()).expect_err(value);
        }
    }

    proptest! {
        /// Whatever it says, a form goes to a host by its name, and holds no field but ours.
        #[test]
        fn what_is_permitted_leads_nowhere_else(
            bucket in "[a-z.:@/-]{1,12}|\\PC{0,8}",
            endpoint in "[a-z]{1,4}(\\.[a-z0-9.:@/?#-]{1,4}){1,2}|\\PC{0,8}",
            key in "[a-z0-9/.\"\r\n -]{1,12}|\\PC{0,8}",
            policy in "[A-Za-z+/=\"\r\n-]{0,12}",
        ) {
            let reply = reply(|reply| {
                reply["Bucket"] = bucket.into();
                reply["Endpoint"] = endpoint.into();
                reply["ObjectKey"] = key.into();
                reply["EncodedPolicy"] = policy.into();
            });
            let Ok(read) = Authorization::read(reply.as_bytes()) else {
                return Ok(());
            };
            let host = read.host(false);
            let uri: http::Uri = format!("https://{host}/").parse().expect("a URI");
            prop_assert_eq!(uri.authority().map(|it| it.as_str()), Some(&*host));
            prop_assert!(host.parse::<std::net::Ipv4Addr>().is_err());
            let uri: http::Uri = read.url().parse().expect("a URI");
            prop_assert_eq!(uri.host(), Some(&*host));
            prop_assert!(uri.query().is_none());
            let text = format!("{}{}", read.key, read.policy);
            prop_assert!(!text.contains(['"', '\r', '\n']));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for name in [
            "AccessKeyId",
            "Bucket",
            "Endpoint",
            "ObjectKey",
            "Signature",
        ] {
            let reply = reply(|reply| reply[name] = Json::Null);
            let error = Authorization::read(reply.as_bytes()).expect_err(name);
            assert_eq!(error, format!("has no {name}"));
        }
        assert_eq!(
            Authorization::read(b"<html>").expect_err("a page"),
            "has no AccessKeyId"
        );
    }
}
