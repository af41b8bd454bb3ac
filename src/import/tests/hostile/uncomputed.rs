//! Formulas of programs that compute nothing: what they come to is not known, which is not nothing.

use super::old_workbook::{WorkbookRecord, string, xls, xls_with_summary};
use super::*;

/// The header with an expiry behind it.
const WITH_EXPIRY: [&str; 4] = ["employee_number", "course", "completed_on", "expires_on"];

fn place(row: u16, column: u16) -> Vec<u8> {
    [row, column, 0].iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// A formula that came to these bytes.
fn formula(row: u16, column: u16, result: [u8; 8]) -> WorkbookRecord {
    (0x0006, [&place(row, column)[..], &result, &[0; 8]].concat())
}

fn text_result(text: &str) -> WorkbookRecord {
    (0x0207, string(text))
}

const TEXT: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
const EMPTY: [u8; 8] = [3, 0, 0, 0, 0, 0, 0xFF, 0xFF];

/// The expiry of the row, or why there is none.
fn expiry(content: impl AsRef<[u8]>) -> Result<Option<String>, String> {
    let checked = read(content).unwrap();
    match checked.rejected.first() {
        Some(remark) => Err(format!("{}: {}", remark.column, remark.reason)),
        None => Ok(checked.rows[0].1.expires_on.map(|day| day.to_string())),
    }
}

fn assert_uncomputed(content: impl AsRef<[u8]>, case: &str) {
    let told = expiry(content).expect_err(case);
    assert!(told.starts_with("expires_on: this formula has no stored result"), "{case}: {told}");
}

#[test]
fn a_formula_that_was_never_computed_is_not_empty_in_any_format() {
    let header = (0x0204, [place(0, 3), string("expires_on")].concat());
    let old = |more: &[WorkbookRecord]| [&[header.clone()][..], more].concat();
    assert_uncomputed(xls(&old(&[formula(1, 3, EMPTY)])), "xls");
    assert_uncomputed(xls(&old(&[formula(1, 3, TEXT)])), "xls, a text that does not come");
    let row = |cell: &str| {
        let sound = ods_row(&RECORD).replace("</table:table-row>", "");
        ods(&(ods_row(&WITH_EXPIRY) + &sound + cell + "</table:table-row>"))
    };
    for cell in [
        "<table:table-cell table:formula=\"of:=EDATE([.C2];12)\"/>",
        "<table:table-cell table:formula=\"=C2\"><text:p/></table:table-cell>",
        "<table:table-cell table:formula=\"of:=[.C2]\" office:value-type=\"float\"/>",
    ] {
        assert_uncomputed(row(cell), cell);
    }
    let sheet = |cell: &str| {
        let sound = xlsx_row(&RECORD).replace("</row>", "");
        xlsx(&(xlsx_row(&WITH_EXPIRY) + &sound + cell + "</row>"), "<sst/>", "<styleSheet/>")
    };
    for cell in [
        "<c><f>C2</f></c>",
        "<c><f>C2</f><v></v></c>",
        "<c t=\"str\"><f>C2</f></c>",
        "<c t=\"s\"><f>C2</f></c>",
        "<c t=\"b\"><f>C2</f><v/></c>",
        "<c t=\"d\"><f/></c>",
    ] {
        assert_uncomputed(sheet(cell), cell);
    }
    // An empty text is a result.
    assert_eq!(expiry(sheet("<c t=\"str\"><f>IF(A2=\"\",C2,\"\")</f><v></v></c>")), Ok(None));
    assert_eq!(expiry(sheet("<c t=\"str\"><f>C2</f><v/></c>")), Ok(None));
    assert_eq!(
        expiry(row("<table:table-cell table:formula=\"of:=&quot;&quot;\" office:value-type=\"string\"/>")),
        Ok(None)
    );
    assert_eq!(
        expiry(row(
            "<table:table-cell table:formula=\"of:=&quot;&quot;\" office:value-type=\"string\" office:string-value=\"\"/>"
        )),
        Ok(None)
    );
}

/// Excel and a library write the same bytes for a text that is empty and for a formula that nobody computed.
#[test]
fn an_empty_result_of_an_old_workbook_is_believed_of_a_program_that_computes() {
    let header = (0x0204, [place(0, 3), string("expires_on")].concat());
    let empty = [header.clone(), formula(1, 3, EMPTY)];
    assert_eq!(expiry(xls_with_summary(&empty)), Ok(None));
    let computed = [&empty[..], &[formula(1, 4, TEXT), text_result("a")]].concat();
    assert_eq!(expiry(xls(&computed)), Ok(None));
    let text = [header, formula(1, 3, TEXT), text_result("2027-01-01")];
    assert_eq!(expiry(xls(&text)), Ok(Some("2027-01-01".into())));
}
