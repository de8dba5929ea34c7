//! The static description of a generated type: what the metadata says of each
//! field, as data.

/// A generated type: its Rust name and its fields, in the order of their indices.
#[derive(Debug)]
#[non_exhaustive]
pub struct Schema {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// The fields; a field's index is the one of [`Object::get`](crate::wire::Object::get).
    pub fields: &'static [Field],
}

impl Schema {
    /// Describes a type of this Rust name, with these fields.
    pub const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields }
    }
}

/// A field of a generated type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// The place of a request parameter; [`Place::Member`] inside other types.
    pub place: Place,
    /// The style in which a list or an object is written into a query or a form.
    pub style: Style,
    /// Required by the documentation.
    pub required: bool,
    /// A secret (a password, a key, a token): its value is never printed.
    pub secret: bool,
    /// Documented bounds, checked before a request is sent.
    pub limits: &'static [Limit],
    /// The service wraps this list into an object with this one member, as in
    /// `{"Regions": {"Region": [...]}}`; the field holds the list itself.
    pub wrapper: Option<&'static str>,
    /// The name of the list's items in XML, where the list is an element of its own and
    /// they have another name than it.
    pub xml_item: Option<&'static str>,
}

/// Generated tables are chains of these: they cost the compiler less than struct
/// expressions that fill up from a base.
impl Field {
    /// Describes an optional field that is there.
    pub const fn new(name: &'static str, place: Place) -> Field {
        Field {
            name,
            place,
            style: Style::Text,
            required: false,
            secret: false,
            limits: &[],
            wrapper: None,
            xml_item: None,
        }
    }
    /// Describes an optional member of another type.
    pub const fn member(name: &'static str) -> Field {
        Field::new(name, Place::Member)
    }
    /// Describes an optional query parameter.
    pub const fn query(name: &'static str) -> Field {
        Field::new(name, Place::Query)
    }
    /// Describes an optional form parameter.
    pub const fn form(name: &'static str) -> Field {
        Field::new(name, Place::Form)
    }
    /// Describes a path parameter.
    pub const fn path(name: &'static str) -> Field {
        Field::new(name, Place::Path)
    }
    /// Describes an optional header.
    pub const fn header(name: &'static str) -> Field {
        Field::new(name, Place::Header)
    }
    /// Describes an optional first label of the host.
    pub const fn host(name: &'static str) -> Field {
        Field::new(name, Place::Host)
    }
    /// Describes the body, a JSON document.
    pub const fn body(name: &'static str) -> Field {
        Field::new(name, Place::Body)
    }
    /// Describes the body, a JSON document where it is set.
    pub const fn body_if_set(name: &'static str) -> Field {
        Field::new(name, Place::BodyIfSet)
    }
    /// Describes the body, as it is.
    pub const fn raw_body(name: &'static str) -> Field {
        Field::new(name, Place::RawBody)
    }
    /// Marks it as required.
    pub const fn required(mut self) -> Field {
        self.required = true;
        self
    }
    /// Marks it as a secret.
    pub const fn secret(mut self) -> Field {
        self.secret = true;
        self
    }
    /// Sets the style in which it is written.
    pub const fn style(mut self, style: Style) -> Field {
        self.style = style;
        self
    }
    /// Sets its documented bounds.
    pub const fn limits(mut self, limits: &'static [Limit]) -> Field {
        self.limits = limits;
        self
    }
    /// Sets the member of the object into which the service wraps the list.
    pub const fn wrapper(mut self, member: &'static str) -> Field {
        self.wrapper = Some(member);
        self
    }
    /// Sets the name of the list's items in XML.
    pub const fn xml_item(mut self, name: &'static str) -> Field {
        self.xml_item = Some(name);
        self
    }
}

/// The place of a value in an HTTP request (`in` of the published metadata).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// In front of the host.
    Host,
    /// The body itself, as a JSON document: always one.
    Body,
    /// The body itself, as a JSON document, where it is set.
    BodyIfSet,
    /// The body itself, as it is: bytes, or a string that holds a JSON document.
    RawBody,
}

/// The style in which a value is written into a query or a form (`style` of the metadata).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
#[non_exhaustive]
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
    /// Only this text, in upper or lower case.
    Only(&'static str),
}
