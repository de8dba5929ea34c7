//! Whether a value is a sentence.

/// Whether a value was written to be read rather than to be sent: words in a row,
/// in whatever script. Names of a few words are none (`High Clock Speed`), and
/// neither are identifiers, dates, code, or JSON whose texts are none.
pub(super) fn is_prose(text: &str) -> bool {
    // What is quoted stands alone, as the texts of JSON do.
    text.split('"').any(words_in_a_row) || is_wordy(text) || ideographs(text)
}

/// So many words are a text, whatever stands between them: a template with slots.
fn is_wordy(text: &str) -> bool {
    let words = text.split_whitespace().filter(|token| is_word(token));
    words.count() > 11
}

/// Four words, or three that end as a sentence does.
fn words_in_a_row(text: &str) -> bool {
    let mut words = 0;
    for token in text.split_whitespace() {
        let ends = token.ends_with(['.', '!', '?']);
        words = if is_word(token) { words + 1 } else { 0 };
        if words > 3 || (words == 3 && ends) {
            return true;
        }
        if ends {
            words = 0;
        }
    }
    false
}

/// Letters alone, but for brackets around them and punctuation behind.
fn is_word(token: &str) -> bool {
    let inner = token.trim_start_matches(['(', '[', '*', '`']);
    let inner = inner.trim_end_matches([')', ']', '*', '`', ',', ';', ':', '.', '!', '?', '\\']);
    let is_letter = |c: char| c.is_alphabetic() && !is_ideograph(c);
    inner.starts_with(is_letter)
        && inner.ends_with(is_letter)
        && inner
            .chars()
            .all(|c| is_letter(c) || matches!(c, '\'' | '’' | '-' | '/'))
}

/// Names of places and of products are short; a text of this length says something.
fn ideographs(text: &str) -> bool {
    const NAME: usize = 8;
    let mut run = 0;
    for c in text.chars() {
        match c {
            '，' | '。' | '；' | '：' | '、' | '！' | '？' => return true,
            c if is_ideograph(c) => run += 1,
            _ => run = 0,
        }
        if run > NAME {
            return true;
        }
    }
    false
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::is_prose;

    #[test]
    fn sentences_are_prose_whatever_stands_around_them() {
        for text in [
            "The name of the toy.",
            "This is a toy",
            "Size of the cold data",
            "Toy not found.",
            r#"{"alert":"The toy is broken"}"#,
            r#"[{"a":1,"note": "toys may not be sold"}]"#,
            "Toys (of wood) are kept here",
            "Toy name: {{ .name }} {{ if .owner }} Owner name: {{ .owner }} {{ end }} Sold at: {{ .time }} Sold to: {{ .to }} Price: {{ .price }} Colour: {{ .colour }}",
            "玩具的名称，不能为空",
            "一个很长的玩具名称说明文字",
        ] {
            assert!(is_prose(text), "{text}");
        }
    }

    #[test]
    fn names_identifiers_dates_code_and_data_are_none() {
        for text in [
            "",
            "i-bp67acfmxazb4p****",
            "High Clock Speed",
            "Alibaba Cloud Linux 3.2104 LTS 64-bit",
            "Asia Pacific SE 1 (Singapore)",
            "2021-03-01 23:59:59",
            "Thu, 17 Mar 2023 12:00:00 GMT",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
            "title = 'test' AND name like 'test%'",
            "SELECT count(*)\nFROM nation",
            "-----BEGIN CERTIFICATE----- MIIB -----END CERTIFICATE-----",
            r#"[{"Field": "StartTime", "Type": "desc"}]"#,
            "No permission.",
            "杭州",
            "阿里云短信测试",
            "0 0 4 1/1 * ?",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }
}
