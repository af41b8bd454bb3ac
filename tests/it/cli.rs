//! The built program as people and scripts meet it: exit statuses, help, JSON, wrong input (spec section 4).

use clap::CommandFactory;
use refresher::cli::Cli;
use serde_json::{Value, json};

use crate::support::program::{Folder, Ran};

/// Fails unless all of `expected` is in `found`: every key, with a value of the same sort. One element of an expected
/// list stands for every element of the found one, which must not be empty; `null` stands for anything.
fn holds(path: &str, expected: &Value, found: &Value) -> Result<(), String> {
    match (expected, found) {
        (Value::Null, _) => Ok(()),
        (Value::Object(expected), Value::Object(found)) => expected.iter().try_for_each(|(key, value)| {
            let path = format!("{path}.{key}");
            found.get(key).ok_or(format!("{path} is missing")).and_then(|found| holds(&path, value, found))
        }),
        (Value::Array(expected), Value::Array(found)) => match expected.first() {
            Some(_) if found.is_empty() => Err(format!("{path} is empty: the test shows nothing")),
            Some(one) => found.iter().try_for_each(|found| holds(&format!("{path}[]"), one, found)),
            None => Ok(()),
        },
        (Value::Number(expected), Value::Number(found)) if expected.is_f64() || !found.is_f64() => Ok(()),
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => Ok(()),
        _ => Err(format!("{path} should be like {expected} and is {found}")),
    }
}

#[track_caller]
fn assert_shape(ran: &Ran, expected: &Value) {
    holds("", expected, &ran.json()).unwrap_or_else(|fault| panic!("{fault}\n{}", ran.out));
}

#[test]
fn every_command_has_a_help_that_was_read() {
    fn help(command: &clap::Command, words: &str, folder: &Folder, into: &mut String) {
        let ran = folder.run_as(&format!("{words} --help")).ended(0);
        assert_eq!(ran.err, "");
        into.push_str(&format!("$ refresher {words} --help\n{}\n", ran.out));
        for command in command.get_subcommands() {
            help(command, &format!("{words} {}", command.get_name()), folder, into);
        }
    }
    let folder = Folder::empty();
    let all = folder.run_as("--help").ended(0);
    insta::assert_snapshot!("help", all.out);
    for command in Cli::command().get_subcommands() {
        let mut text = String::new();
        help(command, command.get_name(), &folder, &mut text);
        insta::assert_snapshot!(format!("help-{}", command.get_name()), text);
    }
}

