//! Every sentence of spec 3.7 with a file, through the built program: how it ends, and what it says.

use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::Value;

use crate::support::program::Folder;

const STAFF: &str = "employee_number,first_name,last_name,email,start_date,leave_date,unit,manager_employee_number,organisation";
const POLICY: &str =
    "[[course]]\ncode = 'C'\ntitle = 'Course'\nvalid_months = 12\n[[requirement]]\ncourse = 'C'\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    folder
}

/// What became of a file: the status it ended with, and the report's document, or the message where there is none.
fn import(folder: &Folder, kind: &str, content: &[u8], words: &str) -> (i32, Value, String) {
    folder.write("file.csv", content);
    let ran = folder.run(&format!("--json import {kind} file.csv {words}"));
    let report = serde_json::from_str(&ran.out).unwrap_or(Value::Null);
    (ran.status, report, ran.err)
}

struct Case {
    what: &'static str,
    kind: &'static str,
    content: Vec<u8>,
    words: &'static str,
    status: i32,
    /// Rows, applied, rejected entries; `None` where nothing is reported.
    counts: Option<(u64, u64, usize)>,
    /// What the report or the message says.
    says: &'static str,
}

fn case(
    what: &'static str,
    kind: &'static str,
    content: impl Into<Vec<u8>>,
    status: i32,
    counts: Option<(u64, u64, usize)>,
    says: &'static str,
) -> Case {
    Case { what, kind, content: content.into(), words: "", status, counts, says }
}

/// A staff list of these rows.
fn staff(rows: &str) -> String {
    format!("{STAFF}\n{rows}")
}

