//! Excel 97 workbooks whose records, or the sectors they lie in, are made to do harm.

use super::*;

/// A record of an Excel 97 workbook: its kind and content.
pub(super) type WorkbookRecord = (u16, Vec<u8>);

pub(super) fn string(text: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(text.len()).unwrap().to_le_bytes().to_vec();
    bytes.push(0);
    bytes.extend(text.as_bytes());
    bytes
}

/// An Excel 97 workbook of one sheet that holds a sound list and these records.
pub(super) fn xls(more: &[WorkbookRecord]) -> Vec<u8> {
    contained(more, &["/Workbook"])
}

/// The same by a program that says who made it.
pub(super) fn xls_with_summary(more: &[WorkbookRecord]) -> Vec<u8> {
    contained(more, &["/Workbook", "/\u{5}SummaryInformation"])
}

fn contained(more: &[WorkbookRecord], streams: &[&str]) -> Vec<u8> {
    let written = |records: &[WorkbookRecord]| -> Vec<u8> {
        let record = |(kind, data): &WorkbookRecord| {
            let length = u16::try_from(data.len()).unwrap();
            [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
        };
        records.iter().flat_map(record).collect()
    };
    let begin =
        |kind: u16| (0x0809, [0x0600_u16, kind].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>());
    let strings = [vec![0; 8], HEADER.iter().chain(&RECORD).flat_map(|text| string(text)).collect()].concat();
    let sheet_name = [&[0, 0][..], &[1, 0, b'A']].concat();
    let globals = |begins: u32| {
        written(&[
            begin(5),
            (0x0085, [&begins.to_le_bytes()[..], &sheet_name].concat()),
            (0x00FC, strings.clone()),
            (0x000A, Vec::new()),
        ])
    };
    let begins = u32::try_from(globals(0).len()).unwrap();
    let mut records = vec![begin(0x10)];
    for index in 0..6_u16 {
        let place = [index / 3, index % 3, 0].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
        records.push((0x00FD, [place, u32::from(index).to_le_bytes().to_vec()].concat()));
    }
    records.extend_from_slice(more);
    records.push((0x000A, Vec::new()));
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let stream = [globals(begins), written(&records)].concat();
    for name in streams {
        container.create_stream(name).unwrap().write_all(&stream).unwrap();
    }
    container.flush().unwrap();
    container.into_inner().into_inner()
}

#[test]
fn broken_records_of_an_old_workbook_are_refused() {
    for (record, expected) in [
        ((0x00FD, vec![0; 3]), "too short"),
        ((0x00FD, [[0; 6], [9; 6]].concat()), "text that is not there"),
        ((0x0204, [&[0; 6][..], &[0xFF, 0xFF, 1, b'a']].concat()), "short"),
        ((0x0203, vec![0; 8]), "too short"),
        ((0x002F, vec![1, 0]), ""),
    ] {
        let read = read(xls(&[record]));
        match read {
            Err(error) => assert!(error.to_string().contains(expected), "{error}"),
            Ok(_) => assert_eq!(expected, ""),
        }
    }
    // Cells that another program wrote in its own order are one list all the same.
    let place =
        |row: u16, column: u16| [row, column, 0].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let label =
        |row, column, index: u32| (0x00FD, [place(row, column), index.to_le_bytes().to_vec()].concat());
    let checked = read(xls(&[
        label(3, 1, 4),
        label(2, 0, 3),
        label(3, 2, 5),
        label(2, 2, 5),
        label(3, 0, 3),
        label(2, 1, 4),
    ]))
    .unwrap();
    assert_eq!((checked.rows.len(), checked.repeats), (1, 2));
}

#[test]
fn chains_of_sectors_that_bite_their_tail_are_refused() {
    let sound = xls(&[]);
    // The directory's chain goes on in itself.
    let directory = u32::from_le_bytes(sound[48..52].try_into().unwrap());
    let table = u32::from_le_bytes(sound[76..80].try_into().unwrap());
    let sector = 1 << u16::from_le_bytes([sound[30], sound[31]]);
    let entry = (usize::try_from(table).unwrap() + 1) * sector + usize::try_from(directory).unwrap() * 4;
    let mut bitten = sound;
    bitten[entry..entry + 4].copy_from_slice(&directory.to_le_bytes());
    assert!(refusal(bitten).contains("is damaged"));
}
