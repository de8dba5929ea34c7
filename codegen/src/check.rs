//! Rules on the model: what has to hold before anything is emitted. Every breach
//! is found, not only the first.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::model::{ApiStyle, Field, Operation, Place, Product, Struct, Type};
use crate::names::Ident;
use crate::steps;

/// A rule that does not hold.
pub(crate) struct Breach {
    /// The operation that breaks it; none where it is the product.
    pub(crate) operation: Option<usize>,
    pub(crate) finding: Finding,
}

/// Checks a product. `fault` is how bad something is that an overlay can correct. In
/// the order of the operations.
pub(crate) fn check(product: &Product, fault: Severity) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut findings = Vec::new();
    let root = Pointer::ROOT;
    let apis = root.key("apis");
    unique(
        product.operations.iter().map(|op| op.ident.as_str()),
        "operations",
        &apis,
        &mut findings,
    );
    breaches.extend(findings.drain(..).map(|finding| Breach {
        operation: None,
        finding,
    }));
    for (index, operation) in product.operations.iter().enumerate() {
        let at = apis.key(operation.name);
        heads(operation, &at, &mut findings);
        bodies(operation, &at, &mut findings);
        if product.style == ApiStyle::Roa && operation.path.len() <= LONGEST_PATH {
            placeholders(operation, &at, fault, &mut findings);
        }
        types(operation, &at, &mut findings);
        breaches.extend(findings.drain(..).map(|finding| Breach {
            operation: Some(index),
            finding,
        }));
    }
    breaches
}

fn parameters<'o>(operation: &'o Operation<'_>) -> &'o [Field<'o>] {
    operation.request.first().map_or(&[], |root| &root.fields)
}

/// What becomes part of a request's head has to be fit for it: a line break in
/// there would be another header.
fn heads(operation: &Operation, at: &Pointer<'_>, findings: &mut Vec<Finding>) {
    if !is_visible(operation.name) {
        findings.push(Finding::new(
            Severity::Error,
            at,
            "the operation's name travels in a header, and this one cannot",
            "write the published name: ASCII without spaces",
        ));
    }
    if operation.path.len() > LONGEST_PATH {
        findings.push(Finding::new(
            Severity::Error,
            at.key("path"),
            format!(
                "the path has {} characters: no server takes that",
                operation.path.len()
            ),
            "write the published path",
        ));
    } else if !is_visible(&operation.path)
        || operation.path.contains(['#', '"', '<', '>', '\\', '`'])
    {
        findings.push(Finding::new(
            Severity::Error,
            at.key("path"),
            format!("`{}` is no path of a URL", operation.path),
            "write the published path, with placeholders as {Name}",
        ));
    }
    if has_dots(&operation.path) {
        findings.push(Finding::new(
            Severity::Error,
            at.key("path"),
            format!("`{}` has `.` or `..` for a segment", operation.path),
            "write the path that is meant: such segments are taken out on the way, after signing",
        ));
    }
    for field in parameters(operation) {
        if field.place == Place::Header && !is_token(field.name) {
            findings.push(Finding::new(
                Severity::Error,
                at.key("parameters"),
                format!("`{}` is no name of a header", field.name),
                "write letters, digits and dashes",
            ));
        }
    }
}

/// What a path has at most, in bytes: servers refuse longer ones.
pub(crate) const LONGEST_PATH: usize = 4_096;

/// Whether a path has `.` or `..` for a segment, as they are or percent-encoded: they are taken
/// out on the way, and the path that arrives is not the one that was signed.
fn has_dots(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.split('/').any(|segment| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(&*segment, "." | "..")
    })
}

fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// RFC 9110's `token`.
fn is_token(text: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_tchar)
}

/// A request has one body.
fn bodies(operation: &Operation, at: &Pointer<'_>, findings: &mut Vec<Finding>) {
    let count = |wanted: fn(Place) -> bool| {
        parameters(operation)
            .iter()
            .filter(|field| wanted(field.place))
            .count()
    };
    let bodies = count(|place| matches!(place, Place::Body | Place::BodyIfSet | Place::RawBody));
    let forms = count(|place| place == Place::Form);
    if bodies > 1 {
        findings.push(Finding::new(
            Severity::Error,
            at.key("parameters"),
            format!("{bodies} parameters are the body"),
            "leave one `in: body`; make the others its properties",
        ));
    }
    if bodies > 0 && forms > 0 {
        findings.push(Finding::new(
            Severity::Error,
            at.key("parameters"),
            "some parameters are the body and others a form: a request has one body",
            "write `in: query` for the form's parameters, or make all of them `in: formData`",
        ));
    }
}

