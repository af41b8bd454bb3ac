//! One file, read from its first byte to what its rows come to.

use std::ops::ControlFlow;
use std::path::Path;

use super::abreast::Abreast;
use super::further_sheets;
use super::pass::{FileRead, ReadingPass};
use super::visiting::{choose_shape, content_hash, visit_rows};
use crate::files::Links;
use crate::import::columns::headers::Headers;
use crate::import::kinds::imported_kind::ImportedKind;
use crate::import::messages::Warning;
use crate::import::run::progress::ImportStep;
use crate::import::{CheckContext, ImportError, ReadOptions, Remark};
use crate::tabular::{Format, Shape, SourceFile};

/// Reads the file at `path` and has every row below its header checked as those of its kind are.
pub(in crate::import) fn read_rows<K: ImportedKind>(
    path: &Path,
    options: &ReadOptions,
    known: &CheckContext<'_>,
) -> Result<FileRead<K>, ImportError> {
    let source = SourceFile::look(path, options.links, &options.limits, options.encoding)?;
    let headers = Headers::of(K::KIND, options)?.or_matrix(known.policy, options.cells);
    let shape = choose_shape(&source, options, &headers)?;
    // How much text is packed into a spreadsheet can't be told.
    let size = if matches!(shape, Shape::Csv(..)) { source.size } else { 0 };
    options.progress.begin(ImportStep::Reading, size);
    let mut read = std::thread::scope(|threads| {
        let pass = ReadingPass::<K>::new(&source, &shape, &headers, options, known);
        let mut rows = Abreast::new(threads, pass);
        let visited = visit_rows(&source, &shape, &options.limits, &mut |row| {
            rows.take(row).map(ControlFlow::Continue)
        });
        // What stands above a fault of the file is judged first.
        let pass = rows.finish()?;
        let visited = visited?;
        let mut read = pass.finish(&visited)?;
        read.checked.further_sheets = further_sheets::with_lists(&source, options, &headers, &visited);
        Ok::<_, ImportError>(read)
    })?;
    let checked = &mut read.checked;
    if let (Some(sheet), Format::Csv(_)) = (&options.sheet, source.format) {
        let warning = Warning::NoSheets { name: sheet.clone() };
        checked.warnings.insert(0, Remark::warning(1, "", "", &warning));
    }
    if !checked.further_sheets.is_empty() {
        let warning = Warning::FurtherSheets { sheets: checked.further_sheets.join(", ") };
        checked.warnings.insert(0, Remark::warning(checked.header_line, "", "", &warning));
    }
    checked.hash.push_str(&read_otherwise(options)?);
    if options.encoding.is_some() && !matches!(source.format, Format::Csv(_)) {
        checked.warnings.insert(0, Remark::warning(1, "", "", &Warning::NoEncoding));
    }
    if options.cells.is_some() && checked.matrix.is_none() {
        checked.warnings.insert(0, Remark::warning(1, "", "", &Warning::NoMatrix));
    }
    Ok(read)
}

/// What a file's hash ends in where it is read in another way than by itself: read otherwise it is another file.
fn read_otherwise(options: &ReadOptions) -> Result<String, ImportError> {
    let maps = [&options.usual_map, &options.map].into_iter().flatten();
    let maps = maps.map(|map| Ok(format!(" map {}", content_hash(map, Links::Followed)?)));
    let maps: String = maps.collect::<Result<_, ImportError>>()?;
    let start = options.start_on.map(|day| format!(" start {day}"));
    let cells = options.cells.map(|cells| format!(" cells {cells:?}"));
    let encoding = options.encoding.map(|encoding| format!(" encoding {encoding}"));
    let sheet = options.sheet.as_ref().map(|sheet| format!(" sheet {sheet}"));
    Ok([cells, encoding, sheet, start].into_iter().flatten().collect::<String>() + &maps)
}
