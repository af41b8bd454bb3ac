//! The shape of text parts: lines folded at 72 columns, lists hanging under their mark, headings underlined, single blank
//! lines.

use unicode_width::UnicodeWidthStr;

/// The longest line of a text part, in columns; a longer single word stays whole.
pub(crate) const WIDTH: usize = 72;

/// What a template writes before a heading.
const HEADING: &str = "# ";

/// How far a template indents a command, which is never broken in two.
const COMMAND: &str = "       ";

/// Folds long lines, underlines headings, takes off space at line ends, makes any run of blank lines one, and ends in one
/// line feed.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut blank_before = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            if !blank_before {
                tidied.push('\n');
            }
            blank_before = true;
        } else {
            if let Some(heading) = line.strip_prefix(HEADING) {
                let folded = fold(heading, WIDTH);
                let widest = folded.iter().map(|line| columns(line)).max().unwrap_or(0);
                push_lines(
                    &mut tidied,
                    folded.iter().map(String::as_str).chain(["-".repeat(widest).as_str()]),
                );
            } else if line.len() <= WIDTH || line.starts_with(COMMAND) {
                push_lines(&mut tidied, [line]);
            } else {
                push_lines(&mut tidied, fold(line, WIDTH).iter().map(String::as_str));
            }
            blank_before = false;
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

fn push_lines<'a>(text: &mut String, lines: impl IntoIterator<Item = &'a str>) {
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
}

/// `line` in pieces of at most `width` columns; those after the first hang under the text of the first, past its
/// indentation and a leading `- ` or `1. `. A line that fits keeps its inner spaces: it may be a table's row.
pub(crate) fn fold(line: &str, width: usize) -> Vec<String> {
    if columns(line) <= width {
        return vec![line.to_owned()];
    }
    let content = line.trim_start();
    let indent = " ".repeat(columns(line) - columns(content));
    let mark = match content.split_once(' ') {
        Some(("-", _)) => 2,
        Some((number, _)) if number.ends_with('.') && number.trim_end_matches('.').parse::<u8>().is_ok() => {
            number.len() + 1
        }
        _ => 0,
    };
    let hanging = format!("{indent}{}", " ".repeat(mark));
    let mut lines = Vec::new();
    let (mut folded, mut used, mut is_begun) = (indent.clone(), columns(&indent), false);
    for word in content.split_ascii_whitespace() {
        let taken = columns(word);
        if is_begun && used + 1 + taken > width {
            lines.push(std::mem::replace(&mut folded, hanging.clone()));
            (used, is_begun) = (columns(&hanging), false);
        }
        if is_begun {
            folded.push(' ');
            used += 1;
        }
        folded.push_str(word);
        (used, is_begun) = (used + taken, true);
    }
    lines.push(folded);
    lines
}

/// How many columns a text takes: every mail is measured word by word, and nearly all of it is plain letters.
fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_folded_only_past_72_columns() {
        let fits = "x".repeat(35) + " " + &"y".repeat(36);
        assert_eq!(fold(&fits, WIDTH), [fits.as_str()]);
        let too_long = "x".repeat(36) + " " + &"y".repeat(36);
        assert_eq!(fold(&too_long, WIDTH), ["x".repeat(36), "y".repeat(36)]);
    }

    #[test]
    fn what_follows_in_a_list_hangs_under_its_first_word() {
        assert_eq!(fold("- one two three", 9), ["- one two", "  three"]);
        assert_eq!(fold("  10. one two", 9), ["  10. one", "      two"]);
        assert_eq!(fold("    one two", 8), ["    one", "    two"]);
    }

    #[test]
    fn a_word_longer_than_the_line_stays_whole() {
        assert_eq!(
            fold("see https://example.org/a/long/way for it", 12),
            ["see", "https://example.org/a/long/way", "for it"]
        );
    }

    #[test]
    fn what_must_not_be_parted_is_not() {
        assert_eq!(fold("one 5\u{a0}December well-known", 12), ["one", "5\u{a0}December", "well-known"]);
    }

    #[test]
    fn letters_that_take_two_columns_count_as_two_and_those_that_take_none_as_none() {
        assert_eq!(fold("研修 研修 研修", 9), ["研修 研修", "研修"]);
        assert_eq!(fold("Zoe\u{308} Zoe\u{308}", 7), ["Zoe\u{308} Zoe\u{308}"]);
    }

    #[test]
    fn a_heading_is_underlined_as_far_as_it_goes() {
        assert_eq!(tidy("# What to do\n\n- This"), "What to do\n----------\n\n- This\n");
        let long = format!("# {} {}", "x".repeat(40), "y".repeat(40));
        assert_eq!(tidy(&long), format!("{}\n{}\n{}\n", "x".repeat(40), "y".repeat(40), "-".repeat(40)));
    }

    #[test]
    fn a_command_stays_on_its_line_however_long_it_is() {
        let command = format!("       refresher import staff --force {}", "x/".repeat(40));
        assert_eq!(tidy(&format!("1. Do it:\n\n{command}")), format!("1. Do it:\n\n{command}\n"));
    }

    #[test]
    fn blank_lines_never_come_twice_nor_at_either_end() {
        assert_eq!(tidy("\n\n  \none  \n\n\n\ntwo\n\n"), "one\n\ntwo\n");
        assert_eq!(tidy(""), "\n");
    }
}
