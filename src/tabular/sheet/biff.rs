//! The records of an Excel 97 workbook: a kind, a length, at most 64 KB; what does not fit goes on in the next.

use std::io::{BufRead, ErrorKind};

use super::super::fault::{Fault, damaged};

/// The kind of record in which the one before goes on.
const CONTINUE: u16 = 0x003C;

/// Records one after the other.
pub(super) struct BiffRecords<R> {
    input: R,
    /// The kind of the record in hand.
    pub(super) kind: u16,
    data: Vec<u8>,
    /// Where in it the reading stands.
    at: usize,
    /// The kind and length of the next record, where they were read already.
    ahead: Option<(u16, usize)>,
}

impl<R: BufRead> BiffRecords<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, kind: 0, data: Vec::new(), at: 0, ahead: None }
    }

    /// Goes to the next record, past those in which the one in hand goes on; `false` at the end.
    pub(super) fn next(&mut self) -> Result<bool, Fault> {
        loop {
            let Some(head) = self.look_ahead()? else { return Ok(false) };
            self.load(head)?;
            if head.0 != CONTINUE {
                return Ok(true);
            }
        }
    }

    /// Whether the record in hand has more to read, the records in which it goes on included.
    pub(super) fn has_more(&mut self) -> Result<bool, Fault> {
        while self.at == self.data.len() {
            match self.look_ahead()? {
                Some(head) if head.0 == CONTINUE => {
                    let kind = self.kind;
                    self.load(head)?;
                    self.kind = kind;
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn look_ahead(&mut self) -> Result<Option<(u16, usize)>, Fault> {
        if self.ahead.is_none() {
            let mut head = [0; 4];
            let mut read = 0;
            while let Some(rest) = head.get_mut(read..).filter(|rest| !rest.is_empty()) {
                match self.input.read(rest) {
                    Ok(0) => break,
                    Ok(more) => read += more,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(damaged(error)),
                }
            }
            let [kind, more_kind, length, more_length] = head;
            // Files are padded to whole sectors: what is left over is no record.
            self.ahead = (read == head.len()).then(|| {
                (u16::from_le_bytes([kind, more_kind]), u16::from_le_bytes([length, more_length]).into())
            });
        }
        Ok(self.ahead)
    }

    fn load(&mut self, (kind, length): (u16, usize)) -> Result<(), Fault> {
        self.ahead = None;
        (self.kind, self.at) = (kind, 0);
        self.data.clear();
        self.data.resize(length, 0);
        self.input.read_exact(&mut self.data).map_err(damaged)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        if self.at == self.data.len() && !self.has_more()? {
            return Err(damaged("a record is too short"));
        }
        let byte = self.data.get(self.at).copied().ok_or_else(|| damaged("a record is too short"))?;
        self.at += 1;
        Ok(byte)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.u8()?;
        }
        Ok(bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes(self.bytes()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    /// Eight bytes: a number, or what a formula came to.
    pub(super) fn eight(&mut self) -> Result<[u8; 8], Fault> {
        self.bytes()
    }

    /// How many bytes are left of the record in hand alone.
    pub(super) fn left(&self) -> usize {
        self.data.len() - self.at
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, mut count: usize) -> Result<(), Fault> {
        while count > 0 {
            if !self.has_more()? {
                return Err(damaged("a record is too short"));
            }
            let step = count.min(self.left());
            self.at += step;
            count -= step;
        }
        Ok(())
    }

    /// Adds a string that begins with its length in two bytes.
    pub(super) fn string(&mut self, to: &mut String) -> Result<(), Fault> {
        let length = self.u16()?;
        self.string_of(length.into(), to)
    }

    /// Adds a string of so many characters that begins with how it is written.
    pub(super) fn string_of(&mut self, length: usize, to: &mut String) -> Result<(), Fault> {
        let flags = self.u8()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.u16()?) };
        let pronunciation = if flags & 4 == 0 { 0 } else { self.u32()? };
        self.characters(length, flags & 1 != 0, to)?;
        self.skip(runs * 4)?;
        self.skip(usize::try_from(pronunciation).unwrap_or(usize::MAX))
    }

    /// Adds so many characters, of two bytes where they are wide; where the record goes on in the next, that says anew
    /// whether they are.
    fn characters(&mut self, mut length: usize, mut wide: bool, to: &mut String) -> Result<(), Fault> {
        let mut units: Vec<u16> = Vec::new();
        while length > 0 {
            if self.at == self.data.len() {
                if !self.has_more()? {
                    return Err(damaged("a text is cut short"));
                }
                wide = self.u8()? & 1 != 0;
                continue;
            }
            let unit = if wide { self.u16()? } else { self.u8()?.into() };
            units.push(unit);
            length -= 1;
        }
        to.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of these kinds and contents, end to end.
    fn records(records: &[(u16, &[u8])]) -> BiffRecords<std::io::Cursor<Vec<u8>>> {
        let mut bytes = Vec::new();
        for (kind, data) in records {
            bytes.extend(kind.to_le_bytes());
            bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
            bytes.extend(*data);
        }
        BiffRecords::new(std::io::Cursor::new(bytes))
    }

    #[test]
    fn a_string_goes_on_in_the_next_record_narrow_or_wide() {
        let mut records = records(&[
            (1, &[5, 0, 0, b'a', b'b']),
            (CONTINUE, &[1, b'c', 0, 0x22, 0x21]),
            (CONTINUE, &[0, b'd']),
            (2, &[7]),
        ]);
        let mut text = String::new();
        assert!(records.next().unwrap());
        records.string(&mut text).unwrap();
        assert_eq!(text, "abc\u{2122}d");
        assert!(!records.has_more().unwrap());
        assert!(records.next().unwrap());
        assert_eq!((records.kind, records.u8().unwrap()), (2, 7));
        assert!(records.u8().is_err() && !records.next().unwrap());
    }

    #[test]
    fn formatting_and_pronunciation_are_passed_over() {
        let mut records = records(&[(1, &[1, 0, 12, 1, 0, 2, 0, 0, 0, b'x', 9, 9, 9, 9, 8, 8, 5])]);
        let mut text = String::new();
        assert!(records.next().unwrap());
        records.string(&mut text).unwrap();
        assert_eq!((text.as_str(), records.u8().unwrap()), ("x", 5));
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        for cut in
            [&[(1, &[5, 0, 0, b'a'][..])][..], &[(1, &[5, 0, 8, 1, 0, b'a', b'b', b'c', b'd', b'e'][..])]]
        {
            let mut records = records(cut);
            assert!(records.next().unwrap());
            assert!(records.string(&mut String::new()).is_err());
        }
        let mut cut = BiffRecords::new(&[1, 0, 9, 0, 1][..]);
        assert!(cut.next().is_err());
    }
}
