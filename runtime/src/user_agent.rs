//! The `user-agent` header.

use crate::environment::Environment;

/// Writes the user agent `AlibabaCloud (linux; x86_64) Rust Core/0.1.0`, in the
/// form of the official clients but for the language's version, which this crate is
/// not told; then what the app adds, and what its environment adds, in the variable
/// that the official clients read.
pub(crate) fn user_agent(products: &[String], environment: &Environment) -> String {
    let mut text = format!(
        "AlibabaCloud ({}; {}) Rust Core/{}",
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION"),
    );
    let from_environment = environment.var("ALIBABA_CLOUD_USER_AGENT");
    for product in products.iter().chain(&from_environment) {
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
    fn an_app_and_its_environment_add_their_products_and_nothing_else() {
        let products = ["my-app/1.2".into(), "bad\r\nheader: 1".into()];
        let none = Environment::from_map([("", ""); 0]);
        let text = user_agent(&products, &none);
        let version = env!("CARGO_PKG_VERSION");
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let ours = format!("AlibabaCloud ({os}; {arch}) Rust Core/{version} ");
        assert!(text.starts_with(&ours), "{text}");
        assert!(text.ends_with(" my-app/1.2 bad__header: 1"), "{text}");
        let some = Environment::from_map([("ALIBABA_CLOUD_USER_AGENT", "batch/7")]);
        assert_eq!(user_agent(&products, &some), format!("{text} batch/7"));
    }
}
