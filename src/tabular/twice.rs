//! Text that was UTF-8, read as Windows-1252, and encoded as UTF-8 again: known for it, and taken back by one step.

use std::collections::HashMap;
use std::io::{self, Read};

use super::encoding::{TextEncoding, windows_bytes};

/// Reads UTF-8 text whose characters are the bytes, in Windows-1252, of the text that was meant. A character that is no
/// such byte stays as it is.
pub(super) struct TakenBack<R> {
    input: R,
    bytes: HashMap<char, u8>,
    block: Vec<u8>,
    /// The bytes of a character cut by the end of a block.
    cut: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

impl<R: Read> TakenBack<R> {
    /// Reads `input`, which is sound UTF-8.
    pub(super) fn new(input: R) -> Self {
        let of = |byte: u8| TextEncoding::WINDOWS.text_of(&[byte]).chars().next();
        let bytes = (0x80..=0xFF).filter_map(|byte| Some((of(byte)?, byte))).collect();
        let block = vec![0; 64 * 1024];
        Self { input, bytes, block, cut: Vec::new(), out: Vec::new(), given: 0 }
    }

    fn take_back(&mut self, read: usize) {
        let mut text = std::mem::take(&mut self.cut);
        text.extend_from_slice(self.block.get(..read).unwrap_or_default());
        let sound = std::str::from_utf8(&text).map_or_else(|error| error.valid_up_to(), str::len);
        self.cut = text.split_off(sound);
        self.out.clear();
        self.given = 0;
        for c in String::from_utf8_lossy(&text).chars() {
            match self.bytes.get(&c) {
                Some(byte) => self.out.push(*byte),
                None => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
}

impl<R: Read> Read for TakenBack<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            let read = self.input.read(&mut self.block)?;
            if read == 0 {
                return Ok(0);
            }
            self.take_back(read);
        }
        let mut rest = self.out.get(self.given..).unwrap_or_default();
        let read = rest.read(out)?;
        self.given += read;
        Ok(read)
    }
}

/// The text that was meant where UTF-8 was read as Windows-1252 and encoded again: runs of its characters beyond ASCII are
/// the bytes of letters and marks that names have.
pub(crate) fn once_encoded(text: &str) -> Option<String> {
    let mut meant = String::new();
    let mut is_twice = false;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_ascii()) {
        let (plain, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_ascii()).unwrap_or(from.len());
        let (run, behind) = from.split_at(end);
        let read = windows_bytes(run).and_then(|bytes| String::from_utf8(bytes).ok());
        let read = read.filter(|read| read.chars().all(is_of_a_name));
        is_twice |= read.is_some();
        meant.push_str(plain);
        meant.push_str(read.as_deref().unwrap_or(run));
        rest = behind;
    }
    meant.push_str(rest);
    is_twice.then_some(meant)
}

/// Whether a character beyond ASCII is a letter of western names, or a mark that word processors write. What capitals and
/// closing quotes next to each other would be, as in `CAF\u{c9}\u{201d}`, is none.
fn is_of_a_name(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{ff}' | '\u{2010}'..='\u{2026}' | '\u{20ac}' | '\u{2122}')
        || (matches!(c, '\u{100}'..='\u{17f}')
            && !matches!(u32::from(c) & 0x3f, 0x05 | 0x11..=0x14 | 0x16 | 0x17 | 0x20 | 0x3b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_encoded_twice_is_what_it_was() {
        let meant = "M\u{fc}ller, Ko\u{10d}i\u{107}, O\u{2019}Neill, \u{20ac}5 plain\n".repeat(5_000);
        let twice = TextEncoding::WINDOWS.text_of(meant.as_bytes());
        let mut found = String::new();
        TakenBack::new(twice.as_bytes()).read_to_string(&mut found).unwrap();
        assert_eq!(found, meant);
    }
}
