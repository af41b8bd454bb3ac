//! Imports and undos in any order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use refresher::audit::Actor;

use refresher::import::{
    self, AnswerRow, AssuranceAnswers, BookedPlaces, BookingRow, BudgetLists, BudgetRow, CheckedFile,
    ExemptionLists, ExemptionRow, ExpenseLists, ExpenseRow, OrganisationLists, OrganisationRow, StaffLists,
    StaffRow, TrainingRecords, TrainingRow, apply,
};
use refresher::policy::CourseIndex;
use refresher::register::store::{self, KnownAt};
use refresher::register::{FinancialYear, Hours, Indexed, Name, OrganisationKind, Person, View};

use super::{answers, judged, rules};
use crate::imports::given::*;

const ORGANISATIONS: [&str; 3] = ["RXA", "RXB", "RXC"];

/// Something done to the register. Small numbers, so that things meet.
#[derive(Debug, Clone)]
enum Step {
    Staff { organisation: usize, present: u8, matrons: u8, partial: bool },
    Training { organisation: usize, rows: Vec<(u8, u16, u8, Option<u32>)> },
    Exemptions { rows: Vec<(u8, Option<u16>, bool, bool)> },
    Budget { organisation: usize, year: i32, pence: i64 },
    Expenses { rows: Vec<(u8, bool, i64)> },
    Organisations { organisation: usize, ambulance: bool },
    Bookings { rows: Vec<(u8, bool, bool)> },
    Answers { yes: bool, later: bool },
    Undo { pick: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let records = prop::collection::vec((0u8..4, 0u16..2, 0u8..2, prop::option::of(1u32..3)), 1..4);
    let exemptions =
        prop::collection::vec((0u8..4, prop::option::of(0u16..2), any::<bool>(), any::<bool>()), 1..3);
    prop_oneof![
        3 => (0usize..3, any::<u8>(), any::<u8>(), any::<bool>()).prop_map(
            |(organisation, present, matrons, partial)| Step::Staff {
                organisation: organisation % 3,
                present: present | 1,
                matrons,
                partial,
            }
        ),
        2 => (0usize..2, records).prop_map(|(organisation, rows)| Step::Training { organisation, rows }),
        1 => exemptions.prop_map(|rows| Step::Exemptions { rows }),
        1 => (0usize..3, 2025i32..2027, 1i64..3)
            .prop_map(|(organisation, year, pence)| Step::Budget { organisation, year, pence }),
        1 => prop::collection::vec((0u8..2, any::<bool>(), 1i64..3), 1..4)
            .prop_map(|rows| Step::Expenses { rows }),
        1 => prop::collection::vec((0u8..4, any::<bool>(), any::<bool>()), 1..3)
            .prop_map(|rows| Step::Bookings { rows }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(yes, later)| Step::Answers { yes, later }),
        1 => (0usize..3, any::<bool>())
            .prop_map(|(organisation, ambulance)| Step::Organisations { organisation, ambulance }),
        4 => any::<usize>().prop_map(|pick| Step::Undo { pick }),
    ]
}

fn of<Row>(organisation: usize, rows: impl IntoIterator<Item = Row>) -> CheckedFile<Row> {
    CheckedFile { organisations: vec![ORGANISATIONS[organisation].into()].into(), ..file(rows) }
}

fn number(person: u8) -> String {
    format!("{:03}", person + 1)
}

fn staff(organisation: usize, present: u8, matrons: u8) -> CheckedFile<StaffRow> {
    let has = |mask: u8, person: u8| mask & (1 << person) != 0;
    let row = |who: u8| {
        let mut row = person(&number(who));
        if has(matrons, who) {
            row.post.job_title = "Matron".into();
        }
        if has(matrons, who + 4) {
            row.person.email.clear();
        }
        row
    };
    of(organisation, (0..4).filter(|who| has(present, *who)).map(row))
}

/// The one day or the other.
fn on(later: bool) -> chrono::NaiveDate {
    day(if later { "2026-06-01" } else { "2026-01-01" })
}

fn training((who, course, when, hours): &(u8, u16, u8, Option<u32>)) -> TrainingRow {
    let mut row = record(&number(*who), *course, if *when == 0 { "2026-01-01" } else { "2026-05-01" });
    details(&mut row).hours = hours.map(Hours);
    row
}

fn exemption((who, course, from, until): &(u8, Option<u16>, bool, bool)) -> ExemptionRow {
    ExemptionRow {
        organisation: 0.into(),
        employee_number: number(*who),
        course: course.map(CourseIndex::from),
        from_on: from.then(|| on(false)),
        until_on: until.then(|| on(true)),
        reason: "a reason".into(),
        refused: false,
    }
}

fn expense((reference, later, pence): &(u8, bool, i64)) -> ExpenseRow {
    ExpenseRow {
        organisation: 0.into(),
        dated_on: on(*later),
        description: "Room".into(),
        amount_pence: *pence,
        course: String::new(),
        people: None,
        reference: if *reference == 0 { String::new() } else { "R1".into() },
    }
}

fn booking((who, later, cancelled): &(u8, bool, bool)) -> BookingRow {
    BookingRow {
        organisation: 0.into(),
        employee_number: number(*who),
        course: 0.into(),
        takes_place_on: day(if *later { "2027-02-01" } else { "2026-12-01" }),
        place: "Hall".into(),
        cancelled: *cancelled,
    }
}

fn answer(yes: bool, later: bool) -> AnswerRow {
    AnswerRow {
        organisation: 0.into(),
        statement: "budget".into(),
        answer: if yes { "yes" } else { "no" }.into(),
        answered_on: on(later),
        evidence: String::new(),
        owner_email: String::new(),
        review_by: None,
    }
}

/// Takes a step that is no undo, and gives the import's id; `None` where nothing was recorded.
fn import_step(register: &Register, minutes: i64, step: &Step) -> Option<i32> {
    let (db, source, policy, now) = (&register.db, source(minutes), policy(), minute(minutes));
    let options = forced("2026-11-01");
    let report = match step {
        Step::Staff { organisation, present, matrons, partial } => {
            let options = import::ImportOptions { partial: *partial, ..options };
            let list = staff(*organisation, *present, *matrons);
            apply::<StaffLists>(db, &source, &list, &policy, &options, now)
        }
        Step::Training { organisation, rows } => {
            let rows = of(*organisation, rows.iter().map(training));
            apply::<TrainingRecords>(db, &source, &rows, &policy, &options, now)
        }
        Step::Exemptions { rows } => {
            let rows = of(0, rows.iter().map(exemption));
            apply::<ExemptionLists>(db, &source, &rows, &policy, &options, now)
        }
        Step::Budget { organisation, year, pence } => {
            let row = BudgetRow {
                organisation: 0.into(),
                year: FinancialYear(*year),
                allocated_pence: *pence,
                dedicated: None,
            };
            apply::<BudgetLists>(db, &source, &of(*organisation, [row]), &policy, &options, now)
        }
        Step::Expenses { rows } => {
            apply::<ExpenseLists>(db, &source, &of(0, rows.iter().map(expense)), &policy, &options, now)
        }
        Step::Organisations { organisation, ambulance } => {
            let kind = if *ambulance { OrganisationKind::Ambulance } else { OrganisationKind::Acute };
            let code = ORGANISATIONS[*organisation].to_owned();
            let row = OrganisationRow { name: code.clone(), code, kind, safeguarding_email: String::new() };
            apply::<OrganisationLists>(db, &source, &file([row]), &policy, &options, now)
        }
        Step::Bookings { rows } => {
            apply::<BookedPlaces>(db, &source, &of(0, rows.iter().map(booking)), &policy, &options, now)
        }
        Step::Answers { yes, later } => {
            apply::<AssuranceAnswers>(db, &source, &of(0, [answer(*yes, *later)]), &policy, &options, now)
        }
        Step::Undo { .. } => unreachable!(),
    };
    report.unwrap().id
}

/// The lines of `of` that `without` has not as often.
fn minus(of: &[String], without: &[String]) -> Vec<String> {
    let mut left: BTreeMap<&str, i64> = BTreeMap::new();
    for line in without {
        *left.entry(line).or_default() += 1;
    }
    let mut rest = Vec::new();
    for line in of {
        match left.get_mut(line.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => rest.push(line.clone()),
        }
    }
    rest
}

/// All that a judgement rests on, by staff id.
fn by_person(mut view: View) -> BTreeMap<i32, Vec<String>> {
    view.names = Indexed::filled(Name::default(), view.people.len());
    let facts = facts(&view);
    let of = |person: &Person| {
        let who = format!("{} {} ", view.organisation_code(person.organisation), person.employee_number);
        let theirs = facts.iter().filter(|fact| fact.starts_with(&who)).cloned();
        (person.staff_id, theirs.chain([format!("{:?}", person.address)]).collect())
    };
    view.people.iter().map(of).collect()
}

/// Those whom nothing changed between two instants are known alike at both, and a view of the others at the first
/// holds of them what a view of everybody does.
fn check_who_changed(register: &Register, before: KnownAt, after: KnownAt) -> Result<(), TestCaseError> {
    let changed = register.db.read(|conn| store::changed_staff(conn, before, after)).unwrap();
    let (then, now) = (by_person(register.view(before)), by_person(register.view(after)));
    let split = |known: &BTreeMap<i32, Vec<String>>, is: bool| -> BTreeMap<i32, Vec<String>> {
        known.clone().into_iter().filter(|(id, _)| changed.contains(id) == is).collect()
    };
    prop_assert_eq!(split(&then, false), split(&now, false));
    let apart = by_person(store::view_of(&register.db, before, None, &changed).unwrap());
    prop_assert_eq!(apart, split(&then, true));
    Ok(())
}

/// What was answered after each import, by its id.
type Answered = BTreeMap<i32, Vec<String>>;

fn undo_step(
    register: &Register,
    minutes: i64,
    pick: usize,
    answered: &mut Answered,
) -> Result<(), TestCaseError> {
    let newest = *answered.keys().last().unwrap();
    let id = 1 + i32::try_from(pick % usize::try_from(newest).unwrap()).unwrap();
    let now = answered[&newest].clone();
    let undone =
        import::undo(&register.db, id, &Actor::named("x"), day("2026-11-01"), minute(minutes)).unwrap();
    let after = answers(register, KnownAt::Latest);
    let Some(undo) = undone.id else {
        prop_assert!(undone.refused.is_some());
        // The first two are the organisations of the settings.
        prop_assert!(id != newest || id <= 2, "the newest can always be undone: {:?}", undone.refused);
        prop_assert_eq!(&after, &now, "a refused undo changes nothing");
        return Ok(());
    };
    // What the import had added is gone, what it had taken is back, and nothing else is different.
    let (before_it, after_it) = (&answered[&(undone.undoes - 1)], &answered[&undone.undoes]);
    let mut expected = minus(&now, &minus(after_it, before_it));
    expected.extend(minus(before_it, after_it));
    expected.sort();
    prop_assert_eq!(&after, &expected, "undo of {} as {}", undone.undoes, undo);
    answered.insert(undo, after);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn an_undo_takes_back_what_its_import_did_and_nothing_else(steps in prop::collection::vec(step(), 1..16)) {
        let register = Register::new();
        let mut answered = Answered::from([(0, Vec::new())]);
        for (id, minutes) in [(1, 0), (2, 0)] {
            let recorded = minute(minutes) + chrono::TimeDelta::microseconds(i64::from(id) - 1);
            answered.insert(id, answers(&register, KnownAt::At(recorded)));
        }
        for (minutes, step) in (1..).zip(&steps) {
            if let Step::Undo { pick } = step {
                undo_step(&register, minutes, *pick, &mut answered)?;
            } else if let Some(id) = import_step(&register, minutes, step) {
                answered.insert(id, answers(&register, KnownAt::Latest));
            }
        }
        let imports = register.db.read(store::imports).unwrap();
        prop_assert_eq!(imports.len() + 1, answered.len());
        for line in imports {
            let then = answers(&register, KnownAt::At(line.recorded_at));
            prop_assert_eq!(&then, &answered[&line.id], "as known when import {} was the newest", line.id);
            let (before, later) = (KnownAt::At(line.recorded_at), line.recorded_at + chrono::TimeDelta::minutes(3));
            for after in [KnownAt::Latest, KnownAt::At(later)] {
                check_who_changed(&register, before, after)?;
            }
        }
    }

    #[test]
    fn everything_can_be_undone_the_newest_first(steps in prop::collection::vec(step(), 1..10)) {
        let (register, rules) = (Register::new(), rules());
        let state = || (answers(&register, KnownAt::Latest), judged(&register, &rules));
        let mut before = Vec::new();
        for (minutes, step) in (1..).zip(&steps) {
            let standing = state();
            if let Some(id) = (!matches!(step, Step::Undo { .. })).then(|| import_step(&register, minutes, step)).flatten() {
                before.push((id, standing));
            }
        }
        let everything = state();
        let mut undos = Vec::new();
        for (minutes, (id, standing)) in (100..).zip(before.iter().rev()) {
            undos.push(super::undone(&register, minutes, *id));
            prop_assert_eq!(&state(), standing, "every figure and explanation is the one before import {}", id);
        }
        for (minutes, id) in (200..).zip(undos.iter().rev()) {
            super::undone(&register, minutes, *id);
        }
        prop_assert_eq!(state(), everything);
    }
}
