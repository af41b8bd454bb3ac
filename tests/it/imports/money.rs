use refresher::import::{self, BudgetRow, CheckedFile, ExpenseRow, ImportOutcome, OrganisationRow};
use refresher::register::store::{self, KnownAt};
use refresher::register::{Budget, FinancialYear, OrganisationKind};

use super::given::*;

fn expense(amount_pence: i64, reference: &str) -> ExpenseRow {
    ExpenseRow {
        organisation: 0.into(),
        dated_on: day("2026-06-01"),
        description: "Room".into(),
        amount_pence,
        course: String::new(),
        people: None,
        reference: reference.into(),
    }
}

fn pence(register: &Register, known: KnownAt) -> Vec<i64> {
    let read = |conn: &mut _| store::expenses(conn, known, day("2026-04-01"), day("2027-03-31"));
    let mut pence: Vec<i64> =
        register.db.read(read).unwrap().iter().map(|expense| expense.amount_pence).collect();
    pence.sort_unstable();
    pence
}

#[test]
fn expenses_are_found_again_by_reference_or_counted() {
    let start = || vec![expense(100, ""), expense(100, ""), expense(300, "R1")];
    let more = |rows: &[ExpenseRow]| start().into_iter().chain(rows.iter().cloned()).collect::<Vec<_>>();
    for (rows, expected, applied) in [
        (start(), vec![100, 100, 300], 0),
        (more(&[expense(100, "")]), vec![100, 100, 100, 300], 1),
        (more(&[expense(-50, "")]), vec![-50, 100, 100, 300], 1),
        (vec![expense(100, "")], vec![100, 100, 300], 0),
        (vec![expense(400, "R1")], vec![100, 100, 400], 1),
        (vec![expense(100, "R2")], vec![100, 100, 100, 300], 1),
    ] {
        let register = Register::new();
        let import = |minutes, rows| -> ImportOutcome {
            import::apply::<import::ExpenseLists>(
                &register.db,
                &source(minutes),
                &file(rows),
                &policy(),
                &options("2026-11-01"),
                minute(minutes),
            )
            .unwrap()
        };
        assert_eq!(import(1, start()).applied, 3);
        let report = import(2, rows);
        assert_eq!((report.applied, report.refused), (applied, None));
        assert_eq!(pence(&register, KnownAt::Latest), expected);
        assert_eq!(pence(&register, KnownAt::At(minute(1))), [100, 100, 300]);
    }
}

#[test]
fn a_budget_is_one_for_each_organisation_and_year() {
    let register = Register::new();
    let import = |minutes, year, allocated_pence, dedicated| {
        let rows = file([BudgetRow {
            organisation: 0.into(),
            year: FinancialYear(year),
            allocated_pence,
            dedicated,
        }]);
        import::apply::<import::BudgetLists>(
            &register.db,
            &source(minutes),
            &rows,
            &policy(),
            &options("2026-11-01"),
            minute(minutes),
        )
        .unwrap()
    };
    let read = |known| register.db.read(|conn| store::budgets(conn, known)).unwrap();
    let budget = |year, allocated_pence, dedicated| Budget {
        organisation: "RXA".into(),
        year: FinancialYear(year),
        allocated_pence,
        dedicated,
    };
    assert_eq!(import(1, 2026, 100, None).applied, 1);
    assert_eq!(import(2, 2026, 100, None).unchanged, 1);
    assert_eq!(import(3, 2027, 100, None).applied, 1);
    assert_eq!(import(4, 2026, 100, Some(true)).applied, 1);
    assert_eq!(read(KnownAt::Latest), [budget(2026, 100, Some(true)), budget(2027, 100, None)]);
    assert_eq!(read(KnownAt::At(minute(2))), [budget(2026, 100, None)]);
}

#[test]
fn organisations_are_recorded_and_recognised() {
    let register = Register::new();
    let rows = |name: &str| -> CheckedFile<OrganisationRow> {
        let row = OrganisationRow {
            code: "RXC".into(),
            name: name.into(),
            kind: OrganisationKind::Community,
            safeguarding_email: String::new(),
        };
        CheckedFile { organisations: Vec::new().into(), ..file([row]) }
    };
    let import = |minutes, hash, name| {
        let options = options("2026-11-01");
        import::apply::<import::OrganisationLists>(
            &register.db,
            &source(hash),
            &rows(name),
            &policy(),
            &options,
            minute(minutes),
        )
        .unwrap()
    };
    let names = |known| -> Vec<String> {
        let read = |conn: &mut _| store::organisations(conn, known);
        register.db.read(read).unwrap().into_iter().map(|organisation| organisation.name).collect()
    };
    let first = import(1, 1, "Care");
    assert_eq!((first.applied, import(2, 1, "Care").id), (1, first.id));
    assert_eq!(import(3, 2, "Care North").applied, 1);
    assert_eq!(names(KnownAt::Latest), ["RXA Trust", "RXB Trust", "Care North"]);
    assert_eq!(names(KnownAt::At(minute(1))), ["RXA Trust", "RXB Trust", "Care"]);
    assert_eq!(import(4, 1, "Care").applied, 1, "a later file touched it, so the first is not recognised");
    assert_eq!(names(KnownAt::Latest), ["RXA Trust", "RXB Trust", "Care"]);
}

#[test]
fn the_configuration_is_recorded_when_it_changes_and_yields_to_files() {
    let register = Register::new();
    let count = || register.db.read(|conn| Ok(store::imports(conn)?.len())).unwrap();
    let before = count();
    register.configure(&organisation("RXA"), minute(1));
    assert_eq!(count(), before, "nothing changed");
    let row = OrganisationRow {
        code: "RXA".into(),
        name: "Filed".into(),
        kind: OrganisationKind::Other,
        safeguarding_email: String::new(),
    };
    let options = options("2026-11-01");
    import::apply::<import::OrganisationLists>(
        &register.db,
        &source(2),
        &file([row]),
        &policy(),
        &options,
        minute(2),
    )
    .unwrap();
    let name = || register.view(KnownAt::Latest).organisations[0].name.clone();
    register.configure(&organisation("RXA"), minute(3));
    assert_eq!(name(), "Filed");
    let mut renamed = organisation("RXA");
    renamed.name = "Renamed".into();
    register.configure(&renamed, minute(4));
    assert_eq!(name(), "Renamed");
}
