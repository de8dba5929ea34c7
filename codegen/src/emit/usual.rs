//! What members mean that go by one name everywhere, for specs that do not say it.

use crate::model::{Field, Place, Type};

/// The meaning of a member without a description; empty where its name is not a usual
/// one.
pub(super) fn meaning(field: &Field) -> &'static str {
    let is_sent = field.place != Place::Member;
    match (field.name, &field.ty) {
        ("RequestId" | "requestId", Type::Text) if !is_sent => "The ID of the request.",
        ("TotalCount" | "totalCount", Type::Int) => "How many there are on all pages.",
        ("PageNumber" | "pageNumber", Type::Int) if is_sent => "The page to answer, from 1 on.",
        ("PageNumber" | "pageNumber", Type::Int) => "The page that this is, from 1 on.",
        ("PageSize" | "pageSize", Type::Int) => "How many a page holds at most.",
        ("MaxResults" | "maxResults", Type::Int) => "How many a page holds at most.",
        ("NextToken" | "nextToken", Type::Text) if is_sent => {
            "Where to go on: what the page before answered under this name."
        }
        ("NextToken" | "nextToken", Type::Text) => {
            "Where the next page begins; empty on the last one."
        }
        ("RegionId" | "regionId", Type::Text) => "The ID of the region.",
        ("ClientToken" | "clientToken", Type::Text) if is_sent => {
            "Makes the call safe to repeat: it has its effect once for each token."
        }
        ("DryRun" | "dryRun", Type::Bool) if is_sent => {
            "Whether the service only checks the request, and does nothing."
        }
        _ => "",
    }
}
