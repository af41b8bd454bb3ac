//! What is looked through for somebody, column by column: all of the schema's texts are, or are known to hold no words of
//! anybody's.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::*;
use crate::board::example::october;
use crate::db::{Db, Durability, IfMissing};
use crate::mail::{MailPart, PartPlace, Rendered};
use crate::outbox::{EnqueueOutcome, InitialState, MessageKind, NewMessage};
use crate::sample::database::url;
use crate::sample::day;

/// A text that names somebody in full, by last name alone, and by number.
const NAMED: &str = "Ask Qwerly\n  Zzyzxq or nurse ZZYZXQ of number 0900777";
/// A text that surely names them.
const SURELY: &str = "For Zzyzxq,\u{a0}Qwerly";
const ADDRESS: &str = "qz@example.org";

/// Of these nothing may be left.
const TRACES: [&str; 4] = ["zzyzxq", "qwerly", "0900777", ADDRESS];

/// Columns of words that somebody or some server wrote: neither a full name nor a last name stays in them.
const FREE: [(&str, &[&str]); 20] = [
    ("api_run", &["name", "idempotency_key", "request", "content_hash", "document", "rejected"]),
    ("assurance_answer", &["evidence"]),
    ("booking", &["place"]),
    ("bounce", &["reason", "failed_address"]),
    ("bounce_report", &["file", "finding"]),
    ("delivery_stop", &["reason"]),
    ("exemption", &["reason"]),
    ("expense", &["description"]),
    ("import", &["file"]),
    ("import_draft", &["file"]),
    ("job_run", &["detail"]),
    ("message", &["last_error"]),
    ("refusal", &["alike", "last_error"]),
    ("rejected_row", &["cells", "faults", "dismissed_for"]),
    ("saved_filter", &["name", "query"]),
    ("sign_in", &["notice"]),
    ("taken_file", &["name", "moved_to", "untold"]),
    ("training_record", &["provider", "certificate"]),
    ("work_comment", &["words"]),
    ("work_item", &["closed_for"]),
];

/// Columns by whose words something is found, or on which figures depend: no full name stays in them.
const FOUND_BY: [(&str, &[&str]); 9] = [
    ("api_token", &["name"]),
    ("assignment_version", &["job_title"]),
    ("expense", &["course", "reference"]),
    ("import_draft", &["sheet", "column_map"]),
    ("import_map", &["column_map"]),
    ("message", &["subject"]),
    ("message_body", &["from_name"]),
    ("organisation_version", &["name"]),
    ("policy_draft", &["content"]),
];

/// Columns with an address, a number or words of a form of their own; the fixture fills them.
const OF_A_FORM: [(&str, &[&str]); 10] = [
    ("account", &["email", "email_key", "name", "password_hash"]),
    ("assignment_version", &["manager_employee_number"]),
    ("assurance_answer", &["owner_email"]),
    ("bounce", &["address"]),
    ("message", &["recipient"]),
    ("message_body", &["reply_to"]),
    ("message_part", &["name"]),
    ("organisation_version", &["safeguarding_email"]),
    ("promise", &["key"]),
    ("snapshot", &["content_hash", "figures"]),
];

