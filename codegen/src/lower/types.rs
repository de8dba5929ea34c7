//! Schemas to types: references followed, structs drafted. Drafts have no names
//! yet; those come from [`super::structs`], when all of a side's are known.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::{Kind, Pointer};
use crate::metadata::{Additional, Entries, Schema};
use crate::model::{self, EnumValue, Place, Side, Style};
use crate::names::Ident;

use super::contradictions::{contradiction, superfluous};
use super::draft::{Draft, DraftField, Ty};
use super::namespace::{self, Namespace};
use super::{Context, limits, secrets};
use crate::scan::trim;

/// What a type becomes that nobody can tell.
const JSON: &str = "it becomes `Json`";

/// References may chain; beyond this nobody would want the type.
const MAX_DEPTH: usize = 64;

/// Builds the types of one side of one operation.
pub(super) struct Types<'c, 'a> {
    pub(super) context: &'c mut Context<'a>,
    pub(super) side: Side,
    /// The first is the side's root.
    pub(super) drafts: Vec<Draft<'a>>,
    /// Schemas that are drafted, by their address: what makes recursion end.
    drafted: FxHashMap<usize, usize>,
    /// Components that are being read, with no struct in between.
    open: Vec<&'a str>,
    depth: usize,
}

impl<'c, 'a> Types<'c, 'a> {
    pub(super) fn new(context: &'c mut Context<'a>, side: Side) -> Self {
        Self {
            context,
            side,
            drafts: vec![Draft::default()],
            drafted: FxHashMap::default(),
            open: Vec::new(),
            depth: 0,
        }
    }

    /// Makes a schema the root, so that a reference back to it is the root. Its
    /// members are read where `target` stands, which `schema` may only refer to.
    pub(super) fn root(
        &mut self,
        schema: &'a Schema<'a>,
        target: &'a Schema<'a>,
        at: &Pointer<'_>,
    ) {
        self.drafted.insert(address(target), 0);
        self.drafts[0].description = match schema.described() {
            "" => target.described(),
            text => text,
        };
        let Some(properties) = &target.properties else {
            return;
        };
        let root = Pointer::ROOT;
        let components = root.key("components");
        let schemas = components.key("schemas");
        let component = self.context.component_names.get(&address(target)).copied();
        self.drafts[0].fields = match component {
            Some(name) => self.members(properties, &schemas.key(name)),
            None => self.members(properties, at),
        };
    }

    /// What a schema stands for: itself, or what it refers to. None for what does
    /// not end; that is reported where the type is read.
    pub(super) fn target(&self, schema: &'a Schema<'a>) -> Option<&'a Schema<'a>> {
        let mut target = schema;
        for _ in 0..MAX_DEPTH {
            match &target.reference {
                None => return Some(target),
                Some(reference) => {
                    target = self.context.components.get(component(reference)?)?;
                }
            }
        }
        None
    }

    /// The type of a schema. What is wrong with it is reported, and `Any`.
    pub(super) fn ty(&mut self, schema: &'a Schema<'a>, at: &Pointer<'_>) -> Ty {
        if self.context.exhausted() {
            return Ty::Any;
        }
        if self.depth >= MAX_DEPTH {
            self.context.degraded(
                Kind::EndlessType,
                at,
                format!("types are nested more than {MAX_DEPTH} deep here"),
                JSON,
                "shorten the chain of references",
            );
            return Ty::Any;
        }
        self.depth += 1;
        let ty = match &schema.reference {
            Some(reference) => self.referred(reference, at),
            None => self.inline(schema, at),
        };
        self.depth -= 1;
        ty
    }

    fn referred(&mut self, reference: &'a str, at: &Pointer<'_>) -> Ty {
        let target =
            component(reference).and_then(|name| Some((name, *self.context.components.get(name)?)));
        let Some((name, target)) = target else {
            self.context.degraded(
                Kind::DanglingReference,
                &at.key("$ref"),
                format!("`{reference}` refers to nothing"),
                JSON,
                "add the schema under /components/schemas, or refer to one that is there as `#/components/schemas/NAME`",
            );
            return Ty::Any;
        };
        if self.open.contains(&name) {
            self.context.degraded(
                Kind::EndlessType,
                &at.key("$ref"),
                format!("`{reference}` refers to itself with no object in between: no type can hold that"),
                JSON,
                "refer to another schema, or put an object in between",
            );
            return Ty::Any;
        }
        let root = Pointer::ROOT;
        let components = root.key("components");
        let schemas = components.key("schemas");
        self.open.push(name);
        let ty = self.ty(target, &schemas.key(name));
        self.open.pop();
        ty
    }

