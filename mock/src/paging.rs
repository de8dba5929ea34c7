//! Pages of a listing, made of its documented sample: as many items as wanted, given
//! page by page until there are none left.
//!
//! An operation that pages both by number and by token does as ECS does: it gives a
//! token only to who asks by token, with one or with `MaxResults`.

use serde_json::{Map, Value as Json};

use crate::signature::Refusal;
use crate::{Document, Request};

/// Names, in lower case and without `_`.
const TOKENS: &[&str] = &["nexttoken", "pagetoken", "nextpagetoken"];
const NUMBERS: &[&str] = &[
    "pagenumber",
    "currentpage",
    "pageno",
    "pagenum",
    "pageindex",
    "pageid",
    "page",
];
const SIZES: &[&str] = &["pagesize", "size", "limit"];
const TOKEN_SIZES: &[&str] = &["maxresults", "maxresult", "maxitems"];
const TOTALS: &[&str] = &[
    "totalcount",
    "total",
    "totalrecordcount",
    "totalitemcount",
    "totalnum",
];

/// How many items a page has that nobody gave a size.
const DEFAULT_SIZE: usize = 10;

/// What a token of the mock server begins with. The rest is the index of an item.
const TOKEN: &str = "mock-token-";

/// One page, of which both its items and what is said of it are to be written.
struct Page {
    start: usize,
    size: usize,
    /// Its number, where it was asked for by number.
    number: Option<i64>,
    is_by_token: bool,
}

/// The page of a listing that a request asks for; `None` where the operation does not
/// page.
pub(crate) fn page(
    api: &Json,
    document: &Document,
    sample: &Json,
    request: &Request,
    items: usize,
) -> Result<Option<Json>, Refusal> {
    let Some(page) = asked(api, request)? else {
        return Ok(None);
    };
    let mut reply = sample.clone();
    let schema = document.resolve(&api["responses"]["200"]["schema"]);
    let mut lists = 0;
    count_lists(&reply, &mut lists);
    // Of several lists it is not known which one is paged: then this is the last page.
    let is_paged = lists == 1;
    let total = if is_paged { items } else { 0 };
    fill(&mut reply, schema, document, &page, is_paged, total);
    Ok(Some(reply))
}

fn asked(api: &Json, request: &Request) -> Result<Option<Page>, Refusal> {
    let value = |name: &str| {
        let pairs = request.query.iter().chain(&request.form);
        let mut found = pairs.filter(|(key, value)| key == name && !value.is_empty());
        found.next().map(|(_, value)| value.clone())
    };
    let parameters = || api["parameters"].as_array().into_iter().flatten();
    let parameter = |names: &[&str]| parameters().find(|p| is_named(&p["name"], names));
    let given = |names: &[&str]| value(parameter(names)?["name"].as_str()?);
    let size = |names: &[&str]| {
        let size: usize = given(names)?.parse().ok()?;
        Some(size.max(1))
    };

    let has_token = parameter(TOKENS).is_some();
    let number = parameter(NUMBERS);
    let has_size = parameter(SIZES).or(parameter(TOKEN_SIZES)).is_some();
    let pages = has_token || number.is_some() && has_size;
    if !pages {
        return Ok(None);
    }
    let token = given(TOKENS);
    let is_by_token =
        has_token && (token.is_some() || given(TOKEN_SIZES).is_some() || number.is_none());
    if is_by_token {
        let start = match &token {
            None => 0,
            Some(token) => token
                .strip_prefix(TOKEN)
                .and_then(|index| index.parse().ok())
                .ok_or_else(|| Refusal::new("InvalidNextToken", "Specified token is not valid."))?,
        };
        return Ok(Some(Page {
            start,
            size: size(TOKEN_SIZES).or(size(SIZES)).unwrap_or(DEFAULT_SIZE),
            number: None,
            is_by_token,
        }));
    }
    let default = number.map_or(&Json::Null, |number| &number["schema"]["default"]);
    let first = if *default == "0" || *default == 0 {
        0
    } else {
        1
    };
    let wanted = given(NUMBERS).and_then(|text| text.parse::<i64>().ok());
    let wanted = wanted.unwrap_or(first).max(first);
    let size = size(SIZES).or(size(TOKEN_SIZES)).unwrap_or(DEFAULT_SIZE);
    let before = usize::try_from(wanted - first).unwrap_or(usize::MAX);
    Ok(Some(Page {
        start: before.saturating_mul(size),
        size,
        number: Some(wanted),
        is_by_token,
    }))
}

