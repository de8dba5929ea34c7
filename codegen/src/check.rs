//! Rules on the model: what has to hold before anything is emitted. Every breach
//! is found, not only the first.

use rustc_hash::FxHashSet;

use crate::diagnostics::{Finding, Pointer, Severity};
use crate::model::{ApiStyle, Field, Operation, Place, Product, Struct, Type};

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
        if product.style == ApiStyle::Roa {
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
    if !is_visible(&operation.path) || operation.path.contains(['#', '"', '<', '>', '\\', '`']) {
        findings.push(Finding::new(
            Severity::Error,
            at.key("path"),
            format!("`{}` is no path of a URL", operation.path),
            "write the published path, with placeholders as {Name}",
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
    let given: Vec<&str> = parameters(operation)
        .iter()
        .filter(|field| field.place == Place::Path)
        .map(|field| field.name)
        .collect();
    let mut unplaced: Vec<&str> = given
        .iter()
        .copied()
        .filter(|name| !names.contains(name))
        .collect();
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
                    && !all().any(|s| s.ident.as_str() == name)
                {
                    findings.push(internal(at, format!("the type `{name}` does not exist")));
                }
            }
            if contains_itself(side, structure) {
                findings.push(internal(
                    at,
                    format!("the type `{}` contains itself", structure.ident),
                ));
            }
        }
    }
}

fn unique<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
    what: &str,
    at: &Pointer<'_>,
    findings: &mut Vec<Finding>,
) {
    let mut sorted: Vec<&str> = names.clone().collect();
    sorted.sort_unstable();
    if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    let mut seen = FxHashSet::default();
    for name in names {
        if !seen.insert(name) {
            findings.push(internal(at, format!("two {what} are named `{name}`")));
        }
    }
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

/// Whether a struct is reached from itself by fields that hold it directly.
fn contains_itself(side: &[Struct], start: &Struct) -> bool {
    let mut seen = FxHashSet::default();
    let mut queue = vec![start];
    while let Some(here) = queue.pop() {
        for field in here.fields.iter().filter(|field| !field.boxed) {
            let Type::Struct(ident) = &field.ty else {
                continue;
            };
            if *ident == start.ident {
                return true;
            }
            if seen.insert(ident)
                && let Some(next) = side.iter().find(|s| s.ident == *ident)
            {
                queue.push(next);
            }
        }
    }
    false
}
