//! Decoding of XML into the same values as JSON.
//!
//! A list is the repetition of an element that is named as the field, without
//! anything around it; where the metadata has a wrapper object, that is an element
//! too. Attributes and the root's name say nothing and are ignored. An empty
//! element is as absent: XML cannot tell an empty string from none.

use super::{
    mismatch::{DecodeError, Mismatches, State, find_field, utf8},
    scalar::{self, Found},
};
use crate::value::{Path, Slot, Value, View};
use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};
use serde_json::Value as Json;

/// Elements may be nested this deep, as deep as serde_json allows for JSON.
const MAX_DEPTH: usize = 128;

/// Decodes an XML document into a value: the root's children are its members.
///
/// # Errors
///
/// Where the bytes are not well-formed XML, end early, or are nested
/// deeper than 128 elements; or their lists take too much memory, as in JSON.
pub fn decode_xml(bytes: &[u8], value: &mut dyn Value) -> Result<Mismatches, DecodeError> {
    let mut state = State::of_reply(bytes.len());
    let text = utf8(bytes, &mut state);
    let mut decoder = Decoder {
        reader: Reader::from_str(&text),
        depth: 0,
        state,
    };
    decoder.reader.config_mut().expand_empty_elements = true;
    decoder.document(value)?;
    Ok(decoder.state.mismatches)
}

fn error(reason: impl std::fmt::Display) -> DecodeError {
    DecodeError::new("XML", reason)
}

struct Decoder<'x> {
    reader: Reader<&'x [u8]>,
    depth: usize,
    state: State,
}

impl<'x> Decoder<'x> {
    fn next(&mut self) -> Result<Event<'x>, DecodeError> {
        self.reader.read_event().map_err(error)
    }

    fn document(&mut self, value: &mut dyn Value) -> Result<(), DecodeError> {
        loop {
            match self.next()? {
                Event::Start(_) => break,
                Event::Eof => return Err(error("there is no element")),
                Event::Text(text) if !text.xml10_content().trim().is_empty() => {
                    return Err(error("there is text before the first element"));
                }
                _ => {}
            }
        }
        self.field(value, None, &Path::ROOT)?;
        Ok(())
    }

    /// Decodes an element whose start is read into what a field holds: into an
    /// item of it where that is a list. Like all functions here it reads up to the
    /// element's end, and its result says whether there was something to keep.
    fn field(
        &mut self,
        value: &mut dyn Value,
        wrapper: Option<&str>,
        path: &Path<'_>,
    ) -> Result<bool, DecodeError> {
        // Looking does not bring anything into being, as a slot would.
        match (value.view(), wrapper) {
            (View::List(_), Some(wrapper)) => self.wrapped_list(value, wrapper, path),
            (View::List(_), None) => self.item(value, path),
            _ => self.element(value, None, path),
        }
    }

    /// Appends an element to a list.
    fn item(&mut self, list: &mut dyn Value, path: &Path<'_>) -> Result<bool, DecodeError> {
        self.item_from(list, None, path)
    }

    fn item_from(
        &mut self,
        list: &mut dyn Value,
        first_child: Option<&str>,
        path: &Path<'_>,
    ) -> Result<bool, DecodeError> {
        let Slot::List(list) = list.slot() else {
            return self.element(list, first_child, path);
        };
        let path = path.index(list.len());
        let item = list.push();
        let size = size_of_val(item);
        self.state.take(size).map_err(error)?;
        let kept = self.element(item, first_child, &path)?;
        if !kept {
            list.pop();
            self.state.give_back(size);
        }
        Ok(kept)
    }

    /// Decodes the element around a list, or the only item without that element
    /// around it: it is the item from the first child on that the item's type knows.
    fn wrapped_list(
        &mut self,
        list: &mut dyn Value,
        wrapper: &str,
        path: &Path<'_>,
    ) -> Result<bool, DecodeError> {
        self.enter()?;
        let mut text = String::new();
        let mut unwrapped = false;
        loop {
            match self.next()? {
                Event::Start(start) => {
                    let name = local_name(&start);
                    if name == wrapper {
                        unwrapped = true;
                        self.item(list, path)?;
                    } else if !unwrapped && item_knows(list, &name) {
                        self.leave();
                        return self.item_from(list, Some(&name), path);
                    } else {
                        self.skip()?;
                    }
                }
                Event::End(_) => break,
                other => push_text(other, &mut text)?,
            }
        }
        self.leave();
        if unwrapped || text.trim().is_empty() {
            return Ok(unwrapped);
        }
        let Slot::List(items) = list.slot() else {
            return Ok(false);
        };
        let path = path.index(items.len());
        let kept = self.put(items.push(), &text, &path);
        if !kept {
            items.pop();
        }
        Ok(kept)
    }

    /// Decodes an element into anything but a list. Its first child's start may
    /// have been read already.
    fn element(
        &mut self,
        value: &mut dyn Value,
        first_child: Option<&str>,
        path: &Path<'_>,
    ) -> Result<bool, DecodeError> {
        self.enter()?;
        let mut text = String::new();
        let mut next_field = 0;
        let mut children = Children::None;
        if let Some(name) = first_child {
            children = self.child(value, name, true, &mut next_field, path)?;
        }
        loop {
            match self.next()? {
                Event::Start(start) => {
                    let name = local_name(&start);
                    let is_first = matches!(children, Children::None);
                    children = self.child(value, &name, is_first, &mut next_field, path)?;
                }
                Event::End(_) => break,
                other => push_text(other, &mut text)?,
            }
        }
        self.leave();
        Ok(match children {
            Children::None => self.put(value, &text, path),
            Children::Fit => true,
            Children::Misfit(expected) => self.mismatch(value, expected, "an element", path),
        })
    }

    /// Decodes a child of an element that is not a list.
    fn child(
        &mut self,
        value: &mut dyn Value,
        name: &str,
        is_first: bool,
        next_field: &mut usize,
        path: &Path<'_>,
    ) -> Result<Children, DecodeError> {
        let inline = size_of_val(&*value);
        match value.slot() {
            Slot::Object(object) => {
                // What is held on the heap is not counted with its holder.
                let size = size_of_val(&*object);
                if size > inline && is_first {
                    self.state.take(size).map_err(error)?;
                }
                let fields = object.schema().fields;
                let Some(index) = find_field(fields, *next_field, name) else {
                    self.skip()?;
                    return Ok(Children::Fit);
                };
                // Siblings of one name come together, so the search stays here.
                *next_field = index;
                let wrapper = fields[index].wrapper.or(fields[index].xml_item);
                self.field(object.get_mut(index), wrapper, &path.name(name))?;
            }
            Slot::Map(entries) => {
                let entry = entries.entry(name.to_owned());
                self.state
                    .take_entry(size_of_val(entry), is_first)
                    .map_err(error)?;
                if !self.field(entry, None, &path.name(name))? {
                    entries.remove(name);
                }
            }
            Slot::Json(json) => {
                let child = self.json()?;
                insert(json, name, child);
            }
            slot => {
                let expected = scalar::expected(&slot);
                self.skip()?;
                return Ok(Children::Misfit(expected));
            }
        }
        Ok(Children::Fit)
    }

    /// Puts an element's text.
    fn put(&mut self, value: &mut dyn Value, text: &str, path: &Path<'_>) -> bool {
        if text.trim().is_empty() {
            return false;
        }
        match scalar::put(Found::Text(text), value) {
            Ok(()) => true,
            Err(expected) => self.mismatch(value, expected, "text", path),
        }
    }

    fn mismatch(
        &mut self,
        value: &mut dyn Value,
        expected: &'static str,
        found: &'static str,
        path: &Path<'_>,
    ) -> bool {
        value.clear();
        self.state.mismatch(path, expected, found);
        false
    }

    /// An element without a type: text, or an object in which repeated names are
    /// lists; null where it is empty.
    fn json(&mut self) -> Result<Json, DecodeError> {
        self.enter()?;
        let mut text = String::new();
        let mut members = Json::Null;
        loop {
            match self.next()? {
                Event::Start(start) => {
                    let name = local_name(&start);
                    let child = self.json()?;
                    insert(&mut members, &name, child);
                }
                Event::End(_) => break,
                other => push_text(other, &mut text)?,
            }
        }
        self.leave();
        if members.is_null() && !text.trim().is_empty() {
            return Ok(Json::String(text));
        }
        Ok(members)
    }

    /// Skips an element whose start is read.
    fn skip(&mut self) -> Result<(), DecodeError> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Event::Start(_) => open += 1,
                Event::End(_) => open -= 1,
                Event::Eof => return Err(ends_early()),
                _ => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<(), DecodeError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error("its elements are nested too deep"));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What an element's children are to the type of its value.