#[test]
fn each_exit_status_means_what_is_documented() {
    let folder = Folder::with_everything();
    folder.run("status").ended(0);
    folder.run("status --organisation NOWHERE").ended(1);
    folder.run("status --by moon").ended(2);
    folder.write(
        "two.csv",
        "employee_number,course,completed_on\n00123456,SGC-L2,2026-01-05\nx,SGC-L2,2026-01-05\n",
    );
    let many =
        folder.read("two.csv") + &(1..5).map(|n| format!("x{n},SGC-L2,2026-01-05\n")).collect::<String>();
    folder.write("many.csv", many);
    folder.run("import training many.csv").ended(3);
    folder.run("import training two.csv --strict --force").ended(3);
    folder.run("import training two.csv").ended(4);
    folder.run("import training many.csv --force").ended(4);
    folder.run_as("--version").ended(0);
    folder.run_as("").ended(2);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn json_is_one_document_with_the_documented_names() {
    let folder = Folder::with_everything();
    let staff = json!({"counted": 1, "up_to_date": 1, "rate": 0.5});
    let group = json!({
        "by": "", "key": "", "organisation": null, "title": null, "target": 0.5, "rag": null,
        "staff": {"in_post": 1, "counted": 1, "up_to_date": 1, "rate": null},
        "requirements": {"counted": 1, "up_to_date": 1, "due_soon": 1, "lapsed": 1, "not_done": 1, "rate": null},
    });
    let status = json!({
        "as_at": "", "known_at": "", "target": 0.5, "rag": "",
        "staff": {"in_post": 1, "counted": 1, "up_to_date": 1, "rate": 0.5},
        "requirements": {"counted": 1, "up_to_date": 1, "due_soon": 1, "lapsed": 1, "not_done": 1, "rate": 0.5},
        "excluded": {"absent": 1, "in_grace": 1, "exempt": 1},
        "groups": [group],
    });
    let import = json!({
        "id": null, "kind": "", "file": "", "rows": 1, "applied": 1, "unchanged": 1, "joiners": 1, "changes": 1,
        "leavers": 1, "records_added": 1, "records_corrected": 1, "refused": null, "dry_run": true,
        "rejected": [{"line": 1, "column": "", "value": "", "reason": ""}],
    });
    let message = json!({
        "on": "", "kind": "", "organisation": "", "employee_number": null, "to": "",
        "items": [{
            "employee_number": "", "course": "", "state": "", "due_date": null, "stage": null, "triggers": true,
        }],
    });
    let account = json!({
        "considered": 1, "messaged": 1, "nothing_due": 1, "already_told": 1, "no_email": 1, "held": 1,
    });
    let plan = json!({"messages": [message], "total": 1, "account": account});
    let queued = json!({
        "id": 1, "kind": "", "to": "", "subject": "", "state": "", "attempts": 1, "next_attempt_at": null,
        "message_id": "", "last_error": null,
    });
    let explained = json!({
        "employee_number": "", "name": "", "organisation": "", "in_post": true, "absent": true, "assignments": [{}],
        "courses": [{
            "course": "", "state": "", "due_date": null, "lapse_date": null,
            "because": [{"requirement": 1, "selectors": {}}], "credit": [], "reminders": [], "next_reminder": null,
        }],
        "covered": [{"course": "", "covered_by": ""}],
    });
    let budget = json!({"year": "", "organisations": [{
        "organisation": "", "allocated_pence": null, "dedicated": null, "spent_pence": 1, "committed_pence": 1,
        "remaining_pence": null, "use": null, "elapsed": 0.5, "cost_per_completion_pence": null,
    }]});
    folder.write("bad.csv", "employee_number,course,completed_on\nx,SGC-L2,2026-01-05\n");
    for (words, status_expected, shape) in [
        ("status --by course", 0, status),
        ("import training bad.csv --dry-run --force", 4, import),
        (
            "staff",
            0,
            json!({"people": [{
                "organisation": "", "employee_number": "", "name": "",
                "courses": [{"course": "", "state": "", "due_date": null, "lapse_date": null}],
            }]}),
        ),
        ("explain 00123456", 0, explained),
        (
            "forecast",
            0,
            json!({"months": [{
                "as_at": "", "staff": staff,
                "courses": [{"course": "", "counted": 1, "up_to_date": 1, "rate": null, "needed": 1}],
            }]}),
        ),
        ("budget", 0, budget),
        ("remind --dry-run", 0, plan.clone()),
        ("remind", 0, plan),
        ("outbox", 0, json!({"messages": [queued]})),
        ("outbox show 1", 0, queued),
        (
            "board",
            0,
            json!({"summaries": [{"organisation": "", "month": "", "frozen": false, "figures": {}}]}),
        ),
        ("board --send", 0, json!({"summaries": [{"frozen": true}]})),
        ("board --why", 0, json!({"summaries": [{"why": {"bridge": [], "restatement": []}}]})),
        (
            "review",
            0,
            json!({"as_at": "", "known_at": "", "groups": [{
                "kind": null, "organisations": 1, "answered": 1,
                "pooled": {"counted": 1, "up_to_date": 1, "rate": null}, "mean_rate": null,
                "spread": {"with_rate": 1, "below_50": 1, "at_least_90": 1},
                "dedicated_budget": {"yes": 1, "no": 1, "rate": null},
                "statements": [{"statement": "", "base": 1, "answers": {}}], "small": true,
            }]}),
        ),
        ("send --limit 1", 0, json!({"sent": 1, "deferred": 1, "failed": 1, "cancelled": 1})),
        ("nodes", 0, json!({"nodes": []})),
        ("jobs", 0, json!({"jobs": [{"job": "", "expression": "", "next_run": ""}]})),
        ("policy check policy.toml", 0, json!({"courses": 1, "requirements": 1, "warnings": []})),
    ] {
        let ran = folder.run(&format!("--json {words}")).ended(status_expected);
        assert_shape(&ran, &shape);
    }
    let status = folder.run("--json status").json();
    assert_eq!(status["groups"], json!([]), "groups are empty without --by");
    let credit = &folder.run("--json explain 00123456").json()["courses"];
    let of = |field: &str| {
        credit.as_array().unwrap().iter().flat_map(|course| course[field].as_array().unwrap()).count()
    };
    assert!(of("credit") > 0 && of("reminders") > 0, "{credit:#}");
}

/// Lines of a case: the words, the status, and what the program said.
fn said(folder: &Folder, words: &str, ran: &Ran) -> String {
    let place = folder.path().display().to_string();
    let err = ran.err.replace(&place, "[folder]");
    format!("$ refresher {words}\nstatus {}\n{}\n", ran.status, err.trim_end())
}

#[cfg_attr(feature = "postgres", ignore = "its snapshot names files of the other engine")]
#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn wrong_input_gets_one_message_that_says_what_to_do_and_changes_nothing() {
    let folder = Folder::with_everything();
    folder.run("remind").ended(0);
    for (name, content) in [
        ("typo.toml", "databse = \"sqlite:x.db\"\n[organisation]\ncode = \"RXX\"\n[smtp]\nport = \"x\"\n"),
        ("nottoml.toml", "database = [\n"),
        ("unsound.toml", "[[course]]\ncode = \"A\"\ntitle = \"A\"\nsatisfies = [\"B\"]\n"),
        (
            "badpolicy.toml",
            "policy = \"unsound.toml\"\n[organisation]\ncode = \"RXX\"\nname = \"X\"\nkind = \"acute\"\n[smtp]\ntransport = \"file\"\n",
        ),
        (
            "nopolicy.toml",
            "policy = \"none.toml\"\n[organisation]\ncode = \"RXX\"\nname = \"X\"\nkind = \"acute\"\n[smtp]\ntransport = \"file\"\n",
        ),
        (
            "nosmtp.toml",
            "[organisation]\ncode = \"RXX\"\nname = \"X\"\nkind = \"acute\"\n[smtp]\ntransport = \"smtp\"\nhost = \"mail.example.org\"\nsecurity = \"none\"\nfrom = \"a@example.org\"\n",
        ),
        ("letter.txt", "Dear database,\n"),
        ("noheader.csv", "a,b,c\n1,2,3\n"),
        ("lacking.csv", "employee_number,last_name,email\n1,Bee,b@example.org\n"),
        ("twice.csv", "employee_number,last_name,Surname,last_name,start_date\n1,Bee,,Bee,2020-01-01\n"),
        ("empty.csv", ""),
        ("headeronly.csv", "employee_number,last_name,start_date\n"),
        ("quote.csv", "employee_number,last_name,start_date\n1,\"Bee,2020-01-01\n"),
        ("map.toml", "[staff]\nNumber = \"number\"\n"),
        ("one.csv", "employee_number,last_name,start_date\n1,Bee,2020-01-01\n"),
        (
            "dates.csv",
            "employee_number,course,completed_on\n00123456,SGC-L2,31/02/2026\n00123456,SGC-L2,13/13/2026\n\
             00123456,SGC-L2,30/02/2026\n00123456,SGC-L2,0/1/2026\n00123456,SGC-L2,32/1/2026\n",
        ),
    ] {
        folder.write(name, content);
    }
    let before = folder.database();
    let mut all = String::new();
    for (status, words) in [
        (1, "--config none.toml status"),
        (1, "--config typo.toml status"),
        (1, "--config nottoml.toml status"),
        (1, "--config badpolicy.toml status"),
        (1, "--config nopolicy.toml status"),
        (1, "--config nosmtp.toml send"),
        (1, "--database sqlite:none.db status"),
        (1, "--database sqlite:letter.txt status"),
        (1, "--database sqlite:. status"),
        (1, "--database postgres://x/y status"),
        (1, "policy check none.toml"),
        (1, "policy check unsound.toml"),
        (1, "import staff none.csv"),
        (1, "import staff ."),
        (1, "import staff noheader.csv"),
        (1, "import staff lacking.csv"),
        (1, "import staff twice.csv"),
        (1, "import staff empty.csv"),
        (1, "import staff headeronly.csv"),
        (1, "import staff quote.csv"),
        (1, "import staff one.csv --map none.toml"),
        (1, "import staff one.csv --map map.toml"),
        (3, "import training dates.csv"),
        (2, "import people one.csv"),
        (2, "--today 31/02/2026 status"),
        (2, "status --as-at tomorrow"),
        (2, "status --as-at 31/10/2026"),
        (2, "rehearse --until 31-Dec-2026"),
        (2, "rehearse --until soon"),
        (2, "person purge 00123456"),
        (1, "status --as-at 9999-01-01"),
        (2, "status --known-at yesterday"),
        (1, "status --organisation NOWHERE"),
        (1, "staff --organisation NOWHERE"),
        (1, "forecast --organisation NOWHERE"),
        (1, "budget --organisation NOWHERE"),
        (1, "remind --organisation NOWHERE"),
        (1, "board --organisation NOWHERE"),
        (1, "explain 7"),
        (1, "explain 123456"),
        (1, "staff --course SGC-L9"),
        (2, "staff --state late"),
        (1, "staff --output list.txt"),
        (1, "staff --output nowhere/list.csv"),
        (2, "forecast --months 0"),
        (2, "budget --year 2026-28"),
        (2, "board --month 2026-13"),
        (1, "board --month 2026-12 --send"),
        (2, "outbox --state lost"),
        (1, "outbox show 99"),
        (1, "outbox retry 99"),
        (1, "outbox retry 1"),
        (1, "outbox cancel 99"),
        (2, "outbox retry"),
        (2, "outbox cancel 1 --all"),
        (2, "outbox release --all --organisation RXX"),
        (1, "outbox release --organisation NOWHERE"),
        (2, "import staff one.csv --force=everything"),
        (2, "--today 2026-11-24 demo --dir new"),
        (1, "demo --once --dir ."),
        (2, "frobnicate"),
    ] {
        let ran = folder.run(words);
        all.push_str(&said(&folder, words, &ran));
        all.push('\n');
        assert_eq!(ran.status, status, "{words}: {ran:#?}");
        assert!(!ran.err.is_empty(), "{words} says nothing");
        if status == 1 {
            assert!(ran.err.starts_with("refresher: ") && ran.out.is_empty(), "{words}: {ran:#?}");
        }
        assert!(!ran.err.contains("panicked"), "{words}: {ran:#?}");
    }
    insta::assert_snapshot!("wrong-input", all);
    assert_eq!(folder.database(), before, "something changed");
    assert!(!folder.file("new").exists());
}

