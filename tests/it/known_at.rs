//! What was known when: an answer for an instant never changes, whoever writes meanwhile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use refresher::answers::{self, AnsweredFrom, Question};
use refresher::app::App;
use refresher::audit::Actor;
use refresher::bounces::BounceWeight;
use refresher::bounces::store::{self as bounces, NewBounce, NotedFile};
use refresher::clock::Clock;
use refresher::compliance::{Judge, rates};
use refresher::db::{Db, IfMissing, Locks};
use refresher::import::{self, ExemptCourses, ExemptionToAdd, ExemptionToEnd, FileKind, Force};
use refresher::jobs::{HowToImport, import_file};
use refresher::register::store::{self, KnownAt, ViewDetail};
use serde_json::Value;

use crate::imports::given::facts;
use crate::support::database::url;
use crate::support::engine::overrides;
use crate::support::program::Folder;

fn open(folder: &Path) -> App {
    let clock = Clock::OnDate("2026-11-24".parse().unwrap());
    App::open(
        &folder.join("refresher.toml"),
        &overrides(&folder.join("refresher.toml")),
        clock,
        IfMissing::Fail,
    )
    .unwrap()
}

/// Everything that is answered as known at an instant, in words.
fn answer(app: &App, known_at: DateTime<Utc>) -> String {
    let as_at = "2026-11-24".parse().unwrap();
    let known = KnownAt::At(known_at);
    let question = Question {
        as_at,
        known,
        known_at,
        asked_now: false,
        organisation: None,
        policy_of: as_at,
        from: AnsweredFrom::Register,
    };
    let view = answers::view(app, &question, ViewDetail::WithNames).unwrap();
    let policy = answers::policy(app, &question).unwrap();
    let (rest, rejected) = app
        .db
        .read(|conn| {
            let rest = format!(
                "{:?} {:?} {:?} {:?}",
                store::organisations(conn, known)?,
                store::listed_exemptions(conn, known, None, None)?,
                store::last_staff_imports(conn, known)?,
                bounces::silenced(conn, known)?.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            );
            let from = known_at - TimeDelta::days(7);
            Ok((rest, store::rejected_rows(conn, known, None, from, known_at + TimeDelta::microseconds(1))?))
        })
        .unwrap();
    let rates = rates(&Judge::new(&view, &policy), as_at, &[]);
    format!("{rates:?}\n{rest}\n{rejected}\n{}\n{policy:?}", facts(&view).join("\n"))
}

const ROUNDS: usize = 25;

fn import_and_undo(folder: &Path, nth: usize) {
    let app = open(folder);
    let today = app.today();
    let how = HowToImport { partial: true, ..HowToImport::default() };
    for round in 0..ROUNDS {
        let file = folder.join(format!("training-{nth}.csv"));
        let people = ["00123456", "00123457", "00123458", "nobody"];
        let rows: String = (0..20)
            .map(|row| {
                format!("{},SGC-L1,2026-0{}-{:02},{nth}-{round}-{row}\n", people[row % 4], 1 + nth, 1 + row)
            })
            .collect();
        std::fs::write(&file, format!("employee_number,course,completed_on,certificate\n{rows}")).unwrap();
        let how = HowToImport { force: Force::Everything, ..how.clone() };
        let done = import_file(&app, FileKind::Training, &file, &how, today).unwrap();
        if round % 3 == 0 {
            import::undo(&app.db, done.report.id.unwrap(), &Actor::of_process(), today, app.clock).unwrap();
        }
    }
}

fn exempt_and_end(folder: &Path) {
    let app = open(folder);
    let (today, policy) = (app.today(), answers::policy_of(&app, app.today()).unwrap());
    for round in 0..ROUNDS {
        let reason = format!("round {round}");
        let add = ExemptionToAdd {
            employee_number: "00123457",
            organisation: None,
            course: None,
            from_on: today,
            until_on: None,
            reason: &reason,
        };
        import::exempt(&app.db, &add, &policy, &Actor::of_process(), today, app.clock).unwrap();
        let end = ExemptionToEnd {
            employee_number: "00123457",
            organisation: None,
            course: ExemptCourses::Any,
            from_on: None,
            until_on: today.pred_opt().unwrap(),
        };
        import::end_exemption(&app.db, &end, &policy, &Actor::of_process(), today, app.clock).unwrap();
    }
}