/// Columns that hold a word of the program's, of the settings' or of the policy's, a hash, or of others who they are.
const NAMING_NOBODY: [(&str, &[&str]); 42] = [
    ("access_grant", &["role", "scope", "source"]),
    ("account_identity", &["issuer", "subject"]),
    ("account_link", &["purpose"]),
    ("api_token", &["public_id", "token_hash", "scopes", "addresses"]),
    ("assignment_version", &["assignment_number", "staff_group", "unit", "status", "category"]),
    ("assurance_answer", &["statement", "answer"]),
    ("audit", &["actor", "action", "object", "details", "previous_hash", "hash"]),
    ("audit_head", &["hash"]),
    ("audit_start", &["of_table"]),
    ("bounce", &["kind", "status"]),
    ("bounce_report", &["content_hash", "report_id"]),
    ("configuration", &["identity", "place", "policy_hash", "organisation"]),
    ("course", &["code"]),
    ("delivery_stop", &["sender"]),
    ("digest_item", &["course"]),
    ("former_code", &["code"]),
    ("import", &["kind", "content_hash"]),
    ("import_draft", &["kind", "upload", "encoding", "cells"]),
    ("import_map", &["kind"]),
    ("installation", &["identity", "place"]),
    ("job_run", &["job", "outcome"]),
    ("mail_kind", &["name"]),
    ("message", &["kind", "message_id", "state", "claim"]),
    ("message_body", &["encoding"]),
    ("message_part", &["content_type", "encoding"]),
    ("node", &["name", "version", "roles", "process"]),
    ("organisation", &["code"]),
    ("organisation_version", &["kind"]),
    ("policy_version", &["content_hash", "content", "over_file_hash"]),
    ("program_version", &["version"]),
    ("promise", &["kind", "about"]),
    ("recovery_code", &["code_hash"]),
    ("refusal", &["sender"]),
    ("sign_in", &["token_hash", "stage", "way"]),
    ("snapshot", &["month"]),
    ("staff", &["employee_number"]),
    ("staff_version", &["first_name", "last_name", "email", "professional_registration"]),
    ("taken_file", &["content_hash", "kind", "outcome"]),
    ("tried_second", &["sender"]),
    ("used_answer", &["state_hash"]),
    ("used_form", &["key_hash"]),
    ("work_item", &["kind", "organisation", "about"]),
];

/// Every column of texts, from the engine's own catalogue.
#[cfg(not(feature = "postgres"))]
const TEXTS: &str = "SELECT m.name || '.' || c.name AS text FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                     WHERE m.type = 'table' AND UPPER(c.type) LIKE '%TEXT%'";
#[cfg(feature = "postgres")]
const TEXTS: &str = "SELECT table_name::text || '.' || column_name::text AS text FROM information_schema.columns \
                     WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')";