#[test]
fn a_brake_is_overruled_by_its_own_name_and_leaves_the_others() {
    let folder = Folder::new();
    let list = |people: std::ops::RangeInclusive<u32>, domain: &str| {
        let row = |n| format!("{n:03},Ex{n},p{n}@{domain},2020-01-01\n");
        "employee_number,last_name,email,start_date\n".to_owned() + &people.map(row).collect::<String>()
    };
    folder.write("staff.csv", list(1..=20, "example.org"));
    folder.run("import staff staff.csv").ended(0);
    folder.write("fewer.csv", list(1..=15, "other.example.org"));
    for (force, says, not) in [
        (
            "",
            &["max_leavers (10%)", "max_addresses (10%)", "5 of the 20 people in post at RXX"][..],
            "rejected",
        ),
        ("--force=leavers", &["15 of the 20 people in post at RXX another email address"], "max_leavers"),
        ("--force=addresses --force=rejected", &["would make leavers of 5 of the 20"], "max_addresses"),
    ] {
        let refused = folder.run(&format!("import staff fewer.csv --json {force}")).ended(3).json();
        let why = refused["refused"].as_str().unwrap();
        assert!(says.iter().all(|says| why.contains(says)) && !why.contains(not), "{force}: {why}");
        assert_eq!(folder.run("status --json").ended(0).json()["staff"]["in_post"], 20);
    }
    let forced =
        folder.run("import staff fewer.csv --json --force=leavers --force=addresses").ended(0).json();
    assert_eq!((&forced["leavers"], &forced["changes"]), (&serde_json::json!(5), &serde_json::json!(15)));
    let again = folder.run("import staff fewer.csv --json --force=leavers").ended(0).json();
    assert_eq!(
        (&again["id"], &again["applied"]),
        (&forced["id"], &serde_json::json!(0)),
        "recognised all the same"
    );
}

