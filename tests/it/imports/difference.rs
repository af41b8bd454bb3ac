//! What is shown of an import is what it does: a dry run's difference, the applied one's, and the change of the
//! register read back are one and the same.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;
use refresher::import::{
    self, CheckedFile, DifferenceSubject, ImportDifference, ImportOptions, ImportOutcome, StaffRow,
    TrainingRow,
};
use refresher::register::store;

use super::given::*;

/// What the register says of a thing: its fields by name.
type Fields = BTreeMap<&'static str, String>;

/// Somebody as the register has them.
#[derive(Debug, Clone, PartialEq, Default)]
struct Recorded {
    name: Fields,
    posts: BTreeMap<String, Fields>,
    records: BTreeMap<String, Fields>,
}

fn fields<const N: usize>(fields: [(&'static str, String); N]) -> Fields {
    fields.into_iter().collect()
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// Everybody, by employee number.
fn recorded(register: &Register) -> BTreeMap<String, Recorded> {
    let read = |conn: &mut _| {
        let organisation = store::organisation_ids(conn, &["RXA".to_owned()])?[0].unwrap();
        let people = store::current_staff(conn, organisation)?;
        let mut everybody = BTreeMap::new();
        for person in people.into_iter().filter(|person| person.name.is_some()) {
            let records = store::person_records(conn, store::KnownAt::Latest, person.staff_id)?;
            let (_, name) = person.name.unwrap();
            let [first, last, email] =
                [name.first_name, name.last_name, name.email].map(|said| said.to_string());
            let name = fields([("first_name", first), ("last_name", last), ("email", email)]);
            let posts = person.assignments.iter().map(|post| {
                let post = post.values();
                let primary = if post.primary { "yes" } else { "no" };
                let fields = fields([
                    ("primary_assignment", primary.to_owned()),
                    ("job_title", post.texts.job_title.to_owned()),
                    ("staff_group", post.texts.staff_group.to_owned()),
                    ("unit", post.texts.unit.to_owned()),
                    ("manager_employee_number", post.texts.manager_employee_number.to_owned()),
                    ("assignment_status", post.texts.assignment_status.to_owned()),
                    ("start_date", post.start_on.to_string()),
                    ("leave_date", shown(post.leave_on)),
                ]);
                (post.texts.assignment_number.to_owned(), fields)
            });
            let posts = posts.collect();
            let records = records.into_iter().map(|record| {
                let mode = record.participatory.map(|yes| if yes { "participatory" } else { "e-learning" });
                let about = format!("{} {} {}", record.course, record.completed_on, record.certificate);
                let fields = fields([
                    ("expires_on", shown(record.expires_on)),
                    ("hours", shown(record.hours)),
                    ("mode", shown(mode)),
                    ("provider", record.provider),
                ]);
                (about.trim_end().to_owned(), fields)
            });
            let records = records.collect();
            everybody.insert(person.employee_number.to_string(), Recorded { name, posts, records });
        }
        Ok(everybody)
    };
    register.db.read(read).unwrap()
}

/// A difference as a set of sentences.
fn sentences(difference: &ImportDifference) -> BTreeSet<String> {
    let who = |subject: &DifferenceSubject| subject.employee_number.clone().unwrap();
    let mut said = BTreeSet::new();
    for joiner in &difference.joiners.items {
        said.insert(format!("{} {}", who(&joiner.subject), if joiner.rejoins { "rejoins" } else { "joins" }));
    }
    for leaver in &difference.leavers.items {
        said.insert(format!("{} leaves", who(leaver)));
    }
    for added in &difference.added.items {
        let about = added.about.split(',').next().unwrap();
        said.insert(format!("{} gains {about}", who(&added.subject)));
    }
    for ended in &difference.ended.items {
        let about = ended.about.split(',').next().unwrap();
        said.insert(format!("{} ends {about} on {}", who(&ended.subject), ended.leave_date));
    }
    for change in &difference.changes.items {
        let (old, new) = (shown(change.old.as_ref()), shown(change.new.as_ref()));
        said.insert(format!("{} {} {}: {old} > {new}", who(&change.subject), change.about, change.field));
    }
    let listed = [
        difference.joiners.total,
        difference.leavers.total,
        difference.added.total,
        difference.ended.total,
        difference.changes.total,
    ];
    assert_eq!(said.len() as u64, listed.iter().sum::<u64>(), "each is listed once: {said:?}");
    assert_eq!(difference.changes.total, difference.fields.values().sum::<u64>());
    said
}

/// How somebody's records changed. A certificate that comes later is that of the record without one.
fn changed_records(number: &str, old: &Recorded, now: &Recorded) -> Vec<String> {
    let mut said = Vec::new();
    for (about, record) in &now.records {
        let certified = about.rsplit_once(' ').filter(|(bare, _)| {
            bare.contains(' ') && old.records.contains_key(*bare) && !now.records.contains_key(*bare)
        });
        let known = old.records.get(about);
        let Some(known) = known.or_else(|| certified.map(|(bare, _)| &old.records[bare])) else {
            said.push(format!("{number} gains {about}"));
            continue;
        };
        for (field, new) in record.iter().filter(|(field, new)| known[*field] != **new) {
            said.push(format!("{number} {about} {field}: {} > {new}", known[field]));
        }
        if let (Some((_, certificate)), false) = (certified, old.records.contains_key(about)) {
            said.push(format!("{number} {about} certificate:  > {certificate}"));
        }
    }
    said
}

/// How the register changed, as the same sentences. `listed` are the posts that a staff list named.
fn changed(
    before: &BTreeMap<String, Recorded>,
    after: &BTreeMap<String, Recorded>,
    listed: &BTreeSet<(String, String)>,
    as_of: NaiveDate,
) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for (number, now) in after {
        let Some(old) = before.get(number) else {
            said.insert(format!("{number} joins"));
            continue;
        };
        let mut differ = |about: &str, old: &Fields, new: &Fields| {
            for (field, new) in new.iter().filter(|(field, new)| old[*field] != **new) {
                said.insert(format!("{number} {about} {field}: {} > {new}", old[field]));
            }
        };
        differ("", &old.name, &now.name);
        for (post, values) in &now.posts {
            match old.posts.get(post) {
                Some(old) if listed.contains(&(number.clone(), post.clone())) => differ(post, old, values),
                _ => {}
            }
        }
        said.extend(changed_records(number, old, now));
        for post in now.posts.keys() {
            let (values, old) = (&now.posts[post], old.posts.get(post));
            let is_listed = listed.contains(&(number.clone(), post.clone()));
            match old {
                None => drop(said.insert(format!("{number} gains {post}"))),
                Some(old) if old != values && !is_listed => {
                    said.insert(format!("{number} ends {post} on {}", values["leave_date"]));
                }
                Some(_) => {}
            }
        }
        if old.posts == now.posts {
            continue;
        }
        let ends = |person: &Recorded| {
            let ends = person.posts.values().map(|post| post["leave_date"].parse().ok());
            ends.collect::<Vec<Option<NaiveDate>>>()
        };
        let stays = |person: &Recorded| ends(person).iter().any(|end| end.is_none_or(|end| as_of <= end));
        let held = |person: &Recorded| {
            let starts = person.posts.values().map(|post| post["start_date"].parse::<NaiveDate>().unwrap());
            starts.zip(ends(person)).any(|(start, end)| start <= as_of && end.is_none_or(|end| as_of <= end))
        };
        if !stays(old) && stays(now) {
            said.insert(format!("{number} rejoins"));
        } else if held(old) && !held(now) {
            said.insert(format!("{number} leaves"));
        }
    }
    said
}

/// A row of a staff list: a person and post among few, with fields that may differ from list to list.
fn staff_row() -> impl Strategy<Value = StaffRow> {
    let date = |days: u64| day("2026-10-20").checked_add_days(chrono::Days::new(days)).unwrap();
    (1..6u32, 0..3u32, 0..3usize, 0..2usize, 0..20u64, proptest::option::weighted(0.2, 0..40u64)).prop_map(
        move |(who, post, title, name, start, leave)| {
            let mut row = person(&format!("{who:03}"));
            row.post.assignment_number = format!("{who}-{post}").into();
            row.post.job_title = ["Nurse", "Sister", ""][title].into();
            row.person.last_name = ["Example", "Sample"][name].into();
            row.primary = post == 1;
            row.start_on = date(start);
            row.leave_on = leave.map(|days| date(start + days));
            row
        },
    )
}

/// A list of rows, one a post.
fn staff_list() -> impl Strategy<Value = CheckedFile<StaffRow>> {
    proptest::collection::vec(staff_row(), 1..8).prop_map(|rows| {
        let posts: BTreeMap<String, StaffRow> =
            rows.into_iter().map(|row| (row.post.assignment_number.to_string(), row)).collect();
        file(posts.into_values())
    })
}

fn records() -> impl Strategy<Value = CheckedFile<TrainingRow>> {
    let row = (1..4u32, 0..3u16, 0..3usize, proptest::option::of(0..3u32), any::<bool>(), 0..2usize);
    let row = row.prop_map(|(who, course, on, hours, participatory, certificate)| {
        let on = ["2026-01-01", "2026-02-01", "2026-03-01"][on];
        let mut row = record(&format!("{who:03}"), course, on);
        row.certificate = ["", "X1"][certificate].into();
        details(&mut row).hours = hours.map(|hours| refresher::register::Hours(hours * 50));
        details(&mut row).participatory = participatory.then_some(true);
        row
    });
    proptest::collection::vec(row, 1..10).prop_map(|rows| {
        let key = |row: &TrainingRow| {
            (row.employee_number.clone(), row.course, row.completed_on, row.certificate.clone())
        };
        let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (key(&row), row)).collect();
        file(rows.into_values())
    })
}

fn dry(options: &ImportOptions) -> ImportOptions {
    ImportOptions { dry_run: true, ..options.clone() }
}

/// The dry run's difference and the applied one's, which must be equal.
fn tried_and_done(tried: ImportOutcome, done: ImportOutcome) -> ImportDifference {
    assert_eq!(tried.difference, done.difference);
    let counted =
        |report: &ImportOutcome| (report.applied, report.joiners, report.leavers, report.records_corrected);
    assert_eq!(counted(&tried), counted(&done));
    assert_eq!(done.joiners, done.difference.joiners.total);
    assert_eq!(done.leavers, done.difference.leavers.total);
    done.difference
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_staff_list_changes_exactly_what_its_dry_run_showed(
        lists in proptest::collection::vec((staff_list(), any::<bool>()), 1..4)
    ) {
        let register = Register::new();
        for (minutes, (list, partial)) in (1..).zip(&lists) {
            let as_of = day("2026-11-01").checked_add_days(chrono::Days::new(minutes)).unwrap();
            let options = ImportOptions { partial: *partial, ..forced(&as_of.to_string()) };
            let before = recorded(&register);
            let minutes = i64::try_from(minutes).unwrap();
            let tried = register.staff_with(minutes, list, &dry(&options));
            prop_assert_eq!(&before, &recorded(&register));
            let difference = tried_and_done(tried, register.staff_with(minutes, list, &options));
            let posts = list.rows.iter().map(|(_, row)| (row.employee_number.to_string(), row.post.assignment_number.to_string()));
            let changed = changed(&before, &recorded(&register), &posts.collect(), as_of);
            prop_assert_eq!(sentences(&difference), changed);
        }
    }

    #[test]
    fn training_records_change_exactly_what_their_dry_run_showed(
        files in proptest::collection::vec(records(), 1..4)
    ) {
        let register = Register::new();
        register.staff(1, &file(people(1..=3)));
        for (minutes, file) in (2..).zip(&files) {
            let before = recorded(&register);
            let options = forced("2026-11-01");
            let tried = register.training_with(minutes, file, &dry(&options));
            let done = register.training_with(minutes, file, &options);
            prop_assert_eq!(done.records_added, done.difference.added.total);
            let difference = tried_and_done(tried, done);
            let changed = changed(&before, &recorded(&register), &BTreeSet::new(), day("2026-11-01"));
            prop_assert_eq!(sentences(&difference), changed);
        }
    }
}

#[test]
fn only_as_many_as_asked_for_are_listed_and_all_are_counted() {
    let register = Register::new();
    let options = ImportOptions { listed: 3, ..options("2026-11-01") };
    let report = register.staff_with(1, &file(people(1..=20)), &options);
    assert_eq!((report.difference.joiners.total, report.difference.joiners.items.len()), (20, 3));
    let json = serde_json::to_value(&report.difference).unwrap();
    assert_eq!((&json["totals"]["joiners"], json["joiners"].as_array().unwrap().len()), (&20.into(), 3));
    let first = serde_json::json!({
        "organisation": "RXA", "employee_number": "001", "name": "Ann Example 001", "line": 2, "rejoins": false
    });
    assert_eq!(json["joiners"][0], first);
}

#[test]
fn budgets_and_expenses_show_what_they_add_and_correct() {
    use refresher::import::{BudgetRow, ExpenseRow};
    let register = Register::new();
    let budget = |pence| BudgetRow {
        organisation: 0.into(),
        year: refresher::register::FinancialYear(2026),
        allocated_pence: pence,
        dedicated: None,
    };
    let (source, forced) = (source(1), forced("2026-11-01"));
    let mut done = Vec::new();
    for pence in [1_200_000, 1_200_050] {
        let report = import::apply::<import::BudgetLists>(
            &register.db,
            &source,
            &file([budget(pence)]),
            &policy(),
            &forced,
            minute(1),
        );
        done.push(serde_json::to_value(report.unwrap().difference).unwrap());
    }
    assert_eq!(done[0]["added"][0]["about"], "2026-27");
    let change = &done[1]["changes"][0];
    assert_eq!((&change["field"], &change["old"]), (&"allocated".into(), &"12000.00".into()));
    assert_eq!((&change["new"], &change["organisation"]), (&"12000.50".into(), &"RXA".into()));
    let expense = ExpenseRow {
        organisation: 0.into(),
        dated_on: day("2026-05-01"),
        description: "Room".into(),
        amount_pence: -500,
        course: String::new(),
        people: None,
        reference: String::new(),
    };
    let report = import::apply::<import::ExpenseLists>(
        &register.db,
        &source,
        &file([expense]),
        &policy(),
        &forced,
        minute(2),
    )
    .unwrap();
    assert_eq!(report.difference.added.items[0].about, "2026-05-01, Room, £-5.00");
}
