//! Documented replies, out of a JSON document that is published as a text.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::diagnostics::Pointer;
use crate::metadata::{Api, Demo};
use crate::model::{ReplyBody, Sample};

use super::Context;

impl<'a> Context<'a> {
    /// The samples that parse and fit the kind of body; what is dropped is a note.
    pub(super) fn samples(
        &mut self,
        api: &'a Api<'a>,
        reply: ReplyBody,
        at: &Pointer<'_>,
    ) -> Vec<Sample<'a>> {
        let at = at.key("responseDemo");
        if api.response_demo.trim().is_empty() {
            return Vec::new();
        }
        let demos: Vec<Demo<'a>> = match serde_json::from_str(&api.response_demo) {
            Ok(demos) => demos,
            Err(error) => {
                self.note(
                    &at,
                    format!("the samples are no JSON list ({error}); there are none"),
                    "correct them in an overlay",
                );
                return Vec::new();
            }
        };
        let mut samples = Vec::new();
        for (index, demo) in demos.into_iter().enumerate() {
            if demo.example.trim().is_empty() {
                continue;
            }
            let problem = match (reply, &*demo.format) {
                (ReplyBody::Empty | ReplyBody::Binary, _) => continue,
                (_, "json") => not_json(&demo.example, reply),
                (_, "xml") => not_xml(&demo.example),
                (_, other) => Some(format!("its type `{other}` is neither json nor xml")),
            };
            match problem {
                None if &*demo.format == "json" => {
                    samples.push(Sample::Json(trimmed(demo.example.0)));
                }
                None => samples.push(Sample::Xml(trimmed(demo.example.0))),
                Some(problem) => self.note(
                    &at,
                    format!("sample {} is left out: {problem}", index + 1),
                    "correct it in an overlay",
                ),
            }
        }
        samples
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => text.trim().into(),
        Cow::Owned(text) if text.trim().len() == text.len() => text.into(),
        Cow::Owned(text) => text.trim().to_owned().into(),
    }
}

fn not_json(text: &str, reply: ReplyBody) -> Option<String> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Some(format!("it is not JSON ({error})"));
    }
    (reply == ReplyBody::Object && !text.trim_start().starts_with('{'))
        .then(|| "it is no object".to_owned())
}

fn not_xml(text: &str) -> Option<String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut depth, mut roots) = (0usize, 0usize);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                roots += usize::from(depth == 0);
                depth += 1;
                if let Some(Err(error)) = tag.attributes().find(Result::is_err) {
                    return Some(format!("it is not XML ({error})"));
                }
            }
            Ok(Event::Empty(_)) => roots += usize::from(depth == 0),
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(text)) if depth == 0 && !text.trim_ascii().is_empty() => {
                return Some("it is not XML (text outside of the root element)".to_owned());
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => return Some(format!("it is not XML ({error})")),
        }
    }
    match (depth, roots) {
        (0, 1) => None,
        (0, _) => Some(format!("it is not XML ({roots} root elements)")),
        _ => Some("it is not XML (an element is not closed)".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_xml_passes() {
        assert_eq!(
            not_xml("<?xml version=\"1.0\"?>\n<A><b>1</b><c/></A>\n"),
            None
        );
        for text in [
            "<A><b></A>",
            "<A>",
            "</A>",
            "<A/><B/>",
            "x<A/>",
            "",
            "<A b=></A>",
            "{}",
        ] {
            assert!(not_xml(text).is_some(), "{text}");
        }
    }
}
