//! What operators are told, case by case.

use super::*;
use crate::mail::tests::page_of;

fn notice(trouble: Trouble) -> OperatorNotice {
    let organisation = "Marlow Vale NHS Foundation Trust".to_owned();
    OperatorNotice { organisation, on: "2026-11-24".parse().unwrap(), trouble }
}

#[test]
fn a_job_that_failed() {
    insta::assert_snapshot!(page_of(&notice(Trouble::JobFailed {
        job: "backup".to_owned(),
        slot_on: "2026-11-24".parse().unwrap(),
        detail: "the backup /srv/backups/x.db can't be written (disk full)\n: check <the> folder".to_owned(),
    })));
}

#[test]
fn delivery_that_stands_still() {
    insta::assert_snapshot!(page_of(&notice(Trouble::DeliveryStopped {
        since: "2026-11-24T09:05:00".parse().unwrap(),
        reason: "the mail server refuses mail from here, not its recipient (554 5.7.1 (address) Relay access denied): \
                 check <it>"
            .to_owned(),
    })));
}

#[test]
fn a_staff_list_that_has_grown_old() {
    let last_on = "2026-10-10".parse().unwrap();
    insta::assert_snapshot!(page_of(&notice(Trouble::StaleList { last_on, days: 45 })));
}

#[test]
fn a_silence_that_is_unlikely_to_be_right() {
    let since = "2026-11-10".parse().unwrap();
    insta::assert_snapshot!(page_of(&notice(Trouble::Quiet { since, days: 14, in_post: 11_023 })));
}

#[test]
fn what_a_purge_a_missing_pdf_or_a_refused_file_needs_of_the_operator() {
    let troubles = [
        Trouble::WithoutPdf { month: "October 2026".to_owned(), why: "a glyph is missing".to_owned() },
        Trouble::PurgeHeld { why: "it would remove 40 of 900 people".to_owned() },
        Trouble::LeftBehind { files: 3 },
        Trouble::NoBackup { since: "2026-11-23T02:00:00".parse().unwrap() },
        Trouble::FileRefused {
            kind: "staff".to_owned(),
            token: "esr-nightly".to_owned(),
            on: "2026-11-24".parse().unwrap(),
            why: "59 of the 60 people in post at RYY would leave <all>".to_owned(),
        },
    ];
    let pages: Vec<String> = troubles.into_iter().map(|trouble| page_of(&notice(trouble))).collect();
    insta::assert_snapshot!(pages.join("\n"));
}

/// Each trouble in its smallest case, as text.
#[test]
fn what_a_notice_says_of_one_or_none() {
    let day = |text: &str| text.parse().unwrap();
    let silenced = || vec!["ada@example.org since 23 November 2026 (report 1.eml: 550 5.1.1)".to_owned()];
    let mailed_on =
        || vec!["the board of RXX: board@example.org since 23 November 2026 (report 2.eml)".to_owned()];
    let troubles = [
        Trouble::StaleList { last_on: day("2026-11-23"), days: 1 },
        Trouble::Quiet { since: day("2026-11-23"), days: 1, in_post: 1 },
        Trouble::LeftBehind { files: 1 },
        Trouble::MailReturned { silenced: 1, listed: silenced(), mailed_on: Vec::new() },
        Trouble::MailReturned { silenced: 0, listed: Vec::new(), mailed_on: mailed_on() },
        Trouble::ReturnsHeld {
            organisation: "RXX".to_owned(),
            on: day("2026-11-23"),
            addresses: 5,
            listed: silenced(),
        },
    ];
    let said = troubles.map(|trouble| {
        let Rendered { subject, text, .. } = notice(trouble).render().unwrap();
        let text = text.split("\n--\n").next().unwrap().to_owned();
        format!("Subject: {subject}\n\n{text}")
    });
    insta::assert_snapshot!(said.join("\n================\n\n"));
}

#[test]
fn mail_that_came_back() {
    insta::assert_snapshot!(page_of(&notice(Trouble::MailReturned {
        silenced: 1,
        listed: vec![
            "ada@example.org since 23 November 2026 (report 1.eml: 550 5.1.1 <no> such user)".to_owned()
        ],
        mailed_on: vec![
            "the board of RXX: board@example.org since 23 November 2026 (report 2.eml: 550 5.2.1 closed)"
                .to_owned()
        ],
    })));
}

#[test]
fn returned_mail_that_waits_for_a_person() {
    insta::assert_snapshot!(page_of(&notice(Trouble::ReturnsHeld {
        organisation: "RXX".to_owned(),
        on: "2026-11-23".parse().unwrap(),
        addresses: 60,
        listed: vec![
            "ada@example.org since 23 November 2026 (report 1.eml: 550 5.1.1)".to_owned(),
            "and 59 more".to_owned()
        ],
    })));
}