#[test]
fn held_mail_of_several_organisations_goes_only_where_somebody_says_whose() {
    let folder = Folder::new();
    folder.write(
        "organisations.csv",
        "code,name,kind,safeguarding_email\nRYY,Other,community,other@example.org\n",
    );
    let people: String = ["RXX", "RYY"]
        .iter()
        .flat_map(|code| {
            (1..=60).map(move |n| format!("{code},{n:03},Ex{n},p{n}@{code}.example.org,2020-01-01\n"))
        })
        .collect();
    folder
        .write("staff.csv", "organisation,employee_number,last_name,email,start_date\n".to_owned() + &people);
    for kind in ["organisations", "staff"] {
        folder.run(&format!("import {kind} {kind}.csv")).ended(0);
    }
    let held = |code: &str| {
        let held = folder.run("outbox --state held --json").ended(0).json();
        let held = held["messages"].as_array().unwrap().iter();
        held.filter(|message| message["to"].as_str().unwrap().contains(&format!("@{code}."))).count()
    };
    folder.run("remind").ended(0);
    assert_eq!((held("RXX"), held("RYY")), (60, 60));
    for words in
        ["outbox release", "outbox cancel --held", "outbox release --json", "outbox cancel --held --json"]
    {
        let asked = folder.run(words).ended(2);
        assert!(asked.err.contains(" of RXX, ") && asked.err.contains(" of RYY)"), "{asked:?}");
        assert!(asked.err.contains("--organisation") && asked.out.is_empty(), "{asked:?}");
    }
    assert_eq!((held("RXX"), held("RYY")), (60, 60));
    folder.run("outbox release --organisation RYY").ended(0);
    assert_eq!((held("RXX"), held("RYY")), (60, 0));
    assert_eq!(folder.run("outbox release --organisation RYY --json").ended(0).json()["changed"], 0);
    folder.run("outbox cancel --held").ended(0);
    assert_eq!((held("RXX"), held("RYY")), (0, 0), "where one has held mail, it is meant");
    folder.run("remind").ended(0);
    assert_eq!(held("RXX"), 60);
    folder.run("outbox release --all").ended(0);
    assert_eq!(held("RXX"), 0);
}

