use proptest::prelude::*;

use super::{Code, Emit, Raw};
use crate::docs::Doc;
use crate::names::{self, Ident};

super::templates! {
    fn structure(docs: &Doc, name: &Ident, fields: impl Emit) -> Code = Items {
        #[doc = "__docs"]
        pub struct __name {
            __fields: (),
        }
    }
    fn field(name: &Ident, ty: impl Emit) -> Code = Fields {
        pub __name: __ty,
    }
    fn string() -> Code = Type { String }
    fn table(rows: impl Emit) -> Code = Items {
        const TABLE: &[(&str, u64)] = &[__rows];
    }
    fn row(key: &str, value: u64) -> Code = Row { ("__key", __value) }
    fn call(target: impl Emit) -> Code = Statements {
        let x = __target;
        done();
    }
    fn numbers(a: i64, b: f64, c: char) -> Code = Value { (__a, __b, __c) }
}

#[test]
fn holes_are_filled_where_they_stand() {
    let mut docs = Doc::new();
    docs.words("One.").paragraph().words("Two.");
    let mut fields = Code::new();
    fields.line(field(&names::field("Type"), string()));
    fields.line(field(&names::field("Id"), string()));
    let code = structure(&docs, &names::type_of_field("Thing", false), fields).code();
    assert_eq!(
        code.as_str(),
        "/// One.\n///\n/// Two.\npub struct Thing {\n    pub type_: String,\n    pub id: String,\n}"
    );
}

#[test]
fn a_hole_without_contents_leaves_no_line() {
    let code = structure(
        &Doc::new(),
        &names::type_of_field("Thing", false),
        Code::new(),
    )
    .code();
    syn::parse_file(code.as_str()).expect("parses");
    assert!(code.as_str().ends_with("pub struct Thing {\n}"), "{code:?}");
}

#[test]
fn rows_stand_on_lines_of_their_own() {
    let rows = |code: &mut Code| {
        code.row(row("a", 1)).row(row("b\"", 2));
    };
    assert_eq!(
        table(rows).code().as_str(),
        "const TABLE: &[(&str, u64)] = &[\n    (\"a\", 1),\n    (\"b\\\"\", 2),\n];"
    );
    assert_eq!(
        table(Code::new()).code().as_str(),
        "const TABLE: &[(&str, u64)] = &[];"
    );
}

#[test]
fn code_of_many_lines_keeps_its_shape() {
    let links = [names::field("a"), names::field("b")].map(|name| (&name).code());
    let mut chain = (&names::field("base")).code();
    chain.chain(&links);
    assert_eq!(
        call(chain).code().as_str(),
        "let x = base\n    a\n    b;\ndone();"
    );
}

#[test]
fn numbers_are_literals() {
    assert_eq!(
        numbers(-1, 1e300, '\'').code().as_str(),
        "(-1, 1e300, '\\'')"
    );
}

#[test]
fn a_text_of_lines_is_a_raw_string_where_it_can_be() {
    let raw = |text: &str| Raw(text).code().as_str().to_owned();
    assert_eq!(
        raw("{\n  \"A\": \"\\n\"\n}"),
        "r#\"{\n  \"A\": \"\\n\"\n}\"#"
    );
    assert_eq!(raw("a\"#b\"##c"), "r###\"a\"#b\"##c\"###");
    assert_eq!(raw("a\nb"), "r\"a\nb\"");
    assert_eq!(raw("{}"), "\"{}\"");
    // What would not be seen, or read as a comment, is escaped.
    assert_eq!(raw("\"\u{202e}"), "\"\\\"\\u{202e}\"");
    assert_eq!(raw("\"\r\n"), "\"\\\"\\r\\n\"");
    assert_eq!(raw("a\n  /// b"), "\"a\\n  /// b\"");
    let quotes = format!("\"{}", "#".repeat(300));
    assert_eq!(raw(&quotes), format!("\"\\{quotes}\""));
}

#[test]
fn a_raw_string_is_not_indented() {
    let sample = |code: &mut Code| {
        code.row(Raw("<a>\n\"\n</a>"));
    };
    assert_eq!(
        table(sample).code().as_str(),
        "const TABLE: &[(&str, u64)] = &[\n    r#\"<a>\n\"\n</a>\"#,\n];"
    );
}

proptest! {
    #[test]
    fn a_raw_string_is_the_text_that_it_was_made_of(value in "([a\"#\\\\/\n é\u{202e}]|.){0,30}") {
        let code = Raw(&value).code();
        let literal: syn::LitStr = syn::parse_str(code.as_str()).expect("parses");
        prop_assert_eq!(literal.value(), value);
        let refused = ['\r', '\u{202e}', '\u{2066}'];
        prop_assert!(!code.as_str().contains(refused));
    }

    #[test]
    fn a_literal_is_the_text_that_it_was_made_of(value in any::<String>()) {
        let code = value.as_str().code();
        let literal: syn::LitStr = syn::parse_str(code.as_str()).expect("parses");
        prop_assert_eq!(literal.value(), value);
        let refused = ['\n', '\r', '\u{202e}', '\u{2066}'];
        prop_assert!(!code.as_str().contains(refused));
    }
}
