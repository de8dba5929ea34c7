//! The `user-agent` header.

/// `AlibabaCloud (linux; x86_64) Rust/1.88 Core/0.1.0`, in the form of the
/// official clients, then what the app adds.
pub(crate) fn user_agent(products: &[String]) -> String {
    let mut text = format!(
        "AlibabaCloud ({}; {}) Rust/{} Core/{}",
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_RUST_VERSION"),
        env!("CARGO_PKG_VERSION"),
    );
    for product in products {
        text.push(' ');
        // A header's value is visible ASCII; anything else would be refused late.
        text.extend(product.chars().map(|c| {
            if c.is_ascii_graphic() || c == ' ' {
                c
            } else {
                '_'
            }
        }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_adds_its_products_and_nothing_else() {
        let text = user_agent(&["my-app/1.2".into(), "bad\r\nheader: 1".into()]);
        assert!(text.starts_with("AlibabaCloud ("), "{text}");
        assert!(text.ends_with(" my-app/1.2 bad__header: 1"), "{text}");
    }
}
