//! Types that say one thing and have another.

use crate::metadata::Schema;

/// What a type of its kind does not have, where it has nothing that it should have:
/// nobody can tell which of the two is right.
pub(super) fn contradiction(schema: &Schema<'_>) -> Option<&'static str> {
    let properties = schema.properties.as_ref().is_some_and(|p| !p.0.is_empty());
    let items = schema.items.is_some();
    match &*schema.kind {
        "" | "any" => None,
        "object" => {
            (items && !properties && schema.additional_properties.is_none()).then_some("items")
        }
        "array" => (properties && !items).then_some("properties"),
        _ if properties => Some("properties"),
        _ => items.then_some("items"),
    }
}

/// What stands beside that which the type should have, and is not read.
pub(super) fn superfluous(schema: &Schema<'_>) -> Option<(&'static str, &'static str)> {
    let properties = schema.properties.as_ref().is_some_and(|p| !p.0.is_empty());
    match &*schema.kind {
        "array" if properties => Some(("array", "properties")),
        "object" if schema.items.is_some() => Some(("object", "items")),
        _ => None,
    }
}
