use super::*;
use crate::register::{FinancialYear, OrganisationKind};
use crate::sample::day;

fn read<Row>(
    content: &str,
    read: fn(&std::path::Path, &ReadOptions, &CheckContext<'_>) -> Result<CheckedFile<Row>, ImportError>,
) -> CheckedFile<Row> {
    let file = ScratchFile::new("file.csv", content);
    let checked = read(file.path(), &ReadOptions::default(), &TestContext::new().known()).unwrap();
    assert_adds_up(&checked);
    checked
}

#[test]
fn organisations_are_read() {
    let checked = read(
        "code,name,kind,safeguarding_email\nRX1,Example Trust,Mental Health,safe@example.org\nRX3,Other,hospital,\nRX4,Plain,,nobody\nRX1,Example Trust,mental-health,safe@example.org\nRX5,A,acute,\nRX5,B,acute,\n",
        crate::import::read::<OrganisationLists>,
    );
    assert_eq!(checked.rows.len(), 2);
    assert_eq!(checked.rows[0].1.kind, OrganisationKind::MentalHealth);
    assert_eq!(checked.rows[1].1.kind, OrganisationKind::Other);
    assert_eq!(faults(&checked), [(3, "kind"), (6, ""), (7, "")]);
    assert_eq!((checked.repeats, checked.warnings.len()), (1, 1));
}

#[test]
fn exemptions_are_read_and_need_a_reason() {
    let checked = read(
        "employee_number,course,from,until,reason\n1,SGC-L2,2026-01-01,2026-12-31,Secondment\n2,,,,Long leave\n3,SGC-L2,,,\n4,SGC-L2,2026-02-01,2026-01-31,x\n",
        crate::import::read::<ExemptionLists>,
    );
    assert_eq!(checked.rows[0].1.until_on, Some(day("2026-12-31")));
    assert_eq!((checked.rows[1].1.course, checked.rows[1].1.from_on), (None, None));
    assert_eq!(faults(&checked), [(4, "reason"), (5, "until")]);
    assert!(!checked.ends_in_reason);
}

#[test]
fn exemptions_put_right_have_a_reason_of_each_sort() {
    let checked = read(
        "employee_number,course,reason,reason\n1,,Long leave,reason is missing\n",
        crate::import::read::<ExemptionLists>,
    );
    assert!(checked.ends_in_reason);
    assert_eq!(checked.rows[0].1.reason, "Long leave");
}

#[test]
fn budgets_are_read() {
    let checked = read(
        "organisation,financial_year,allocated,dedicated\n,2026-27,\"£12,000\",yes\nRX2,2026/27,0,\nRX2,2027-28,-5,\nRX2,2026,5,\n,2025-26,,\n",
        crate::import::read::<BudgetLists>,
    );
    assert_eq!(
        checked.rows[0].1,
        BudgetRow {
            organisation: 0.into(),
            year: FinancialYear(2026),
            allocated_pence: 1_200_000,
            dedicated: Some(true)
        }
    );
    assert_eq!(checked.rows[1].1.dedicated, None);
    assert_eq!(faults(&checked), [(4, "allocated"), (5, "financial_year"), (6, "allocated")]);
}

#[test]
fn expenses_with_one_reference_are_one_and_those_without_are_each_their_own() {
    let checked = read(
        "date,description,amount,reference,people\n2026-05-01,Room,10,,\n2026-05-01,Room,10,,\n2026-05-01,Day,-20.50,R1,12\n2026-05-01,Day,-20.50,R1,12\n2026-05-01,Day,1,R2,\n2026-05-01,Day,2,R2,\n,Day,2,R3,\n2026-05-01,Day,,R4,x\n",
        crate::import::read::<ExpenseLists>,
    );
    assert_eq!((checked.rows.len(), checked.repeats), (3, 1));
    assert_eq!(checked.rows[2].1.amount_pence, -2_050);
    assert_eq!(faults(&checked), [(6, ""), (7, ""), (8, "date"), (9, "amount"), (9, "people")]);
}

#[test]
fn booked_places_are_read_and_given_up_again() {
    let checked = read(
        "employee_number,course,date,place,cancelled\n01,SGC-L2,03/12/2026,Education Centre,\n01,SGA-L1,2026-12-04,,yes\n,SGC-L2,2026-12-03,,\n3,,2026-12-03,,\n4,SGC-L2,,,\n5,SGC-L9,2026-12-03,,maybe\n01,SGC-L2,03/12/2026,Education Centre,no\n6,SGC-L2,2026-12-03,A,\n6,SGC-L2,2026-12-03,B,\n",
        crate::import::read::<BookedPlaces>,
    );
    let booking = |course, on, place: &str, cancelled| BookingRow {
        organisation: 0.into(),
        employee_number: "01".into(),
        course,
        takes_place_on: on,
        place: place.into(),
        cancelled,
    };
    let rows: Vec<BookingRow> = checked.rows.iter().map(|(_, row)| row.clone()).collect();
    assert_eq!(
        rows,
        [
            booking(0.into(), day("2026-12-03"), "Education Centre", false),
            booking(1.into(), day("2026-12-04"), "", true)
        ]
    );
    assert_eq!(
        faults(&checked),
        [
            (4, "employee_number"),
            (5, "course"),
            (6, "date"),
            (7, "course"),
            (7, "cancelled"),
            (9, ""),
            (10, "")
        ]
    );
    assert_eq!(checked.repeats, 1);
}

#[test]
fn assurance_answers_are_held_against_the_policy() {
    let checked = read(
        "statement,answer,answered_on,evidence,owner_email,review_by\nMissed Appointments,In part,2026-11-01,Minutes,lead@example.org,2027-11-01\nmissed-appointment,yes,2026-11-01,,,\nzzz,yes,2026-11-01,,,\nmissed-appointments,perhaps,2026-11-05,,,\nmissed-appointments,yes,,,,\nmissed-appointments,no,2026-11-02,,nobody,2026-11-01\nmissed-appointments,no,2026-12-01,,nobody,\n,,2026-11-03,,,\n",
        crate::import::read::<AssuranceAnswers>,
    );
    assert_eq!(
        checked.rows[0].1,
        AnswerRow {
            organisation: 0.into(),
            statement: "missed-appointments".into(),
            answer: "in-part".into(),
            answered_on: day("2026-11-01"),
            evidence: "Minutes".into(),
            owner_email: "lead@example.org".into(),
            review_by: Some(day("2027-11-01")),
        }
    );
    assert_eq!(checked.rows[1].1.owner_email, "");
    assert_eq!(
        faults(&checked),
        [
            (3, "statement"),
            (4, "statement"),
            (5, "answer"),
            (6, "answered_on"),
            (7, "review_by"),
            (9, "statement"),
            (9, "answer")
        ]
    );
    let reasons: Vec<&str> = checked.rejected.iter().map(|remark| remark.reason.as_str()).collect();
    assert!(reasons[0].contains("did you mean missed-appointments?"), "{}", reasons[0]);
    assert!(reasons[1].contains("(missed-appointments)"), "{}", reasons[1]);
    assert!(reasons[2].contains("write one of yes, in-part, no"), "{}", reasons[2]);
    let warned: Vec<(u64, &str)> =
        checked.warnings.iter().map(|remark| (remark.line, remark.column.as_str())).collect();
    assert_eq!(warned, [(7, "owner_email"), (8, "answered_on"), (8, "owner_email")]);
}

#[test]
fn a_cancelled_booking_is_cancelled_under_every_header_of_a_status() {
    let booking = |headers: &str, cells: &str| {
        let content = format!("employee_number,course,date,{headers}\n1,SGC-L2,2026-12-01,{cells}\n");
        let checked = read(&content, crate::import::read::<BookedPlaces>);
        checked.rows.first().map(|(_, row)| row.cancelled)
    };
    let of = |kind: &str| columns().find(|(of, name, _)| (*of, *name) == (kind, "status")).unwrap().2;
    // Who has not attended yet has not given the place up.
    let of_completions = ["Passed", "Pass/Fail", "Attended"];
    let of_training = of("training").iter().filter(|header| !of_completions.contains(header));
    for header in of_training.chain(of("bookings")) {
        for (status, cancelled) in [
            ("Cancelled", true),
            ("Declined by manager", true),
            ("Booked", false),
            ("Not started", false),
            ("In progress", false),
        ] {
            assert_eq!(booking(header, status), Some(cancelled), "{header}: {status}");
        }
    }
    // A place is taken however far the training is, and given up where any column says so.
    for (headers, cells, cancelled) in [
        ("Progress", "0%", false),
        ("Status,Result", "Booked,Cancelled", true),
        ("Status,Progress", "Booked,0", false),
    ] {
        assert_eq!(booking(headers, cells), Some(cancelled), "{headers}: {cells}");
    }
}

#[test]
fn an_organisation_is_never_made_twice_of_one_code() {
    let organisations = |rows: &str| {
        let content = format!("code,name\n{rows}");
        read(&content, crate::import::read::<OrganisationLists>)
    };
    for code in ["rx1", " RX1 ", "Rx 1", "RX1"] {
        let checked = organisations(&format!("{code},Example Trust\n"));
        assert_eq!(checked.rows[0].1.code, "RX1", "{code}");
    }
    for (rows, expected, repeats) in [
        ("RX9,A\nrx9,B\n", vec![(2, ""), (3, "")], 0),
        ("RX9,A\nrx9,A\n", vec![(2, ""), (3, "")], 0),
        ("RX1,A\nrx1,B\n", vec![(2, ""), (3, "")], 0),
        ("RX1,A\nr x1,A\n", vec![], 1),
        ("RX8,A\nRX9,A\n", vec![], 0),
    ] {
        let checked = organisations(rows);
        assert_eq!((faults(&checked), checked.repeats), (expected, repeats), "{rows}");
    }
}
