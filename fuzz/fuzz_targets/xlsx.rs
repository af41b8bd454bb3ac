//! A sheet, strings, styles and a workbook put into a sound package; a package as it comes where it is one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refresher_fuzz::{parts, read, zipped};

const PACKAGE: &[u8] = br#"<Relationships><Relationship Id="r1" Type="/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &[u8] = br#"<Relationships><Relationship Id="r1" Type="/worksheet" Target="sheet.xml"/><Relationship Id="r2" Type="/sharedStrings" Target="strings.xml"/><Relationship Id="r3" Type="/styles" Target="styles.xml"/></Relationships>"#;
const WORKBOOK: &[u8] = br#"<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>"#;

fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        return read(data);
    }
    let [sheet, strings, styles, workbook] = parts(data);
    read(&zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", PACKAGE),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/workbook.xml", workbook.unwrap_or(WORKBOOK)),
        ("xl/sheet.xml", sheet.unwrap_or_default()),
        ("xl/strings.xml", strings.unwrap_or(b"<sst></sst>")),
        ("xl/styles.xml", styles.unwrap_or(b"<styleSheet></styleSheet>")),
    ]));
});
