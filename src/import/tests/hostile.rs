//! Files made to do harm: each is refused or made harmless, in bounded memory and time.

use std::io::{Cursor, Write};

use super::*;
use crate::files::Existing;
use crate::sample::day;

mod doubled;
mod old_workbook;
mod uncomputed;

use old_workbook::xls;

const ROWS: &str = "employee_number,course,completed_on\n1001,SGC-L2,2025-11-22\n";

fn read(content: impl AsRef<[u8]>) -> Result<CheckedFile<TrainingRow>, ImportError> {
    read_within(content, Limits::default())
}

fn read_within(content: impl AsRef<[u8]>, limits: Limits) -> Result<CheckedFile<TrainingRow>, ImportError> {
    let file = ScratchFile::new("records", content);
    let options = ReadOptions { limits, ..ReadOptions::default() };
    crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known())
}

/// Why the file is refused.
fn refusal(content: impl AsRef<[u8]>) -> String {
    refusal_within(content, Limits::default())
}

fn refusal_within(content: impl AsRef<[u8]>, limits: Limits) -> String {
    let error = read_within(content, limits).unwrap_err().to_string();
    assert!(!error.contains("not built as spreadsheets are"), "a panic: {error}");
    error
}

fn zipped<C: AsRef<[u8]>>(parts: impl IntoIterator<Item = (String, C)>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_ref()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An OpenDocument file with this in its one table.
pub(super) fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"A\">{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    ods_of(&content)
}

fn ods_of(content: &str) -> Vec<u8> {
    let parts = [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)];
    zipped(parts.map(|(name, content)| (name.to_owned(), content)))
}

fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

const HEADER: [&str; 3] = ["employee_number", "course", "completed_on"];
const RECORD: [&str; 3] = ["1001", "SGC-L2", "2025-11-22"];

/// A workbook of one sheet with these rows, shared strings and styles.
fn xlsx(rows: &str, strings: &str, styles: &str) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"http://example.org/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inner: &str| format!("<Relationships>{inner}</Relationships>");
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", relations(&relation("r1", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"A\" r:id=\"r1\"/></sheets></workbook>".to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                &[
                    relation("r1", "worksheet", "sheet.xml"),
                    relation("r2", "sharedStrings", "sharedStrings.xml"),
                    relation("r3", "styles", "styles.xml"),
                ]
                .concat(),
            ),
        ),
        ("xl/sharedStrings.xml", strings.to_owned()),
        ("xl/styles.xml", styles.to_owned()),
        ("xl/sheet.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ];
    zipped(parts.map(|(name, content)| (name.to_owned(), content)))
}

fn xlsx_row(cells: &[&str]) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    format!("<row>{}</row>", cells.iter().map(cell).collect::<String>())
}

fn sound_xlsx_rows() -> String {
    xlsx_row(&HEADER) + &xlsx_row(&RECORD)
}

#[test]
fn the_files_below_are_sound_but_for_what_makes_them_hostile() {
    assert_eq!(read(xlsx(&sound_xlsx_rows(), "<sst/>", "<styleSheet/>")).unwrap().rows.len(), 1);
    assert_eq!(read(ods(&(ods_row(&HEADER) + &ods_row(&RECORD)))).unwrap().rows.len(), 1);
    assert_eq!(read(xls(&[])).unwrap().rows.len(), 1);
}

#[test]
fn what_unpacks_to_more_than_is_read_is_refused() {
    let limits = Limits { unpacked_bytes: 100_000, ..Limits::default() };
    let bomb = xlsx(&sound_xlsx_rows(), &format!("<sst>{}</sst>", " ".repeat(100_000)), "<styleSheet/>");
    assert!(bomb.len() < 5_000);
    assert!(refusal_within(bomb, limits).contains("unpacks to more"));
    // Zip files in a zip file are not opened.
    let nested = zipped([("inner.zip".to_owned(), zipped([("a".to_owned(), "0".repeat(1_000))]))]);
    assert!(refusal(nested).contains("is a zip file, not a spreadsheet"));
    let many = zipped((0..10_001).map(|part| (format!("part{part}"), "")));
    assert!(refusal(many).contains("more than 10000 parts"));
}

