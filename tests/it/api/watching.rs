//! What watches over the installation: numbers, and who may read them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use refresher::import::FileKind;

use crate::support::interface::Interface;
use crate::support::trust::{Trust, day, instant};

const POLICY: &str = include_str!("../../../src/policy/default.toml");
const STAFF: &str = "employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date
0900111,Zebedee,Quillfeather,zq@example.org,Matron,Nursing and Midwifery Registered,Quarry Ward,2015-09-01
0900222,Ann,Archer,ann@example.org,Porter,Estates and Ancillary,Estates,2015-09-01
";

/// What is told in numbers, once the first look has ended.
fn metrics(interface: &Interface) -> String {
    let began = Instant::now();
    loop {
        let told = interface.get("/metrics").has(200);
        if told.body.contains("refresher_figures_as_at_seconds ") {
            return told.body;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{}", told.body);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_numbers_are_those_of_the_register_and_name_nobody() {
    let trust = Trust::new(POLICY);
    trust.import(day("2026-11-20"), FileKind::Staff, STAFF);
    trust.plan(day("2026-11-23"), refresher::jobs::PlannedParts::Both);
    let interface = Interface::of(trust, instant("2026-11-24T09:00:00Z"));
    let text = metrics(&interface);
    for line in [
        "refresher_staff_in_post 2",
        "refresher_staff_up_to_date 0",
        "refresher_requirements{course=\"SGA-L2\",state=\"not_done\"}",
        "refresher_figures_as_at_seconds 1795510800",
        "refresher_last_staff_import_timestamp_seconds 1795158000",
        "refresher_imports_total{kind=\"staff\",outcome=\"recorded\"} 1",
        "refresher_import_rows_total{kind=\"staff\",outcome=\"applied\"} 2",
        "refresher_outbox_messages{state=\"queued\"",
        "refresher_delivery_stopped{reason=\"sign-in\"} 0",
        "refresher_audit_sound 1",
        "refresher_tokens_expiring 0",
        "refresher_build_info{version=",
    ] {
        assert!(text.lines().any(|one| one.starts_with(line)), "{line:?} is not in:\n{text}");
    }
    for word in ["Zebedee", "Quillfeather", "0900111", "zq@", "Quarry", "Matron", "RXX"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn numbers_are_for_this_machine_or_for_a_token_that_is_for_them() {
    let interface = Interface::start();
    interface.get("/metrics").has(200);
    let elsewhere = [("X-Forwarded-For", "10.1.0.7")];
    interface.send("GET", "/metrics", &elsewhere, b"").has(401);
    let token = interface.token("prometheus", &["metrics:read"]);
    interface.ask(&token, "GET", "/metrics", &elsewhere, b"").has(200);
    let other = interface.token("esr", &["import:staff"]);
    interface
        .ask(&other, "GET", "/metrics", &elsewhere, b"")
        .has(403)
        .tells_problem("not-for-this", "metrics:read");
    let text = interface.get("/metrics").has(200).body;
    assert!(text.contains("refresher_http_requests_total{route=\"/metrics\",status=\"401\"} 1"), "{text}");
}

/// What `promtool` says; `None` where it is not installed and needs not be.
fn promtool(words: &[&str], input: &str) -> Option<(bool, String)> {
    let ran = Command::new("promtool")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = ran else {
        let is_required = std::env::var("REFRESHER_TEST_TOOLS").is_ok_and(|tools| tools == "required");
        assert!(!is_required, "promtool is needed: install Debian's prometheus");
        eprintln!("promtool is not installed: left out");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8(said).unwrap()))
}

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn prometheus_reads_the_numbers_and_finds_no_fault_with_the_rules() {
    let trust = Trust::new(POLICY);
    trust.import(day("2026-11-20"), FileKind::Staff, STAFF);
    let interface = Interface::of(trust, instant("2026-11-24T09:00:00Z"));
    let text = metrics(&interface);
    if let Some((is_good, said)) = promtool(&["check", "metrics"], &text) {
        assert!(is_good, "{said}");
    }
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/alerts.yml");
    if let Some((is_good, said)) = promtool(&["check", "rules", rules.to_str().unwrap()], "") {
        assert!(is_good, "{said}");
    }
}

/// What tells numbers beside the look into the database.
fn sources_of_numbers() -> String {
    [
        "src/answers/metrics/outbox_of_each.rs",
        "src/answers/metrics/requirements.rs",
        "src/api/measured.rs",
        "src/api/look.rs",
        "src/api/process.rs",
        "src/measures.rs",
    ]
    .map(file)
    .concat()
}

#[test]
fn every_number_is_described_and_nothing_else_is() {
    let sources = file("src/answers/metrics.rs") + &sources_of_numbers();
    let is_name = |word: &&str| word.starts_with("refresher_") || word.starts_with("process_");
    let mut told: Vec<&str> = sources.split('"').filter(is_name).filter(|word| !word.contains(' ')).collect();
    let page = file("docs/api.md");
    let table = page.split("## Numbers for Prometheus").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows =
        table.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').nth(1).unwrap());
    let mut described: Vec<&str> = rows.flat_map(|names| names.split('`')).filter(is_name).collect();
    for names in [&mut told, &mut described] {
        names.retain(|name| *name != "refresher_nothing");
        names.sort_unstable();
        names.dedup();
    }
    assert_eq!(told, described, "docs/api.md");
}

#[test]
fn what_this_process_did_is_counted_and_timed() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    interface.ask(&token, "PUT", "/api/imports/staff", &[], STAFF.as_bytes()).has(200);
    interface.ask(&token, "PUT", "/api/imports/staff?dry_run=true", &[], b"nothing,known\n1,2\n").has(422);
    interface.ask(&token, "PUT", "/api/imports/staff", &[], b"nothing,known\n1,2\n").has(422);
    interface
        .ask(
            &token,
            "PUT",
            "/api/imports/staff?strict=true",
            &[],
            (STAFF.to_owned() + "0900333,Ben,Baker,,,,,soon\n").as_bytes(),
        )
        .has(409);
    let text = metrics(&interface);
    for line in [
        "refresher_imports_total{kind=\"staff\",outcome=\"unusable\"} 1",
        "refresher_imports_total{kind=\"staff\",outcome=\"refused\"} 1",
        "refresher_import_duration_seconds_count{kind=\"staff\"} 4",
        "refresher_delivery_outcomes_total{outcome=\"sent\"} 0",
        "refresher_db_retries_total{reason=\"deadlock\"} 0",
        "refresher_db_pool_connections{state=\"in_use\"} ",
        "refresher_db_transaction_seconds_count{kind=\"read\"} ",
        "refresher_db_transaction_seconds_count{kind=\"write\"} ",
        "refresher_db_lock_wait_seconds_count{lock=\"register+audit\"} ",
        "refresher_http_request_seconds_count{route=\"/api/imports/{id}\"} 4",
    ] {
        assert!(text.lines().any(|one| one.starts_with(line)), "{line:?} is not in:\n{text}");
    }
    assert_eq!(text.matches("# TYPE refresher_imports_total ").count(), 1, "{text}");
}

/// Two organisations on one database: one with two people, one with one, all with courses to do; reminders are planned.
fn two_organisations(settings: &str) -> Trust {
    let trust = Trust::with_settings(POLICY, settings);
    let organisations = "code,name,kind\nRYY,Other NHS Trust,acute\n";
    trust.import(day("2026-11-20"), FileKind::Organisations, organisations);
    let head = "employee_number,last_name,email,start_date,organisation\n";
    trust.import(
        day("2026-11-20"),
        FileKind::Staff,
        &format!("{head}1,Ash,ash@example.org,2015-09-01,RXX\n2,Elm,elm@example.org,2015-09-01,RXX\n"),
    );
    trust.import(
        day("2026-11-21"),
        FileKind::Staff,
        &format!("{head}1,Fir,fir@example.org,2015-09-01,RYY\n"),
    );
    trust.plan(day("2026-11-23"), refresher::jobs::PlannedParts::Both);
    trust
}

#[test]
fn figures_are_told_of_each_organisation_where_the_settings_ask_for_it() {
    let trust = two_organisations("[metrics]\nby_organisation = true\n");
    let text = metrics(&Interface::of(trust, instant("2026-11-24T09:00:00Z")));
    for line in [
        "refresher_staff_in_post{organisation=\"RXX\"} 2",
        "refresher_staff_in_post{organisation=\"RYY\"} 1",
        "refresher_staff_up_to_date{organisation=\"RYY\"} 0",
        "refresher_last_staff_import_timestamp_seconds{organisation=\"RXX\"} 1795158000",
        "refresher_last_staff_import_timestamp_seconds{organisation=\"RYY\"} 1795244400",
        "refresher_organisation_requirements{organisation=\"RXX\",state=\"up_to_date\"} 0",
        "refresher_organisation_messages{organisation=\"RXX\",state=\"queued\"} 3",
        "refresher_organisation_messages{organisation=\"RYY\",state=\"queued\"} 1",
        "refresher_organisation_oldest_due_seconds{organisation=\"RYY\"} 90000",
        "refresher_outbox_oldest_due_seconds 90000",
    ] {
        assert!(text.lines().any(|one| one.starts_with(line)), "{line:?} is not in:\n{text}");
    }
    let value = |start: &str| {
        let line = text.lines().filter(|line| line.starts_with(start) && line.contains("state=\"not_done\""));
        line.map(|line| line.rsplit(' ').next().unwrap().parse::<u32>().unwrap()).sum::<u32>()
    };
    assert_eq!(value("refresher_organisation_requirements{"), value("refresher_requirements{"));
    assert!(value("refresher_requirements{") >= 3, "{text}");
    assert!(!text.contains("refresher_staff_in_post 3") && !text.contains("Other NHS"));
    let silent = two_organisations("");
    let text = metrics(&Interface::of(silent, instant("2026-11-24T09:00:00Z")));
    assert!(!text.contains("organisation=\"") && !text.contains("refresher_organisation_"), "{text}");
}

#[test]
fn an_organisation_has_at_most_thirty_numbers_of_its_own() {
    let trust = two_organisations("[metrics]\nby_organisation = true\n");
    let text = metrics(&Interface::of(trust, instant("2026-11-24T09:00:00Z")));
    let (of_messages, others): (Vec<&str>, Vec<&str>) = text
        .lines()
        .filter(|line| line.contains("organisation=\"RYY\""))
        .partition(|line| line.starts_with("refresher_organisation_messages{"));
    assert!(!of_messages.is_empty() && others.len() > 5, "{text}");
    // Messages in states of which there are none yet may come; nothing else may multiply them.
    assert!(others.len() + refresher::outbox::MessageState::ALL.len() <= 30, "{others:#?}");
    for line in of_messages.iter().chain(&others) {
        let labels = line.split(['{', '}']).nth(1).unwrap();
        let mut names = labels.split(',').map(|label| label.split('=').next().unwrap());
        assert!(names.all(|name| ["organisation", "state"].contains(&name)), "{line}");
    }
}

#[test]
fn every_alert_of_the_operators_page_has_a_rule_and_every_rule_reads_what_is_told() {
    let (page, rules) = (file("docs/operating.md"), file("packaging/alerts.yml"));
    let by_mail = page.split("### By mail").nth(1).unwrap().split("\n### ").next().unwrap();
    let rows: Vec<&str> = by_mail.lines().filter_map(|line| line.strip_prefix("| ")).skip(1).collect();
    assert!(rows.len() >= 10, "{rows:?}");
    for row in rows {
        let rule = match row {
            row if row.starts_with("Reminders held") => "RefresherRemindersHeld",
            row if row.starts_with("The job") => "RefresherJobFailed",
            row if row.starts_with("Mail has not gone out") => "RefresherDeliveryStopped",
            row if row.starts_with("No new staff list") => "RefresherStaffListOld",
            row if row.starts_with("Nobody has been due") => "RefresherQuiet",
            row if row.starts_with("The board summary") => "RefresherBoardWithoutPdf",
            row if row.starts_with("The purge was held") => "RefresherPurgeHeld",
            row if row.contains("still to be removed") => "RefresherFilesLeftBehind",
            row if row.starts_with("The staff file by") => "RefresherFileRefused",
            row if row.starts_with("No backup") => "RefresherNoBackup",
            row if row.starts_with("Mail comes back") => "RefresherMailComesBack",
            row if row.starts_with("Returned mail") => "RefresherReturnsHeld",
            other => panic!("write a rule into packaging/alerts.yml, and its name here: {other}"),
        };
        assert!(rules.contains(&format!("alert: {rule}\n")), "{rule}");
    }
    let told = file("src/answers/metrics.rs") + &sources_of_numbers();
    let names = rules.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    let names: Vec<&str> = names.filter(|word| word.starts_with("refresher_")).collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names.into_iter().map(|name| name.trim_end_matches("_bucket")) {
        assert!(told.contains(&format!("\"{name}\"")), "{name} is told by nobody");
    }
    for about in rules.split("about=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(told.contains(&format!("\"{about}\"")), "{about}");
    }
}