/// What plans, sends or freezes as on another day, and a day that is not the real one whenever this is run.
const FOR_REAL: [&str; 5] =
    ["remind", "remind --organisation RXX", "send", "board --month 2026-10 --send", "daemon"];

#[test]
fn another_day_only_looks() {
    let folder = Folder::with_everything();
    let before = folder.database();
    for today in ["2026-11-24", "2019-01-01", "2099-12-31"] {
        for words in FOR_REAL {
            for json in ["", "--json "] {
                let ran = folder.run_as(&format!("--today {today} {json}{words}")).ended(2);
                assert!(ran.err.contains(&format!("--today {today} only looks")), "{words}: {ran:#?}");
                assert!(ran.err.contains("--yes") && ran.out.is_empty(), "{words}: {ran:#?}");
            }
        }
        for words in
            ["remind --dry-run", "status", "board --month 2026-10", "forecast", "staff", "jobs", "outbox"]
        {
            folder.run_as(&format!("--today {today} {words}")).ended(0);
        }
    }
    assert_eq!(folder.database(), before, "something was left behind");
}

#[test]
fn another_day_is_for_real_where_it_is_said_to_be_meant_and_an_import_takes_any() {
    let folder = Folder::with_everything();
    let planned = folder.run_as("--today 2026-11-24 --json remind --yes").ended(0).json();
    assert_eq!(planned["account"]["messaged"], 3);
    let sent = folder.run_as("--today 2026-11-24 --json send --yes").ended(0).json();
    assert!(sent["sent"].as_u64().unwrap() > 0, "{sent}");
    folder.run_as("--today 2026-12-01 board --month 2026-11 --send --yes").ended(0);
    folder.run_as("--today 2031-03-04 import staff staff.csv --force").ended(0);
    // Today's own date is no other day.
    let zone = chrono_tz::Europe::London;
    let real = || chrono::Utc::now().with_timezone(&zone).date_naive();
    let (before, ran) = (real(), folder.run_as(&format!("--today {} send", real())));
    assert!(ran.status == 0 || before != real(), "{ran:#?}");
}