    fn inline(&mut self, schema: &'a Schema<'a>, at: &Pointer<'_>) -> Ty {
        if let Some(members) = contradiction(schema) {
            self.context.degraded(
                Kind::Contradiction,
                &at.key("type"),
                format!("the type is `{}`, and there are `{members}`", schema.kind),
                JSON,
                "correct the type, or remove what it does not have",
            );
            return Ty::Any;
        }
        if let Some((what, members)) = superfluous(schema) {
            self.context.note(
                at,
                format!("the type is `{what}`; the `{members}` that stand here too are left out"),
                "nothing to do",
            );
        }
        match &*schema.kind {
            "string" => Ty::Text,
            "integer" => Ty::Int,
            "number" => Ty::Float,
            "boolean" => Ty::Bool,
            "any" => Ty::Any,
            "array" => Ty::List(Box::new(match &schema.items {
                Some(items) => self.ty(items, &at.key("items")),
                None => Ty::Any,
            })),
            "object" => self.object(schema, at),
            "" => {
                self.context.degraded(
                    Kind::NoType,
                    at,
                    "the key `type` is missing, and there is no `$ref`",
                    JSON,
                    "add `type`: one of string, integer, number, boolean, array, object, any",
                );
                Ty::Any
            }
            other => {
                self.context.degraded(
                    Kind::UnknownType,
                    &at.key("type"),
                    format!("the type `{other}` is unknown"),
                    JSON,
                    "write one of string, integer, number, boolean, array, object, any",
                );
                Ty::Any
            }
        }
    }

    fn object(&mut self, schema: &'a Schema<'a>, at: &Pointer<'_>) -> Ty {
        let properties = schema.properties.as_ref().filter(|p| !p.0.is_empty());
        match (properties, &schema.additional_properties) {
            (None, Some(Additional::Of(value))) => {
                Ty::Map(Box::new(self.ty(value, &at.key("additionalProperties"))))
            }
            (None, Some(Additional::Any(true))) => Ty::Map(Box::new(Ty::Any)),
            (None, _) => Ty::Any,
            (Some(_), Some(Additional::Of(_) | Additional::Any(true))) => {
                self.context.note(
                    at,
                    "an object with both named and free members is read as a map of any values",
                    "nothing to do",
                );
                Ty::Map(Box::new(Ty::Any))
            }
            (Some(properties), _) => Ty::Struct(self.structure(schema, properties, at)),
        }
    }

    fn structure(
        &mut self,
        schema: &'a Schema<'a>,
        properties: &'a Entries<'a, Schema<'a>>,
        at: &Pointer<'_>,
    ) -> usize {
        if let Some(&index) = self.drafted.get(&address(schema)) {
            return index;
        }
        let index = self.drafts.len();
        self.drafted.insert(address(schema), index);
        self.drafts.push(Draft {
            description: schema.described(),
            fields: Vec::new(),
        });
        let open = std::mem::take(&mut self.open);
        self.drafts[index].fields = self.members(properties, at);
        self.open = open;
        index
    }

