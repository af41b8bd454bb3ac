//! What every target does with the bytes it is given: read them as a file, and hold the reader to what it promises.

use std::io::{Cursor, Write};
use std::sync::OnceLock;

use refresher::files::Existing;
use refresher::import;
use refresher::import::{
    CheckContext, CheckedFile, FileKind, ImportError, Limits, ReadOptions, RejectedReaders, StaffLists,
    TrainingRecords, write_rejected,
};
use refresher::policy::{Policy, parse};

const POLICY: &str = "
[[course]]
code = \"SGC-L2\"
title = \"Safeguarding Children Level 2\"
aliases = [\"NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|\"]
";

fn policy() -> &'static Policy {
    static POLICY_READ: OnceLock<Policy> = OnceLock::new();
    POLICY_READ.get_or_init(|| parse(POLICY, "policy.toml").expect("the policy above is sound").policy)
}

/// Between the parts of a workbook in the input of a target that puts them into one.
const BETWEEN: u8 = 0x1E;

/// The parts that the input holds, as many as are asked for; those that it does not hold are `None`.
pub fn parts<const N: usize>(data: &[u8]) -> [Option<&[u8]>; N] {
    let mut parts = data.splitn(N, |&byte| byte == BETWEEN);
    std::array::from_fn(|_| parts.next())
}

/// A zip file of these parts, not compressed.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, stored).expect("a name of a part");
        archive.write_all(content).expect("memory takes it");
    }
    archive.finish().expect("memory takes it").into_inner()
}

/// Reads the content as a staff list and as training records: rows that add up, or a clear error.
pub fn read(content: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join("list");
    std::fs::write(&path, content).expect("the file is written");
    let organisations = ["RX1".to_owned(), "RX2".to_owned()];
    let known = CheckContext {
        organisations: &organisations,
        organisation_names: &["Example".to_owned(), "Other".to_owned()],
        default_organisation: "RX1",
        only: &[],
        policy: policy(),
        zone: chrono_tz::Tz::Europe__London,
        today: "2026-11-24".parse().expect("a day"),
    };
    // Large enough for what a fuzzer writes, small enough to be met.
    let limits = Limits { unpacked_bytes: 4_000_000, csv_bytes: 4_000_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    adds_up(&import::read::<TrainingRecords>(&path, &options, &known));
    let staff = import::read::<StaffLists>(&path, &options, &known);
    adds_up(&staff);
    let Ok(staff) = staff else { return };
    if staff.rejected.is_empty() {
        return;
    }
    // What was rejected can be written down and read again; nobody comes of it that was not put right.
    let (headers, faults) = (&staff.headers, &staff.rejected);
    let readers = RejectedReaders::OfTheFile;
    let rejected =
        write_rejected(&path, &options, FileKind::Staff, headers, faults, Existing::Replaced, readers);
    let rejected = rejected.expect("the folder takes it");
    if let Ok(again) = import::read::<StaffLists>(&rejected, &options, &known) {
        assert!(again.ends_in_reason);
        adds_up(&Ok(again));
    }
}

fn adds_up<Row>(read: &Result<CheckedFile<Row>, ImportError>) {
    match read {
        Ok(checked) => {
            let kept = checked.rows.len() as u64 + checked.repeats;
            let lines = kept + checked.skipped.total() + checked.rejected_lines();
            assert_eq!(checked.row_count, lines, "{:?}", checked.rejected);
        }
        Err(error) => {
            let error = error.to_string();
            assert!(!error.contains("not built as spreadsheets are"), "a panic was caught: {error}");
            assert!(!error.contains(|c: char| c.is_control()), "{error:?}");
        }
    }
}
