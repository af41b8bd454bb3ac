use proptest::prelude::*;

use super::*;
use crate::sample::day;

/// Pieces that files are made of, sound and broken.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"employee_number,last_name,start_date\n".to_vec()),
        Just(b"employee_number;course;completed_on\r\n".to_vec()),
        Just(b"1,Ito,2020-01-01\n".to_vec()),
        Just(b"1,SGC-L2,01-Jan-26".to_vec()),
        Just(b"\"".to_vec()),
        Just(b",\"\",\"a\nb\"".to_vec()),
        Just(b"\xEF\xBB\xBF".to_vec()),
        Just(b"\xFF\xFE".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"\xC3".to_vec()),
        Just(b"\r".to_vec()),
        Just("31/12/4712;'=1;\u{202e}".into()),
        Just(b"PK\x03\x04".to_vec()),
        Just(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_bytes_give_rows_that_add_up_or_a_clear_error(pieces in proptest::collection::vec(piece(), 0..12)) {
        let content = pieces.concat();
        match staff(&content) {
            Ok(checked) => assert_adds_up(&checked),
            Err(error) => prop_assert!(error.to_string().len() > 20),
        }
        if let Ok(checked) = training(&content) {
            assert_adds_up(&checked);
        }
    }

    #[test]
    fn any_text_in_a_cell_is_taken_or_rejected(cell in "\\PC{0,12}|[0-9/.: A-Za-z£,+-]{0,20}") {
        let today = day("2026-11-24");
        let _ = super::super::cells::text::clean(&cell);
        let _ = super::super::cells::dates::parse_date(cell.trim(), today, chrono_tz::Tz::Europe__London);
        let _ = super::super::cells::money::parse_pence(cell.trim());
        let _ = super::super::cells::numbers::parse_hours(cell.trim());
        let _ = super::super::cells::numbers::employee_number_fault(cell.trim());
    }
}

/// Workbooks to be spoilt.
const BOOKS: [&[u8]; 3] = [
    include_bytes!("books/records.xlsx"),
    include_bytes!("books/records.ods"),
    include_bytes!("books/records.xls"),
];

/// Something done to bytes: where, how many of them, and what with.
#[derive(Debug, Clone)]
enum Spoil {
    Set(Vec<u8>),
    Cut(usize),
    Repeat(usize, usize),
    Insert(Vec<u8>),
}

fn spoil() -> impl Strategy<Value = (usize, Spoil)> {
    let telling = prop_oneof![
        Just(b"0".to_vec()),
        Just(b"-1".to_vec()),
        Just(b"4294967295".to_vec()),
        Just(b"99999999999999999999".to_vec()),
        Just(b"1e308".to_vec()),
        Just(b"<".to_vec()),
        Just(b"</".to_vec()),
        Just(b"/>".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"&x;".to_vec()),
        Just(b"&#0;".to_vec()),
        Just(b"<![CDATA[".to_vec()),
        Just(vec![0xFF; 4]),
        Just(vec![0; 4]),
        Just(vec![0xFE, 0xFF, 0xFF, 0xFF]),
        proptest::collection::vec(any::<u8>(), 1..5),
    ];
    let done = prop_oneof![
        telling.clone().prop_map(Spoil::Set),
        (1..200usize).prop_map(Spoil::Cut),
        ((1..200usize), (1..50usize)).prop_map(|(length, times)| Spoil::Repeat(length, times)),
        telling.prop_map(Spoil::Insert),
    ];
    (any::<usize>(), done)
}

fn spoilt(mut bytes: Vec<u8>, spoils: &[(usize, Spoil)]) -> Vec<u8> {
    for (at, done) in spoils {
        let at = at % bytes.len().max(1);
        let end = |length: usize| bytes.len().min(at + length);
        match done {
            Spoil::Set(with) => {
                let end = end(with.len());
                bytes.splice(at..end, with.iter().copied());
            }
            Spoil::Cut(length) => drop(bytes.drain(at..end(*length))),
            Spoil::Repeat(length, times) => {
                let part = bytes[at..end(*length)].repeat(*times);
                bytes.splice(at..at, part);
            }
            Spoil::Insert(with) => drop(bytes.splice(at..at, with.iter().copied())),
        }
    }
    bytes
}