#[test]
fn a_month_is_frozen_only_after_it_has_ended_on_whatever_day_it_is_said_to_be() {
    let folder = Folder::with_everything();
    for today in ["2026-11-01", "2026-11-30"] {
        let ran = folder.run_as(&format!("--today {today} board --month 2026-11 --send --yes")).ended(1);
        assert!(ran.err.contains("2026-12-01"), "{ran:#?}");
        let shown = folder.run_as(&format!("--today {today} board --month 2026-11")).ended(0);
        assert!(shown.err.contains("not over"), "{shown:#?}");
    }
    assert!(folder.database().iter().all(|row| !row.starts_with("snapshot")), "something was frozen");
    folder.run_as("--today 2026-12-01 board --month 2026-11 --send --yes").ended(0);
}

#[test]
fn init_says_in_json_what_it_wrote() {
    let folder = Folder::empty();
    let made = folder.run("--json init").ended(0).json();
    assert_eq!(made["files"], json!(["./refresher.toml", "./policy.toml"]));
    let database = if cfg!(feature = "postgres") { "postgresql://" } else { "refresher.db" };
    assert!(made["database"].as_str().unwrap().contains(database), "{made}");
    let again = folder.run("--json init").ended(0);
    assert_eq!(again.json()["files"], json!([]));
    assert!(again.err.contains("is there already"), "{again:#?}");
}

#[cfg_attr(feature = "postgres", ignore = "it is about files of the other engine")]
#[test]
fn init_makes_the_database_that_is_named_and_says_how_it_is_found_again() {
    let folder = Folder::empty();
    let made = folder.run_as("--database sqlite:other.db init").ended(0);
    assert!(folder.file("other.db").exists() && !folder.file("refresher.db").exists());
    assert!(made.out.contains("other.db") && made.out.contains("Put it into"), "{made:?}");
    folder.run_as("--database sqlite:other.db status").ended(0);
}

#[test]
fn what_is_logged_has_no_colours_where_no_terminal_is() {
    let folder = Folder::with_everything();
    let policy = folder.read("policy.toml").replacen("due_soon_days = 90", "due_soon_days = 60", 1);
    folder.write("policy.toml", policy);
    let ran = folder.run("status").ended(0);
    assert!(ran.err.contains("WARN") && !ran.err.contains('\u{1b}'), "{ran:#?}");
}

#[test]
fn a_list_in_a_workbook_has_days_that_are_days_and_no_text_that_could_run() {
    use calamine::{Data, DataType, Reader, Xlsx};
    let folder = Folder::with_everything();
    folder.write(
        "formula.csv",
        "employee_number,first_name,last_name,start_date\n00123457,=Tom,Okafor,2019-03-04\n",
    );
    folder.run("import staff formula.csv --partial").ended(0);
    folder.run("staff --output list.xlsx").ended(0);
    let mut book: Xlsx<_> = calamine::open_workbook(folder.file("list.xlsx")).unwrap();
    let sheet = book.worksheet_range("Staff").unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    let place = |heading: &str| rows[0].iter().position(|cell| cell.get_string() == Some(heading)).unwrap();
    let (number, course, lapse) = (place("employee_number"), place("course"), place("lapse_date"));
    let of = |who: &str, what: &str| {
        let row = rows
            .iter()
            .find(|row| row[number].get_string() == Some(who) && row[course].get_string() == Some(what));
        row.unwrap_or_else(|| panic!("{who} {what}: {rows:?}")).to_vec()
    };
    let lapses = of("00123456", "SGC-L2");
    assert_eq!(lapses[lapse].as_date(), "2026-12-14".parse().ok());
    assert!(lapses[lapse].is_datetime(), "{lapses:?}");
    let tom = rows.iter().find(|row| row[number].get_string() == Some("00123457")).unwrap();
    assert_eq!(tom[place("name")].get_string(), Some("'=Tom Okafor"));
    assert_eq!(tom[place("first_name")].get_string(), Some("'=Tom"));
}