#[test]
fn the_same_text_in_many_cells_is_refused_before_it_fills_the_memory() {
    let limits = Limits { csv_bytes: 10_000_000, ..Limits::default() };
    let long = "x".repeat(100_000);
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(200);
    let shared = xlsx(
        &(sound_xlsx_rows() + &format!("<row>{cells}</row>")),
        &format!("<sst><si><t>{long}</t></si></sst>"),
        "<styleSheet/>",
    );
    let cell = format!(
        "<table:table-row table:number-rows-repeated=\"1000\"><table:table-cell office:value-type=\"string\" \
         table:number-columns-repeated=\"1000\"><text:p>{long}</text:p></table:table-cell></table:table-row>"
    );
    let repeated = ods(&(ods_row(&HEADER) + &cell));
    let label = |column: u16| [2, column, 0].iter().flat_map(|n| n.to_le_bytes()).chain([0; 4]).collect();
    let labels = xls(&(0..2_000).map(|column| (0x00FD, label(column))).collect::<Vec<_>>());
    for content in [shared, repeated] {
        assert!(refusal_within(&content, limits).contains("unpacks to more"));
    }
    let small = Limits { csv_bytes: 10_000, sheet_bytes: 1_000_000, ..limits };
    assert!(refusal_within(labels, small).contains("unpacks to more"));
}

#[test]
fn rows_longer_than_any_row_are_refused() {
    let long = "x".repeat(1_000_000);
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(100);
    let row = xlsx(
        &(sound_xlsx_rows() + &format!("<row>{cells}</row>")),
        &format!("<sst><si><t>{long}</t></si></sst>"),
        "<styleSheet/>",
    );
    assert!(refusal(row).contains("row 3 holds more text than any row does"));
    let mut commas = ROWS.as_bytes().to_vec();
    commas.resize(commas.len() + 1_000_000, b',');
    assert!(refusal(commas).contains("line 3 has more than the 16384 columns"));
}

#[test]
fn counts_that_a_file_declares_are_not_believed() {
    // Room for so many strings would be more memory than there is.
    let strings = "<sst count=\"9999999999999\" uniqueCount=\"9999999999999\"/>";
    assert_eq!(read(xlsx(&sound_xlsx_rows(), strings, "<styleSheet/>")).unwrap().rows.len(), 1);
    // A sheet said to go from a row behind its last.
    let mut dimensions = vec![0xFF; 12];
    dimensions.extend([0, 0]);
    assert_eq!(read(xls(&[(0x0200, dimensions)])).unwrap().rows.len(), 1);
    let spaces =
        ods_row(&HEADER) + &ods_row(&["1001", "SGC-L2", "2025-11-22<text:s text:c=\"4000000000\"/>"]);
    assert_eq!(read(ods(&spaces)).unwrap().rows.len(), 1);
    for repeats in ["-1", "99999999999999999999", "x", ""] {
        let row = format!("<table:table-row table:number-rows-repeated=\"{repeats}\"/>");
        assert!(refusal(ods(&(ods_row(&HEADER) + &row))).contains("a count in it is no number"));
    }
    // Empty rows and cells to the end of all sheets cost nothing.
    let empty = "<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell \
                 table:number-columns-repeated=\"4294967295\"/></table:table-row>";
    let content = ods_row(&HEADER) + &ods_row(&RECORD) + empty;
    assert_eq!(read(ods(&content)).unwrap().rows.len(), 1);
    assert!(refusal(ods(&(content + &ods_row(&RECORD)))).contains("more than the 1048576 rows"));
    let repeated = ods_row(&RECORD)
        .replace("<table:table-row>", "<table:table-row table:number-rows-repeated=\"4000000000\">");
    assert!(refusal(ods(&(ods_row(&HEADER) + &repeated))).contains("more than the 1048576 rows"));
    let times = |times: u32| {
        let rows = format!("<table:table-row table:number-rows-repeated=\"{times}\">");
        ods(&(ods_row(&HEADER) + &ods_row(&RECORD).replace("<table:table-row>", &rows)))
    };
    assert_eq!(read(times(1_000)).map(|checked| (checked.rows.len(), checked.repeats)).unwrap(), (1, 999));
    assert!(refusal(times(1_000_000)).contains("has row 2 1000000 times"));
    // Filled down to the last row of the sheet.
    assert_eq!(read(times(1_048_575)).map(|checked| (checked.rows.len(), checked.repeats)).unwrap(), (1, 0));
    let far = sound_xlsx_rows() + "<row r=\"1048577\"><c><v>1</v></c></row>";
    assert!(refusal(xlsx(&far, "<sst/>", "<styleSheet/>")).contains("more than the 1048576 rows"));
    let merged = xlsx(
        &(sound_xlsx_rows()
            + "</sheetData><mergeCells><mergeCell ref=\"A1:C4000000000\"/></mergeCells><sheetData>"),
        "<sst/>",
        "<styleSheet/>",
    );
    assert!(refusal(merged).contains("more cells are merged"));
}