/// A person (1) who is to be purged, another (2), and rows about the other or about nobody in every table.
const ROWS: &str = "
INSERT INTO organisation (id, code) VALUES (1, 'RXX');
INSERT INTO import (id, kind, file, content_hash, as_of, recorded_at) VALUES (1, 'staff', 'x', 'a', '2026-01-01', '2026-01-01 09:00:00');
INSERT INTO organisation_version (id, organisation_id, name, kind, safeguarding_email, opened_by, closed_by) VALUES (1, 1, 'x', 'acute', 'qz@example.org', 1, 1);
INSERT INTO course (id, code) VALUES (1, 'L1');
INSERT INTO staff (id, organisation_id, employee_number) VALUES (1, 1, '0900777'), (2, 1, '2');
INSERT INTO staff_version (id, staff_id, first_name, last_name, email, opened_by) VALUES (1, 1, 'Qwerly', 'Zzyzxq', 'QZ@example.org', 1), (2, 2, 'Ann', 'Other', 'ann@example.org', 1);
INSERT INTO assignment_version (id, staff_id, assignment_number, is_primary, job_title, staff_group, unit, manager_employee_number, status, start_on, opened_by) VALUES (1, 2, '2', TRUE, 'x', 'Nursing', 'Surgery', '0900777', '', '2020-01-01', 1);
INSERT INTO training_record (id, staff_id, course_id, completed_on, provider, certificate, opened_by) VALUES (1, 2, 1, '2026-01-01', 'x', 'x', 1);
INSERT INTO exemption (id, staff_id, reason, opened_by) VALUES (1, 2, 'x', 1);
INSERT INTO booking (id, staff_id, course_id, takes_place_on, place, opened_by) VALUES (1, 2, 1, '2026-12-01', 'x', 1);
INSERT INTO expense (id, organisation_id, dated_on, description, amount_pence, course, reference, opened_by) VALUES (1, 1, '2026-01-01', 'x', 1, 'x', 'x', 1);
INSERT INTO assurance_answer (id, organisation_id, statement, answer, answered_on, evidence, owner_email, opened_by) VALUES (1, 1, 'lead', 'yes', '2026-01-01', 'x', 'QZ@example.org', 1);
INSERT INTO account (id, email, email_key, name, staff_id, enabled, created_at, password_hash) VALUES (1, 'qz@example.org', 'qz@example.org', 'Qwerly Zzyzxq', 1, TRUE, '2026-01-01 09:00:00', 'Zzyzxq'), (2, 'ann@example.org', 'ann@example.org', 'Ann', 2, TRUE, '2026-01-01 09:00:00', NULL);
INSERT INTO api_token (id, name, public_id, token_hash, scopes, addresses, created_at, expires_on) VALUES (1, 'x', 'p', 'h', '', '', '2026-01-01 09:00:00', '2027-01-01');
INSERT INTO api_run (id, name, api_token_id, idempotency_key, request, content_hash, recorded_at, status, document, rejected) VALUES (1, 'x', 1, 'x', 'x', 'h', '2026-01-01 09:00:00', 200, 'x', 'x');
INSERT INTO import_draft (id, account_id, organisation_id, kind, file, upload, as_of, partial, sheet, column_map, made_at) VALUES (1, 2, 1, 'staff', 'x', 'u', '2026-01-01', FALSE, 'x', 'x', '2026-01-01 09:00:00');
INSERT INTO import_map (id, organisation_id, kind, column_map) VALUES (1, 1, 'staff', 'x');
INSERT INTO rejected_row (id, import_id, line, cells, faults) VALUES (1, 1, 2, '[]', '[]'), (2, 1, 3, '[]', '[]'), (3, 1, 4, '[\"Ann\"]', '[]');
INSERT INTO saved_filter (id, account_id, name, query, saved_at) VALUES (1, 2, 'x', 'x', '2026-01-01 09:00:00');
INSERT INTO sign_in (id, account_id, token_hash, stage, began_at, seen_at, proved_at, notice) VALUES (1, 2, 't', 'whole', '2026-01-01 09:00:00', '2026-01-01 09:00:00', '2026-01-01 09:00:00', 'x');
INSERT INTO policy_draft (account_id, content, saved_at) VALUES (2, 'x', '2026-01-01 09:00:00');
INSERT INTO taken_file (id, name, size, modified_at, content_hash, kind, taken_at, outcome, moved_to, has_rejected, untold, settled_at) VALUES (1, 'x', 1, '2026-01-01 09:00:00', 'h', 'staff', '2026-01-01 09:00:00', 'done', 'x', FALSE, 'x', '2026-01-01 09:00:00');
INSERT INTO work_item (id, kind, organisation, about, since_at, version, closed_for, changed_at) VALUES (1, 'rejected_rows', 'RXX', '1', '2026-01-01 09:00:00', 1, 'x', '2026-01-01 09:00:00');
INSERT INTO work_comment (id, work_item_id, account_id, written_at, words) VALUES (1, 1, 2, '2026-01-01 09:00:00', 'x');
INSERT INTO job_run (id, job, slot, started_at, finished_at, lease_until, outcome, detail) VALUES (1, 'reminders', '2026-01-01 09:00:00', '2026-01-01 09:00:00', '2026-01-01 09:00:00', '2026-01-01 09:00:00', 'done', 'x');
INSERT INTO delivery_stop (sender, since, reason) VALUES ('', '2026-01-01 09:00:00', 'x');
INSERT INTO bounce_report (id, content_hash, file, read_at, finding) VALUES (1, 'h', 'x', '2026-01-01 09:00:00', 'x');
INSERT INTO bounce (id, bounce_report_id, address, kind, status, reason, read_at) VALUES (1, 1, 'ann@example.org', 'soft', '', 'x', '2026-01-01 09:00:00'), (2, 1, 'qz@example.org', 'soft', '', 'x', '2026-01-01 09:00:00');
INSERT INTO promise (id, kind, key, organisation_id) VALUES (1000, 'assurance-review', '1 lead 2026-01-01 0 qz@example.org', 1);
";

#[derive(QueryableByName)]
struct TextColumnRow {
    #[diesel(sql_type = Text)]
    text: String,
}

