//! The static description of a generated type: what the metadata says of each
//! field, as data.

/// A generated type: its Rust name and its fields, in the order of their indices.
#[derive(Debug)]
pub struct Schema {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// The fields; a field's index is the one of [`super::Object::get`].
    pub fields: &'static [Field],
}

/// One field of a generated type.
#[derive(Debug)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// Where a request parameter travels; [`Place::Member`] inside other types.
    pub place: Place,
    /// How a list or an object is written into a query or a form.
    pub style: Style,
    /// The documentation says that it must be given.
    pub required: bool,
    /// Its value must not be shown: a password, a secret, a token.
    pub secret: bool,
    /// Documented bounds, checked before a request is sent.
    pub limits: &'static [Limit],
    /// The service wraps this list into an object with this one member, as in
    /// `{"Regions": {"Region": [...]}}`; the field holds the list itself.
    pub wrapper: Option<&'static str>,
}

impl Field {
    /// An optional member without bounds: what generated code starts from.
    pub const MEMBER: Field = Field {
        name: "",
        place: Place::Member,
        style: Style::Text,
        required: false,
        secret: false,
        limits: &[],
        wrapper: None,
    };
    /// An optional query parameter, in its text form.
    pub const QUERY: Field = Field {
        place: Place::Query,
        ..Field::MEMBER
    };
}

/// Where a value travels in an HTTP request (`in` of the published metadata).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A member of another value or of a reply.
    Member,
    /// In the query string, for every method.
    Query,
    /// In an `application/x-www-form-urlencoded` body (`formData`).
    Form,
    /// In the path, percent-encoded.
    Path,
    /// A header of that name.
    Header,
    /// The body itself, as a JSON document.
    Body,
    /// The body itself, as it is: bytes or text.
    RawBody,
}

/// How a value becomes text in a query or a form (`style` of the metadata).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Scalars: the text itself.
    Text,
    /// `Name.1`, `Name.2`, members `Name.1.Key` (`repeatList` and `flat`,
    /// which are identical on the wire).
    Flat,
    /// One compact JSON document.
    Json,
    /// Joined with commas, nothing escaped.
    Simple,
    /// Joined with spaces.
    Space,
    /// Joined with `|`.
    Pipe,
}

/// A documented bound. Lengths count Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// At least so many items in a list.
    MinItems(u64),
    /// At most so many items in a list.
    MaxItems(u64),
    /// At least so many characters.
    MinLength(u64),
    /// At most so many characters.
    MaxLength(u64),
    /// Not less than this.
    Min(i64),
    /// Not more than this.
    Max(i64),
    /// Not less than this.
    MinFloat(f64),
    /// Not more than this.
    MaxFloat(f64),
    /// Only characters of these inclusive ranges, with the words for it.
    Chars(&'static [(char, char)], &'static str),
}
