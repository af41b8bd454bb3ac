//! The encoding that a file is said to be in (spec 3.7, `--encoding`).

use std::fmt;

use super::code_pages::{CP437, CP850, CP858};
use super::encoding::TextEncoding;

/// An encoding that somebody says a text file is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileEncoding(TextEncoding);

impl fmt::Display for FileEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FileEncoding {
    /// The encoding called so: by the names that the web uses (`windows-1252`, `iso-8859-15`, `utf-16le`), `cp437`,
    /// `cp850` and `cp858` of DOS, `macintosh`.
    ///
    /// # Errors
    /// Says which names there are.
    pub fn named(name: &str) -> Result<Self, String> {
        let plain: String = name.trim().to_lowercase().replace(['_', ' '], "-");
        Ok(Self(match plain.trim_start_matches("x-") {
            "cp437" | "ibm437" | "437" | "oem-us" => TextEncoding::Dos(&CP437),
            "cp850" | "ibm850" | "850" | "dos" | "oem" => TextEncoding::Dos(&CP850),
            "cp858" | "ibm858" | "858" => TextEncoding::Dos(&CP858),
            "mac" | "mac-roman" | "macroman" | "macintosh" => TextEncoding::MAC,
            "utf-8-twice" | "utf8-twice" => TextEncoding::Twice,
            "ansi" => TextEncoding::WINDOWS,
            _ => TextEncoding::labelled(&plain).ok_or_else(|| {
                format!(
                    "no encoding is called {name}: write utf-8, windows-1252, cp850 or cp437 (DOS), macintosh, \
                     iso-8859-15, utf-16le or another that browsers know"
                )
            })?,
        }))
    }

    pub(super) fn encoding(self) -> TextEncoding {
        self.0
    }
}

/// What bytes of a word say in the encodings that are most often taken for Windows-1252, each with its name: those in which it
/// is of letters, or the first two where it is in none.
pub(super) fn readings(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let encodings = [
        (CP850.name, TextEncoding::Dos(&CP850)),
        ("macintosh", TextEncoding::MAC),
        ("windows-1250", TextEncoding::CENTRAL_EUROPE),
        ("iso-8859-2", TextEncoding::LATIN_2),
    ];
    let mut readings = encodings.map(|(name, encoding)| (name, encoding.text_of(bytes))).to_vec();
    let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "'-.,\u{2019}".contains(c));
    if readings.iter().any(|(_, text)| is_word(text)) {
        readings.retain(|(_, text)| is_word(text));
    } else {
        readings.truncate(2);
    }
    readings
}

/// The name of the encoding whose mark the bytes begin with, where it is another than the one they are said to be in.
pub(super) fn other_mark(start: &[u8], said: TextEncoding) -> Option<&'static str> {
    let (found, name) = TextEncoding::marked(start)?;
    let is_said = said == found || (said == TextEncoding::Twice && found == TextEncoding::UTF_8);
    (!is_said).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_named_as_people_name_them() {
        for (name, encoding) in [
            ("CP850", TextEncoding::Dos(&CP850)),
            ("ibm850", TextEncoding::Dos(&CP850)),
            ("cp437", TextEncoding::Dos(&CP437)),
            ("Mac Roman", TextEncoding::MAC),
            ("macintosh", TextEncoding::MAC),
            ("windows-1252", TextEncoding::WINDOWS),
            ("cp1252", TextEncoding::WINDOWS),
            ("latin1", TextEncoding::WINDOWS),
            ("UTF-8", TextEncoding::UTF_8),
            ("utf8", TextEncoding::UTF_8),
        ] {
            assert_eq!(FileEncoding::named(name).map(|found| found.0), Ok(encoding), "{name}");
        }
        for name in ["", "utf-32", "ebcdic", "iso-2022-kr"] {
            assert!(FileEncoding::named(name).unwrap_err().contains("cp850"), "{name}");
        }
    }
}