#[test]
fn zeros_and_letters_that_an_open_document_shows_are_read() {
    let cell = |value: &str, shown: &str| {
        format!(
            "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"{value}\">\
             <text:p>{shown}</text:p></table:table-cell>{}",
            ods_row(&RECORD[1..]).trim_start_matches("<table:table-row>")
        )
    };
    let shown = [("123", "00123"), ("124", "0099"), ("125", "125.00"), ("126", "126A"), ("127", "12/7")];
    let rows: String = shown.iter().map(|(value, shown)| cell(value, shown)).collect();
    let checked = read(ods(&(ods_row(&HEADER) + &rows))).unwrap();
    let numbers: Vec<&str> = checked.rows.iter().map(|(_, row)| &*row.employee_number).collect();
    assert_eq!(numbers, ["00123", "124", "125", "126A", "12/7"]);
}

#[test]
fn styles_are_read_for_dates_alone() {
    // Each format with the font's name in it would fill the memory.
    let font = format!("<fonts><font><name val=\"{}\"/></font></fonts>", "x".repeat(1_000_000));
    let formats = "<xf fontId=\"0\" numFmtId=\"14\"/>".repeat(10_000);
    let styles = format!("<styleSheet>{font}<cellXfs>{formats}</cellXfs></styleSheet>");
    let rows = xlsx_row(&HEADER)
        + "<row><c><v>1001</v></c><c t=\"str\"><v>SGC-L2</v></c><c s=\"9999\"><v>45983</v></c></row>";
    let checked = read(xlsx(&rows, "<sst/>", &styles)).unwrap();
    assert_eq!(checked.rows[0].1.completed_on, day("2025-11-22"));
}

#[test]
fn entities_do_not_expand() {
    let laughs = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let external = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>";
    for document in [laughs, external] {
        let strings = format!("{document}<sst><si><t>&b;</t></si></sst>");
        assert!(refusal(xlsx(&sound_xlsx_rows(), &strings, "<styleSheet/>")).contains("names an entity"));
        let table = format!("<table:table table:name=\"A\">{}</table:table>", ods_row(&["&b;"]));
        assert!(refusal(ods_of(&format!("{document}<a>{table}</a>"))).contains("names an entity"));
    }
}

#[test]
fn documents_that_end_in_the_middle_or_nest_without_end_are_refused() {
    let table = format!("<a><table:table table:name=\"A\">{}", ods_row(&HEADER));
    for tail in [
        "",
        "<table:table-row>",
        "<table:table-row><table:table-cell>",
        "<table:table-row><table:table-cell office:value-type=\"string\"><office:annotation><text:p>",
    ] {
        assert!(refusal(ods_of(&format!("{table}{tail}"))).contains("ends too early"), "{tail}");
    }
    for cut in ["<worksheet><sheetData><row><c><v>1", "<worksheet><sheetData>", ""] {
        let archive = xlsx("", "<sst/>", "<styleSheet/>");
        let mut parts = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        let names: Vec<String> = parts.file_names().map(|name| name.unwrap().into_owned()).collect();
        let parts = names.into_iter().map(|name| {
            let content = if name == "xl/sheet.xml" {
                cut.to_owned()
            } else {
                std::io::read_to_string(parts.by_name(&name).unwrap()).unwrap()
            };
            (name, content)
        });
        let parts: Vec<(String, String)> = parts.collect();
        assert!(refusal(zipped(parts)).contains("ends too early"), "{cut}");
    }
    let deep = format!("<a>{}", "<b>".repeat(1_000_000));
    assert!(refusal(ods_of(&deep)).contains("nested too deep"));
    assert!(refusal(xlsx(&deep, "<sst/>", "<styleSheet/>")).contains("nested too deep"));
}

#[test]
fn a_cell_of_five_megabytes_and_rows_of_two_thousand_columns_harm_nobody() {
    let long = "x".repeat(5_000_000);
    let header = "employee_number,course,completed_on,provider";
    let csv = format!("{header}\n1001,SGC-L2,2025-11-22,{long}\n1002,SGC-L2,2025-11-22,\n");
    let rows = |rows: [&[&str]; 3], row: fn(&[&str]) -> String| rows.map(row).concat();
    let table: [&[&str]; 3] = [
        &["employee_number", "course", "completed_on", "provider"],
        &["1001", "SGC-L2", "2025-11-22", &long],
        &["1002", "SGC-L2", "2025-11-22"],
    ];
    for content in [
        csv.into_bytes(),
        xlsx(&rows(table, xlsx_row), "<sst/>", "<styleSheet/>"),
        ods(&rows(table, ods_row)),
    ] {
        let checked = read(content).unwrap();
        assert_eq!((checked.rows.len(), faults(&checked)), (1, vec![(2, "provider")]));
        assert_eq!(checked.rejected[0].value.chars().count(), 101, "cut for the remark");
    }
    let wide: Vec<String> = (0..2_000).map(|column| format!("column {column}")).collect();
    let wide = format!(
        "employee_number,course,completed_on,{}\n1001,SGC-L2,2025-11-22{}\n",
        wide.join(","),
        ",x".repeat(2_000)
    );
    let checked = read(wide).unwrap();
    assert_eq!((checked.rows.len(), checked.ignored_columns.len()), (1, 2_000));
}

