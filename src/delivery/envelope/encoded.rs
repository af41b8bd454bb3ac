//! A text as a mail carries it: as it is where it is plain and its lines are short, else in quoted-printable.
//!
//! The same bytes as lettre's own, in one reading of the text; that reads it several times over and moves it at every line,
//! which took longer than anything else in putting a mail together.

use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding;

/// The characters of a line in quoted-printable.
const LINE: usize = 76;
/// How far plain characters may go without a look at whether the line is full.
const RUN: usize = LINE - 2;

/// What may stand in quoted-printable as it is.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~') && byte != b'='
}

/// The text encoded, and how.
pub(super) fn body(text: &str) -> Body {
    // Line ends other than ours are rare, and so is a text of which most has to be encoded.
    if text.contains('\r') {
        return Body::new(text.to_owned());
    }
    let bytes = text.as_bytes();
    let encoded = bytes.iter().filter(|byte| !is_plain(**byte) && **byte != b'=').count();
    let too_long = {
        // As lettre counts: a line with the break before it.
        let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len);
        lines.next().is_some_and(|first| first >= LINE) || lines.any(|line| line + 1 >= LINE)
    };
    if text.is_ascii() && !too_long {
        return Body::dangerous_pre_encoded(with_crlf(text), ContentTransferEncoding::SevenBit);
    }
    if encoded > bytes.len() / 3 {
        return Body::new(text.to_owned());
    }
    Body::dangerous_pre_encoded(quoted_printable(bytes), ContentTransferEncoding::QuotedPrintable)
}

fn with_crlf(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(line) => {
                out.extend_from_slice(line.as_bytes());
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line.as_bytes()),
        }
    }
    out
}

fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out =
        QuotedPrintable { out: Vec::with_capacity(text.len() + text.len() / 8), on_line: 0, last: 0 };
    let mut lines = text.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        out.line(line);
        if lines.peek().is_some() {
            out.out.extend_from_slice(b"\r\n");
            out.on_line = 0;
        }
    }
    out.out
}

/// Lines encoded one after another.
struct QuotedPrintable {
    out: Vec<u8>,
    /// How many characters stand on the line.
    on_line: usize,
    /// How many the last thing on it has, which is not to be parted.
    last: usize,
}

impl QuotedPrintable {
    fn line(&mut self, line: &[u8]) {
        let end = line.len() - usize::from(line.ends_with(b" ") || line.ends_with(b"\t"));
        let (mut rest, last) = line.split_at(end);
        while let Some((&byte, after)) = rest.split_first() {
            if !is_plain(byte) {
                self.append(&escaped(byte));
                rest = after;
            } else if self.on_line >= RUN {
                self.append(&[byte]);
                rest = after;
            } else {
                let most = rest.len().min(RUN - self.on_line);
                let run = rest.iter().take(most).position(|byte| !is_plain(*byte));
                let (plain, after) = rest.split_at(run.unwrap_or(most));
                self.out.extend_from_slice(plain);
                (self.on_line, self.last, rest) = (self.on_line + plain.len(), 1, after);
            }
        }
        // A blank at the end of a line would be lost on the way.
        last.iter().for_each(|blank| self.append(&escaped(*blank)));
    }

    /// Appends what is not to be parted, on the next line where this one is full.
    fn append(&mut self, what: &[u8]) {
        if self.on_line + what.len() > LINE {
            if self.on_line == LINE {
                // No room for the mark that the line goes on: the last thing goes with what follows.
                let at = self.out.len() - self.last;
                self.out.splice(at..at, *b"=\r\n");
                self.on_line = self.last;
            } else {
                self.out.extend_from_slice(b"=\r\n");
                self.on_line = 0;
            }
        }
        self.out.extend_from_slice(what);
        self.on_line += what.len();
        self.last = what.len();
    }
}

fn escaped(byte: u8) -> [u8; 3] {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'A' - 10 + value };
    [b'=', digit(byte >> 4), digit(byte & 15)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_as_lettre(text: &str) -> Result<(), TestCaseError> {
        let (ours, theirs) = (body(text), Body::new(text.to_owned()));
        prop_assert_eq!(format!("{:?}", ours.encoding()), format!("{:?}", theirs.encoding()));
        let read = |body: &Body| String::from_utf8_lossy(body.as_ref()).into_owned();
        prop_assert_eq!(read(&ours), read(&theirs));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_encoded_as_lettre_does(
            text in prop::collection::vec("[ -~]{0,90}|[a-z =]{60,160}|[a-z]{70,80}[ \t]?|\\PC{0,30}|é?[a-z]{70,77}=?|[\t ]{0,3}\r?", 0..8),
        ) {
            assert_as_lettre(&text.join("\n"))?;
        }
    }

    #[test]
    fn a_line_is_full_where_lettre_says_so() {
        for length in 70..82 {
            for end in ["", "=", "é", " ", "\t", " =", "  ", "=é", "\n", " \n", "=\n\n"] {
                for begin in ["", "\n", "é\n", "=\n"] {
                    let text = format!("{begin}{}{end}", "x".repeat(length));
                    assert_as_lettre(&text).unwrap();
                    assert_as_lettre(&format!("{text}{}", "y=".repeat(60))).unwrap();
                }
            }
        }
    }
}
