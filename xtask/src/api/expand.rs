//! The macros of a crate that make public items, expanded as far as their signatures go:
//! the rule that an invocation fits by its arguments, with repetitions once.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A `macro_rules!`: the pattern and the body of each rule.
pub(super) struct Macro(Vec<(TokenStream, TokenStream)>);

impl Macro {
    pub(super) fn read(tokens: TokenStream) -> Self {
        let mut rules = Vec::new();
        let mut pattern = None;
        for token in tokens {
            let TokenTree::Group(group) = token else {
                continue;
            };
            match pattern.take() {
                None => pattern = Some(group.stream()),
                Some(pattern) => rules.push((pattern, group.stream())),
            }
        }
        Self(rules)
    }

    /// The body of the rule that fits, with the arguments in it.
    pub(super) fn expand(&self, arguments: TokenStream) -> Option<TokenStream> {
        let arguments = split(arguments);
        let (names, body) = self.0.iter().find_map(|(pattern, body)| {
            let patterns = split(pattern.clone());
            let fits = patterns.len() == arguments.len()
                && patterns
                    .iter()
                    .zip(&arguments)
                    .all(|(pattern, given)| is_variable(pattern) || text(pattern) == text(given));
            let named = patterns
                .iter()
                .zip(&arguments)
                .filter_map(|(pattern, given)| {
                    let name = variable(pattern)?;
                    Some((name, given.iter().cloned().collect::<TokenStream>()))
                });
            fits.then(|| (named.collect::<Vec<_>>(), body))
        })?;
        Some(fill(body.clone(), &names))
    }
}

/// The arguments between commas and arrows (`=>`).
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut all = vec![Vec::new()];
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_arrow = is(&token, '=') && tokens.next_if(|it| is(it, '>')).is_some();
        if is_arrow || is(&token, ',') {
            all.push(Vec::new());
        } else if let Some(last) = all.last_mut() {
            last.push(token);
        }
    }
    all.retain(|it| !it.is_empty());
    all
}

fn is(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == punct)
}

fn text(tokens: &[TokenTree]) -> String {
    tokens.iter().cloned().collect::<TokenStream>().to_string()
}

/// Whether a pattern takes whatever there is: `$name:ty`, `$($name:ident).+`.
fn is_variable(pattern: &[TokenTree]) -> bool {
    pattern.first().is_some_and(|it| is(it, '$'))
}

/// The name in `$name:ty`.
fn variable(pattern: &[TokenTree]) -> Option<String> {
    match pattern {
        [TokenTree::Punct(dollar), TokenTree::Ident(name), ..] if dollar.as_char() == '$' => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn fill(body: TokenStream, names: &[(String, TokenStream)]) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => {
                    let name = name.to_string();
                    match names.iter().find(|(it, _)| *it == name) {
                        Some((_, given)) => out.extend(given.clone()),
                        None => out.extend(name.parse::<TokenStream>().unwrap_or_default()),
                    }
                }
                // A repetition, once, and without what it is repeated by.
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    out.extend(fill(group.stream(), names));
                    while let Some(TokenTree::Punct(punct)) = tokens.next() {
                        if matches!(punct.as_char(), '*' | '+' | '?') {
                            break;
                        }
                    }
                }
                other => out.extend(other),
            },
            TokenTree::Group(group) => {
                let inner = fill(group.stream(), names);
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            token => out.extend([token]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_that_fits_is_filled_in() {
        let rules = r#"
            ($a:ident, clock) => { impl $a { pub fn clock(self) -> $crate::Clock {} } };
            ($a:ident, $($b:ident).+) => { impl $a { pub fn b(self) { self.$($b).+.c() } } };
            ($a:ident, $b:ident => $c:expr) => { impl $a { pub fn $b(self) { $c } } };
        "#;
        let expanded = |arguments: &str| {
            let macro_rules = Macro::read(rules.parse().unwrap());
            let body = macro_rules.expand(arguments.parse().unwrap())?;
            Some(body.to_string().replace(' ', ""))
        };
        let clock = "implX{pubfnclock(self)->crate::Clock{}}";
        assert_eq!(expanded("X, clock").as_deref(), Some(clock));
        let other = "implX{pubfnb(self){self.b.c()}}";
        assert_eq!(expanded("X, a.b").as_deref(), Some(other));
        let arrow = "implX{pubfny(self){*z}}";
        assert_eq!(expanded("X, y => *z").as_deref(), Some(arrow));
        assert_eq!(expanded("X"), None);
    }
}