/// A mail: its kind, to whom, text, HTML, and the name, media type and content of a part.
type Mailed<'a> = (MessageKind, Option<i32>, &'a str, &'a str, &'a str, Option<(&'a str, &'a str, &'a str)>);

/// Mails in the order of their numbers. All but the last two are to others, and name them.
const MAILED: [Mailed<'static>; 8] = [
    (MessageKind::BoardSummary, None, "b@example.org", "Evidence: Dr\n  Zzyzxq leads", "<p>-</p>", None),
    (MessageKind::BoardSummary, None, "b@example.org", "By Qwerly\n  Zzyzxq", "<p>-</p>", None),
    (MessageKind::AssuranceReview, None, "o@example.org", "-", "By Qwerly&nbsp;<b>Zzyzxq</b>", None),
    (
        MessageKind::Reminder,
        Some(2),
        "ann@example.org",
        "-",
        "-",
        Some(("a.ics", "text/calendar; charset=utf-8", "LOCATION:Office of Zzy\r\n zxq\r\n")),
    ),
    (
        MessageKind::AssuranceReview,
        None,
        "o@example.org",
        "-",
        "-",
        Some(("Qwerly Zzyzxq.pdf", "application/pdf", "-")),
    ),
    (MessageKind::Escalation, Some(2), "ann@example.org", "Write to qz@example.org", "-", None),
    (MessageKind::Operator, None, "QZ@example.org", "-", "-", None),
    (MessageKind::BoardSummary, None, "b@example.org", "nothing of anybody", "-", None),
];

fn enqueue(conn: &mut Conn, (kind, staff_id, to, text, html, part): Mailed<'_>) -> QueryResult<i32> {
    let part = part.map(|(name, content_type, content)| MailPart {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        place: PartPlace::Attached,
        content: content.as_bytes().to_vec(),
    });
    let content = Rendered {
        subject: "x".to_owned(),
        text: text.to_owned(),
        html: html.to_owned(),
        parts: part.into_iter().collect(),
    };
    let new = NewMessage {
        kind,
        organisation_id: 1,
        staff_id,
        recipient: to.to_owned(),
        content,
        once_key: None,
        planned_on: day("2026-01-01"),
    };
    match outbox::enqueue(conn, &new, InitialState::Queued, "trust.example.org", now())? {
        EnqueueOutcome::Enqueued(id) => Ok(id),
        EnqueueOutcome::AlreadyPromised => panic!("nothing is promised"),
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-30T09:00:00Z".parse().unwrap()
}

fn set(conn: &mut Conn, table: &str, column: &str, text: &str) {
    let update = sql_query(format!("UPDATE {table} SET {column} = $1"));
    update.bind::<Text, _>(text).execute(conn).unwrap_or_else(|error| panic!("{table}.{column}: {error}"));
}

/// Fills every column that may hold words with some that name the person.
fn fill(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(ROWS)?;
    for mail in MAILED {
        enqueue(conn, mail)?;
    }
    conn.batch_execute(
        "INSERT INTO refusal (message_id, sender, alike, in_row, refused_at, attempts) \
         SELECT MAX(id), '', 'x', FALSE, '2026-01-01 09:00:00', 1 FROM message; \
         UPDATE message SET state = 'sent'",
    )?;
    for (all, words) in [(FREE.as_slice(), NAMED), (FOUND_BY.as_slice(), SURELY)] {
        for (table, columns) in all {
            columns.iter().for_each(|column| set(conn, table, column, words));
        }
    }
    let of_a_form = "UPDATE rejected_row SET cells = '[\"Zzyzxq\"]', faults = '[]', dismissed_for = '' WHERE id = 1; \
        UPDATE rejected_row SET cells = '[]', faults = '[[\"last_name\", \"Zzyzxq\"]]', dismissed_for = '' WHERE id = 2; \
        UPDATE rejected_row SET cells = '[]', faults = '[]' WHERE id = 3; \
        UPDATE assurance_answer SET evidence = 'Dr Zzyzxq leads since 2020'; \
        UPDATE booking SET place = 'Office of Zzyzxq'; \
        UPDATE message_body SET reply_to = 'QZ@example.org' WHERE message_id IN (SELECT id FROM message WHERE kind = 'escalation')";
    conn.batch_execute(of_a_form)?;
    let mut figures = october();
    for answer in figures.assurance.iter_mut().flatten().filter_map(|of| of.answer.as_mut()) {
        answer.evidence = "Dr Zzyzxq leads".to_owned();
        answer.owner_email = ADDRESS.to_owned();
    }
    let (content, hash) = figures.content().unwrap();
    assert!(content.contains("Zzyzxq"), "so that the test can fail");
    sql_query(
        "INSERT INTO snapshot (id, organisation_id, month, as_at, known_at, frozen_at, content_hash, figures) \
         VALUES (1, 1, '2026-10', '2026-10-31', '2026-11-01 09:00:00', '2026-11-01 09:00:00', $1, $2)",
    )
    .bind::<Text, _>(hash)
    .bind::<Text, _>(content)
    .execute(conn)?;
    Ok(())
}

/// Every column of texts of the schema, as `table.column`.
fn columns_of_texts(conn: &mut Conn) -> Vec<String> {
    let all = sql_query(TEXTS).load::<TextColumnRow>(conn).unwrap().into_iter().map(|said| said.text);
    let mut all: Vec<String> =
        all.filter(|name| !name.starts_with("sqlite_") && !name.starts_with("__")).collect();
    all.sort_unstable();
    all
}

/// The texts of a column that name the person.
fn naming(conn: &mut Conn, column: &str) -> Vec<String> {
    let (table, column) = column.split_once('.').unwrap();
    let said = sql_query(format!("SELECT {column} AS text FROM {table} WHERE {column} IS NOT NULL"));
    let texts = said.load::<TextColumnRow>(conn).unwrap().into_iter().map(|said| said.text);
    texts.filter(|text| TRACES.iter().any(|trace| text.to_lowercase().contains(trace))).collect()
}

#[test]
fn every_column_of_texts_is_looked_through_by_a_purge_or_known_to_name_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
    let lists = [FREE.as_slice(), FOUND_BY.as_slice(), OF_A_FORM.as_slice(), NAMING_NOBODY.as_slice()];
    let listed = lists.into_iter().flatten();
    let mut known: Vec<String> = listed
        .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")))
        .collect();
    known.sort_unstable();
    assert_eq!(db.read(|conn| Ok(columns_of_texts(conn))).unwrap(), known);
}

#[test]
fn after_a_purge_no_text_names_the_person_whatever_it_stands_in_and_however_it_is_wrapped() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
    db.write_lasting(Locks::ALL, Durability::AtOnce, fill).unwrap();
    db.read(|conn| {
        for (table, columns) in
            [FREE.as_slice(), FOUND_BY.as_slice(), OF_A_FORM.as_slice()].into_iter().flatten()
        {
            for column in columns.iter().filter(|column| **column != "content_hash") {
                assert!(!naming(conn, &format!("{table}.{column}")).is_empty(), "{table}.{column}");
            }
        }
        Ok(())
    })
    .unwrap();
    let old = "2020-11-30T00:00:00Z".parse().unwrap();
    let removed = db.try_write(Locks::ALL, |conn| purge(conn, &[1], &HashSet::new(), old, now())).unwrap();
    assert_eq!((removed.purged.mentions, removed.purged.messages, removed.months.len()), (6, 1, 1));
    db.read(|conn| {
        for column in columns_of_texts(conn) {
            assert_eq!(naming(conn, &column), [""; 0], "{column}");
        }
        let ids: Vec<i32> = outbox::kept_words(conn)?.into_iter().collect();
        let [kept] = outbox::show_all(conn, &ids)?.try_into().unwrap();
        assert_eq!(kept.text, "nothing of anybody");
        let place =
            sql_query("SELECT place AS text FROM booking").load::<TextColumnRow>(conn)?.remove(0).text;
        assert_eq!(place, "Office of (removed)");
        let job = sql_query("SELECT detail AS text FROM job_run").load::<TextColumnRow>(conn)?.remove(0).text;
        assert_eq!(job, "Ask (removed) or nurse (removed) of number (removed)");
        Ok(())
    })
    .unwrap();
}