enum Children {
    None,
    Fit,
    /// The type has no members; this is what it takes.
    Misfit(&'static str),
}

/// Whether the items of a list have a member of that name.
fn item_knows(list: &mut dyn Value, name: &str) -> bool {
    let Slot::List(list) = list.slot() else {
        return false;
    };
    let knows = match list.push().slot() {
        Slot::Object(object) => find_field(object.schema().fields, 0, name).is_some(),
        Slot::Map(_) | Slot::Json(_) => true,
        _ => false,
    };
    list.pop();
    knows
}

/// Adds a member to an untyped object; a name that is there already becomes a list.
fn insert(object: &mut Json, name: &str, child: Json) {
    if child.is_null() {
        return;
    }
    if !object.is_object() {
        *object = Json::Object(serde_json::Map::new());
    }
    match &mut object[name] {
        Json::Array(items) => items.push(child),
        empty @ Json::Null => *empty = child,
        single => *single = Json::Array(vec![single.take(), child]),
    }
}

/// A name without its namespace's prefix.
fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

fn push_text(event: Event<'_>, text: &mut String) -> Result<(), DecodeError> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => push_reference(&reference, text)?,
        Event::Eof => return Err(ends_early()),
        // No document type is needed for a reply, and none is obeyed: entities
        // that it defines stay unknown.
        _ => {}
    }
    Ok(())
}

fn push_reference(reference: &BytesRef<'_>, text: &mut String) -> Result<(), DecodeError> {
    if let Some(character) = reference.resolve_char_ref().map_err(error)? {
        text.push(character);
        return Ok(());
    }
    let name = reference.xml10_content();
    let resolved = resolve_predefined_entity(&name);
    text.push_str(resolved.ok_or_else(|| error("it refers to an entity that is not defined"))?);
    Ok(())
}

fn ends_early() -> DecodeError {
    error("it ends before its elements do")
}
