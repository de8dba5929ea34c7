//! Values as JSON: an adapter from [`View`] to serde's data model, and the text
//! that goes on the wire. Nothing is redacted here.

use crate::schema::Field;
use crate::value::{Object, Value, View, files};
use serde_core::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value as Json;

/// Writes a value as compact JSON, with characters beyond ASCII as they are.
pub fn to_json(value: &dyn Value) -> String {
    view_to_json(value.view())
}

/// Turns a value into a JSON document.
pub fn to_json_value(value: &dyn Value) -> Json {
    serde_json::to_value(Adapter(value.view())).expect(IMPOSSIBLE)
}

pub(super) fn view_to_json(view: View<'_>) -> String {
    serde_json::to_string(&Adapter(view)).expect(IMPOSSIBLE)
}

/// What stands in a request for the URL of a file that is not uploaded yet.
pub(crate) const NOT_UPLOADED: &str = "(the URL of the uploaded file)";

const IMPOSSIBLE: &str = "every value has a form in JSON and all keys are text";

/// Serializes a generated type: its set fields, by wire name. A file has no form there:
/// it would be read as text, or as a URL.
pub fn serialize<S: Serializer>(object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(name) = name_of_file(object) {
        return Err(S::Error::custom(format!(
            "`{name}` is a file, which cannot be serialized: set a URL, or set it after the \
             request is read"
        )));
    }
    Adapter(View::Object(object)).serialize(serializer)
}

struct Adapter<'a>(View<'a>);

impl Serialize for Adapter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            View::Unset => serializer.serialize_unit(),
            View::Bool(value) => serializer.serialize_bool(value),
            View::Int(value) => serializer.serialize_i64(value),
            View::Float(value) => serializer.serialize_f64(value),
            View::Text(value) => serializer.serialize_str(value),
            View::Bytes(value) => serializer.serialize_str(&String::from_utf8_lossy(value)),
            View::File(_) => serializer.serialize_str(NOT_UPLOADED),
            View::Json(value) => value.serialize(serializer),
            View::List(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for index in 0..list.len() {
                    seq.serialize_element(&Adapter(list.at(index).view()))?;
                }
                seq.end()
            }
            View::Map(entries) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                entries.each(&mut |key, value| {
                    if result.is_ok() {
                        result = map.serialize_entry(key, &Adapter(value.view()));
                    }
                });
                result?;
                map.end()
            }
            View::Object(object) => {
                let mut map = serializer.serialize_map(None)?;
                for (index, field) in object.schema().fields.iter().enumerate() {
                    let value = object.get(index);
                    if !value.is_unset() {
                        map.serialize_entry(field.name, &Member(field, value))?;
                    }
                }
                map.end()
            }
        }
    }
}

/// The first field with a file, by its wire name.
fn name_of_file(object: &dyn Object) -> Option<String> {
    let fields = object.schema().fields.iter().enumerate();
    let is_file = |index| matches!(object.get(index).view(), View::File(_));
    let mut own = fields.filter(|(index, _)| is_file(*index));
    let own = own.next().map(|(_, field)| field.name.to_owned());
    own.or_else(|| Some(files(object).into_iter().next()?.parameter))
}

/// The value of a field, inside of its wrapper where it has one.
struct Member<'a>(&'a Field, &'a dyn Value);

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Member(field, value) = *self;
        let Some(wrapper) = field.wrapper else {
            return Adapter(value.view()).serialize(serializer);
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(wrapper, &Adapter(value.view()))?;
        map.end()
    }
}
