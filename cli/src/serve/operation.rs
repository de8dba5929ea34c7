//! The page of an operation: its form beside what is made of it, and what it answers.

use maud::{Markup, html};

use super::explorer::Server;
use super::shelf::Kept;
use super::{form, layout, markdown};
use crate::explore::{DocumentedError, Member, Operation, SampleReply};

pub(super) fn page(server: &Server, kept: &Kept, operation: Operation) -> Markup {
    let spec = operation.spec();
    let main = html! {
        p.crumbs {
            a href="/" { "Products" } " / "
            @if let Some(path) = server.shelf.path(spec.product(), Some(spec.version())) {
                a href=(path) { (spec.product()) " " (spec.version()) }
            }
        }
        (title(kept, operation))
        noscript { p.problem { "The form needs the script that this page brings." } }
        div.call {
            (parameters(server, operation))
            div.side {
                (actions(server))
                section.card #reply aria-live="polite" { (no_reply()) }
                (code())
            }
            div.docs {
                (reply(&operation.reply()))
                (errors(operation, &operation.errors()))
                (samples(&operation.samples()))
            }
        }
        (confirmation())
    };
    layout::page(operation.name(), Some(layout::finder()), main)
}

fn title(kept: &Kept, operation: Operation) -> Markup {
    let risk = operation.risk();
    let (method, path) = operation.http();
    let description = operation.description();
    html! {
        div.title {
            h1 { (operation.name()) }
            @if risk.writes { span.tag.doubt { "writes" } } @else { span.tag.good { "reads" } }
            @if risk.costs { span.tag.doubt { "may cost money" } }
            @if risk.high { span.tag.bad { "high risk" } }
            @if operation.deprecated().is_some() { span.tag.doubt { "deprecated" } }
            @if operation.has_events() { span.tag { "events" } }
            @if operation.is_download() { span.tag { "file" } }
            span.tag { (kept.place.name()) }
        }
        @if description.is_empty() {
            p.lead { (operation.title()) }
        } @else {
            div.lead.prose { (markdown::prose(description.split("\n\n").next().unwrap_or_default())) }
        }
        p.lead {
            code { (method) " " (path) } " · in Rust " code { (operation.spec().module()) "::" (operation.method()) }
            " · " a href=(operation.page()) rel="noreferrer noopener" target="_blank" { "documentation" }
        }
        @if let Some(note) = operation.deprecated() {
            p.lead { strong { "Deprecated. " } (note) }
        }
        @if operation.has_events() {
            p.lead {
                "It answers with server-sent events, one after the other"
                @if let Some(switch) = operation.event_switch() { ", where " code { (switch) } " is true" }
                "."
            }
        }
        @if let Some(outcome) = operation.outcome() {
            p.lead { "It goes on after its reply: " code { (outcome) } " tells how it went." }
        }
    }
}

fn parameters(server: &Server, operation: Operation) -> Markup {
    let spec = operation.spec();
    let region = server.options.region.as_deref();
    let parameters = operation.parameters();
    let has_required = parameters
        .iter()
        .any(|it| it.required && it.unset.is_empty());
    html! {
        form.card #call novalidate autocomplete="off" data-product=(spec.product())
            data-version=(spec.version()) data-operation=(operation.name()) {
            div.bar-of-form {
                h2 { "Parameters" }
                div.where {
                    label for="region" { "Region" }
                    input #region list="regions" autocomplete="off" spellcheck="false"
                        value=(region.unwrap_or(spec.default_region()));
                    datalist #regions { @for region in spec.regions() { option value=(region); } }
                }
                button.small #example type="button" disabled[!has_required] title=[(!has_required).then_some("Nothing is required")] {
                    "Fill in the examples"
                }
            }
            (form::parameters(&parameters))
            details.group {
                summary { "Paste them as JSON" }
                textarea #paste rows="5" spellcheck="false" autocomplete="off" aria-label="Parameters as JSON"
                    placeholder="{\"RegionId\": \"cn-hangzhou\"}" {}
                p.problem #paste-problem aria-live="polite" {}
            }
        }
    }
}

/// What can be done, and what is in the way.
fn actions(server: &Server) -> Markup {
    html! {
        section.card.actions aria-label="Send" {
            p #status role="status" { "Checking…" }
            div #todo hidden { ul #problems {} }
            div.buttons {
                button.button.main form="call" data-send="mock" title="Ctrl+Enter" { "Send to the mock" }
                @if server.options.allow_send {
                    button.button.danger form="call" data-send="service" { "Send to the service" }
                }
            }
            @if !server.options.allow_send {
                p.note { "To send to the service with your credentials, start it with " code { "--allow-send" } "." }
            }
        }
    }
}

fn no_reply() -> Markup {
    html! {
        h2 tabindex="-1" { "Reply" }
        div.empty {
            strong { "Nothing was sent yet" }
            p { "The mock server checks the signature and the parameters as the service does, and answers with the documented sample." }
        }
    }
}

