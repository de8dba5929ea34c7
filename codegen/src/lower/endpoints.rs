//! Where a product answers: the published table, cleaned, and what the product says
//! nowhere of itself (`hosts.txt`).

use rustc_hash::FxHashMap;

use crate::diagnostics::Pointer;
use crate::format_errors::LEFT_OUT;
use crate::metadata::{Document, Endpoint};
use crate::model::Product;

use super::Context;

/// `(region, host)`, sorted by region.
type Table = Vec<(String, String)>;

/// Hosts that metadata lacks: see the head of the file.
const KNOWN: &str = include_str!("hosts.txt");

/// The region of a host that serves all of them.
const EVERYWHERE: &str = "*";

impl<'a> Context<'a> {
    /// Where the product answers, and the region that is meant where none is named:
    /// that of a table with one row.
    pub(super) fn hosts(&mut self, document: &'a Document<'a>, product: &mut Product<'a>) {
        let published = &document.endpoints;
        product.endpoints = self.table(published, "endpoint", |row| match row.public.trim() {
            "" => row.endpoint.trim(),
            public => public,
        });
        if let [(region, _)] = &product.endpoints[..]
            && !region.is_empty()
        {
            product.default_region = Some(region.clone());
        }
        let known = Known::of(product);
        if product.endpoints.is_empty()
            && let Some(host) = known.everywhere()
        {
            product.endpoints = vec![(EVERYWHERE.to_owned(), host.to_owned())];
        }
        let inside = published.iter().filter(|row| !row.vpc.trim().is_empty());
        let inside: Vec<_> = inside.collect();
        product.vpc = match &inside[..] {
            [] => known.inside(),
            _ => self.table(published, "vpc", |row| row.vpc.trim()),
        };
    }

    /// The hosts that `host` takes out of the rows; rows without one have none.
    fn table<'e>(
        &mut self,
        published: &'e [Endpoint<'_>],
        key: &str,
        host: impl Fn(&'e Endpoint<'_>) -> &'e str,
    ) -> Table {
        let root = Pointer::ROOT;
        let at = root.key("endpoints");
        let mut hosts: FxHashMap<&str, &str> = FxHashMap::default();
        for (index, row) in published.iter().enumerate() {
            let at = at.index(index);
            if row.region_id == *LEFT_OUT || row.endpoint == *LEFT_OUT {
                continue;
            }
            let (region, host) = (row.region_id.trim(), host(row));
            if host.is_empty() && key == "vpc" {
                continue;
            }
            if !is_host(host) {
                self.fault(
                    &at.key(key),
                    false,
                    format!("`{host}` is no host name; the row is left out"),
                    "write a host such as `ga.cn-hangzhou.aliyuncs.com`, without a scheme",
                );
                continue;
            }
            match hosts.get(region) {
                Some(known) if *known == host => {}
                Some(known) => self.note(
                    &at,
                    format!("`{region}` has the host `{known}` already; `{host}` is left out"),
                    "nothing to do",
                ),
                None => drop(hosts.insert(region, host)),
            }
        }
        let mut table: Vec<(String, String)> = hosts
            .into_iter()
            .map(|(region, host)| (region.to_owned(), host.to_owned()))
            .collect();
        table.sort_unstable();
        table
    }
}

/// What `hosts.txt` says of a product version.
struct Known<'k>(&'k str);

impl Known<'static> {
    fn of(product: &Product<'_>) -> Self {
        let key = format!("{}/{} ", product.name.to_ascii_lowercase(), product.version);
        let line = KNOWN.lines().find_map(|line| line.strip_prefix(&*key));
        Self(line.unwrap_or_default())
    }

    fn everywhere(&self) -> Option<&'static str> {
        let mut parts = self.0.split(' ');
        parts.find_map(|part| part.strip_prefix("*="))
    }

    /// The hosts inside of a VPC, where they are known.
    fn inside(&self) -> Table {
        let parts = self.0.split(' ').filter(|part| !part.starts_with('*'));
        let mut table = Table::new();
        for (host, regions) in parts.filter_map(|part| part.split_once('=')) {
            table.extend(regions.split(',').map(|region| {
                let host = match host.contains('.') {
                    true => host.replace("{}", region),
                    false => format!("{host}.{region}.aliyuncs.com"),
                };
                (region.to_owned(), host)
            }));
        }
        table.sort_unstable();
        table
    }
}

fn is_host(text: &str) -> bool {
    let name = text.split_once(':').map_or(text, |(name, port)| {
        if port.parse::<u16>().is_ok() {
            name
        } else {
            ""
        }
    });
    !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn only_host_names_pass() {
        for host in ["ga.cn-hangzhou.aliyuncs.com", "localhost:8080", "1.2.3.4"] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            "http://ga.aliyuncs.com",
            "ga.aliyuncs.com/",
            "a b.com",
            "a..b",
            "-a.com",
            "x:99999",
            "u@h",
            "ga\u{2011}x.com",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