#[test]
fn control_characters_and_headers_in_addresses_reject_their_row() {
    let header = "employee_number,last_name,start_date,email\n";
    for (name, address, is_taken) in [
        ("Ito", "ann@example.org", true),
        ("I\u{202e}to\u{200b}", "ann@example.org", true),
        ("I\0to", "ann@example.org", false),
        ("I\u{1b}[31mto", "ann@example.org", false),
        ("I\u{8}to", "ann@example.org", false),
        ("Ito", "ann@example.org\r\nBcc: all@example.org", false),
        ("Ito", "ann@example.org\nBcc: all", false),
        ("Ito", "ann@example.org\u{2028}Bcc: all", false),
        ("Ito", "ann@example.org, ben@example.org", false),
        ("Ito", "Ann <ann@example.org>, ben@example.org", false),
        ("Ito", "ann@example.org\u{0}", false),
    ] {
        let checked = staff(format!("{header}1,\"{name}\",2020-01-01,\"{address}\"\n")).unwrap();
        assert_eq!(checked.rows.len(), usize::from(is_taken), "{name:?} {address:?}");
        for (_, row) in &checked.rows {
            assert_eq!(
                (row.person.last_name.as_str(), row.person.email.as_str()),
                ("Ito", "ann@example.org")
            );
        }
    }
}

#[test]
fn formulas_are_text_and_leave_only_neutralised() {
    let content =
        "employee_number,last_name,start_date,unit\n1,=HYPERLINK(1),2020-01-01,\n2,\"@SUM(1)\",never,+1\n";
    let file = ScratchFile::new("staff.csv", content);
    let checked = staff_in(file.path()).unwrap();
    assert_eq!(checked.rows[0].1.person.last_name, "=HYPERLINK(1)");
    let target = write_rejected_of(&file, &checked).unwrap();
    assert!(std::fs::read_to_string(target).unwrap().contains("2,'@SUM(1),never,'+1,"));
}

#[test]
fn names_of_files_and_sheets_can_not_command_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x\n\u{1b}[2J\u{202e}.csv");
    std::fs::write(&path, "nothing").unwrap();
    let error =
        crate::import::read::<StaffLists>(&path, &ReadOptions::default(), &TestContext::new().known())
            .unwrap_err()
            .to_string();
    assert!(error.contains("x\\u{a}\\u{1b}[2J\\u{202e}.csv"), "{error}");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("..\u{1b}(x)\u{202e}").unwrap();
    let file = ScratchFile::new("a.xlsx", workbook.save_to_buffer().unwrap());
    let options = ReadOptions { sheet: Some("b\n".into()), ..ReadOptions::default() };
    let error = crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known())
        .unwrap_err()
        .to_string();
    assert!(!error.contains(|c: char| c.is_control() || c == '\u{202e}'), "{error:?}");
}

#[test]
#[cfg(unix)]
fn rejected_rows_leave_a_link_alone_and_are_not_written_through_it() {
    use std::os::unix::fs::PermissionsExt;
    let file = ScratchFile::new("staff.csv", "employee_number,last_name,start_date\n1,Ito,never\n");
    let other = ScratchFile::new("other", "precious");
    let target = rejected_path(file.path());
    std::os::unix::fs::symlink(other.path(), &target).unwrap();
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
    let checked = staff_in(file.path()).unwrap();
    let write = |existing| write_rejected_over(existing, &file, &checked);
    for existing in [Existing::OursReplaced, Existing::Replaced] {
        assert!(write(existing).unwrap_err().to_string().contains("a symbolic link"));
        assert!(std::fs::symlink_metadata(&target).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(other.path()).unwrap(), "precious");
    }
    std::fs::remove_file(&target).unwrap();
    let metadata = std::fs::symlink_metadata(write(Existing::OursReplaced).unwrap()).unwrap();
    assert!(metadata.is_file());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640, "readable to whom the list is");
}