#[test]
fn a_mail_server_that_is_not_there_defers_the_mail_and_says_so() {
    let folder = Folder::with_everything();
    folder.run("remind").ended(0);
    let settings = folder.read("refresher.toml").replace(
        "transport = \"file\"",
        // Nothing listens there: it is the port to which things are thrown away.
        "transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"\nfrom = \"safeguarding@example.org\"",
    );
    folder.write("refresher.toml", settings);
    let ran = folder.run("send").ended(0);
    assert!(ran.out.starts_with("0 sent, 5 to be tried again"), "{ran:#?}");
    assert!(ran.err.contains("nothing listens at 127.0.0.1 port 9"), "{ran:#?}");
    let listed = folder.run("--json outbox").json();
    let states: Vec<_> =
        listed["messages"].as_array().unwrap().iter().map(|message| &message["state"]).collect();
    assert_eq!(states, ["deferred"; 5]);
}

#[test]
fn what_people_are_told_goes_to_standard_error_and_quiet_silences_it() {
    let folder = Folder::with_everything();
    let ran = folder.run("import staff staff.csv --force").ended(0);
    assert!(ran.out.starts_with("staff.csv (import "), "{ran:#?}");
    let ran = folder.run("--json import staff staff.csv").ended(0);
    assert!(ran.json()["applied"] == 0 && ran.err.contains("imported before"), "{ran:#?}");
    let ran = folder.run("--json --quiet import staff staff.csv").ended(0);
    assert_eq!(ran.err, "");
}

#[test]
fn a_dry_run_that_a_brake_refuses_lists_whom_it_would_end() {
    let folder = Folder::with_everything();
    let row = |n: u32| format!("0012346{n},Ex{n},2020-01-01\n");
    let all = "employee_number,last_name,start_date\n".to_owned() + &(0..6).map(row).collect::<String>();
    folder.write("six.csv", all);
    folder.run("import staff six.csv --partial").ended(0);
    folder.write("one.csv", "employee_number,last_name,start_date\n1,Bee,2020-01-01\n");
    let ran = folder.run("import staff one.csv --dry-run").ended(3);
    assert!(ran.err.contains("one.csv: refused, nothing changed: it would make leavers of"), "{ran:#?}");
    assert!(ran.out.starts_with("joiners: 1\n  1 Bee\nleavers: "), "{ran:#?}");
    assert_eq!(folder.run("import staff one.csv").ended(3).out, "");
}

#[test]
fn what_is_wrong_with_many_rows_is_listed_once_and_every_row_stands_in_the_json() {
    let folder = Folder::with_everything();
    let rows = "00123456,Fire Safety,2026-01-05\n".repeat(3);
    folder.write("fire.csv", format!("employee_number,course,completed_on\n{rows}x,SGC-L2,2026-01-05\n"));
    let ran = folder.run("import training fire.csv --dry-run --force").ended(4);
    let rejected: Vec<&str> = ran.err.lines().filter(|line| line.contains("rejected: ")).collect();
    assert_eq!(rejected.len(), 2, "{ran:#?}");
    assert!(
        rejected[0]
            .contains("3 rows (lines 2, 3 and 4), course \"Fire Safety\": no course called Fire Safety;")
    );
    assert!(rejected[1].contains("line 5, employee_number \"x\": "), "{ran:#?}");
    let ran = folder.run("--json import training fire.csv --dry-run --force").ended(4);
    assert_eq!(ran.json()["rejected"].as_array().unwrap().len(), 4);
}

#[test]
fn what_is_printed_into_a_closed_pipe_is_no_failure() {
    let folder = Folder::with_everything();
    let mut child = folder.command().args(["staff"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
