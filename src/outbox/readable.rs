//! What somebody reads of the parts of a message, as words: however they are wrapped, marked up or folded.

/// Names of signs that stand in HTML, and the signs.
const NAMED: [(&str, char); 7] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("shy", '\u{ad}'),
];

/// The longest name of a sign: `#x10FFFF`.
const LONGEST_NAME: usize = 8;

/// A part of this media type as text; nothing of what is no text.
pub(super) fn readable(content_type: &str, content: &[u8]) -> String {
    let of_type = content_type.to_ascii_lowercase();
    if !of_type.starts_with("text/") {
        return String::new();
    }
    let text = String::from_utf8_lossy(content);
    if of_type.starts_with("text/html") {
        return of_html(&text);
    }
    if of_type.starts_with("text/calendar") {
        // A long line goes on in the next one, behind a blank that is none of its own (RFC 5545 3.1).
        let joined = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        return joined.replace("\\n", " ").replace("\\N", " ").replace('\\', "");
    }
    text.into_owned()
}

/// HTML without its tags, each of which parts words but the one that only says where they may be broken.
pub(super) fn of_html(html: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(at) = rest.find(['<', '&']) {
        let (before, sign) = rest.split_at(at);
        text.push_str(before);
        let passed = match sign.find('>') {
            Some(end) if sign.starts_with('<') => {
                if !sign.starts_with("<wbr") {
                    text.push(' ');
                }
                end + 1
            }
            _ => {
                let (meant, length) = sign_at(sign);
                text.extend(meant);
                length
            }
        };
        rest = sign.get(passed..).unwrap_or_default();
    }
    text + rest
}

/// The sign that a text begins with, and how many bytes it is written with.
fn sign_at(text: &str) -> (Option<char>, usize) {
    let as_it_stands = (text.chars().next(), 1);
    let Some(named) = text.strip_prefix('&') else { return as_it_stands };
    let Some(end) = named.find(';').filter(|end| *end <= LONGEST_NAME) else { return as_it_stands };
    let name = named.get(..end).unwrap_or_default();
    let number = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        },
        None => None,
    };
    let of_name = || NAMED.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign);
    match number.and_then(char::from_u32).or_else(of_name) {
        Some(sign) => (Some(sign), end + 2),
        None => as_it_stands,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_part_are_read_however_it_is_made() {
        for (content_type, content, words) in [
            ("text/plain", "Ann\n  Lee", "Ann Lee"),
            ("text/html; charset=utf-8", "<b>Ann</b>&nbsp;<i>O&#x27;Neill</i>", "Ann O'Neill"),
            ("text/html", "O&#39;Neill &amp; Lee<br>Ann &unknown; & <", "O'Neill & Lee Ann &unknown; & <"),
            ("text/html", "O&shy;Ne<wbr>ill", "O\u{ad}Neill"),
            (
                "text/calendar; method=PUBLISH",
                "Office of An\r\n n Lee\\, 2nd\\nfloor",
                "Office of Ann Lee, 2nd floor",
            ),
            ("application/pdf", "Ann Lee", ""),
        ] {
            let found = readable(content_type, content.as_bytes());
            assert_eq!(found.split_whitespace().collect::<Vec<_>>().join(" "), words, "{content}");
        }
    }
}