fn bounce_and_clear(folder: &Path) {
    let app = open(folder);
    for round in 0..ROUNDS {
        let bounce = NewBounce {
            message_id: None,
            address: "aisha.bello@example.org".into(),
            failed_address: "aisha.bello@example.org".into(),
            weight: BounceWeight::Hard,
            status: "5.1.1".into(),
            reason: String::new(),
        };
        let noted = NotedFile {
            content_hash: format!("hash {round}"),
            report_id: None,
            file: "report.eml".into(),
            finding: String::new(),
            bounces: vec![bounce],
        };
        let written = app.db.write_stamped(Locks::ALL, app.clock, |conn| bounces::note(conn, &noted));
        written.unwrap();
        let ids = app.db.read(bounces::list).unwrap();
        let ids: Vec<i32> = ids.last().map(|bounce| bounce.id).into_iter().collect();
        for decide in [bounces::hold, bounces::confirm, bounces::clear] {
            let decided = app.db.write_stamped(Locks::ALL, app.clock, |conn| decide(conn, &ids));
            decided.unwrap();
        }
    }
}

/// Another policy and another name of the organisation at each opening.
fn change_settings(folder: &Path) {
    let [settings, policy] = ["refresher.toml", "policy.toml"].map(|name| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        (folder.join("other").join(name), text)
    });
    std::fs::create_dir(folder.join("other")).unwrap();
    let database = url(&folder.join("refresher.db"));
    for round in 0..ROUNDS {
        let renamed = settings.1.replacen("name = \"", &format!("name = \"{round} "), 1);
        std::fs::write(&settings.0, renamed).unwrap();
        std::fs::write(
            &policy.0,
            policy.1.replacen("target = 90.0", &format!("target = {}.0", 50 + round), 1),
        )
        .unwrap();
        let overrides = refresher::config::Overrides { database: Some(database.clone()) };
        let clock = Clock::OnDate("2026-11-24".parse().unwrap());
        App::open(&settings.0, &overrides, clock, IfMissing::Fail).unwrap();
    }
}

#[test]
fn no_answer_for_an_instant_ever_changes_while_others_write() {
    let folder = Folder::with_everything();
    let path: PathBuf = folder.path().to_owned();
    // The many instants between a stamp and its commit are what would be answered for twice.
    let done = AtomicBool::new(false);
    let read = |nth: i64| {
        let app = open(&path);
        let mut answers: BTreeMap<DateTime<Utc>, String> = BTreeMap::new();
        while !done.load(Ordering::Relaxed) {
            let known_at = match nth {
                0 => app.db.known_by(None, app.clock).unwrap(),
                _ => app.db.known_by(Some(app.now()), app.clock).unwrap(),
            };
            answers.entry(known_at).or_insert_with(|| answer(&app, known_at));
        }
        answers
    };
    let answers = thread::scope(|threads| {
        let readers = [0, 1].map(|nth| threads.spawn(move || read(nth)));
        let mut writers = Vec::new();
        for nth in 0..2 {
            writers.push(threads.spawn({
                let path = &path;
                move || import_and_undo(path, nth)
            }));
        }
        writers.push(threads.spawn(|| exempt_and_end(&path)));
        writers.push(threads.spawn(|| bounce_and_clear(&path)));
        writers.push(threads.spawn(|| change_settings(&path)));
        let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::Relaxed);
        let answers: Vec<_> = readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect();
        assert!(ended.iter().all(Result::is_ok), "a writer failed");
        answers
    });
    let app = open(&path);
    let mut different: Vec<&String> = answers.iter().map(|(_, answer)| answer).collect();
    different.dedup();
    assert!(different.len() > 10, "only {} different answers: nothing was put to the test", different.len());
    for (known_at, before) in &answers {
        assert_eq!(*before, answer(&app, *known_at), "the answer for {known_at} changed");
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn without_time(mut document: Value) -> Value {
    document.as_object_mut().unwrap().remove("known_at");
    document
}

#[test]
fn what_is_asked_during_a_long_import_is_answered_alike_after_it() {
    let folder = Folder::with_everything();
    let rows: String = (0..30_000)
        .map(|row| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(row % 300);
            format!("0012345{},SGC-L1,{day},C{row}\n", 6 + row % 4)
        })
        .collect();
    folder.write("many.csv", format!("employee_number,course,completed_on,certificate\n{rows}"));
    folder.write("refresher.toml", folder.read("refresher.toml"));
    let before = without_time(folder.run("--json status").ended(0).json());
    let mut import = folder.command();
    import.args(["--today", "2026-11-24", "--quiet", "import", "training", "many.csv"]);
    let mut import = import.stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut asked = Vec::new();
    loop {
        let at = instant(Utc::now());
        asked.push((at.clone(), folder.run(&format!("--json status --known-at {at}")).ended(0).json()));
        let unasked = folder.run("--json status").ended(0).json();
        let at = unasked["known_at"].as_str().unwrap().to_owned();
        asked.push((at, unasked));
        if let Some(ended) = import.try_wait().unwrap() {
            assert!(ended.success());
            break;
        }
    }
    for (at, answer) in &asked {
        let again = folder.run(&format!("--json status --known-at {at}")).ended(0).json();
        assert_eq!(*answer, again, "asked at {at}");
    }
    let after = without_time(folder.run("--json status").ended(0).json());
    assert_ne!(before, after, "the import changed nothing: nothing was put to the test");
}

