//! Certificates that come later, or are left out later: one completion counts once.

use refresher::import::{RecordDetails, TrainingRow};
use refresher::register::Hours;
use refresher::register::store::KnownAt;

use super::given::*;

/// Four hours on one day, with these certificates.
fn rows(certificates: &[&str]) -> Vec<TrainingRow> {
    let row = |certificate: &&str| {
        let mut row = record("001", 1, "2026-01-01");
        row.certificate = (*certificate).into();
        *details(&mut row) = RecordDetails { hours: Some(Hours(400)), ..RecordDetails::default() };
        row
    };
    certificates.iter().map(row).collect()
}

#[test]
fn one_completion_counts_once_whenever_its_certificate_is_known() {
    for (files, expected) in [
        (&[&[""][..], &["C1"]][..], 1),
        (&[&["C1"], &[""]], 1),
        (&[&[""], &["C1"], &[""]], 1),
        (&[&[""], &["C1"], &[""], &["C1"]], 1),
        (&[&["C1"], &["C2"]], 2),
        (&[&["C1", "C2"]], 2),
        (&[&["C1", "C2"], &["C1", "C2"]], 2),
        // Which of the two a row without one is can't be told.
        (&[&["C1", "C2"], &[""]], 3),
        (&[&[""], &["C1", "C2"]], 3),
    ] {
        let register = Register::new();
        register.staff(1, &file(people(1..=2)));
        let mut corrected = 0;
        for (minutes, certificates) in (2..).zip(files) {
            let report = register.training(minutes, &file(rows(certificates)));
            assert_eq!(report.rows, report.applied + report.unchanged, "{files:?}");
            corrected += report.records_corrected;
        }
        let facts = register.facts(KnownAt::Latest);
        let records = facts.iter().filter(|fact| fact.contains(" 4h")).count();
        assert_eq!(records, expected, "{files:?}: {facts:?}");
        let comes_later = files.first() == Some(&&[""][..]) && files.get(1) == Some(&&["C1"][..]);
        assert_eq!(corrected, u64::from(comes_later), "{files:?}");
    }
}

#[test]
fn a_certificate_that_comes_later_corrects_the_record_and_is_shown() {
    let register = Register::new();
    register.staff(1, &file(people(1..=2)));
    register.training(2, &file(rows(&[""])));
    let report = register.training(3, &file(rows(&["C1"])));
    assert_eq!((report.records_added, report.records_corrected), (0, 1));
    let changed = format!("{:?}", report.difference.changes);
    assert!(changed.contains("certificate") && changed.contains("C1"), "{changed}");
}
