//! CSV as it is written, one way wherever that is.

use std::io::{self, Write};

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// As spreadsheets write it.
    CrLf,
    /// As editors take it.
    Lf,
}

/// Writes rows of cells, quoted where they must be.
pub(crate) struct CsvWriter<W: Write>(csv::Writer<W>);

impl<W: Write> CsvWriter<W> {
    /// To `out`, whose lines end so.
    pub(crate) fn new(out: W, ends: LineEnd) -> Self {
        let terminator = match ends {
            LineEnd::CrLf => csv::Terminator::CRLF,
            LineEnd::Lf => csv::Terminator::Any(b'\n'),
        };
        Self(csv::WriterBuilder::new().terminator(terminator).from_writer(out))
    }

    /// Marks the text as UTF-8 for spreadsheets, by the byte order mark; the first of all.
    pub(crate) fn marked(mut out: W, ends: LineEnd) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        Ok(Self::new(out, ends))
    }

    /// A row.
    ///
    /// # Errors
    /// When it can't be written, or has another number of cells than the first.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
        self.0.write_record(cells).map_err(io::Error::from)
    }

    /// The end: everything is written.
    pub(crate) fn finish(self) -> io::Result<W> {
        let mut out = self.0.into_inner().map_err(csv::IntoInnerError::into_error)?;
        out.flush()?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_lines_end_as_asked() {
        for (ends, expected) in [
            (LineEnd::CrLf, "\u{feff}a,\"b,c\"\r\n\"say \"\"x\"\"\",\r\n"),
            (LineEnd::Lf, "\u{feff}a,\"b,c\"\n\"say \"\"x\"\"\",\n"),
        ] {
            let mut writer = CsvWriter::marked(Vec::new(), ends).unwrap();
            writer.row(["a", "b,c"]).unwrap();
            writer.row(["say \"x\"", ""]).unwrap();
            assert_eq!(String::from_utf8(writer.finish().unwrap()).unwrap(), expected);
        }
    }

    #[test]
    fn a_row_of_another_width_is_an_error() {
        let mut writer = CsvWriter::new(Vec::new(), LineEnd::Lf);
        writer.row(["a", "b"]).unwrap();
        assert!(writer.row(["a"]).is_err());
    }
}