/// The names in a path's braces, and what is wrong with the braces.
fn placeholders_of(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(start) = rest.find(['{', '}']) {
        if rest[start..].starts_with('}') {
            return Err("a brace is closed that is not open");
        }
        rest = &rest[start + 1..];
        let Some(end) = rest
            .find(['{', '}'])
            .filter(|&end| rest[end..].starts_with('}'))
        else {
            return Err("a brace is not closed");
        };
        names.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    Ok(names)
}

/// Path parameters and placeholders are the same set.
fn placeholders(
    operation: &Operation,
    at: &Pointer<'_>,
    fault: Severity,
    findings: &mut Vec<Finding>,
) {
    let at = at.key("path");
    let names = match placeholders_of(&operation.path) {
        Ok(names) => names,
        Err(problem) => {
            findings.push(Finding::new(
                Severity::Error,
                at,
                format!("`{}`: {problem}", operation.path),
                "write placeholders as {Name}",
            ));
            return;
        }
    };
    let placed: FxHashSet<&str> = names.iter().copied().collect();
    let given = || {
        let parameters = parameters(operation).iter();
        let in_path = parameters.filter(|field| field.place == Place::Path);
        in_path.map(|field| field.name)
    };
    let mut unplaced: Vec<&str> = given().filter(|name| !placed.contains(name)).collect();
    let given: FxHashSet<&str> = given().collect();
    // Cloud Control publishes `/api/v1/providers/{provider}/resources/*`: the one
    // parameter is the rest of the path, or all of it.
    if operation.path.ends_with("/*") && unplaced.len() == 1 {
        unplaced.clear();
        if given.len() == 1 {
            return;
        }
    }
    for name in &names {
        if !given.contains(name) {
            findings.push(Finding::new(
                fault,
                at,
                format!("the placeholder `{{{name}}}` has no parameter"),
                format!("add the parameter `{name}` with `in: path`, or correct the path"),
            ));
        }
    }
    for name in unplaced {
        findings.push(Finding::new(
            fault,
            at,
            format!(
                "the path parameter `{name}` has no place in `{}`",
                operation.path
            ),
            format!("write `{{{name}}}` into the path, or another `in`"),
        ));
    }
}

/// Names are unique, references lead somewhere, and every type has a size.
fn types(operation: &Operation, at: &Pointer<'_>, findings: &mut Vec<Finding>) {
    let all = || operation.request.iter().chain(&operation.response);
    let known: FxHashSet<&str> = all().map(|s| s.ident.as_str()).collect();
    unique(all().map(|s| s.ident.as_str()), "types", at, findings);
    unique(
        operation
            .errors
            .iter()
            .map(|variant| variant.ident.as_str()),
        "error codes",
        at,
        findings,
    );
    for side in [&operation.request, &operation.response] {
        for structure in side {
            unique(
                structure.fields.iter().map(|field| field.ident.as_str()),
                "fields",
                at,
                findings,
            );
            for field in &structure.fields {
                if let Some(name) = named(&field.ty)
                    && !known.contains(name)
                {
                    findings.push(internal(at, format!("the type `{name}` does not exist")));
                }
            }
        }
        for structure in endless(side) {
            findings.push(internal(
                at,
                format!("the type `{}` contains itself", structure.ident),
            ));
        }
    }
}

fn unique<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
    what: &str,
    at: &Pointer<'_>,
    findings: &mut Vec<Finding>,
) {
    if are_unique(names.clone()) {
        return;
    }
    let mut seen = FxHashSet::default();
    for name in names {
        if !seen.insert(name) {
            findings.push(internal(at, format!("two {what} are named `{name}`")));
        }
    }
}

/// Few names are compared with each other: that allocates nothing.
fn are_unique<'n>(names: impl Iterator<Item = &'n str> + Clone) -> bool {
    const FEW: usize = 24;
    if names.clone().nth(FEW).is_none() {
        let mut all = names.clone().enumerate();
        return all.all(|(place, name)| names.clone().take(place).all(|other| other != name));
    }
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// A breach that the spec's author cannot have caused.
fn internal(at: &Pointer<'_>, message: String) -> Finding {
    Finding::new(
        Severity::Error,
        at,
        message,
        "this is a mistake of the generator: please report it with the spec",
    )
}

fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Struct(ident) => Some(ident.as_str()),
        Type::List(inner) | Type::Map(inner) => named(inner),
        _ => None,
    }
}

/// Structs that fields lead back to which hold them directly, one of each circle.
fn endless<'s>(side: &'s [Struct<'s>]) -> Vec<&'s Struct<'s>> {
    // Most sides have no field that holds a struct directly.
    let is_direct = |field: &Field<'_>| !field.boxed && matches!(field.ty, Type::Struct(_));
    let mut fields = side.iter().flat_map(|item| &item.fields);
    if !fields.any(is_direct) {
        return Vec::new();
    }
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let places = side.iter().enumerate().map(|(at, s)| (&s.ident, at));
    let places: FxHashMap<&Ident, usize> = places.collect();
    let mut marks = vec![Mark::New; side.len()];
    let mut endless = Vec::new();
    for start in 0..side.len() {
        // Not recursive: the depth is the spec's to choose.
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.last_mut() {
            steps::add(1);
            let at = *at;
            if *next == 0 {
                if marks[at] == Mark::Done {
                    stack.pop();
                    continue;
                }
                marks[at] = Mark::Open;
            }
            let Some(field) = side[at].fields.get(*next) else {
                marks[at] = Mark::Done;
                stack.pop();
                continue;
            };
            *next += 1;
            let inner = match &field.ty {
                Type::Struct(ident) if !field.boxed => places.get(ident),
                _ => None,
            };
            match inner {
                Some(&inner) if marks[inner] == Mark::New => stack.push((inner, 0)),
                Some(&inner) if marks[inner] == Mark::Open => endless.push(&side[inner]),
                _ => {}
            }
        }
    }
    endless
}
