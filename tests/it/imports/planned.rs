use refresher::import::{self, AnswerRow, BookingRow, ImportOutcome};
use refresher::register::store::{self, KnownAt};
use refresher::register::{AssuranceAnswer, PersonIndex};

use super::given::*;

fn booking(number: &str, on: &str, place: &str) -> BookingRow {
    BookingRow {
        organisation: 0.into(),
        employee_number: number.into(),
        course: 0.into(),
        takes_place_on: day(on),
        place: place.into(),
        cancelled: false,
    }
}

fn import_bookings(register: &Register, minutes: i64, rows: Vec<BookingRow>) -> ImportOutcome {
    import::apply::<import::BookedPlaces>(
        &register.db,
        &source(minutes),
        &file(rows),
        &policy(),
        &forced("2026-11-01"),
        minute(minutes),
    )
    .unwrap()
}

/// Everybody's bookings from a day on, as `number course day place`.
fn booked(register: &Register, known: KnownAt, from: &str) -> Vec<String> {
    let view = register.view(known);
    let of_person = |person: PersonIndex| {
        let number = view.employee_number(person);
        let place = |id| view.texts.get(id);
        let bookings = view.bookings(person, day(from));
        let lines = bookings.map(|b| {
            format!("{number} {} {} {}", view.course_code(b.course), b.takes_place_on, place(b.place))
        });
        lines.collect::<Vec<_>>()
    };
    view.everyone().flat_map(of_person).collect()
}

#[test]
fn a_booked_place_is_added_corrected_and_given_up_and_every_earlier_answer_stays() {
    let register = Register::new();
    register.staff(1, &file([person("1"), person("2")]));
    let first =
        import_bookings(&register, 2, vec![booking("1", "2026-12-03", ""), booking("2", "2026-12-04", "A")]);
    assert_eq!((first.applied, first.rejected.len()), (2, 0));
    let moved = import_bookings(
        &register,
        3,
        vec![
            booking("1", "2026-12-03", "Room 2"),
            booking("2", "2026-12-04", "A"),
            booking("9", "2026-12-04", ""),
        ],
    );
    assert_eq!((moved.applied, moved.unchanged, moved.rejected.len()), (1, 1, 1));
    let given_up = BookingRow { cancelled: true, ..booking("2", "2026-12-04", "") };
    let never_had = BookingRow { cancelled: true, ..booking("1", "2026-12-05", "") };
    let last = import_bookings(&register, 4, vec![given_up, never_had]);
    assert_eq!((last.applied, last.unchanged), (1, 1));

    let course = policy().courses[0].code.clone();
    for (known, expected) in [
        (KnownAt::At(minute(1)), vec![]),
        (KnownAt::At(minute(2)), vec![format!("1 {course} 2026-12-03 "), format!("2 {course} 2026-12-04 A")]),
        (
            KnownAt::At(minute(3)),
            vec![format!("1 {course} 2026-12-03 Room 2"), format!("2 {course} 2026-12-04 A")],
        ),
        (KnownAt::Latest, vec![format!("1 {course} 2026-12-03 Room 2")]),
    ] {
        assert_eq!(booked(&register, known, "2026-11-01"), expected, "{known:?}");
    }
}

#[test]
fn a_booking_is_gone_once_its_day_is_over_or_a_record_bears_it_out() {
    let register = Register::new();
    register.staff(1, &file([person("1")]));
    import_bookings(&register, 2, vec![booking("1", "2026-12-03", ""), booking("1", "2026-12-10", "")]);
    let days = |from| {
        booked(&register, KnownAt::Latest, from)
            .iter()
            .map(|line| line.split(' ').nth(2).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(days("2026-12-03"), ["2026-12-03", "2026-12-10"]);
    assert_eq!(days("2026-12-04"), ["2026-12-10"]);
    register.training(3, &file([record("1", 0, "2026-12-03")]));
    assert_eq!(days("2026-12-03"), ["2026-12-10"]);
}

fn answer(answer: &str, on: &str, review_by: &str) -> AnswerRow {
    AnswerRow {
        organisation: 0.into(),
        statement: "supervision".into(),
        answer: answer.into(),
        answered_on: day(on),
        evidence: String::new(),
        owner_email: "lead@example.org".into(),
        review_by: Some(day(review_by)),
    }
}

#[test]
fn an_assurance_answer_is_corrected_on_its_day_and_followed_on_a_later_one() {
    let register = Register::new();
    let import = |minutes, rows| {
        import::apply::<import::AssuranceAnswers>(
            &register.db,
            &source(minutes),
            &file(rows),
            &policy(),
            &options("2026-11-01"),
            minute(minutes),
        )
        .unwrap()
    };
    assert_eq!(import(1, vec![answer("no", "2026-01-10", "2026-07-10")]).applied, 1);
    assert_eq!(import(2, vec![answer("in-part", "2026-01-10", "2026-07-10")]).applied, 1);
    let further =
        vec![answer("in-part", "2026-01-10", "2026-07-10"), answer("yes", "2026-06-01", "2027-06-01")];
    let report = import(3, further);
    assert_eq!((report.applied, report.unchanged), (1, 1));

    let standing = |known, on| {
        let read = |conn: &mut _| store::assurance_answers(conn, known);
        let answers = register.db.read(read).unwrap();
        let standing = AssuranceAnswer::as_at(&answers, day(on));
        standing.map(|of| format!("{} {}", of.organisation, of.answer)).collect::<Vec<_>>()
    };
    assert_eq!(standing(KnownAt::At(minute(1)), "2026-05-01"), ["RXA no"]);
    assert_eq!(standing(KnownAt::At(minute(2)), "2026-07-01"), ["RXA in-part"]);
    assert_eq!(standing(KnownAt::Latest, "2026-05-01"), ["RXA in-part"]);
    assert_eq!(standing(KnownAt::Latest, "2026-07-01"), ["RXA yes"]);
    assert!(standing(KnownAt::Latest, "2026-01-09").is_empty());
}
