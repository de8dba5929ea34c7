//! Descriptions of the metadata, which are Markdown, as HTML. They are untrusted: HTML in them
//! is text, images are left away, and links lead to the web or nowhere.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::html::push_html;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A whole description.
pub(super) fn prose(text: &str) -> Markup {
    let mut links = Vec::new();
    let events = Parser::new(text).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::CodeBlock(_)) => {
            Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)))
        }
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let leads = ["https://", "http://"];
            let leads = leads.iter().any(|scheme| dest_url.starts_with(scheme));
            links.push(leads);
            leads.then_some(event)
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or_default().then_some(event),
        event => Some(event),
    });
    let mut written = String::new();
    push_html(&mut written, events);
    PreEscaped(written)
}

/// A text of the project's own words in which names stand between backticks.
pub(super) fn inline(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_text() {
        let prose = |text| prose(text).into_string();
        assert_eq!(
            prose("a `b` **c**"),
            "<p>a <code>b</code> <strong>c</strong></p>\n"
        );
        assert_eq!(
            prose("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        );
        assert_eq!(
            prose("a <img src=x onerror=y>"),
            "<p>a &lt;img src=x onerror=y&gt;</p>\n"
        );
        assert_eq!(prose("[a](javascript:alert(1))"), "<p>a</p>\n");
        assert_eq!(prose("![a](https://x.example/y.png)"), "<p>a</p>\n");
        assert_eq!(
            prose("[a](https://x.example/\"onclick=y)"),
            "<p><a href=\"https://x.example/%22onclick=y\">a</a></p>\n"
        );
    }
}
