//! Which encoding a text file is in, and reading it as UTF-8 (spec 3.7, *Text*: never mojibake).

use std::io::{self, Read};

use super::code_pages::{CodePage, decoded};
use super::fault::Fault;

use encoding_rs::{
    CoderResult, Decoder, Encoding, ISO_8859_2, MACINTOSH, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1250, WINDOWS_1252,
};

/// How a text file's bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextEncoding {
    /// Valid UTF-8 after this many bytes of byte order mark: read as it stands.
    Utf8 {
        /// 3 or 0.
        mark: u64,
    },
    /// Decoded while reading, the byte order mark taken off.
    Decoded(&'static Encoding),
    /// Decoded byte by byte.
    Dos(&'static CodePage),
    /// UTF-8 that was encoded once more.
    Twice,
}

/// Looks at a file's bytes block by block and says at the end which encoding they are in.
#[derive(Debug, Default)]
pub(super) struct EncodingScan {
    head: Vec<u8>,
    /// The bytes of a character cut by the end of a block.
    cut: Vec<u8>,
    read: u64,
    /// Where the first byte that is not UTF-8 stands.
    not_utf8_at: Option<u64>,
    /// Whether some characters can hardly be anything but UTF-8.
    surely_utf8: bool,
}

/// Bytes looked at for byte order marks and the zero bytes of UTF-16.
const HEAD: usize = 4096;

impl EncodingScan {
    /// Takes the next block of the file.
    pub(super) fn take(&mut self, block: &[u8]) {
        if self.head.len() < HEAD {
            self.head.extend(block.iter().take(HEAD - self.head.len()));
        }
        if block.is_ascii() && self.cut.is_empty() {
            self.read += block.len() as u64;
            return;
        }
        let mut bytes = std::mem::take(&mut self.cut);
        bytes.extend_from_slice(block);
        let used = self.scan(&bytes);
        self.cut = bytes.split_off(used);
        self.read += used as u64;
    }

    /// Judges whole characters; returns how many bytes were judged.
    fn scan(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let (valid, fault) = match std::str::from_utf8(rest) {
                Ok(text) => (text, None),
                Err(error) => {
                    let valid = rest.get(..error.valid_up_to()).unwrap_or_default();
                    (std::str::from_utf8(valid).unwrap_or_default(), Some(error.error_len()))
                }
            };
            self.surely_utf8 = self.surely_utf8 || valid.chars().any(is_surely_utf8);
            used += valid.len();
            match fault {
                None => {}
                Some(None) => break,
                Some(Some(length)) => {
                    self.not_utf8_at.get_or_insert(self.read + used as u64);
                    used += length;
                }
            }
        }
        used
    }

    /// The encoding that the bytes fit best.
    ///
    /// # Errors
    /// Says that it is none that is read.
    pub(super) fn finish(mut self) -> Result<TextEncoding, Fault> {
        if !self.cut.is_empty() {
            self.not_utf8_at.get_or_insert(self.read);
        }
        let head = self.head.as_slice();
        if head.starts_with(&[0xFF, 0xFE, 0, 0]) || head.starts_with(&[0, 0, 0xFE, 0xFF]) || is_wide(head) {
            return Err(Fault::Utf32);
        }
        if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            let sound = self.not_utf8_at.is_none();
            return Ok(if sound { TextEncoding::Utf8 { mark: 3 } } else { TextEncoding::Decoded(UTF_8) });
        }
        if head.starts_with(&[0xFF, 0xFE]) {
            return Ok(TextEncoding::Decoded(UTF_16LE));
        }
        if head.starts_with(&[0xFE, 0xFF]) {
            return Ok(TextEncoding::Decoded(UTF_16BE));
        }
        if let Some(encoding) = evident_utf16(head) {
            return Ok(TextEncoding::Decoded(encoding));
        }
        Ok(match self.not_utf8_at {
            None => TextEncoding::Utf8 { mark: 0 },
            // Text in two encodings: the rows that are not UTF-8 are rejected one by one.
            Some(_) if self.surely_utf8 => TextEncoding::Decoded(UTF_8),
            Some(_) => TextEncoding::Decoded(WINDOWS_1252),
        })
    }
}

