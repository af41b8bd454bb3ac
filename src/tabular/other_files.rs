//! Files that are neither text nor spreadsheets, known by how they begin.

use super::fault::Fault;

/// How files begin into which others are packed, and what they are.
const PACKED: [(&[u8], &str); 8] = [
    (&[0x1F, 0x8B], "a gzip file"),
    (&[0x1F, 0x9D], "a compressed file"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z file"),
    (b"Rar!\x1A\x07", "a RAR file"),
    (b"\xFD7zXZ\0", "an xz file"),
    (&[0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
    (b"MSCF\0", "a cabinet file"),
    (b"LZIP\x01", "an lzip file"),
];
/// The same of one that begins with a mark and, behind a digit, with another.
const BZIP2: (&[u8], &[u8]) = (b"BZh", b"1AY&SY");
/// What stands at this place of a tar file.
const TAR: (usize, &[u8]) = (257, b"ustar");
/// How other files begin that hold no list.
const OTHERS: [(&[u8], &str); 9] = [
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"\0\x01\0\0Standard ", "a database"),
    (b"%!PS", "a PostScript document"),
    (b"MZ\x90\0", "a program"),
    (b"\x7FELF", "a program"),
];
/// The same of files of text, in small letters, behind blanks.
const OF_TEXT: [(&str, &str); 6] = [
    ("%pdf-", "a PDF"),
    ("<!doctype", "a web page"),
    ("<html", "a web page"),
    ("<table", "a web page"),
    ("<?xml", "an XML file"),
    ("{\\rtf", "a word processor's file"),
];

/// Why a file that begins so holds no rows; `None` where it may.
pub(super) fn refusal(start: &[u8]) -> Option<Fault> {
    let begins = |(mark, _): &&(&[u8], &str)| start.starts_with(mark);
    let is_bzip2 =
        || start.starts_with(BZIP2.0) && start.get(4..).is_some_and(|rest| rest.starts_with(BZIP2.1));
    let is_tar = || start.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1));
    let packed = PACKED.iter().find(begins).map(|(_, what)| *what);
    let packed =
        packed.or_else(|| is_bzip2().then_some("a bzip2 file")).or_else(|| is_tar().then_some("a tar file"));
    if let Some(what) = packed {
        return Some(Fault::Packed { what: what.into() });
    }
    let text =
        String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    let other = OTHERS.iter().find(begins).map(|(_, what)| *what);
    let other =
        other.or_else(|| OF_TEXT.iter().find(|(mark, _)| text.starts_with(mark)).map(|(_, what)| *what));
    other.map(|what| Fault::NoSheet { what: what.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_no_rows_is_told_for_what_it_is() {
        let tar = [&[b'a'; 257][..], b"ustar\0"].concat();
        for (start, expected) in [
            (&b"\x1F\x8B\x08\0\0\0"[..], "is a gzip file, not a spreadsheet: unpack it"),
            (b"7z\xBC\xAF\x27\x1C\0\x04", "is a 7z file, not a spreadsheet: unpack it"),
            (b"Rar!\x1A\x07\x01\0", "is a RAR file, not a spreadsheet: unpack it"),
            (b"BZh91AY&SY", "is a bzip2 file, not a spreadsheet: unpack it"),
            (&tar, "is a tar file, not a spreadsheet: unpack it"),
            (b"\xEF\xBB\xBF\n%PDF-1.7", "is a PDF, not a CSV file or spreadsheet: export the list"),
            (b"{\\rtf1", "is a word processor's file, not a CSV file"),
            (b"\x89PNG\r\n\x1A\n", "is a picture, not a CSV file"),
            (b"\0\x01\0\0Standard Jet DB", "is a database, not a CSV file"),
        ] {
            let told = refusal(start).map(|fault| fault.to_string()).unwrap_or_default();
            assert!(told.starts_with(expected), "{start:?}: {told}");
        }
        for start in [&b"BZh9,name"[..], b"MM,name", b"GIF,name", b"Rar!,name", b"employee_number,name", b""]
        {
            assert_eq!(refusal(start), None, "{start:?}");
        }
    }
}
