//! What every page has around it.

use maud::{DOCTYPE, Markup, html};

/// A page. `finder` is the search in the bar; a page that has its own has none there.
pub(super) fn page(title: &str, finder: Option<Markup>, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · alicloud explorer" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/page.css";
                script src="/assets/page.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.bar {
                    a.brand href="/" { img src="/assets/icon.svg" alt="" width="28" height="28"; span { "alicloud explorer" } }
                    @if let Some(finder) = finder { (finder) }
                }
                main #main tabindex="-1" { (main) }
            }
        }
    }
}

/// The search of every operation, in the bar: what is found floats below it.
pub(super) fn finder() -> Markup {
    html! {
        form.finder action="/" role="search" {
            (search_field("", "Search operations"))
            kbd aria-hidden="true" { "/" }
            div.floating #results hidden {}
        }
    }
}

/// The field that `/` leads to.
pub(super) fn search_field(words: &str, label: &str) -> Markup {
    html! {
        input #search type="search" name="q" value=(words) placeholder=(label) aria-label=(label)
            aria-controls="results" autocomplete="off" spellcheck="false";
    }
}

/// A page that says one thing.
pub(super) fn message(what: &str, why: &str) -> Markup {
    let main = html! {
        div.card { div.empty { strong { (what) } p { (why) } } }
    };
    page(what, Some(finder()), main)
}

/// For a browser without the token: nothing is told, and nothing is loaded.
pub(super) fn unknown_browser() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "alicloud explorer" } }
            body {
                h1 { "Open the address that the terminal shows" }
                p { "It has a token in it, which lets this browser in. Each start of "
                    code { "cargo alicloud explore --serve" } " has a new one." }
            }
        }
    }
}