#[test]
fn an_instant_in_the_future_is_refused_by_every_command_that_takes_one() {
    let folder = Folder::with_everything();
    folder.write("other.toml", folder.read("policy.toml"));
    let later = instant(Utc::now() + TimeDelta::hours(1));
    for words in [
        "status",
        "staff",
        "explain 00123456",
        "forecast",
        "budget",
        "review",
        "board",
        "exempt list",
        "policy impact other.toml",
    ] {
        let refused = folder.run(&format!("{words} --known-at {later}")).ended(1);
        assert!(refused.err.contains("is in the future"), "{words}: {refused:?}");
        assert_eq!(refused.out, "", "{words}");
        folder.run(&format!("{words} --known-at {}", instant(Utc::now()))).ended(0);
    }
}

#[test]
fn what_is_told_later_on_the_same_day_changes_nothing_about_the_morning() {
    let folder = Folder::with_everything();
    let morning = instant(Utc::now());
    let asked = |words: &str| folder.run(&format!("--json {words} --known-at {morning}")).ended(0).json();
    let all = || {
        let words = ["status --by organisation", "review", "staff", "exempt list", "explain 00123457"];
        words.map(asked)
    };
    let before = all();
    assert_eq!(before[0]["target"].as_f64(), Some(0.9));
    folder.write("policy.toml", folder.read("policy.toml").replacen("target = 90.0", "target = 55.0", 1));
    folder
        .write("refresher.toml", folder.read("refresher.toml").replacen("name = \"", "name = \"Another ", 1));
    assert_eq!(all(), before, "files that nobody has taken up yet");
    folder.run("exempt add 00123457 --reason Secondment").ended(0);
    folder
        .write("organisations.csv", "code,name,kind,safeguarding_email\nRYY,Renamed,acute,new@example.org\n");
    folder.run("import organisations organisations.csv").ended(0);
    assert_eq!(all(), before);
    let now = folder.run("--json status --by organisation").ended(0).json();
    assert_eq!(now["target"].as_f64(), Some(0.55));
    let again = now["known_at"].as_str().unwrap();
    let again = folder.run(&format!("--json status --by organisation --known-at {again}")).ended(0).json();
    assert_eq!(now, again, "what is answered without an instant is answered for the one it names");
}

#[test]
fn rows_rejected_by_an_import_that_is_undone_later_are_told_of_the_time_before() {
    let folder = Folder::with_everything();
    folder.write(
        "more.csv",
        "employee_number,course,completed_on\n00123456,SGC-L1,2026-11-01\nnobody,SGC-L1,2026-11-01\n",
    );
    let id = folder.run("--json import training more.csv --force").ended(4).json()["id"].as_i64().unwrap();
    let then = Utc::now();
    folder.run(&format!("import undo {id}")).ended(0);
    let db = Db::open(&url(&folder.file("refresher.db")), IfMissing::Fail).unwrap();
    let rejected = |known_at: DateTime<Utc>| {
        let from = then - TimeDelta::days(1);
        db.read(|conn| store::rejected_rows(conn, KnownAt::At(known_at), None, from, then)).unwrap()
    };
    assert_eq!((rejected(then), rejected(Utc::now())), (1, 0));
}

#[test]
fn instants_only_go_forward_also_where_the_clock_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("a.db")), IfMissing::Create).unwrap();
    let clear = |at: &str, hash: &str| {
        let at: DateTime<Utc> = at.parse().unwrap();
        let noted = NotedFile {
            content_hash: hash.into(),
            report_id: None,
            file: String::new(),
            finding: String::new(),
            bounces: Vec::new(),
        };
        db.write_stamped(Locks::ALL, at, |conn| bounces::note(conn, &noted)).unwrap();
        db.newest_instant().unwrap().unwrap()
    };
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(clear("2026-11-01T09:00:00.000001499Z", "a"), at("2026-11-01T09:00:00.000001Z"));
    assert_eq!(clear("2026-11-01T09:00:00.000001499Z", "b"), at("2026-11-01T09:00:00.000002Z"));
    assert_eq!(clear("2026-10-01T09:00:00Z", "c"), at("2026-11-01T09:00:00.000003Z"));
    assert_eq!(clear("2026-12-01T09:00:00Z", "d"), at("2026-12-01T09:00:00Z"));
    // Asked by a clock that was set back, what is known is known by the newest instant.
    let asked = db.known_by(None, at("2026-11-01T09:00:00Z")).unwrap();
    assert_eq!(asked, at("2026-12-01T09:00:00Z"));
    assert!(db.known_by(Some(at("2026-12-01T09:00:00Z")), at("2026-11-01T09:00:00Z")).is_ok());
    assert!(db.known_by(Some(at("2026-12-01T09:00:01Z")), at("2026-11-01T09:00:00Z")).is_err());
}
