//! Zip files: which spreadsheet one is, and its parts, counted before anything of it is trusted (spec 3.7, *Limits*).

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use zip::read::ZipFile;
use zip::result::ZipError;

use super::fault::Fault;
use super::format::Format;
use super::limits::Limits;
use super::xml::Xml;

/// The most parts of a workbook.
const MOST_PARTS: usize = 10_000;

/// The parts by which other documents are known that are zip files.
const DOCUMENTS: [(&str, &str); 3] = [
    ("word/document.xml", "a word processor's file"),
    ("ppt/presentation.xml", "a presentation"),
    ("index/document.iwa", "a document of Apple's Numbers, Pages or Keynote"),
];
/// How much is read of what an OpenDocument file says that it is, in bytes.
const LONGEST_TYPE: u64 = 200;

/// Which spreadsheet a zip file is; everything in it is unpacked once and counted, because sizes that a hostile file
/// declares are not to be believed.
pub(super) fn unpacked_format(file: &File, limits: &Limits) -> Result<Format, Fault> {
    refuse_many_parts(file)?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?.take(limits.unpacked_bytes - unpacked + 1);
        let left = entry.limit();
        io::copy(&mut entry, &mut io::sink()).map_err(unreadable)?;
        unpacked += left - entry.limit();
        if unpacked > limits.unpacked_bytes {
            let most = (limits.unpacked_bytes / 1_000_000).to_string();
            return Err(Fault::UnpacksTooLarge { most });
        }
    }
    let mut parts = ZipParts::of(archive)?;
    if parts.has("xl/workbook.bin") {
        Err(Fault::BinaryWorkbook)
    } else if let Some((_, what)) = DOCUMENTS.iter().find(|(part, _)| parts.has(part)) {
        Err(Fault::NoSheet { what: (*what).into() })
    } else if parts.has("[content_types].xml") {
        Ok(Format::Xlsx)
    } else if parts.has("content.xml") && parts.has("mimetype") {
        match parts.type_said().filter(|said| said.contains("opendocument.") && !said.contains("spreadsheet"))
        {
            Some(_) => Err(Fault::NoSheet { what: "a document that is no spreadsheet".into() }),
            None => Ok(Format::Ods),
        }
    } else {
        Err(Fault::Packed { what: "a zip file".into() })
    }
}

/// Refuses a file with more parts than a workbook has before they are listed in memory.
fn refuse_many_parts(mut file: &File) -> Result<(), Fault> {
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut block = vec![0; 256 * 1024];
    let mut parts = 0;
    loop {
        let read = file.read(&mut block).map_err(unreadable)?;
        if read == 0 {
            return Ok(());
        }
        let listed = block.get(..read).unwrap_or_default().windows(4).filter(|bytes| *bytes == b"PK\x01\x02");
        parts += listed.count();
        if parts > MOST_PARTS {
            return Err(Fault::DamagedZip { why: format!("more than {MOST_PARTS} parts") });
        }
    }
}

fn damaged(error: ZipError) -> Fault {
    Fault::DamagedZip { why: error.to_string() }
}

fn unreadable(error: io::Error) -> Fault {
    Fault::DamagedZip { why: error.to_string() }
}

/// The parts of a workbook by name; the case does not count, and neither does which way slashes lean.
pub(super) struct ZipParts<R> {
    archive: zip::ZipArchive<R>,
    places: HashMap<String, usize>,
}

impl<R: Read + Seek> ZipParts<R> {
    /// Opens a workbook.
    pub(super) fn open(file: R) -> Result<Self, Fault> {
        Self::of(zip::ZipArchive::new(file).map_err(damaged)?)
    }

    fn of(archive: zip::ZipArchive<R>) -> Result<Self, Fault> {
        let mut places = HashMap::new();
        for (place, name) in archive.file_names().enumerate() {
            places.insert(normalised(&name.map_err(damaged)?), place);
        }
        Ok(Self { archive, places })
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&normalised(name))
    }

    /// What an OpenDocument file says that it is; `None` where that can't be read.
    fn type_said(&mut self) -> Option<String> {
        let place = *self.places.get("mimetype")?;
        let mut said = String::new();
        self.archive.by_index(place).ok()?.take(LONGEST_TYPE).read_to_string(&mut said).ok()?;
        Some(said)
    }

    /// The part with this name, unpacked as it is read; `None` where there is none.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<Xml<BufReader<ZipFile<'_, R>>>>, Fault> {
        let Some(place) = self.places.get(&normalised(name)) else { return Ok(None) };
        let part = self.archive.by_index(*place).map_err(damaged)?;
        Ok(Some(Xml::new(BufReader::with_capacity(64 * 1024, part))))
    }
}

fn normalised(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}