#[test]
fn what_the_operator_is_told_of_once_is_counted_by_what_it_is_about() {
    let told = file("src/answers/metrics.rs");
    let notices = told.split("const NOTICES").nth(1).unwrap().split("];").next().unwrap();
    for (source, key) in [
        ("src/jobs/upkeep/watch.rs", "job-failed"),
        ("src/jobs/upkeep/watch.rs", "delivery-stopped"),
        ("src/jobs/upkeep/watch.rs", "stale-list"),
        ("src/jobs/upkeep/watch.rs", "quiet"),
        ("src/jobs/upkeep/watch_backups.rs", "no-backup"),
        ("src/jobs/upkeep/purge.rs", "purge-held"),
        ("src/jobs/upkeep/purge.rs", "left-behind"),
        ("src/jobs/upkeep/watch_returned.rs", "returned-mail"),
        ("src/jobs/upkeep/watch_returned.rs", "returns-held"),
        ("src/jobs/board/due.rs", "without-pdf"),
        ("src/jobs/planning/brake_alert.rs", "mail-brake"),
        ("src/jobs/brought.rs", "file-refused"),
    ] {
        assert!(file(source).contains(&format!("\"{key} {{")), "{source}: {key}");
        assert!(notices.contains(&format!("\"{key}\"")), "{key}");
    }
}