/// Spoils one part of a zip file, which stays a sound zip file; other files as they are.
fn spoilt_within(book: &[u8], part: usize, spoils: &[(usize, Spoil)]) -> Vec<u8> {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(book)) else {
        return spoilt(book.to_vec(), spoils);
    };
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let read: Vec<&str> = ["xml", "rels"].to_vec();
    let readable: Vec<usize> = (0..archive.len())
        .filter(|&index| {
            let name = archive.name_for_index(index).unwrap().unwrap();
            read.iter().any(|ending| name.ends_with(ending)) && !name.contains("docProps")
        })
        .collect();
    let chosen = readable[part % readable.len()];
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        let content = if index == chosen { spoilt(content, spoils) } else { content };
        out.start_file(name, stored).unwrap();
        std::io::Write::write_all(&mut out, &content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn assert_rows_or_a_clear_error(content: &[u8]) {
    let file = ScratchFile::new("a book", content);
    // Large enough for every sound book, small enough to be met.
    let limits = Limits { unpacked_bytes: 4_000_000, csv_bytes: 4_000_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    match crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known()) {
        Ok(checked) => assert_adds_up(&checked),
        Err(error) => {
            let error = error.to_string();
            assert!(error.len() > 20 && !error.contains("not built as spreadsheets are"), "{error}");
        }
    }
}

/// Runs of a property; more of them with `REFRESHER_CASES`, for a night.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("REFRESHER_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn a_spoilt_workbook_gives_rows_or_a_clear_error(
        book in 0..BOOKS.len(),
        spoils in proptest::collection::vec(spoil(), 1..6),
    ) {
        assert_rows_or_a_clear_error(&spoilt(BOOKS[book].to_vec(), &spoils));
    }

    #[test]
    fn a_workbook_with_a_spoilt_part_gives_rows_or_a_clear_error(
        book in 0..2usize,
        part in any::<usize>(),
        spoils in proptest::collection::vec(spoil(), 1..6),
    ) {
        assert_rows_or_a_clear_error(&spoilt_within(BOOKS[book], part, &spoils));
    }

    #[test]
    fn every_kind_of_file_is_read_or_refused(pieces in proptest::collection::vec(piece(), 0..12)) {
        let world = TestContext::new();
        let (known, options) = (world.known(), ReadOptions::default());
        let file = ScratchFile::new("a file", pieces.concat());
        let path = file.path();
        let counts = [
            crate::import::read::<OrganisationLists>(path, &options, &known).map(|read| read.row_count),
            crate::import::read::<ExemptionLists>(path, &options, &known).map(|read| read.row_count),
            crate::import::read::<BudgetLists>(path, &options, &known).map(|read| read.row_count),
            crate::import::read::<ExpenseLists>(path, &options, &known).map(|read| read.row_count),
            crate::import::read::<AssuranceAnswers>(path, &options, &known).map(|read| read.row_count),
            crate::import::read::<BookedPlaces>(path, &options, &known).map(|read| read.row_count),
        ];
        for count in counts {
            match count {
                Ok(rows) => prop_assert!(rows > 0),
                Err(error) => prop_assert!(error.to_string().len() > 20),
            }
        }
    }
}

/// Some of the lengths that a file may be cut to; with `REFRESHER_CASES`, for a night, all of them.
#[test]
fn a_file_cut_short_anywhere_gives_rows_or_a_clear_error() {
    let step = if std::env::var_os("REFRESHER_CASES").is_some() { 1 } else { 997 };
    for book in BOOKS {
        for end in (0..book.len()).step_by(step) {
            assert_rows_or_a_clear_error(&book[..end]);
        }
    }
}
