//! Number cells whose format shows a currency, a unit or thousands beside the number, and those that lost digits.

use rust_xlsxwriter::{Format, Workbook};

use super::hostile::ods;
use super::*;

/// What becomes of a number cell in the last column of these, below which the rest of the row is text.
fn of_xlsx<K: ImportedKind>(
    texts: &[(&str, &str)],
    column: &str,
    number: f64,
    format: &str,
) -> CheckedFile<K::Row> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, (header, text)) in (0..).zip(texts) {
        sheet.write_string(0, at, *header).unwrap();
        sheet.write_string(1, at, *text).unwrap();
    }
    let at = u16::try_from(texts.len()).unwrap();
    sheet.write_string(0, at, column).unwrap();
    sheet.write_number_with_format(1, at, number, &Format::new().set_num_format(format)).unwrap();
    read::<K>(&workbook.save_to_buffer().unwrap())
}

/// The same of an OpenDocument cell with these attributes that shows this.
fn of_ods<K: ImportedKind>(
    texts: &[(&str, &str)],
    column: &str,
    cell: &str,
    shown: &str,
) -> CheckedFile<K::Row> {
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let headers: String = texts.iter().map(|(header, _)| text(header)).chain([text(column)]).collect();
    let cells: String = texts.iter().map(|(_, value)| text(value)).collect();
    let last = format!("<table:table-cell {cell}><text:p>{shown}</text:p></table:table-cell>");
    read::<K>(&ods(&format!(
        "<table:table-row>{headers}</table:table-row><table:table-row>{cells}{last}</table:table-row>"
    )))
}