/// Whether a character beyond ASCII, read as UTF-8, can hardly be Windows-1252 text instead: there it would be a
/// capital followed by something other than closing punctuation, as in `Ã©`.
fn is_surely_utf8(c: char) -> bool {
    let mut bytes = [0; 4];
    let bytes = c.encode_utf8(&mut bytes).as_bytes();
    bytes.len() > 1 && !matches!(bytes, [0xC4..=0xDF, 0x85 | 0x91..=0x94 | 0x96 | 0x97 | 0xA0 | 0xBB])
}

/// Whether of every four bytes the same three are nearly always zero, as in Latin text in UTF-32; a file padded with
/// zero bytes is none.
fn is_wide(head: &[u8]) -> bool {
    let fours = head.len() / 4;
    let zeros = |place: usize| head.iter().skip(place).step_by(4).filter(|&&byte| byte == 0).count();
    let mostly = |place: usize| zeros(place) * 10 >= fours * 7;
    fours >= 4
        && mostly(1)
        && mostly(2)
        && ((mostly(3) && zeros(0) * 10 < fours) || (mostly(0) && zeros(3) * 10 < fours))
}

/// UTF-16 without a mark: nearly every other byte is zero, all on one side.
fn evident_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |side: usize| head.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    if pairs < 4 {
        None
    } else if second * 10 >= pairs * 7 && first == 0 {
        Some(UTF_16LE)
    } else if first * 10 >= pairs * 7 && second == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Reads bytes of another encoding as UTF-8; what can't be decoded becomes U+FFFD, which rejects its row.
pub(super) struct Transcoded<R> {
    input: R,
    decoder: Decoder,
    block: Vec<u8>,
    /// The block as UTF-8, and how much of it has been read.
    decoded: Vec<u8>,
    given: usize,
    done: bool,
}

impl<R: Read> Transcoded<R> {
    /// Reads `input`, which is in `encoding`.
    pub(super) fn new(input: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { input, decoder, block: vec![0; 64 * 1024], decoded: Vec::new(), given: 0, done: false }
    }

    /// Reads `input`, which is UTF-8, sound or not.
    pub(super) fn unicode(input: R) -> Self {
        Self::new(input, UTF_8)
    }

    fn decode_block(&mut self) -> io::Result<()> {
        let read = self.input.read(&mut self.block)?;
        self.done = read == 0;
        let mut source = self.block.get(..read).unwrap_or_default();
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(4 * read + 16);
        self.decoded.clear();
        self.decoded.resize(room, 0);
        let mut written = 0;
        loop {
            let out = self.decoded.get_mut(written..).unwrap_or_default();
            let (result, used, wrote, _) = self.decoder.decode_to_utf8(source, out, self.done);
            written += wrote;
            source = source.get(used..).unwrap_or_default();
            match result {
                CoderResult::InputEmpty => break,
                CoderResult::OutputFull => self.decoded.resize(self.decoded.len() + 64, 0),
            }
        }
        self.decoded.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.decoded.len() {
            if self.done {
                return Ok(0);
            }
            self.decode_block()?;
        }
        let mut rest = self.decoded.get(self.given..).unwrap_or_default();
        let read = rest.read(out)?;
        self.given += read;
        Ok(read)
    }
}

