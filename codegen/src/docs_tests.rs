use proptest::prelude::*;

use super::Doc;
use crate::template::{Emit, templates};

templates! {
    fn documented(docs: &Doc) -> Code = Items {
        #[doc = "__docs"]
        pub struct X;
    }
}

fn prose(text: &str) -> String {
    let mut doc = Doc::new();
    doc.code("Name").prose(": ", text);
    doc.lines().collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn becomes(text: &str, want: &str) {
    assert_eq!(prose(text), want, "{text:?}");
}

#[test]
fn the_first_sentence_ends_in_a_full_stop_and_the_rest_follows() {
    becomes("", "`Name`.");
    becomes("The ID", "`Name`: The ID.");
    becomes(
        "The ID of it. It is text.",
        "`Name`: The ID of it.\n\nIt is text.",
    );
    becomes("监听ID。仅支持HTTPS。", "`Name`: 监听ID。\n\n仅支持HTTPS。");
    becomes("监听ID", "`Name`: 监听ID。");
    becomes("Use e.g. this one: ", "`Name`: Use e.g. this one.");
}

#[test]
fn code_blocks_are_plain_text_and_end() {
    becomes(
        "Run it.\n```rust\nfn main() {}\n```\nDone",
        "`Name`: Run it.\n\n```text\nfn main() {}\n```\n\nDone",
    );
    becomes("Open.\n~~~\n# x", "`Name`: Open.\n\n```text\n# x\n```");
    becomes("```inline``` text", "`Name`: `inline` text.");
}

#[test]
fn indented_lines_are_no_code() {
    becomes("One.\n\n        let x = 1;", "`Name`: One.\n\nlet x = 1;");
    becomes(
        "One.\n\n-      deep\n\n>      quote",
        "`Name`: One.\n\n- deep\n\n> quote",
    );
}

#[test]
fn html_goes_and_its_text_stays() {
    becomes("a<br>b", "`Name`: a b.");
    becomes("<p>Set <b>this</b>.</p>", "`Name`: Set this.");
    becomes(
        "<ul><li>one</li><li>two</li></ul>",
        "`Name`.\n\n- one\n- two",
    );
    becomes(
        "acs:ram::<AccountId>:role",
        "`Name`: acs:ram::\\<AccountId>:role.",
    );
    becomes("x <!-- hidden --> y", "`Name`: x  y.");
    becomes("<code>a<b</code>", "`Name`: `a<b`.");
}

#[test]
fn links_are_to_the_web_or_text() {
    becomes("See [it](~~25609~~)", "`Name`: See it.");
    becomes("See ~~25609~~ there", "`Name`: See  there.");
    becomes(
        "See [it](https://example.com/a)",
        "`Name`: See [it](<https://example.com/a>).",
    );
    becomes(
        "At https://example.com/a.",
        "`Name`: At <https://example.com/a>.",
    );
    becomes("Vec[T] and [Error]", "`Name`: Vec\\[T\\] and \\[Error\\].");
    becomes(
        "[a]: https://example.com",
        "`Name`: \\[a\\]: <https://example.com>.",
    );
}

#[test]
fn nothing_leaves_the_comment() {
    becomes("a */ b /* c", "`Name`: a \\*/ b /\\* c.");
    becomes("a\r\nb\u{0}\u{7}\u{202e}c", "`Name`: a bc.");
    becomes("say \"hi\"", "`Name`: say \"hi\".");
}

#[test]
fn words_do_not_begin_blocks_by_accident() {
    becomes("One.\n===", "`Name`: One.");
    becomes("One.\n# Two", "`Name`: One.\n\n**Two**");
    becomes("- a\nb", "`Name`.\n\n- a\n  b");
    becomes("1. a\nb", "`Name`.\n\n1. a\n   b");
}

#[test]
fn long_prose_is_wrapped_where_it_can_be() {
    let text = "word - ".repeat(60);
    for line in prose(&text).lines() {
        assert!(line.len() <= 92, "{line}");
        assert!(!line.starts_with('-'), "{line}");
    }
}

/// Our own words, as they are written into a file.
fn written(words: &'static str) -> String {
    let mut doc = Doc::new();
    doc.words(words);
    documented(&doc).code().as_str().to_owned()
}

#[test]
fn a_line_that_is_broken_goes_on_in_the_next_one_of_its_paragraph() {
    assert_eq!(
        written(
            "- `Name`: one two three four five six seven eight nine ten eleven twelve thirteen [`x`](Self::x)\n  \
             goes on.\n\
             - Another.\n\n\
             | a table | that is as wide as it is, and stays so, for a row of a table has no second line |\n\n\
             ```\n\
             let program = \"one two three four five six seven eight nine ten eleven twelve thirteen fourteen\";\n\
             ```"
        ),
        "\
/// - `Name`: one two three four five six seven eight nine ten eleven twelve thirteen
///   [`x`](Self::x) goes on.
/// - Another.
///
/// | a table | that is as wide as it is, and stays so, for a row of a table has no second line |
///
/// ```
/// let program = \"one two three four five six seven eight nine ten eleven twelve thirteen fourteen\";
/// ```
pub struct X;"
    );
}

#[test]
fn neither_code_nor_the_text_of_a_link_is_broken_where_there_is_another_place() {
    assert_eq!(
        written(
            "One two three four five six seven eight nine ten eleven twelve thirteen fourteen `in one piece`, \
             and [the text of a link that stays in one piece too](https://example.com/a/link/that/is/long)."
        ),
        "\
/// One two three four five six seven eight nine ten eleven twelve thirteen fourteen
/// `in one piece`, and
/// [the text of a link that stays in one piece too](https://example.com/a/link/that/is/long).
pub struct X;"
    );
}

#[test]
fn code_spans_hold_anything_on_one_line() {
    let mut doc = Doc::new();
    doc.code("a`b\n  c``").words(" ").code("");
    assert_eq!(doc.lines().collect::<Vec<_>>(), ["`a'b c''` `\"\"`"]);
}

/// Pieces that descriptions are made of, the bad ones often.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("```".to_owned()),
        Just("~~~".to_owned()),
        Just("`".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n    ".to_owned()),
        Just("\n> ".to_owned()),
        Just("\n- ".to_owned()),
        Just("\n1. ".to_owned()),
        Just("*/".to_owned()),
        Just("**".to_owned()),
        Just("[x](".to_owned()),
        Just("[".to_owned()),
        Just("](https://a.b)".to_owned()),
        Just("<br>".to_owned()),
        Just("<b".to_owned()),
        Just("<!--".to_owned()),
        Just("\\".to_owned()),
        Just("http://".to_owned()),
        Just("|".to_owned()),
        Just("~~1~~".to_owned()),
        Just("。".to_owned()),
        Just("\r".to_owned()),
        "[a-z ]{1,8}",
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

#[test]
fn what_a_mark_leaves_at_the_start_of_a_line_is_no_code() {
    for text in [
        "~~1~~    a",
        "x\n\n~~1~~    a",
        "1. b<br>~~1~~     a",
        "[    a](b)",
        "~~1~~ ~~2~~ ~~3~~ ~~4~~ a",
    ] {
        let mut doc = Doc::new();
        doc.text(text).paragraph().phrase(text);
        for line in doc.lines() {
            assert!(
                line.trim_start().len() + 4 > line.len(),
                "{text:?}: {line:?}"
            );
        }
    }
}

proptest! {
    #[test]
    fn whatever_the_text_it_is_a_comment_and_opens_no_doc_test(text in hostile()) {
        let mut doc = Doc::new();
        doc.code(&text).words(" ").phrase(&text).words(" ").sentence(&text);
        doc.prose(": ", &text).paragraph().text(&text);

        let code = documented(&doc).code();
        let file = syn::parse_file(code.as_str()).expect("parses");
        prop_assert_eq!(file.items.len(), 1);

        let mut open = false;
        let mut blank = true;
        for line in doc.lines() {
            prop_assert!(!line.contains(char::is_control), "{:?}", line);
            let stripped = line.trim_start_matches(['>', ' ']);
            if open {
                open = line != "```";
                continue;
            }
            // A fence names a language that is no Rust, and nothing is indented so
            // far that it would be code.
            if stripped.starts_with("```") || stripped.starts_with("~~~") {
                prop_assert_eq!(line, "```text");
                open = true;
            }
            let indent = line.len() - line.trim_start().len();
            prop_assert!(indent < if blank { 4 } else { 5 }, "{:?}", line);
            blank = line.is_empty();
        }
        prop_assert!(!open);
    }

    #[test]
    fn brackets_and_tags_are_escaped_outside_of_code(text in "[a-z<>\\[\\]/ ]{0,40}") {
        let mut doc = Doc::new();
        doc.sentence(&text);
        let line = doc.lines().collect::<String>();
        for (at, c) in line.char_indices() {
            if matches!(c, '<' | '[' | ']') {
                prop_assert!(line[..at].ends_with('\\'), "{line:?}");
            }
        }
    }
}
