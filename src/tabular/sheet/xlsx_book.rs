//! What an Office Open XML workbook says about its sheets: their names and parts, the strings they share, and which
//! cell formats show dates.

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::super::fault::{Fault, damaged};
use super::super::xml::{Event, attribute};
use super::super::zipped::ZipParts;
use super::cells::Epoch;
use super::choice::SheetEntry;
use super::formats::{NumberDisplay, builtin, written_out};
use super::strings::{Strings, add_rich_text};

/// What was read of the workbook besides its sheets.
#[derive(Debug, Default)]
pub(super) struct XlsxBook {
    /// The sheets in order, each with the name of its part.
    pub(super) sheets: Vec<(SheetEntry, String)>,
    pub(super) epoch: Epoch,
    pub(super) strings: Strings,
    /// How numbers are shown, by cell format.
    pub(super) shows: Vec<NumberDisplay>,
}

/// Which part stands in which relation to another: by the relation's id, the last step of its type and the target.
type Relations = HashMap<String, (String, String)>;

impl XlsxBook {
    pub(super) fn read<R: Read + Seek>(parts: &mut ZipParts<R>) -> Result<Self, Fault> {
        let package = relations(parts, "_rels/.rels", "")?;
        let workbook = package.into_values().find(|(kind, _)| kind == "officeDocument");
        let workbook = workbook.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, target)| target);
        let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let related = relations(parts, &format!("{folder}/_rels/{name}.rels"), folder)?;
        let mut book = Self::default();
        book.read_workbook(parts, &workbook, &related)?;
        let part =
            |kind: &str| related.values().find(|(of, _)| of == kind).map(|(_, target)| target.as_str());
        book.read_strings(parts, part("sharedStrings").unwrap_or("xl/sharedStrings.xml"))?;
        book.read_formats(parts, part("styles").unwrap_or("xl/styles.xml"))?;
        Ok(book)
    }

    fn read_workbook<R: Read + Seek>(
        &mut self,
        parts: &mut ZipParts<R>,
        path: &str,
        related: &Relations,
    ) -> Result<(), Fault> {
        let mut xml = parts.xml(path)?.ok_or_else(|| damaged(format!("{path} is missing")))?;
        loop {
            match xml.more()? {
                Event::Start(element) if element.local_name().as_ref() == "sheet" => {
                    let name = attribute(&element, "name")?.unwrap_or_default().into_owned();
                    let state = attribute(&element, "state")?;
                    let id = attribute(&element, "r:id")?.or(attribute(&element, "id")?).unwrap_or_default();
                    let Some((kind, part)) = related.get(id.as_ref()) else { continue };
                    let is_visible = kind == "worksheet"
                        && state.is_none_or(|state| !state.to_lowercase().ends_with("hidden"));
                    self.sheets.push((SheetEntry { name, is_visible }, part.clone()));
                }
                Event::Start(element) if element.local_name().as_ref() == "workbookPr" => {
                    if let Some(value) = attribute(&element, "date1904")? {
                        let is_1904 = matches!(value.as_ref(), "1" | "true" | "on");
                        self.epoch = if is_1904 { Epoch::Y1904 } else { Epoch::Y1900 };
                    }
                }
                Event::End(element) if element.local_name().as_ref() == "workbook" => return Ok(()),
                _ => {}
            }
        }
    }

    fn read_strings<R: Read + Seek>(&mut self, parts: &mut ZipParts<R>, path: &str) -> Result<(), Fault> {
        let Some(mut xml) = parts.xml(path)? else { return Ok(()) };
        loop {
            match xml.more()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    self.strings.add(|text| add_rich_text(&mut xml, "si", text))?;
                }
                Event::End(element) if element.local_name().as_ref() == "sst" => return Ok(()),
                _ => {}
            }
        }
    }

    fn read_formats<R: Read + Seek>(&mut self, parts: &mut ZipParts<R>, path: &str) -> Result<(), Fault> {
        let Some(mut xml) = parts.xml(path)? else { return Ok(()) };
        let mut own: HashMap<u32, NumberDisplay> = HashMap::new();
        let mut in_cell_formats = false;
        loop {
            match xml.more()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(&element, "numFmtId")?.and_then(|id| id.parse().ok());
                        if let (Some(id), Some(code)) = (id, attribute(&element, "formatCode")?) {
                            own.insert(id, written_out(&code));
                        }
                    }
                    "cellXfs" => in_cell_formats = true,
                    "xf" if in_cell_formats => {
                        let id = attribute(&element, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                        self.shows.push(own.get(&id).cloned().unwrap_or_else(|| builtin(id)));
                    }
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "cellXfs" => in_cell_formats = false,
                    "styleSheet" => return Ok(()),
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

/// The relations that a part lists, targets made names of parts; none where there is no such part.
fn relations<R: Read + Seek>(parts: &mut ZipParts<R>, path: &str, folder: &str) -> Result<Relations, Fault> {
    let Some(mut xml) = parts.xml(path)? else { return Ok(Relations::new()) };
    let mut found = Relations::new();
    loop {
        match xml.more()? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let said = |name| Ok(attribute(&element, name)?.unwrap_or_default().into_owned());
                let (id, kind, target): (String, String, String) =
                    (said("Id")?, said("Type")?, said("Target")?);
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                found.insert(id, (kind, part_name(folder, &target)));
            }
            Event::End(element) if element.local_name().as_ref() == "Relationships" => return Ok(found),
            _ => {}
        }
    }
}

/// The name of the part that a target means: from the top of the package, or beside the part that names it.
fn part_name(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_beside_the_part_that_names_them() {
        for (folder, target, expected) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/a", "../styles.xml", "xl/styles.xml"),
            ("", "xl\\workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(part_name(folder, target), expected);
        }
    }

    #[test]
    fn strings_are_found_by_their_number() {
        let mut strings = Strings::default();
        for word in ["a", "", "bc"] {
            strings
                .add(|text| {
                    text.push_str(word);
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!([0, 1, 2, 3].map(|index| strings.get(index)), [Some("a"), Some(""), Some("bc"), None]);
    }
}