/// What is made of the parameters, a tab each.
fn code() -> Markup {
    const TABS: [(&str, &str); 5] = [
        ("rust", "Rust"),
        ("signature", "Signature"),
        ("curl", "curl"),
        ("aliyun", "aliyun"),
        ("json", "JSON"),
    ];
    html! {
        section.card aria-label="Code" {
            div role="tablist" aria-label="Code" {
                @for (index, (id, name)) in TABS.iter().enumerate() {
                    button role="tab" type="button" id={ "tab-" (id) } aria-controls={ "pane-" (id) }
                        aria-selected=(index == 0) tabindex=(if index == 0 { "0" } else { "-1" }) { (name) }
                }
                span.tag.doubt #incomplete { "incomplete" }
            }
            (pane("rust", "A whole src/main.rs, beside what `cargo alicloud add` writes.", false))
            div #pane-signature role="tabpanel" aria-labelledby="tab-signature" hidden {
                div.panel-head {
                    fieldset aria-label="Signature" {
                        label { input type="radio" name="signature" value="v3" checked; "V3, HMAC-SHA256" }
                        label { input type="radio" name="signature" value="v1"; "V1, HMAC-SHA1" }
                    }
                }
                p #unsigned {}
                ol.steps #steps {}
                p.note { "Signed with an example's key. "
                    "In the terminal, " code { "cargo alicloud explore" } " signs with yours." }
            }
            (pane("curl", "Signed with an example's key: it shows what is sent, and is refused.", true))
            (pane("aliyun", "The same call with the aliyun command line.", true))
            (pane("json", "For --params of the terminal, or a test.", false))
        }
    }
}

fn pane(id: &str, what: &str, is_wrapped: bool) -> Markup {
    html! {
        div id={ "pane-" (id) } role="tabpanel" aria-labelledby={ "tab-" (id) } hidden[id != "rust"] {
            div.panel-head { span { (markdown::inline(what)) } button.small type="button" data-copy=(id) { "Copy" } }
            pre.wrapped[is_wrapped] tabindex="0" data-code=(id) {}
        }
    }
}

fn reply(members: &[Member]) -> Markup {
    html! {
        section.card {
            details {
                summary { "What it answers" }
                @if members.is_empty() {
                    div.empty { strong { "Nothing is documented" } p { "Only whether it went well." } }
                } @else {
                    div.tree { (tree(members)) }
                }
            }
        }
    }
}

fn tree(members: &[Member]) -> Markup {
    html! {
        ul {
            @for member in members {
                li {
                    span.name { (member.name) } " " span.quiet { (member.kind) }
                    @if !member.description.is_empty() { div.note { (markdown::prose(&member.description)) } }
                    @if !member.values.is_empty() {
                        div.note { "One of " @for (index, value) in member.values.iter().enumerate() {
                            @if index > 0 { ", " } code { (value.value) }
                        } }
                    }
                    @if !member.members.is_empty() { (tree(&member.members)) }
                }
            }
        }
    }
}

fn errors(operation: Operation, errors: &[DocumentedError]) -> Markup {
    let path = format!(
        "{}::{}::ErrorKind",
        operation.spec().module(),
        operation.method()
    );
    html! {
        section.card {
            details {
                summary { "Errors (" (errors.len()) ")" }
                @if errors.is_empty() {
                    div.empty { strong { "None is documented" } p { "A service has others, too: " code { "kind()" } " is then " code { "None" } "." } }
                } @else {
                    p.note.pad { "In Rust: " code { (path) } ". “Try” lets the mock server fail with it." }
                    div.scroll tabindex="0" {
                        table {
                            thead { tr { th { "Status" } th { "Code" } th { "Meaning" } th {} } }
                            tbody {
                                @for error in errors {
                                    tr {
                                        td { @if error.status != 0 { (error.status) } }
                                        td {
                                            code { (error.code) }
                                            @if !error.rust.is_empty() && error.rust != error.code {
                                                div.quiet { code { "ErrorKind::" (error.rust) } }
                                            }
                                        }
                                        td { (markdown::inline(if error.meaning.is_empty() { error.message } else { error.meaning })) }
                                        td { button.small type="button" data-fail=(error.code) title="Let the mock fail with it" { "Try" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn samples(samples: &[SampleReply]) -> Markup {
    html! {
        @for sample in samples {
            section.card {
                details {
                    summary { "Sample reply, " (sample.format.to_uppercase()) }
                    div.pad { pre.wrapped tabindex="0" { (sample.body) } }
                }
            }
        }
    }
}

/// What is asked before a call is sent that cannot be taken back.
fn confirmation() -> Markup {
    html! {
        dialog #confirm aria-labelledby="confirm-title" {
            form method="dialog" {
                h2 #confirm-title { "Send it to the service?" }
                p.lead data-what="" {}
                ul data-reasons="" {}
                p.note { "It is signed with the credentials of the environment that the explorer was started in." }
                div.buttons {
                    button.button value="" autofocus { "Do not send" }
                    button.button.danger value="send" { "Send it" }
                }
            }
        }
    }
}