fn check(cases: Vec<Case>) {
    for Case { what, kind, content, words, status, counts, says } in cases {
        let folder = folder();
        if kind != "staff" {
            let (status, ..) =
                import(&folder, "staff", staff("00101,Ann,Ash,,2020-01-01,,,,\n").as_bytes(), "");
            assert_eq!(status, 0, "{what}");
        }
        let (found, report, err) = import(&folder, kind, &content, words);
        let told = format!("{report:#}\n{err}");
        assert_eq!(found, status, "{what}: {told}");
        let rejected = report["rejected"].as_array().map(Vec::len);
        let number = |key: &str| report[key].as_u64();
        let counted = number("rows").zip(number("applied")).zip(rejected).map(|((a, b), c)| (a, b, c));
        assert_eq!(counted, counts, "{what}: {told}");
        assert!(told.contains(says), "{what}: {told}");
        if let Some(rows) = number("rows") {
            let lines: std::collections::BTreeSet<u64> = report["rejected"]
                .as_array()
                .unwrap()
                .iter()
                .map(|fault| fault["line"].as_u64().unwrap())
                .collect();
            let skipped: u64 = ["not_a_completion", "not_our_course"]
                .iter()
                .filter_map(|key| report["skipped"][key].as_u64())
                .sum();
            let sum =
                number("applied").unwrap() + number("unchanged").unwrap() + skipped + lines.len() as u64;
            assert_eq!(rows, sum, "{what}: {told}");
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
#[test]
fn rows_are_counted_and_found_by_line() {
    check(vec![
        case(
            "two faults are two entries of one line",
            "staff",
            staff("1,A,,,soon,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 2)),
            "\"line\": 2",
        ),
        case(
            "a record begins on its first line",
            "staff",
            staff("1,A,Ash,,2020-01-01,,\"Ward\n1\",,\n2,B,Bell,,soon,,,,\n"),
            4,
            Some((2, 1, 1)),
            "\"line\": 4",
        ),
        case(
            "the column is the header of the file",
            "staff",
            "Employee Number,Surname,Hire Date\n1,Ash,soon\n2,Bell,01/01/2020\n",
            4,
            Some((2, 1, 1)),
            "\"column\": \"Hire Date\"",
        ),
        case(
            "blank rows and totals below are none",
            "staff",
            staff("1,A,Ash,,2020-01-01,,,,\n,,,,,,,,\nTotal,,,,,,,,1\n,,,,,,7,,1\n"),
            0,
            Some((1, 1, 0)),
            "",
        ),
        case(
            "a header in the middle is rejected",
            "staff",
            staff(&format!("1,A,Ash,,2020-01-01,,,,\n{STAFF}\n")),
            4,
            Some((2, 1, 1)),
            "repeats the header",
        ),
        case(
            "a total in the middle is rejected",
            "staff",
            staff(",,,,,,,,5\n1,A,Ash,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "names nobody",
        ),
        case(
            "a note below is told once",
            "staff",
            staff("1,A,Ash,,2020-01-01,,,,\n,,,Made by HR,,,,,\n,,,on Monday,,,,,\n"),
            0,
            Some((1, 1, 0)),
            "\"value\": \"Made by HR\"",
        ),
        case(
            "a repeated row counts as unchanged",
            "staff",
            staff("1,A,Ash,,2020-01-01,,,,\n1,A,Ash,,2020-01-01,,,,\n"),
            0,
            Some((2, 1, 0)),
            "\"unchanged\": 1",
        ),
        case(
            "what is not completed is skipped",
            "training",
            "employee_number,course,completed_on,status\n00101,C,2026-01-01,Passed\n00101,C,,Failed\n",
            0,
            Some((2, 1, 0)),
            "\"not_a_completion\": 1",
        ),
        case(
            "a far expiry is told once",
            "training",
            "employee_number,course,completed_on,expires_on\n00101,C,2020-01-01,2082-01-01\n00101,C,2021-01-01,2083-01-01\n",
            0,
            Some((2, 2, 0)),
            "told once a file",
        ),
        case(
            "a slash in a level is a hyphen",
            "staff",
            "employee_number,last_name,start_date,Org L2,Org L3\n1,Ash,2020-01-01,Women,Obs/Gynae\n",
            0,
            Some((1, 1, 0)),
            "a slash inside a level",
        ),
    ]);
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
#[test]
fn addresses_columns_and_dates_are_read_as_written_down() {
    check(vec![
        case(
            "what is no address is dropped",
            "staff",
            staff("1,A,Ash,ann at example,2020-01-01,,,,\n"),
            0,
            Some((1, 1, 0)),
            "not an email address",
        ),
        case(
            "two addresses reject",
            "staff",
            staff("1,A,Ash,a@example.org; b@example.org,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "more than one email address",
        ),
        case(
            "a line break in an address rejects",
            "staff",
            staff("1,A,Ash,\"a@example.org\nBcc: b\",2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "no line breaks",
        ),
        case(
            "a control character in an address rejects",
            "staff",
            staff("1,A,Ash,a\u{7}@example.org,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "control character",
        ),
        case(
            "a known header twice",
            "staff",
            "employee_number,last_name,Start Date,start_date\n1,Ash,2020-01-01,2020-01-01\n",
            1,
            None,
            "twice",
        ),
        case(
            "an unread header may repeat",
            "staff",
            "employee_number,last_name,start_date,x,x\n1,Ash,2020-01-01,1,2\n",
            0,
            Some((1, 1, 0)),
            "",
        ),
        case("no header row", "staff", "a,b,c\n1,2,3\n", 1, None, "has no header row"),
        case(
            "a required column missing",
            "staff",
            "employee_number,first_name,start_date,unit\n1,A,2020-01-01,W\n",
            1,
            None,
            "lacks the required last_name",
        ),
        case("nothing below the header", "staff", format!("{STAFF}\n"), 1, None, "nothing below its header"),
        case(
            "the canonical name wins",
            "staff",
            "employee_number,last_name,start_date,Hire Date\n1,Ash,2020-01-01,soon\n",
            0,
            Some((1, 1, 0)),
            "",
        ),
        case(
            "of two aliases the first, with a warning",
            "staff",
            "employee_number,last_name,Latest Start Date,Hire Date\n1,Ash,2020-01-01,soon\n",
            0,
            Some((1, 1, 0)),
            "both mean the same column",
        ),
        case(
            "an unknown organisation rejects",
            "staff",
            staff("1,A,Ash,,2020-01-01,,,,RZZ\n2,B,Bell,,2020-01-01,,,,RXX\n"),
            4,
            Some((2, 1, 1)),
            "no organisation has the code RZZ",
        ),
        case(
            "days and months of one digit, names of any case",
            "staff",
            staff(
                "1,A,Ash,,1/2/2020,,,,\n2,B,Bell,,3-MARCH-2020,,,,\n3,C,Cox,,4 apr 2020,,,,\n4,D,Day,,05-Sept-2020,,,,\n5,E,Eve,,\"Saturday, 28 November 2020, 10:15 AM\",,,,\n6,F,Fox,,\"Nov 28, 2020\",,,,\n7,G,Gum,,2020/11/22,,,,\n8,H,Hay,,2020-11-22T23:30:00Z,,,,\n9,I,Ivy,,22.11.2020 07:00,,,,\n10,J,Jay,,22-Nov-20,,,,\n",
            ),
            0,
            Some((10, 10, 0)),
            "",
        ),
        case(
            "years from 1900 to 2100",
            "staff",
            staff("1,A,Ash,,31/12/1899,,,,\n2,B,Bell,,01/01/2101,,,,\n3,C,Cox,,2020-01-01,,,,\n"),
            4,
            Some((3, 1, 2)),
            "outside the years 1900 to 2100",
        ),
        case(
            "31/12/9999 and 31-Dec-4712 are no leave date",
            "staff",
            staff("1,A,Ash,,2020-01-01,31/12/9999,,,\n2,B,Bell,,2020-01-01,31-Dec-4712,,,\n"),
            0,
            Some((2, 2, 0)),
            "",
        ),
        case(
            "no expiry is none",
            "training",
            "employee_number,course,completed_on,expires_on\n00101,C,2026-01-01,No Expiry\n",
            0,
            Some((1, 1, 0)),
            "",
        ),
        case(
            "a plain number is no date",
            "staff",
            staff("1,A,Ash,,43831,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "plain number",
        ),
        case(
            "a year of two digits without a month's name",
            "staff",
            staff("1,A,Ash,,01/02/20,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "year of two digits",
        ),
    ]);
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
#[test]
fn numbers_and_money_are_taken_only_where_nothing_was_lost() {
    let spoilt = "spoilt by a spreadsheet";
    let expense =
        |amount: &str| format!("date,amount,description\n2026-05-01,\"{amount}\",x\n2026-05-02,10,y\n");
    let mut cases = vec![
        case(
            "an exponent",
            "staff",
            staff("1.23457E+07,A,Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            spoilt,
        ),
        case(
            "a fraction",
            "staff",
            staff("12345.5,A,Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            spoilt,
        ),
        case(
            "a manager's exponent",
            "staff",
            staff("1,A,Ash,,2020-01-01,,,1.2E+07,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            spoilt,
        ),
        case(
            "an assignment number's",
            "staff",
            "employee_number,last_name,start_date,assignment_number\n1,Ash,2020-01-01,1.2E+07\n2,Bell,2020-01-01,2\n",
            4,
            Some((2, 1, 1)),
            spoilt,
        ),
        case(
            "a certificate's",
            "training",
            "employee_number,course,completed_on,certificate\n00101,C,2026-01-01,1.2E+07\n00101,C,2026-01-02,7\n",
            4,
            Some((2, 1, 1)),
            spoilt,
        ),
        case(
            "a reference's",
            "expenses",
            "date,amount,reference\n2026-05-01,10,1.2E+07\n2026-05-02,10,7\n",
            4,
            Some((2, 1, 1)),
            spoilt,
        ),
        case(
            "two of one file that differ by a mark",
            "staff",
            staff(
                "00000011?,A,Ash,,2020-01-01,,,,\n00000011,B,Bell,,2020-01-01,,,,\n3,C,Cox,,2020-01-01,,,,\n",
            ),
            4,
            Some((3, 1, 2)),
            "differ only by",
        ),
        case(
            "a new number with an apostrophe",
            "staff",
            staff("'00000007,A,Ash,,2020-01-01,,,,\n"),
            0,
            Some((1, 1, 0)),
            "an apostrophe",
        ),
        case(
            "one that lost its zeros",
            "training",
            "employee_number,course,completed_on\n101,C,2026-01-01\n00101,C,2026-01-02\n",
            4,
            Some((2, 1, 1)),
            "the register has 00101",
        ),
        case(
            "one with spaces",
            "training",
            "employee_number,course,completed_on\n00 101,C,2026-01-01\n00101,C,2026-01-02\n",
            4,
            Some((2, 1, 1)),
            "the register has 00101",
        ),
        case(
            "hours beyond two decimals",
            "training",
            "employee_number,course,completed_on,hours\n00101,C,2026-01-01,7.333\n00101,C,2026-01-02,7.25\n",
            4,
            Some((2, 1, 1)),
            "not a number of hours",
        ),
        case(
            "hours beyond 1000",
            "training",
            "employee_number,course,completed_on,hours\n00101,C,2026-01-01,1000.01\n00101,C,2026-01-02,1000\n",
            4,
            Some((2, 1, 1)),
            "not a number of hours",
        ),
    ];
    for amount in ["£1,234.50", "1234.5", "-20", "£0"] {
        cases.push(case("an amount", "expenses", expense(amount), 0, Some((2, 2, 0)), ""));
    }
    for amount in ["(1,234.50)", "12,34.50", "1e3", "$5", "€5", "5.123", "1 234.50", "1,000,000,001"] {
        cases.push(case(
            "no amount",
            "expenses",
            expense(amount),
            4,
            Some((2, 1, 1)),
            "\"column\": \"amount\"",
        ));
    }
    check(cases);
}

#[expect(clippy::too_many_lines, reason = "a table of files")]
#[test]
fn text_is_what_was_meant_or_refused() {
    let in_dos = |name: &[u8]| {
        [staff("1,A,Ash,,2020-01-01,,,,\n").as_bytes(), b"2,B,", name, b",,2020-01-01,,,,\n"].concat()
    };
    let mut cases = vec![
        case(
            "trimmed, zero-width out, line breaks one space",
            "staff",
            staff("\u{a0}1\u{200b} ,A, \u{202e}Ash ,,2020-01-01,,\"Ward\r\n1\",,\n"),
            0,
            Some((1, 1, 0)),
            "",
        ),
        case(
            "NUL",
            "staff",
            staff("1,A\0,Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "NUL",
        ),
        case(
            "a control character",
            "staff",
            staff("1,A\u{1},Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "control character",
        ),
        case(
            "U+FFFD",
            "staff",
            staff("1,A\u{fffd},Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "can't be read",
        ),
        case(
            "twice encoded",
            "staff",
            staff(
                "1,Zo\u{c3}\u{ab},Ash,,2020-01-01,,,,\n2,B,M\u{c3}\u{bc}ller,,2020-01-01,,,,\n3,C,Cox,,2020-01-01,,,,\n",
            ),
            4,
            Some((3, 1, 2)),
            "means M\u{fc}ller",
        ),
        case("Windows-1252", "staff", in_dos(b"O\x92Neill-M\xFCller"), 0, Some((2, 2, 0)), ""),
        case(
            "two encodings in one file",
            "staff",
            [in_dos("Zo\u{eb}\u{e9}".as_bytes()), b"3,C,Ren\xE9e,,2020-01-01,,,,\n".to_vec()].concat(),
            4,
            Some((3, 2, 1)),
            "can't be read",
        ),
        case(
            "UTF-32",
            "staff",
            staff("1,A,Ash,,2020-01-01,,,,\n")
                .chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect::<Vec<u8>>(),
            1,
            None,
            "UTF-32",
        ),
        case("DOS", "staff", in_dos(b"Ren\x82"), 1, None, "line 3 has Ren\u{201a}"),
        case(
            "DOS, and what it would be",
            "staff",
            in_dos(b"Ren\x82"),
            1,
            None,
            "--encoding cp850 reads it Ren\u{e9}",
        ),
        case(
            "DOS, a byte of no letter",
            "staff",
            in_dos(b"M\x81ller"),
            1,
            None,
            "--encoding cp850 reads it M\u{fc}ller",
        ),
        case("a Mac", "staff", in_dos(b"Zo\x91"), 1, None, "--encoding macintosh reads it Zo\u{eb}"),
        case(
            "a web page",
            "staff",
            "<html><table><tr><td>employee_number</td></tr></table></html>",
            1,
            None,
            "a web page",
        ),
        case(
            "an unclosed quote",
            "staff",
            staff("1,A,Ash,,2020-01-01,,\"Ward,,\n2,B,Bell,,2020-01-01,,,,\n"),
            1,
            None,
            "the quote opened on line 2",
        ),
        case(
            "a quote that takes in a row",
            "staff",
            staff(
                "1,A,Ash,,2020-01-01,,\"Ward,,\n2,B,Bell,,2020-01-01,,\"Ward\",,\n3,C,Cox,,2020-01-01,,,,\n",
            ),
            4,
            Some((2, 1, 1)),
            "takes in the row below",
        ),
        case(
            "more cells",
            "staff",
            staff(
                "1,A,Ash,,2020-01-01,,Ward, 5,,RXX,\n1,A,Ash,,2020-01-01,,Ward, 5,,RXX\n3,C,Cox,,2020-01-01,,,,\n",
            ),
            4,
            Some((3, 1, 2)),
            "cells and the header has 9",
        ),
        case(
            "fewer cells, and more that are empty",
            "staff",
            staff("1,A,Ash,,2020-01-01\n2,B,Bell,,2020-01-01,,,,,,,\n"),
            0,
            Some((2, 2, 0)),
            "",
        ),
        case(
            "a cell of 501 characters",
            "staff",
            staff(&format!("1,A,{},,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n", "x".repeat(501))),
            4,
            Some((2, 1, 1)),
            "longer than 500",
        ),
        case(
            "a number of 101 characters",
            "staff",
            staff(&format!("{},A,Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n", "1".repeat(101))),
            4,
            Some((2, 1, 1)),
            "longer than 100",
        ),
        case(
            "an error of a spreadsheet",
            "staff",
            staff("1,A,#N/A,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n"),
            4,
            Some((2, 1, 1)),
            "a spreadsheet's error",
        ),
        case(
            "a neutralised cell",
            "staff",
            staff("1,A,'=Ash,,2020-01-01,,'-Ward,,\n"),
            0,
            Some((1, 1, 0)),
            "",
        ),
        case("empty", "staff", "", 1, None, "is empty"),
    ];
    for (name, content, words) in [
        ("cp850", in_dos(b"Ren\x82 M\x81ller"), "--encoding cp850"),
        ("macintosh", in_dos(b"Ren\x8E M\x9Fller"), "--encoding macintosh"),
        ("windows-1252", in_dos(b"Ash\x97Bell"), "--encoding windows-1252"),
        (
            "utf-8-twice",
            staff("1,Zo\u{c3}\u{ab},Ash,,2020-01-01,,,,\n2,B,M\u{c3}\u{bc}ller,,2020-01-01,,,,\n")
                .into_bytes(),
            "--encoding utf-8-twice",
        ),
        (
            "utf-16le",
            staff("1,A,Ash,,2020-01-01,,,,\n2,B,Bell,,2020-01-01,,,,\n")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            "--encoding utf-16le",
        ),
    ] {
        cases.push(Case { words, ..case(name, "staff", content, 0, Some((2, 2, 0)), "") });
    }
    let dash = in_dos(b"Ash\x97Bell");
    cases.push(case(
        "an em dash within a word",
        "staff",
        dash,
        1,
        None,
        "--encoding windows-1252 if it is that",
    ));
    let kept = in_dos("Ren\u{201a}".as_bytes());
    cases.push(case(
        "misread before it was saved",
        "staff",
        kept,
        4,
        Some((2, 1, 1)),
        "read in a wrong encoding",
    ));
    let marked = format!("\u{feff}{}", staff("1,A,Ash,,2020-01-01,,,,\n"));
    cases.push(Case {
        words: "--encoding cp850",
        ..case("a mark of another", "staff", marked.clone(), 1, None, "leave --encoding out")
    });
    cases.push(Case {
        words: "--encoding utf-8",
        ..case("its own mark", "staff", marked, 0, Some((1, 1, 0)), "")
    });
    cases.push(Case {
        words: "--encoding ebcdic",
        ..case("no encoding", "staff", "x", 2, None, "no encoding is called ebcdic")
    });
    check(cases);
}

#[test]
fn what_is_read_is_what_was_typed() {
    let folder = folder();
    let content = [staff("").as_bytes(), b"1,Ren\x82,M\x81ller,,2020-01-01,,\xA0Ward,,\n"].concat();
    let (status, ..) = import(&folder, "staff", &content, "--encoding cp850");
    assert_eq!(status, 0);
    let name = |folder: &Folder| folder.run("--json explain 1").ended(0).json()["name"].clone();
    assert_eq!(name(&folder), "Ren\u{e9} M\u{fc}ller");
    let (_, report, _) = import(
        &folder,
        "staff",
        staff("1,Ren\u{e9},Mu\u{308}ller,,2020-01-01,,\u{e1}Ward,,\n").as_bytes(),
        "",
    );
    assert_eq!(report["unchanged"], 1, "{report:#}");
    // Read otherwise, the same bytes are another file.
    let twice = staff("1,Zo\u{c3}\u{ab},Ko\u{c4}\u{2021},,2020-01-01,,,,\n");
    let (status, ..) = import(&folder, "staff", twice.as_bytes(), "");
    assert_eq!(status, 4);
    let (status, ..) = import(&folder, "staff", twice.as_bytes(), "--encoding utf-8-twice");
    assert_eq!((status, name(&folder)), (0, Value::from("Zo\u{eb} Ko\u{107}")));
}

#[test]
fn cells_of_a_workbook_are_read_as_they_are_shown() {
    let folder = folder();
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_name("Cover").unwrap().set_hidden(true).write(0, 0, "nothing").unwrap();
    let sheet = book.add_worksheet().set_active(true);
    for (column, header) in
        (0u16..).zip(["employee_number", "last_name", "start_date", "unit", "manager_employee_number"])
    {
        sheet.write(0, column, header).unwrap();
    }
    let format = |format: &str| Format::new().set_num_format(format);
    let day = "2020-01-01".parse::<chrono::NaiveDate>().unwrap();
    sheet.write_number_with_format(1, 0, 107, &format("\"E\"00000")).unwrap();
    sheet.write_number_with_format(2, 0, 7, &format("00000000")).unwrap();
    sheet.write_number_with_format(3, 0, 12345, &format("#,##0")).unwrap();
    sheet.write_number(4, 0, 5).unwrap();
    sheet.write_formula(5, 0, Formula::new("=2*3").set_result("6")).unwrap();
    sheet.write_datetime_with_format(6, 0, day, &format("dd/mm/yyyy")).unwrap();
    sheet.write(7, 0, true).unwrap();
    sheet.write_number(8, 0, 7.5).unwrap();
    for row in 1..=8 {
        sheet.write(row, 1, "Ash").unwrap();
        sheet.write_datetime_with_format(row, 2, day, &format("dd/mm/yyyy")).unwrap();
    }
    sheet.write_datetime_with_format(4, 4, day, &format("dd/mm/yyyy")).unwrap();
    // What a file is called says nothing.
    book.save(folder.file("book.csv")).unwrap();
    let report = folder.run("--json import staff book.csv --force").ended(4).json();
    let rejected: Vec<u64> =
        report["rejected"].as_array().unwrap().iter().map(|fault| fault["line"].as_u64().unwrap()).collect();
    assert_eq!(rejected, [5, 7, 8, 9], "{report:#}");
    let people = folder.run("--json staff").ended(0).json();
    let numbers: Vec<&str> = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|who| who["employee_number"].as_str().unwrap())
        .collect();
    assert_eq!(numbers, ["00000007", "12345", "6", "E00107"]);
    let told = folder.run("import staff book.csv --encoding cp850 --force").err;
    assert!(told.contains("--encoding was not used"), "{told}");
}

#[cfg(unix)]
#[test]
fn rejected_rows_come_back_as_they_can_be_put_right() {
    let folder = folder();
    let rows = "1,=A,Ash,,soon,,\"Ward; 1\",,\n2,B,Bell,,2020-01-01,,,,\n";
    let (status, ..) = import(&folder, "staff", staff(rows).as_bytes(), "");
    assert_eq!(status, 4);
    let written = folder.read("file.csv.rejected.csv");
    assert!(
        written.starts_with(&format!("\u{feff}{STAFF},reason\n1,'=A,Ash,,soon,,Ward; 1,,,")),
        "{written}"
    );
    folder.write("right.csv", written.replace("soon", "2020-01-01"));
    let report = folder.run("--json import staff right.csv").ended(0).json();
    assert_eq!((&report["joiners"], &report["leavers"]), (&Value::from(1), &Value::from(0)));
    assert_eq!(folder.run("--json explain 1").json()["name"], "=A Ash");
}
