//! How large files and cells may be (spec 3.7), and where rejected rows go that can't be written, with the built program.

use rust_xlsxwriter::Workbook;

use crate::support::program::Folder;

const STAFF: &str = "employee_number,last_name,start_date\n";

/// What a limit of the settings says, a file one beyond it, what refuses it, and a file that just fits.
type Limit = (&'static str, &'static str, Vec<u8>, &'static str, Vec<u8>);

fn sheet(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in (0..).zip(STAFF.trim_end().split(',')) {
        sheet.write(0, column, header).unwrap();
    }
    for row in 1..=rows {
        sheet.write(row, 0, format!("{row:06}")).unwrap();
        sheet.write(row, 1, "Example").unwrap();
        sheet.write(row, 2, "2020-01-01").unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn files_beyond_a_limit_are_refused_and_those_within_it_are_taken() {
    let rows = |rows: u32| {
        let rows = (0..rows).map(|row| format!("{row:06},Example,2020-01-01\n")).collect::<String>();
        format!("{STAFF}{rows}").into_bytes()
    };
    let limits: [Limit; 4] = [
        (
            "csv_megabytes = 4000",
            "csv_megabytes = 1",
            rows(60_000),
            "has 2 MB, more than the 1 MB",
            rows(30_000),
        ),
        (
            "unpacked_megabytes = 1000",
            "unpacked_megabytes = 1",
            sheet(20_000),
            "unpacks to more than the 1 MB",
            sheet(500),
        ),
        (
            "max_rows = 20000000",
            "max_rows = 3",
            rows(4),
            "has more than the 3 rows that are read: split it",
            rows(3),
        ),
        (
            "max_columns = 16384",
            "max_columns = 3",
            b"employee_number,last_name,start_date,note\n1,Ito,2020-01-01,x\n".to_vec(),
            "line 1 has more than the 3 columns that are read: split the file",
            rows(1),
        ),
    ];
    for (shipped, set, beyond, refused, within) in limits {
        let folder = Folder::new();
        let settings = folder.read("refresher.toml");
        assert!(settings.contains(shipped), "{shipped}");
        folder.write("refresher.toml", settings.replace(shipped, set));
        folder.write("staff.csv", beyond);
        let said = folder.run("--today 2026-11-24 import staff staff.csv").ended(1).err;
        assert!(said.contains(refused), "{set}: {said}");
        folder.write("staff.csv", within);
        folder.run("--today 2026-11-24 import staff staff.csv").ended(0);
    }
}

#[test]
fn cells_beyond_a_limit_reject_their_row_and_those_within_it_are_taken() {
    let x = |count: usize| "x".repeat(count);
    for (kind, head, cell, taken) in [
        ("staff", STAFF, format!("1,{},2020-01-01", x(500)), true),
        ("staff", STAFF, format!("1,{},2020-01-01", x(501)), false),
        ("staff", STAFF, format!("{},Ito,2020-01-01", x(100)), true),
        ("staff", STAFF, format!("{},Ito,2020-01-01", x(101)), false),
        ("expenses", "date,amount\n", "2026-05-01,1000000000.00".to_owned(), true),
        ("expenses", "date,amount\n", "2026-05-01,1000000000.01".to_owned(), false),
        ("expenses", "date,amount\n", "2026-05-01,-1000000000.01".to_owned(), false),
    ] {
        let folder = Folder::new();
        folder.write("file.csv", format!("{head}{cell}\n"));
        let status = if taken { 0 } else { 4 };
        let report =
            folder.run(&format!("--json --today 2026-11-24 import {kind} file.csv")).ended(status).json();
        assert_eq!(report["applied"], u64::from(taken), "{kind}, {} characters", cell.len());
    }
}

#[test]
fn rejected_rows_that_can_not_be_written_down_are_said_so_and_the_rest_is_taken() {
    let folder = Folder::new();
    folder.write("staff.csv", format!("{STAFF}1,Ito,2020-01-01\n2,Roy,soon\n"));
    // What no one may write to, whoever runs this.
    std::fs::create_dir(folder.file("staff.csv.rejected.csv")).unwrap();
    let ran = folder.run("--today 2026-11-24 import staff staff.csv").ended(4);
    assert!(ran.err.contains("the rejected rows could not be written down"), "{ran:?}");
    assert!(ran.out.contains("1 row applied") && ran.out.contains("1 rejected"), "{ran:?}");
}
