//! Which sheet of a workbook is read.

use super::super::fault::Fault;
use super::super::row::SheetRead;
use super::rows::Rows;

/// How many sheets are named when none fits.
const MOST_NAMED: usize = 20;

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetEntry {
    pub(super) name: String,
    /// Whether it is shown, and made of cells.
    pub(super) is_visible: bool,
}

/// The place of the sheet called `wanted`, in any case; of the first visible one where none is named. The rows are told
/// which it is.
pub(super) fn choose_sheet(
    sheets: &[SheetEntry],
    wanted: Option<&str>,
    rows: &mut Rows<'_, '_>,
) -> Result<usize, Fault> {
    let place = place_of(sheets, wanted)?;
    let name = |sheet: &SheetEntry| sheet.name.clone();
    let is_further = |sheet: &&SheetEntry| wanted.is_none() && sheet.is_visible;
    rows.sheet = sheets.get(place).map(|chosen| SheetRead {
        name: chosen.name.clone(),
        others: sheets.iter().filter(|sheet| *sheet != chosen).take(MOST_NAMED).map(name).collect(),
        further: sheets.iter().skip(place + 1).filter(is_further).map(name).collect(),
    });
    Ok(place)
}

fn place_of(sheets: &[SheetEntry], wanted: Option<&str>) -> Result<usize, Fault> {
    let found = match wanted {
        Some(name) => sheets
            .iter()
            .position(|sheet| sheet.name == name)
            .or_else(|| sheets.iter().position(|sheet| sheet.name.to_lowercase() == name.to_lowercase())),
        None => sheets.iter().position(|sheet| sheet.is_visible),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = sheets.iter().take(MOST_NAMED).map(|sheet| sheet.name.as_str()).collect();
        let sheets = names.join(", ");
        match wanted {
            Some(name) => Fault::NoSuchSheet { name: name.into(), sheets },
            None => Fault::NoVisibleSheet { sheets },
        }
    })
}
