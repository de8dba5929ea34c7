//! Decoding of JSON: serde_json's parser drives one visitor over `&mut dyn Value`.
//!
//! What a service sends does not always have the documented type (207 of 18,433
//! documented samples disagree with their own schema). What can be read without
//! guessing is read; the rest is reported and left unset, and decoding goes on.

use super::{
    mismatch::{self, DecodeError, Mismatches, State, find_field, unknown, utf8},
    repair::repair,
    scalar::{self, Found},
};
use crate::schema::Field;
use crate::value::{List, Map, Object, Path, Slot, Value};
use serde_core::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use serde_json::Value as Json;
use std::fmt::{self, Formatter};

/// Decodes a JSON document into a value.
///
/// Unknown members are ignored, half a character (a lone surrogate) is replaced, a number
/// that no `f64` holds is as `null`, and that is as absent, a number is taken for text
/// and the reverse, a lone object for a list of one. What fits even less is
/// returned and stays unset.
///
/// # Errors
///
/// Where the bytes are not JSON, or nested deeper than serde_json allows (128), or the
/// items of its lists would take more than 8 MiB and 8 times as much memory as it has
/// bytes: an empty object costs a service two bytes, and an app hundreds.
pub fn decode_json(bytes: &[u8], value: &mut dyn Value) -> Result<Mismatches, DecodeError> {
    let mut state = State::of_reply(bytes.len());
    // One check for all of it is faster than one per string.
    let text = utf8(bytes, &mut state);
    let failure = match parse(&text, value, &mut state) {
        Ok(()) => return Ok(state.mismatches),
        Err(failure) => failure,
    };
    let Some(text) = repair(&text) else {
        return Err(DecodeError::new("JSON", failure));
    };
    value.clear();
    let mut state = State::of_reply(bytes.len());
    utf8(bytes, &mut state);
    state.mismatch(
        &Path::ROOT,
        mismatch::VALID,
        "half a character, or a number out of range",
    );
    match parse(&text, value, &mut state) {
        Ok(()) => Ok(state.mismatches),
        Err(failure) => Err(DecodeError::new("JSON", failure)),
    }
}

fn parse(text: &str, value: &mut dyn Value, state: &mut State) -> serde_json::Result<()> {
    let mut parser = serde_json::Deserializer::from_str(text);
    Seed::new(value, None, &Path::ROOT, state).deserialize(&mut parser)?;
    parser.end()
}

/// Deserializes a type of a response: as lenient as [`decode_json`],
/// but what does not fit is an error.
pub fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
    object: &mut dyn Value,
) -> Result<(), D::Error> {
    deserialize_with(deserializer, object, State::unbounded(false))
}

/// Deserializes a type of a request: the same, but a member that it does
/// not know is an error too. A service adds members to its replies; what an app writes
/// into a request is to arrive there.
pub fn deserialize_request<'de, D: Deserializer<'de>>(
    deserializer: D,
    object: &mut dyn Value,
) -> Result<(), D::Error> {
    deserialize_with(deserializer, object, State::unbounded(true))
}

fn deserialize_with<'de, D: Deserializer<'de>>(
    deserializer: D,
    object: &mut dyn Value,
    mut state: State,
) -> Result<(), D::Error> {
    Seed::new(object, None, &Path::ROOT, &mut state).deserialize(deserializer)?;
    match state.mismatches.first() {
        Some(mismatch) => Err(D::Error::custom(mismatch)),
        None => Ok(()),
    }
}

/// Decodes one value. The result says whether there was something to keep.
struct Seed<'a> {
    value: &'a mut dyn Value,
    /// The member that holds the list, where the service wraps it.
    wrapper: Option<&'static str>,
    path: &'a Path<'a>,
    state: &'a mut State,
}

impl<'a> Seed<'a> {
    fn new(
        value: &'a mut dyn Value,
        wrapper: Option<&'static str>,
        path: &'a Path<'a>,
        state: &'a mut State,
    ) -> Self {
        Self {
            value,
            wrapper,
            path,
            state,
        }
    }

    /// Puts a scalar.
    fn scalar<E>(self, found: Found<'_>) -> Result<bool, E> {
        match scalar::put(found, self.value) {
            Ok(()) => Ok(true),
            Err(expected) => Ok(self.mismatch(expected, found.kind())),
        }
    }

