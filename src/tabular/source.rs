//! The file itself: what it is by its content, its hash, its encoding, within the limits of spec 3.7.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::encoding::{EncodingScan, FromCodePage, TextEncoding, Transcoded};
use super::fault::Fault;
use super::format::Format;
use super::limits::Limits;
use super::misread::{Misread, misread_name};
use super::other_files::refusal;
use super::read_error::ReadError;
use super::said_encoding::{FileEncoding, other_mark};
use super::twice::TakenBack;
use super::zipped::unpacked_format;
use crate::files::{self, Links};

/// A file looked at once: every reading opens it again, so that nothing of it is kept.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    links: Links,
    pub(crate) format: Format,
    /// Whether it is taken for Windows-1252 because its bytes are no Unicode: nobody said so.
    is_taken_for_windows: bool,
    /// The hash of its bytes, blake3 in hexadecimal.
    pub(crate) hash: String,
    /// How many bytes it has.
    pub(crate) size: u64,
}

/// The hash of a file's bytes by which the same file is recognised (spec 3.6): blake3 in hexadecimal.
///
/// # Errors
/// When the file can't be read.
pub(crate) fn content_hash(path: &Path, links: Links) -> Result<String, ReadError> {
    let mut hasher = blake3::Hasher::new();
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    let mut file = files::open(path, links).map_err(|error| ReadError::unopened(path, error))?;
    for_each_block(&mut file, |block| {
        hasher.update(block);
    })
    .map_err(unreadable)?;
    Ok(hasher.finalize().to_hex().to_string())
}

impl SourceFile {
    /// Looks at the whole file once: its kind, its hash and, for text, its encoding.
    /// `said` is the encoding that a text file is said to be in.
    ///
    /// # Errors
    /// When it can't be read, is too large, or is nothing that is read.
    pub(crate) fn look(
        path: &Path,
        links: Links,
        limits: &Limits,
        said: Option<FileEncoding>,
    ) -> Result<Self, ReadError> {
        let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
        let refused = |reason: Fault| ReadError::Refused { path: path.to_owned(), fault: reason };
        let mut file = files::open(path, links).map_err(|error| ReadError::unopened(path, error))?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.len() == 0 {
            return Err(refused(Fault::Empty));
        }
        let mut start = Vec::new();
        (&mut file).take(512).read_to_end(&mut start).map_err(unreadable)?;
        let packed = packed_format(&file, &start, metadata.len(), limits).map_err(refused)?;
        let limit = if packed.is_some() { limits.sheet_bytes } else { limits.csv_bytes };
        if metadata.len() > limit {
            // Rounded up: what is more than a limit must not be written like it.
            let megabytes = |bytes: u64| bytes.div_ceil(1_000_000).to_string();
            return Err(refused(Fault::TooLarge { size: megabytes(metadata.len()), most: megabytes(limit) }));
        }
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut hasher = blake3::Hasher::new();
        let mut scan = EncodingScan::default();
        for_each_block(&mut file, |block| {
            hasher.update(block);
            if packed.is_none() {
                scan.take(block);
            }
        })
        .map_err(unreadable)?;
        let format = match (packed, said) {
            (Some(format), _) => format,
            (None, Some(said)) => match other_mark(&start, said.encoding()) {
                Some(mark) => return Err(refused(Fault::OtherMark { mark: mark.into() })),
                None => Format::Csv(said.encoding()),
            },
            (None, None) => Format::Csv(scan.finish().map_err(refused)?),
        };
        let is_taken_for_windows = said.is_none() && format == Format::Csv(TextEncoding::WINDOWS);
        if is_taken_for_windows {
            file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
            if let Some(misread) = Misread::first(&mut file).map_err(unreadable)? {
                return Err(refused(misread.fault()));
            }
        }
        let (hash, size) = (hasher.finalize().to_hex().to_string(), metadata.len());
        Ok(Self { path: path.to_owned(), links, format, is_taken_for_windows, hash, size })
    }

    /// Why nothing of the file is read where this word of a name on this line is none: its encoding is another than it was taken
    /// for. `None` where nothing was taken for anything.
    pub(crate) fn misread(&self, line: u64, word: &str) -> Option<ReadError> {
        self.is_taken_for_windows.then(|| self.refused(misread_name(line, word)))
    }

    /// Opens a text file as UTF-8 without its byte order mark.
    pub(crate) fn open_text(&self, encoding: TextEncoding) -> Result<Box<dyn BufRead>, ReadError> {
        let mut file = self.open()?;
        match encoding {
            TextEncoding::Utf8 { mark } => {
                file.seek(SeekFrom::Start(mark)).map_err(|error| self.unreadable(error))?;
                Ok(Box::new(BufReader::with_capacity(256 * 1024, file)))
            }
            TextEncoding::Dos(page) => {
                Ok(Box::new(BufReader::with_capacity(256 * 1024, FromCodePage::new(file, page))))
            }
            TextEncoding::Twice => {
                let taken_back = TakenBack::new(Transcoded::unicode(file));
                Ok(Box::new(BufReader::with_capacity(256 * 1024, Transcoded::unicode(taken_back))))
            }
            TextEncoding::Decoded(encoding) => {
                Ok(Box::new(BufReader::with_capacity(256 * 1024, Transcoded::new(file, encoding))))
            }
        }
    }

    /// Opens the file as it is.
    pub(crate) fn open(&self) -> Result<File, ReadError> {
        files::open(&self.path, self.links).map_err(|error| ReadError::unopened(&self.path, error))
    }

    pub(crate) fn unreadable(&self, source: io::Error) -> ReadError {
        ReadError::Unreadable { path: self.path.clone(), source }
    }

    pub(crate) fn refused(&self, fault: Fault) -> ReadError {
        ReadError::Refused { path: self.path.clone(), fault }
    }
}

fn for_each_block(file: &mut File, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut block = vec![0; 256 * 1024];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(read) => each(block.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The spreadsheet format that the content is, if any; text otherwise.
fn packed_format(file: &File, start: &[u8], size: u64, limits: &Limits) -> Result<Option<Format>, Fault> {
    if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Ok(Some(Format::Xls));
    }
    if start.starts_with(b"PK") && matches!(start.get(2..4), Some([3, 4] | [5, 6])) {
        return if size > limits.sheet_bytes {
            Ok(Some(Format::Xlsx))
        } else {
            unpacked_format(file, limits).map(Some)
        };
    }
    refusal(start).map_or(Ok(None), Err)
}
