//! Where a product answers: the published table, cleaned.

use rustc_hash::FxHashMap;

use crate::diagnostics::Pointer;
use crate::metadata::Endpoint;

use super::Context;

impl Context<'_> {
    /// `(region, host)`, sorted by region, and the region that is meant where none
    /// is named: that of a table with one row.
    pub(super) fn endpoints(
        &mut self,
        published: &[Endpoint<'_>],
    ) -> (Vec<(String, String)>, Option<String>) {
        let root = Pointer::ROOT;
        let at = root.key("endpoints");
        let mut hosts: FxHashMap<&str, &str> = FxHashMap::default();
        for (index, row) in published.iter().enumerate() {
            let at = at.index(index);
            let (region, host) = (row.region_id.trim(), row.endpoint.trim());
            if !is_host(host) {
                self.fault(
                    &at.key("endpoint"),
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
        let default = match &table[..] {
            [(region, _)] if !region.is_empty() => Some(region.clone()),
            _ => None,
        };
        (table, default)
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
