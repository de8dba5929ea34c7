//! What generated setters call: an assignment that drops the old value costs the
//! compiler more in a thousand setters than in one function here.

/// Sets an optional field.
#[inline]
pub fn set<T>(field: &mut Option<T>, value: impl Into<T>) {
    *field = Some(value.into());
}

/// Sets a list.
#[inline]
pub fn set_list<T>(field: &mut Vec<T>, value: impl IntoIterator<Item = impl Into<T>>) {
    *field = value.into_iter().map(Into::into).collect();
}

/// Sets a map.
#[inline]
pub fn set_map<T>(
    field: &mut std::collections::BTreeMap<String, T>,
    value: impl IntoIterator<Item = (impl Into<String>, impl Into<T>)>,
) {
    *field = value
        .into_iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
}