    fn members(
        &mut self,
        properties: &'a Entries<'a, Schema<'a>>,
        at: &Pointer<'_>,
    ) -> Vec<DraftField<'a>> {
        let at = at.key("properties");
        let mut namespace = Namespace::default();
        let mut fields = Vec::with_capacity(properties.0.len());
        for (wire, schema) in properties.iter() {
            let at = at.key(wire);
            // The service makes it; it takes none.
            if self.side == Side::Request && schema.read_only.0 {
                continue;
            }
            if self.context.is_nameless(wire, &at) {
                continue;
            }
            if namespace.has(wire) {
                self.context.fault(
                    &at,
                    true,
                    format!("the property `{wire}` stands here twice; the first one is used"),
                    "remove one of the two",
                );
                continue;
            }
            let ident = namespace.field(self.context, wire, schema.given_name(), &at);
            fields.push(self.field(wire, ident, schema, &mut namespace, &at));
        }
        fields
    }

    /// A member of a struct or of a reply.
    pub(super) fn field(
        &mut self,
        wire: &'a str,
        ident: Ident,
        schema: &'a Schema<'a>,
        namespace: &mut Namespace<'a>,
        at: &Pointer<'_>,
    ) -> DraftField<'a> {
        let target = self.target(schema).unwrap_or(schema);
        self.context.reach(wire, target, at);
        let (ty, type_wire, wrapper) = match self.wrapped(target) {
            Some((name, list)) => {
                // The place is only for findings; the wrapper's own will do.
                (
                    self.ty(list, &at.key("properties").key(name)),
                    name,
                    Some(name),
                )
            }
            None => (self.ty(schema, at), wire, None),
        };
        let described = match schema.described() {
            "" => target.described(),
            text => text,
        };
        let mut limits = match self.side {
            Side::Request => self.context.limits(target, &ty, at),
            Side::Response => Vec::new(),
        };
        let is_secret = || secrets::is_secret(ident.as_str(), wire, target);
        let secret = schema.sensitive.0
            || match &ty {
                Ty::Text | Ty::Bytes | Ty::Any => is_secret(),
                Ty::List(item) => **item == Ty::Text && is_secret(),
                _ => target.sensitive.0,
            };
        let values = self.values(wire, target, &ty, namespace, at);
        let file_url = self.is_file_url(schema, target, &ty, at);
        if self.side == Side::Request && ty == Ty::Text && limits.is_empty() {
            limits.extend(limits::only(schema, target, &values));
        }
        let field = model::Field {
            name: wire,
            ident,
            description: self.with_pattern(described, target, &limits),
            example: self.example(schema),
            default: &schema.default,
            ty: model::Type::Any,
            boxed: false,
            place: Place::Member,
            style: Style::Text,
            required: self.side == Side::Request && schema.required.0,
            secret,
            deprecated: schema.deprecated.0,
            nullable: schema.nullable.0 || target.nullable.0,
            file_url,
            xml_item: self.xml_item(wire, target),
            limits,
            wrapper,
            values,
        };
        DraftField {
            field,
            ty,
            type_wire,
        }
    }

    /// What the items of a list are called in XML, where that is not the list's name.
    fn xml_item(&self, wire: &str, target: &'a Schema<'a>) -> Option<&'a str> {
        if self.side == Side::Request || &*target.kind != "array" {
            return None;
        }
        let item = target.items.as_deref().and_then(|items| self.target(items));
        let names = [
            trim(&target.item_name),
            item.and_then(|item| item.xml.as_ref())
                .map_or("", |xml| trim(&xml.name)),
        ];
        let name = names.into_iter().find(|name| !name.is_empty())?;
        (name != wire).then_some(name)
    }

    /// In replies: the one list that an object holds and nothing else.
    fn wrapped(&self, target: &'a Schema<'a>) -> Option<(&'a str, &'a Schema<'a>)> {
        if self.side == Side::Request
            || &*target.kind != "object"
            || target.additional_properties.is_some()
        {
            return None;
        }
        let properties = target.properties.as_ref()?;
        match &properties.0[..] {
            [(name, only)] if &*self.target(only)?.kind == "array" => Some((name, only)),
            _ => None,
        }
    }

    /// An example of a member; of a list without one, that of its items, which also stands
    /// for a list of one.
    fn example(&self, schema: &'a Schema<'a>) -> &'a str {
        let target = self.target(schema).unwrap_or(schema);
        let list = self.wrapped(target).map_or(target, |(_, list)| list);
        let list = self.target(list).unwrap_or(list);
        let own = [schema, target, list]
            .into_iter()
            .chain(list.items.as_deref());
        let mut texts = own.map(|schema| trim(&schema.example));
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// A pattern that is not checked is at least said.
    fn with_pattern(
        &self,
        described: &'a str,
        target: &Schema<'_>,
        limits: &[model::Limit],
    ) -> Cow<'a, str> {
        let pattern = trim(&target.pattern);
        let checked = limits.iter().any(|l| matches!(l, model::Limit::Chars(..)));
        if self.side == Side::Response || pattern.is_empty() || checked || pattern.contains('`') {
            return described.into();
        }
        let said = format!("{described}\n\nIt has to match the regular expression `{pattern}`.");
        said.trim_start().to_owned().into()
    }

    /// Documented values, of a field or of its items. Only texts get constants.
    fn values(
        &mut self,
        wire: &str,
        target: &'a Schema<'a>,
        ty: &Ty,
        namespace: &mut Namespace<'a>,
        at: &Pointer<'_>,
    ) -> Vec<EnumValue<'a>> {
        let schema = match (ty, &target.items) {
            (Ty::List(_), Some(items)) if target.values.is_empty() => {
                self.target(items).unwrap_or(items)
            }
            _ => target,
        };
        let item = match ty {
            Ty::List(item) => item,
            other => other,
        };
        if !item.is_scalar() {
            return Vec::new();
        }
        let titles = schema.enum_value_titles.as_ref();
        let named = titles.into_iter().flat_map(|titles| titles.iter());
        let mut values: Vec<EnumValue<'a>> = Vec::new();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        // A table is made only for many: most have a few.
        let count = schema.values.len() + titles.map_or(0, |titles| titles.0.len());
        let many = count > namespace::FEW;
        let mut titled: FxHashMap<&str, &'a str> = FxHashMap::default();
        for (value, title) in titles.iter().filter(|_| many).flat_map(|it| it.iter()) {
            titled.entry(value).or_insert(title);
        }
        let published = schema.values.iter().map(|value| &**value);
        for value in published.chain(named.map(|(value, _)| value)) {
            let known = if many {
                !seen.insert(value)
            } else {
                values.iter().any(|known| known.value == value)
            };
            if known {
                continue;
            }
            let ident = (*item == Ty::Text)
                .then(|| namespace.constant(self.context, wire, value, at))
                .flatten();
            let title = match titles {
                Some(titles) if !many => titles.get(value).map(|title| &**title),
                _ => titled.get(value).copied(),
            };
            values.push(EnumValue {
                value,
                ident,
                title: title.unwrap_or_default(),
            });
        }
        values
    }
}

impl Schema<'_> {
    /// Its description, or else its title.
    pub(super) fn described(&self) -> &str {
        match trim(&self.description) {
            "" => trim(&self.title),
            text => text,
        }
    }
}

/// `Tag` of `#/components/schemas/Tag`.
fn component(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// What tells a schema of the document from another.
pub(super) fn address(schema: &Schema<'_>) -> usize {
    std::ptr::from_ref(schema).addr()
}