impl TextEncoding {
    /// The encoding that browsers know by this name.
    pub(super) fn labelled(name: &str) -> Option<Self> {
        Encoding::for_label(name.as_bytes()).filter(|found| *found != REPLACEMENT).map(Self::Decoded)
    }

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 { .. } => UTF_8.name(),
            Self::Decoded(encoding) => encoding.name(),
            Self::Dos(page) => page.name,
            Self::Twice => "utf-8-twice",
        }
    }

    /// That of old Macs.
    pub(super) const MAC: Self = Self::Decoded(MACINTOSH);
    /// What detection takes a text for that is no Unicode.
    pub(super) const WINDOWS: Self = Self::Decoded(WINDOWS_1252);
    /// That of Windows in central Europe.
    pub(super) const CENTRAL_EUROPE: Self = Self::Decoded(WINDOWS_1250);
    /// The same by the older standard.
    pub(super) const LATIN_2: Self = Self::Decoded(ISO_8859_2);
    /// UTF-8, sound or not.
    pub(super) const UTF_8: Self = Self::Decoded(UTF_8);

    /// The encoding whose mark the bytes begin with, and its name.
    pub(super) fn marked(start: &[u8]) -> Option<(Self, &'static str)> {
        let (found, _) = Encoding::for_bom(start)?;
        Some((Self::Decoded(found), if found == UTF_8 { "UTF-8" } else { "UTF-16" }))
    }

    /// What the bytes say, where each is a character.
    pub(super) fn text_of(self, bytes: &[u8]) -> String {
        match self {
            Self::Decoded(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Dos(page) => {
                let table = page.table();
                bytes.iter().map(|&byte| decoded(&table, byte)).collect()
            }
            Self::Utf8 { .. } | Self::Twice => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// The bytes of a text in Windows-1252; `None` where it has a character that is none of it.
pub(super) fn windows_bytes(text: &str) -> Option<Vec<u8>> {
    let (bytes, _, is_unmappable) = WINDOWS_1252.encode(text);
    (!is_unmappable).then(|| bytes.into_owned())
}

/// Reads bytes of a code page as UTF-8.
pub(super) struct FromCodePage<R> {
    input: R,
    table: Vec<char>,
    block: Vec<u8>,
    decoded: String,
    given: usize,
}

impl<R: Read> FromCodePage<R> {
    /// Reads `input`, which is in `page`.
    pub(super) fn new(input: R, page: &CodePage) -> Self {
        Self { input, table: page.table(), block: vec![0; 64 * 1024], decoded: String::new(), given: 0 }
    }
}

impl<R: Read> Read for FromCodePage<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.decoded.len() {
            let read = self.input.read(&mut self.block)?;
            let bytes = self.block.get(..read).unwrap_or_default();
            self.decoded.clear();
            self.decoded.extend(bytes.iter().map(|&byte| decoded(&self.table, byte)));
            self.given = 0;
        }
        let mut rest = self.decoded.as_bytes().get(self.given..).unwrap_or_default();
        let read = rest.read(out)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding_of(bytes: &[u8]) -> Result<TextEncoding, Fault> {
        // Small blocks cut characters in two.
        let mut scan = EncodingScan::default();
        bytes.chunks(3).for_each(|block| scan.take(block));
        scan.finish()
    }

    fn wide(text: &str, big_end: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big_end { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn the_encoding_is_told_from_the_bytes() {
        let cases: Vec<(Vec<u8>, TextEncoding)> = vec![
            (b"plain".to_vec(), TextEncoding::Utf8 { mark: 0 }),
            ("caf\u{e9}, \u{20ac}".into(), TextEncoding::Utf8 { mark: 0 }),
            ("\u{feff}caf\u{e9}".into(), TextEncoding::Utf8 { mark: 3 }),
            (b"\xEF\xBB\xBFcaf\xE9!".to_vec(), TextEncoding::Decoded(UTF_8)),
            (b"caf\xE9, \x80 5".to_vec(), TextEncoding::Decoded(WINDOWS_1252)),
            (b"CAF\xC9\x92S caf\xE9.".to_vec(), TextEncoding::Decoded(WINDOWS_1252)),
            (b"caf\xC3\xA9 and caf\xE9.".to_vec(), TextEncoding::Decoded(UTF_8)),
            (b"cut caf\xC3".to_vec(), TextEncoding::Decoded(WINDOWS_1252)),
            (wide("\u{feff}name", false), TextEncoding::Decoded(UTF_16LE)),
            (wide("\u{feff}name", true), TextEncoding::Decoded(UTF_16BE)),
            (wide("employee,n\u{142}me", false), TextEncoding::Decoded(UTF_16LE)),
            (wide("employee,name", true), TextEncoding::Decoded(UTF_16BE)),
            ([b"name,date\n1,2\n".to_vec(), vec![0; 500]].concat(), TextEncoding::Utf8 { mark: 0 }),
        ];
        for (bytes, expected) in cases {
            assert_eq!(encoding_of(&bytes), Ok(expected), "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn what_fits_no_encoding_is_refused() {
        let utf32: Vec<u8> = "employee".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for bytes in [b"\xFF\xFE\0\0a\0\0\0".to_vec(), b"\0\0\xFE\xFF\0\0\0a".to_vec(), utf32] {
            assert!(encoding_of(&bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn decoded_text_equals_what_was_written_however_it_is_cut() {
        let text = "n\u{e9}e \u{20ac} \u{1F600} ".repeat(40_000);
        let mut buffered = String::new();
        Transcoded::new(wide(&text, true).as_slice(), UTF_16BE).read_to_string(&mut buffered).unwrap();
        assert_eq!(buffered, text);
    }
}