    fn mismatch(self, expected: &'static str, found: &'static str) -> bool {
        self.value.clear();
        self.state.mismatch(self.path, expected, found);
        false
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: serde_core::de::Error>(self) -> Result<bool, E> {
        self.value.clear();
        Ok(false)
    }

    fn visit_none<E: serde_core::de::Error>(self) -> Result<bool, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        self.scalar(Found::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        self.scalar(Found::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<bool, E> {
        self.scalar(match i64::try_from(value) {
            Ok(value) => Found::Int(value),
            Err(_) => Found::Large(value),
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<bool, E> {
        self.scalar(Found::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<bool, E> {
        // The common case, cut short: half of a reply's values are text.
        if let Slot::Text(out) = self.value.slot() {
            *out = value.to_owned();
            return Ok(true);
        }
        self.scalar(Found::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        match self.value.slot() {
            Slot::List(list) => {
                // A name that comes twice: the later value holds, as elsewhere.
                while !list.is_empty() {
                    list.pop();
                }
                items(list, seq, self.path, self.state)?;
                Ok(true)
            }
            Slot::Json(json) => {
                *json = Json::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(true)
            }
            slot => {
                let expected = scalar::expected(&slot);
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(self.mismatch(expected, "a list"))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let inline = size_of_val(&*self.value);
        match self.value.slot() {
            Slot::Object(object) => {
                // What is held on the heap is not counted with its holder.
                let size = size_of_val(&*object);
                if size > inline {
                    self.state.take(size).map_err(A::Error::custom)?;
                }
                members(object, 0, map, self.path, self.state)?;
                Ok(true)
            }
            Slot::Map(entries) => {
                fill_map(entries, map, self.path, self.state)?;
                Ok(true)
            }
            Slot::Json(json) => {
                *json = Json::deserialize(MapAccessDeserializer::new(map))?;
                Ok(true)
            }
            Slot::List(_) => list_from_object(self, map),
            slot => {
                let expected = scalar::expected(&slot);
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(self.mismatch(expected, "an object"))
            }
        }
    }
}

/// The items of a list. What is `null` or does not fit is not kept.
fn items<'de, A: SeqAccess<'de>>(
    list: &mut dyn List,
    mut seq: A,
    path: &Path<'_>,
    state: &mut State,
) -> Result<(), A::Error> {
    for index in 0.. {
        let item = Item {
            list: &mut *list,
            path: &path.index(index),
            state: &mut *state,
        };
        match seq.next_element_seed(item)? {
            Some(true) => {}
            Some(false) => {
                state.give_back(size_of_val(list.at(list.len() - 1)));
                list.pop();
            }
            None => break,
        }
    }
    Ok(())
}

/// Appends an item, but only once it is known that there is one.
struct Item<'a> {
    list: &'a mut dyn List,
    path: &'a Path<'a>,
    state: &'a mut State,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let item = self.list.push();
        self.state
            .take(size_of_val(item))
            .map_err(D::Error::custom)?;
        Seed::new(item, None, self.path, self.state).deserialize(deserializer)
    }
}

/// The members of an object. Replies mostly keep the order of the documentation,
/// so the search for a member starts where the last one was found.
fn members<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    mut start: usize,
    mut map: A,
    path: &Path<'_>,
    state: &mut State,
) -> Result<(), A::Error> {
    let fields = object.schema().fields;
    loop {
        let name = FieldName {
            fields,
            start,
            unknown: state.is_strict.then_some(path),
        };
        let Some(found) = map.next_key_seed(name)? else {
            return Ok(());
        };
        let Some(index) = found else {
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        start = index + 1;
        let value = object.get_mut(index);
        member(&fields[index], value, &mut map, path, state)?;
    }
}

fn member<'de, A: MapAccess<'de>>(
    field: &Field,
    value: &mut dyn Value,
    map: &mut A,
    path: &Path<'_>,
    state: &mut State,
) -> Result<(), A::Error> {
    let path = path.name(field.name);
    map.next_value_seed(Seed::new(value, field.wrapper, &path, state))?;
    Ok(())
}

fn fill_map<'de, A: MapAccess<'de>>(
    entries: &mut dyn Map,
    mut map: A,
    path: &Path<'_>,
    state: &mut State,
) -> Result<(), A::Error> {
    let mut is_first = true;
    while let Some(key) = map.next_key::<String>()? {
        entry(entries, &key, is_first, &mut map, path, state)?;
        is_first = false;
    }
    Ok(())
}

/// An entry of a map. What is `null` or does not fit is not kept.
fn entry<'de, A: MapAccess<'de>>(
    entries: &mut dyn Map,
    key: &str,
    is_first: bool,
    map: &mut A,
    path: &Path<'_>,
    state: &mut State,
) -> Result<(), A::Error> {
    let path = path.name(key);
    let value = entries.entry(key.to_owned());
    state
        .take_entry(size_of_val(value), is_first)
        .map_err(A::Error::custom)?;
    if !map.next_value_seed(Seed::new(value, None, &path, state))? {
        entries.remove(key);
    }
    Ok(())
}

/// An object where a list is documented: either what the service wraps the list
/// into, or the only item. It is the item from the first member on that the item's
/// type knows.
fn list_from_object<'de, A: MapAccess<'de>>(seed: Seed<'_>, mut map: A) -> Result<bool, A::Error> {
    let mut empty = true;
    let mut unwrapped = false;
    while let Some(other) = map.next_key_seed(OtherThan(seed.wrapper))? {
        empty = false;
        let Some(key) = other else {
            let inner = Seed::new(&mut *seed.value, None, seed.path, &mut *seed.state);
            map.next_value_seed(inner)?;
            unwrapped = true;
            continue;
        };
        if unwrapped {
            refuse(seed.state, seed.path, &key)?;
            map.next_value::<IgnoredAny>()?;
        } else if let Slot::List(list) = seed.value.slot() {
            while !list.is_empty() {
                list.pop();
            }
            let path = seed.path.index(0);
            match only_item(list.push(), &key, map, &path, seed.state)? {
                Some(rest) => map = rest,
                None => return Ok(true),
            }
            list.pop();
        }
    }
    if empty || unwrapped {
        return Ok(true);
    }
    Ok(seed.mismatch("a list", "an object"))
}

/// Decodes an object whose first key is already read, if the item's type knows
/// that key. Where it does not, the key's value is skipped and the rest of the
/// object returned.
fn only_item<'de, A: MapAccess<'de>>(
    item: &mut dyn Value,
    key: &str,
    mut map: A,
    path: &Path<'_>,
    state: &mut State,
) -> Result<Option<A>, A::Error> {
    match item.slot() {
        Slot::Object(object) => {
            if let Some(index) = find_field(object.schema().fields, 0, key) {
                let field = &object.schema().fields[index];
                member(field, object.get_mut(index), &mut map, path, state)?;
                members(object, index + 1, map, path, state)?;
                return Ok(None);
            }
        }
        Slot::Map(entries) => {
            entry(entries, key, true, &mut map, path, state)?;
            fill_map(entries, map, path, state)?;
            return Ok(None);
        }
        Slot::Json(json) => {
            let first = map.next_value()?;
            let mut object: serde_json::Map<String, Json> =
                Deserialize::deserialize(MapAccessDeserializer::new(map))?;
            object.insert(key.to_owned(), first);
            *json = Json::Object(object);
            return Ok(None);
        }
        _ => {}
    }
    map.next_value::<IgnoredAny>()?;
    Ok(Some(map))
}

/// A name that nothing knows is an error in a request.
fn refuse<E: Error>(state: &State, path: &Path<'_>, name: &str) -> Result<(), E> {
    match state.is_strict {
        true => Err(E::custom(unknown(path, name, &[]))),
        false => Ok(()),
    }
}

/// Reads a name and keeps it if it is another one than this.
struct OtherThan<'a>(Option<&'a str>);

impl<'de> DeserializeSeed<'de> for OtherThan<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for OtherThan<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0 != Some(name)).then(|| name.to_owned()))
    }
}

/// Reads a member's name and finds its field.
struct FieldName<'a> {
    fields: &'static [Field],
    start: usize,
    /// Where it is, if a name without a field is an error.
    unknown: Option<&'a Path<'a>>,
}

impl<'de> DeserializeSeed<'de> for FieldName<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldName<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        match (find_field(self.fields, self.start, name), self.unknown) {
            (None, Some(path)) => Err(E::custom(unknown(path, name, self.fields))),
            (found, _) => Ok(found),
        }
    }
}