fn is_named(name: &Json, names: &[&str]) -> bool {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    name.as_str()
        .is_some_and(|name| names.contains(&&*plain(name)))
}

/// Lists that are in no other.
fn count_lists(value: &Json, lists: &mut usize) {
    match value {
        Json::Array(_) => *lists += 1,
        Json::Object(members) => members.values().for_each(|value| count_lists(value, lists)),
        _ => {}
    }
}

/// Makes the sample that page.
fn fill(
    value: &mut Json,
    schema: &Json,
    document: &Document,
    page: &Page,
    is_paged: bool,
    total: usize,
) {
    match value {
        Json::Array(sample) if is_paged => {
            // Beyond the last page there is nothing.
            let end = page.start.saturating_add(page.size).min(total);
            let items =
                (page.start..end).filter_map(|index| sample.get(index % sample.len().max(1)));
            *sample = items.cloned().collect();
        }
        Json::Object(members) => {
            documented_token(members, schema, document);
            for (name, member) in members {
                let of = document.resolve(&schema["properties"][name]);
                if member.is_object() || member.is_array() {
                    fill(member, of, document, page, is_paged, total);
                    continue;
                }
                let name = Json::from(&**name);
                if is_named(&name, TOKENS) {
                    let next = page.start.saturating_add(page.size);
                    let has_next = page.is_by_token && next < total;
                    *member = if has_next {
                        format!("{TOKEN}{next}").into()
                    } else {
                        "".into()
                    };
                } else if is_paged {
                    state(&name, member, page, total);
                }
            }
        }
        _ => {}
    }
}

/// Writes what a member states of the page, if it does.
fn state(name: &Json, member: &mut Json, page: &Page, total: usize) {
    let number = if is_named(name, TOTALS) {
        i64::try_from(total).ok()
    } else if is_named(name, SIZES) || is_named(name, TOKEN_SIZES) {
        i64::try_from(page.size).ok()
    } else if is_named(name, NUMBERS) {
        page.number
    } else {
        None
    };
    // A number, as text where the sample has it so.
    if let Some(number) = number {
        *member = if member.is_string() {
            number.to_string().into()
        } else {
            number.into()
        };
    }
}

/// A token that is documented, but not shown in the sample, is there too.
fn documented_token(members: &mut Map<String, Json>, schema: &Json, document: &Document) {
    let properties = schema["properties"].as_object().into_iter().flatten();
    for (name, of) in properties {
        let is_text = document.resolve(of)["type"] == "string";
        if is_text && is_named(&Json::from(&**name), TOKENS) && !members.contains_key(name) {
            members.insert(name.clone(), "".into());
        }
    }
}

/// A document as the gateways write it in XML: a list is its items, each in an
/// element of the list's name.
pub(crate) fn xml(name: &str, value: &Json) -> String {
    let mut out = String::new();
    write_xml(name, value, &mut out);
    out
}

fn write_xml(name: &str, value: &Json, out: &mut String) {
    if let Json::Array(items) = value {
        items.iter().for_each(|item| write_xml(name, item, out));
        return;
    }
    out.push_str(&format!("<{name}>"));
    match value {
        Json::Object(members) => members
            .iter()
            .for_each(|(name, value)| write_xml(name, value, out)),
        Json::String(text) => out.push_str(&super::service::escape(text)),
        Json::Null => {}
        other => out.push_str(&other.to_string()),
    }
    out.push_str(&format!("</{name}>"));
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;
