//! What the code of a number format is made of.

/// The longest code that is looked at, in characters; spreadsheets allow 255.
const LONGEST_CODE: usize = 1_000;

/// A piece of a number format's code. What shows no character is none: room as wide as one (`_x`), and fillings (`*x`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FormatPiece {
    /// A character that is shown, quoted or escaped.
    Text(char),
    /// A character that stands for something, or for itself.
    Code(char),
    /// What stands in brackets: a colour, a currency or locale, a condition, a span of time.
    Bracket(String),
}

/// The sections of a code, for positive numbers, negative ones, zero and text, or as their conditions say.
pub(super) fn sections(code: &str) -> Vec<Vec<FormatPiece>> {
    let (mut sections, mut section) = (Vec::new(), Vec::new());
    let mut chars = code.chars().take(LONGEST_CODE);
    while let Some(c) = chars.next() {
        match c {
            '"' => section.extend(chars.by_ref().take_while(|&c| c != '"').map(FormatPiece::Text)),
            '\\' => section.extend(chars.next().map(FormatPiece::Text)),
            '_' | '*' => chars.next().map_or((), drop),
            '[' => section.push(FormatPiece::Bracket(chars.by_ref().take_while(|&c| c != ']').collect())),
            ';' => sections.push(std::mem::take(&mut section)),
            c => section.push(FormatPiece::Code(c)),
        }
    }
    sections.push(section);
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_outside_quotes_and_brackets_parts_and_means() {
        let shown = |code: &str| {
            let pieces = |section: &Vec<FormatPiece>| {
                let piece = |piece: &FormatPiece| match piece {
                    FormatPiece::Text(c) => format!("'{c}"),
                    FormatPiece::Code(c) => c.to_string(),
                    FormatPiece::Bracket(inside) => format!("[{inside}]"),
                };
                section.iter().map(piece).collect::<String>()
            };
            sections(code).iter().map(pieces).collect::<Vec<_>>().join(" ")
        };
        for (code, expected) in [
            ("", ""),
            ("0;-0", "0 -0"),
            ("\"a;b\"0\\;;@", "'a';'b0'; @"),
            ("[$;-809]0_-* x_", "[$;-809]0x"),
            ("\"", ""),
            ("\\", ""),
            ("[", "[]"),
        ] {
            assert_eq!(shown(code), expected, "{code}");
        }
    }
}
