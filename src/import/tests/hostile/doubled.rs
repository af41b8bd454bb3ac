//! Workbooks that have a row or a cell twice: one of the two would be lost.

use super::*;

#[test]
fn a_row_or_cell_that_stands_twice_in_a_workbook_refuses_it() {
    let row = |tag: &str, cells: &str| format!("<row{tag}>{cells}</row>");
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let cells = |line: &str, number: &str| {
        ["A", "B", "C"]
            .iter()
            .zip([number, "SGC-L2", "2025-11-22"])
            .map(|(column, text)| cell(&format!("{column}{line}"), text))
            .collect::<String>()
    };
    let header = xlsx_row(&HEADER);
    let two = row(" r=\"2\"", &cells("2", "1001"));
    for (rows, expected) in [
        (two.clone() + &row(" r=\"2\"", &cells("2", "1002")), "it has row 2 twice"),
        (two.clone() + &row(" r=\"2\"", &cell("D2", "x")), "it has row 2 twice"),
        (two.clone() + &row("", &cells("2", "1002")), "it has row 2 twice"),
        (two.clone() + &row(" r=\"3\"", "") + &row(" r=\"2\"", &cell("D2", "x")), "row 2 stands below row 3"),
        (row(" r=\"2\"", &(cells("2", "1001") + &cell("A2", "1002"))), "row 2 has its cell A twice"),
        (two.clone() + &row(" r=\"3\"", &cells("2", "1002")), "row 3 has a cell of row 2"),
    ] {
        let told = refusal(xlsx(&(header.clone() + &rows), "<sst/>", "<styleSheet/>"));
        assert!(told.contains(expected), "{told}");
    }
    let sound = header.clone() + &two + &row("", &cells("4", "1002")) + &row(" r=\"7\"", &cells("7", "1003"));
    assert_eq!(read(xlsx(&sound, "<sst/>", "<styleSheet/>")).unwrap().rows.len(), 3);
    let at = [1_u16, 0, 0].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let number = [at, 7.0_f64.to_le_bytes().to_vec()].concat();
    assert!(refusal(xls(&[(0x0203, number)])).contains("row 2 has its cell A twice"));
}