fn read<K: ImportedKind>(content: &[u8]) -> CheckedFile<K::Row> {
    let file = ScratchFile::new("file", content);
    crate::import::read::<K>(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap()
}

const EXPENSE: [(&str, &str); 2] = [("date", "2026-04-01"), ("description", "Day")];
const RECORD: [(&str, &str); 3] =
    [("employee_number", "1001"), ("course", "SGC-L2"), ("completed_on", "2026-01-01")];
const PERSON: [(&str, &str); 3] =
    [("employee_number", "1001"), ("last_name", "Ash"), ("start_date", "2026-01-01")];

/// The pence that are taken; `None` where the row is rejected for its amount.
fn pence(checked: &CheckedFile<ExpenseRow>) -> Option<i64> {
    let taken = checked.rows.first().map(|(_, row)| row.amount_pence);
    assert_eq!(faults(checked).is_empty(), taken.is_some());
    assert!(checked.rejected.iter().all(|fault| fault.column == "amount"), "{:?}", checked.rejected);
    taken
}

#[test]
fn an_amount_in_another_currency_or_in_thousands_is_never_taken_for_pounds() {
    for (format, number, expected) in [
        ("_-[$£-809]* #,##0.00_-", 1234.5, Some(123_450)),
        ("_-£* #,##0.00_-;-£* #,##0.00_-;_-£* \"-\"??_-;_-@_-", -1234.5, Some(-123_450)),
        ("\"£\"#,##0", 1234.0, Some(123_400)),
        ("[$GBP] 0.00", 1234.5, Some(123_450)),
        ("#,##0.00;[Red]-#,##0.00", -1234.5, Some(-123_450)),
        ("\"£\"#,##0.00_);[Red](\"£\"#,##0.00)", -1234.5, Some(-123_450)),
        ("0.00", 1234.5, Some(123_450)),
        ("General", 1234.5, Some(123_450)),
        ("[$€-2] #,##0.00", 1234.5, None),
        ("#,##0.00 [$€-407]", 1234.5, None),
        ("[$$-409]#,##0.00", 1234.5, None),
        ("$#,##0", 1234.0, None),
        ("\"USD \"0.00", 1234.5, None),
        ("\"USD \"0", 1234.5, None),
        ("0.00\" EUR\"", 1234.5, None),
        ("0.00\" CR\"", 1234.5, None),
        ("[$CHF] 0.00", 1234.5, None),
        ("\"£\"0.0\"k\"", 12.5, None),
        ("\"£\"0\"k\"", 12.0, None),
        ("\"£\"0.0\"m\"", 1.2, None),
        ("#,##0,", 1_234_500.0, None),
        ("\"£\"#,##0,\"k\"", 1_234_500.0, None),
        ("[>=1000]0.0,\"k\";0.00", 1234.5, None),
        ("[>=1000]0.0,\"k\";0.00", 12.5, Some(1_250)),
        ("0%", 0.5, None),
    ] {
        let checked = of_xlsx::<ExpenseLists>(&EXPENSE, "amount", number, format);
        assert_eq!(pence(&checked), expected, "{format}");
    }
    let told = of_xlsx::<ExpenseLists>(&EXPENSE, "amount", 1234.5, "[$€-2] #,##0.00").rejected;
    assert_eq!(told[0].reason, "€ 1234.5 is not an amount: write pounds like 1234.50 or £1,234.50");
    let cost = of_xlsx::<TrainingRecords>(&RECORD, "cost", 50.0, "\"$\"0.00");
    assert_eq!(faults(&cost), [(2, "cost")]);
    let budget = [("organisation", "RX1"), ("financial_year", "2026-27")];
    let allocated = of_xlsx::<BudgetLists>(&budget, "allocated", 50.0, "0\"k\"");
    assert_eq!(faults(&allocated), [(2, "allocated")]);
}

#[test]
fn an_open_document_amount_is_of_the_currency_that_the_cell_names_or_shows() {
    let amount = |currency: &str| {
        let currency =
            if currency.is_empty() { String::new() } else { format!(" office:currency=\"{currency}\"") };
        format!("office:value-type=\"currency\"{currency} office:value=\"1234.5\"")
    };
    for (cell, shown, expected) in [
        (amount("GBP"), "£1,234.50", Some(123_450)),
        (amount(""), "£1,234.50", Some(123_450)),
        (amount("GBP"), "1,234.50", Some(123_450)),
        (amount("EUR"), "€1,234.50", None),
        (amount("EUR"), "1.234,50 €", None),
        (amount("EUR"), "", None),
        (amount(""), "$1,234.50", None),
        ("office:value-type=\"float\" office:value=\"1234.5\"".to_owned(), "1,234.50", Some(123_450)),
        ("office:value-type=\"float\" office:value=\"1234.5\"".to_owned(), "USD 1,234.50", None),
        ("office:value-type=\"float\" office:value=\"12.5\"".to_owned(), "£12.5k", None),
        ("office:value-type=\"float\" office:value=\"1234500\"".to_owned(), "1,235", None),
    ] {
        let checked = of_ods::<ExpenseLists>(&EXPENSE, "amount", &cell, shown);
        assert_eq!(pence(&checked), expected, "{cell} {shown}");
    }
}

#[test]
fn a_number_of_minutes_or_days_is_never_taken_for_hours() {
    for (format, number, expected) in [
        ("0\" hrs\"", 7.0, Some(700)),
        ("0.0 \"hours\"", 7.5, Some(750)),
        ("0.0\"h\"", 7.5, Some(750)),
        ("0\"h\"", 7.5, Some(750)),
        ("0.00", 7.5, Some(750)),
        ("0\" mins\"", 240.0, None),
        ("00\" mins\"", 240.0, None),
        ("0\"m\"", 240.0, None),
        ("0 \"days\"", 2.0, None),
        ("0.0\" days\"", 0.5, None),
        ("\"approx. \"0.0", 7.5, None),
    ] {
        let checked = of_xlsx::<TrainingRecords>(&RECORD, "hours", number, format);
        let hours = checked.rows.first().and_then(|(_, row)| row.details.hours).map(|hours| hours.0);
        assert_eq!(hours, expected, "{format}");
        let faulty: &[(u64, &str)] = if expected.is_none() { &[(2, "hours")] } else { &[] };
        assert_eq!(faults(&checked), faulty, "{format}");
    }
    let cell = "office:value-type=\"float\" office:value=\"240\"";
    for (shown, is_rejected) in [("240", false), ("240 hrs", false), ("240 mins", true), ("00240 mins", true)]
    {
        let checked = of_ods::<TrainingRecords>(&RECORD, "hours", cell, shown);
        assert_eq!(!checked.rejected.is_empty(), is_rejected, "{shown}");
    }
}

#[test]
fn a_number_of_people_is_what_its_cell_shows() {
    let of =
        |number, format| of_xlsx::<ExpenseLists>(&[EXPENSE[0], ("amount", "5")], "people", number, format);
    assert_eq!(of(12.0, "0").rows[0].1.people, Some(12));
    for (number, format) in [(1200.0, "0.0,\"k\""), (12.0, "\"£\"0")] {
        assert_eq!(faults(&of(number, format)), [(2, "people")], "{format}");
    }
}

#[test]
fn a_number_that_lost_its_last_digits_in_a_spreadsheet_is_nobodys() {
    for (format, number, is_lost) in [
        ("0", 1_234_567_890_123_456_789.0, true),
        ("General", 1_234_567_890_123_456.0, true),
        ("0000 0000 0000 0000", 1_234_567_890_123_456.0, true),
        ("0", 123_456_789_012_345.0, false),
    ] {
        let lost: &[(u64, &str)] = if is_lost { &[(2, "employee_number")] } else { &[] };
        let person = of_xlsx::<StaffLists>(&PERSON[1..], "employee_number", number, format);
        assert_eq!(faults(&person), lost, "{format}");
        assert_eq!(person.rejected_unknown, is_lost, "{format}");
        for column in ["manager_employee_number", "assignment_number"] {
            let person = of_xlsx::<StaffLists>(&PERSON, column, number, format);
            assert_eq!(!faults(&person).is_empty(), is_lost, "{column} {format}");
        }
        let record = of_xlsx::<TrainingRecords>(&RECORD, "certificate", number, format);
        assert_eq!(!faults(&record).is_empty(), is_lost, "{format}");
    }
    let cell = "office:value-type=\"float\" office:value=\"1234567890123456789\"";
    let person = of_ods::<StaffLists>(&PERSON[1..], "employee_number", cell, "1234567890123460000");
    assert_eq!(faults(&person), [(2, "employee_number")]);
    assert!(person.rejected[0].reason.contains("was spoilt by a spreadsheet"));
}
