//! Which operations page, and how: found by names and types, since the metadata
//! does not say. Where it is not certain there is no paging, and a reason.

use crate::metadata::Api;
use crate::model::{Field, NumberPaging, Paging, Place, Struct, TokenPaging, Type};
use crate::scan::trim;

const TOKENS: &[&str] = &[
    "NextToken",
    "nextToken",
    "next_token",
    "PageToken",
    "pageToken",
];
const NEXT: &[&str] = &[
    "NextToken",
    "nextToken",
    "next_token",
    "NextPageToken",
    "nextPageToken",
    "PageToken",
];
const PAGES: &[&str] = &[
    "PageNumber",
    "CurrentPage",
    "PageNo",
    "PageNum",
    "PageIndex",
    "Page",
    "PageId",
    "pageNumber",
    "currentPage",
    "pageNo",
    "pageNum",
    "pageIndex",
    "page",
    "page_number",
    "page_num",
];
const SIZES: &[&str] = &[
    "PageSize",
    "Size",
    "pageSize",
    "size",
    "page_size",
    "Limit",
    "limit",
    "MaxResults",
    "maxResults",
];
const TOTALS: &[&str] = &[
    "TotalCount",
    "Total",
    "TotalRecordCount",
    "TotalItemCount",
    "TotalNum",
    "totalCount",
    "total",
    "totalRecordCount",
    "total_count",
];

/// The size of pages that are asked for by token, in operations that have another
/// parameter for those asked for by number.
const TOKEN_SIZES: &[&str] = &[
    "MaxResults",
    "maxResults",
    "max_results",
    "MaxResult",
    "MaxItems",
    "Limit",
    "limit",
];

/// How deep below the reply's root to look, not counting lists.
const DEPTH: usize = 3;

/// How an operation pages, or why it does not although its parameters look like it.
pub(super) fn detect(
    api: &Api<'_>,
    request: &[Struct],
    response: &[Struct],
) -> (Option<Paging>, Option<String>) {
    let parameters = request.first().map_or(&[][..], |root| &root.fields[..]);
    let parameter = |names: &[&str]| {
        // The order of the names is the order of preference.
        names.iter().find_map(|name| {
            parameters
                .iter()
                .position(|f| f.name == *name && matches!(f.place, Place::Query | Place::Form))
        })
    };
    let token = parameter(TOKENS);
    let page = parameter(PAGES);
    let size = parameter(SIZES);
    if token.is_none() && page.is_none() {
        return (None, None);
    }
    let reply = Reply::read(response);

    let by_token = token.map(|at| token_paging(&parameters[at], at, &reply));
    let by_number = page
        .filter(|_| size.is_some())
        .map(|at| number_paging(api, &parameters[at], at, size, &reply));
    let note = match (&by_token, &by_number) {
        (Some(Err(reason)), _) | (_, Some(Err(reason))) => Some(reason.clone()),
        _ => None,
    };
    let number = by_number.and_then(Result::ok);
    let mut token = by_token.and_then(Result::ok);
    if let (Some(token), Some(number)) = (&mut token, &number) {
        token.size = parameter(TOKEN_SIZES).filter(|size| number.size != Some(*size));
    }
    if token.is_none() && number.is_none() {
        return (None, note);
    }
    let items = reply.only_list().ok().cloned();
    // Without the list nobody knows how many items came.
    let total = items.as_ref().and_then(|_| reply.total());
    let paging = Paging {
        token,
        number,
        items,
        total,
    };
    (Some(paging), None)
}

fn token_paging(field: &Field, token: usize, reply: &Reply<'_>) -> Result<TokenPaging, String> {
    if field.ty != Type::Text {
        return Err(format!("its token `{}` is no text", field.name));
    }
    let candidates = reply.named(NEXT, &[Type::Text]);
    match &candidates[..] {
        [] => Err(format!(
            "the reply documents no token to go on with after `{}`",
            field.name
        )),
        [first, second, ..] if first.len() == second.len() => Err(
            "the reply has several tokens, and it is not certain which one to go on with".into(),
        ),
        [next, ..] => Ok(TokenPaging {
            token,
            next: next.to_vec(),
            size: None,
        }),
    }
}

fn number_paging(
    api: &Api<'_>,
    field: &Field,
    page: usize,
    size: Option<usize>,
    reply: &Reply,
) -> Result<NumberPaging, String> {
    if !matches!(field.ty, Type::Int | Type::Text) {
        return Err(format!("its page `{}` is no number", field.name));
    }
    reply.only_list()?;
    let published = api
        .parameters
        .iter()
        .find(|parameter| *parameter.name == *field.name)
        .map_or("", |parameter| trim(&parameter.schema.default));
    // Nearly all count from 1; those that do not say so by their default.
    let first = published.parse().ok().filter(|n| (0..=1).contains(n));
    Ok(NumberPaging {
        page,
        first: first.unwrap_or(1),
        size,
    })
}

/// What there is in a reply outside of its lists.
struct Reply<'s> {
    lists: Vec<Vec<usize>>,
    /// Name, type, path; nearest to the root first.
    scalars: Vec<(&'s str, &'s Type, Vec<usize>)>,
    /// How many members are still looked at: a type may be reached on very many ways.
    left: usize,
}

impl<'s> Reply<'s> {
    fn read(structs: &'s [Struct<'_>]) -> Self {
        let mut reply = Self {
            lists: Vec::new(),
            scalars: Vec::new(),
            left: 20_000,
        };
        if let Some(root) = structs.first() {
            reply.walk(structs, root, &mut Vec::new());
        }
        reply.scalars.sort_by_key(|(_, _, path)| path.len());
        reply
    }

    fn walk(&mut self, structs: &'s [Struct<'_>], here: &'s Struct<'_>, path: &mut Vec<usize>) {
        for (index, field) in here.fields.iter().enumerate() {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            path.push(index);
            match &field.ty {
                Type::List(_) => self.lists.push(path.clone()),
                Type::Struct(ident) if path.len() < DEPTH => {
                    if let Some(inner) = structs.iter().find(|s| s.ident == *ident) {
                        self.walk(structs, inner, path);
                    }
                }
                Type::Int | Type::Text => {
                    self.scalars.push((field.name, &field.ty, path.clone()));
                }
                _ => {}
            }
            path.pop();
        }
    }

    /// Paths of the fields of one of these names and types; nearest first.
    fn named(&self, names: &[&str], types: &[Type]) -> Vec<&[usize]> {
        self.scalars
            .iter()
            .filter(|(name, ty, _)| names.contains(name) && types.contains(ty))
            .map(|(_, _, path)| &path[..])
            .collect()
    }

    fn total(&self) -> Option<Vec<usize>> {
        let candidates = self.named(TOTALS, &[Type::Int, Type::Text]);
        candidates.first().map(|path| path.to_vec())
    }

    fn only_list(&self) -> Result<&Vec<usize>, String> {
        match &self.lists[..] {
            [list] => Ok(list),
            [] => Err("the reply has no list".into()),
            lists => Err(format!(
                "the reply has {} lists, and it is not certain which one is paged",
                lists.len()
            )),
        }
    }
}
