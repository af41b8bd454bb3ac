use proptest::prelude::*;

use super::*;
use crate::mail::tests::page_of;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn item(course: &str, state: ItemState, triggers: bool) -> ReminderItem {
    ReminderItem { course: course.to_owned(), state, hours: None, triggers, bookings: Vec::new() }
}

fn due_soon(date: &str) -> ItemState {
    ItemState::DueSoon { lapses_on: day(date) }
}

fn lapsed(date: &str) -> ItemState {
    ItemState::Lapsed { lapsed_on: day(date) }
}

fn not_done(date: &str) -> ItemState {
    ItemState::NotDone { due_on: day(date) }
}

fn in_grace(date: &str) -> ItemState {
    ItemState::InGrace { due_on: day(date) }
}

fn reminder(items: Vec<ReminderItem>) -> Reminder {
    Reminder {
        first_name: "Amara".to_owned(),
        organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
        contact: EmailAddress::parse("safeguarding@marlowvale.example.org"),
        today: day("2026-11-24"),
        items,
        also_booked: Vec::new(),
    }
}

#[test]
fn one_course_that_lapses() {
    let mail = reminder(vec![item("Safeguarding Children Level 2", due_soon("2026-12-05"), true)]);
    insta::assert_snapshot!(page_of(&mail));
}

#[test]
fn two_courses_to_come_and_one_listed_below() {
    let mail = reminder(vec![
        item("Safeguarding Children Level 2", due_soon("2026-12-05"), true),
        item("Safeguarding Adults Level 2", in_grace("2026-12-24"), true),
        item("Preventing Radicalisation (Basic Prevent Awareness)", due_soon("2027-02-20"), false),
    ]);
    insta::assert_snapshot!(page_of(&mail));
}

#[test]
fn overdue_and_coming_courses_without_a_contact_or_a_first_name() {
    let mail = Reminder {
        first_name: String::new(),
        contact: None,
        ..reminder(vec![
            item("Safeguarding Children Level 3", lapsed("2026-11-23"), true),
            item("Safeguarding Adults Level 2", due_soon("2026-12-24"), true),
            item("Mental Capacity Act", not_done("2026-10-31"), false),
            item("Basic Prevent Awareness", due_soon("2027-02-20"), false),
        ])
    };
    insta::assert_snapshot!(page_of(&mail));
}

fn booked(course: &str, on: &str, place: &str) -> BookedPlace {
    let uid = format!("{on}-{course}@refresher");
    BookedPlace { course: course.to_owned(), on: day(on), place: place.to_owned(), uid }
}

#[test]
fn a_booked_course_beside_one_that_is_not_and_one_that_nothing_asks_for() {
    let children = "Safeguarding Children Level 3";
    let mut mail = reminder(vec![
        item(children, lapsed("2026-11-05"), true),
        item("Safeguarding Adults Level 2", due_soon("2026-12-05"), true),
    ]);
    mail.items[0].bookings = vec![booked(children, "2026-12-03", "Education Centre, Room 2")];
    mail.also_booked = vec![booked("Domestic Abuse", "2027-01-11", "")];
    insta::assert_snapshot!(page_of(&mail));
    let parts = mail.render().unwrap().parts;
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["booked-2026-12-03.ics", "booked-2027-01-11.ics"]);
}

#[test]
fn a_course_that_is_booked_in_time() {
    let mut mail = reminder(vec![item("Safeguarding Children Level 2", due_soon("2026-12-05"), true)]);
    mail.items[0].bookings = vec![booked("Safeguarding Children Level 3", "2026-12-03", "Education Centre")];
    insta::assert_snapshot!(page_of(&mail));
}

#[test]
fn somebody_who_is_booked_is_asked_to_keep_the_date_or_to_look_for_an_earlier_one() {
    let place = |on: &str| vec![booked("Level 2", on, "")];
    let items = |of: &[(ItemState, &str)]| {
        let item = |(state, on): &(ItemState, &str)| ReminderItem {
            hours: None,
            bookings: if on.is_empty() { Vec::new() } else { place(on) },
            ..item("Level 2", *state, true)
        };
        reminder(of.iter().map(item).collect()).render().unwrap().text.replace("\n", " ")
    };
    let (keep, earlier) =
        ("You are booked already: please keep the date", "ask whether an earlier place is free");
    for (of, says, does_not_say) in [
        (&[(due_soon("2026-12-05"), "2026-12-05")][..], keep, earlier),
        (&[(due_soon("2026-12-05"), "2026-12-06")], earlier, "please keep the date"),
        (&[(in_grace("2026-12-05"), "2026-12-06")], earlier, "please keep the date"),
        (&[(lapsed("2026-11-05"), "2026-12-06")], keep, earlier),
        (&[(lapsed("2026-11-05"), "2026-12-06"), (due_soon("2026-12-05"), "2026-12-01")], keep, earlier),
        (&[(lapsed("2026-11-05"), "2026-12-06"), (due_soon("2026-12-05"), "2026-12-06")], earlier, keep),
        (
            &[(lapsed("2026-11-05"), "2026-12-06"), (due_soon("2026-12-05"), "")],
            "Book what is not booked yet",
            "booked already",
        ),
        (&[(lapsed("2026-11-05"), "")], "Book it, or do it online", "calendar"),
    ] {
        let text = items(of);
        assert!(text.contains(says) && !text.contains(does_not_say), "{of:?}:\n{text}");
    }
}

#[test]
fn the_subject_says_what_and_by_when() {
    let children = "Safeguarding Children Level 2";
    let adults = "Safeguarding Adults Level 2";
    for (items, subject) in [
        (
            vec![item(children, due_soon("2026-12-05"), true)],
            "Safeguarding Children Level 2 lapses on 5 December 2026",
        ),
        (
            vec![item(children, in_grace("2026-12-05"), true)],
            "Safeguarding Children Level 2 is due by 5 December 2026",
        ),
        (
            vec![item(children, lapsed("2026-11-05"), true)],
            "Overdue since 5 November 2026: Safeguarding Children Level 2",
        ),
        (
            vec![item(children, not_done("2026-11-05"), true)],
            "Overdue since 5 November 2026: Safeguarding Children Level 2",
        ),
        (
            vec![item(children, due_soon("2027-01-09"), true), item(adults, in_grace("2026-12-05"), true)],
            "2 safeguarding courses need you by 5 December 2026",
        ),
        (
            vec![item(children, lapsed("2026-11-05"), true), item(adults, not_done("2026-10-31"), true)],
            "2 safeguarding courses overdue, the first since 31 October 2026",
        ),
        (
            vec![item(children, lapsed("2026-11-05"), true), item(adults, not_done("2026-11-05"), true)],
            "2 safeguarding courses overdue since 5 November 2026",
        ),
        (
            vec![
                item(children, lapsed("2026-11-05"), true),
                item(adults, not_done("2026-10-31"), true),
                item("Prevent", due_soon("2026-12-05"), true),
            ],
            "3 courses need you, 2 overdue, the first since 31 October 2026",
        ),
        (
            vec![item(children, lapsed("2026-11-05"), true), item(adults, due_soon("2026-12-05"), true)],
            "2 safeguarding courses need you, 1 overdue since 5 November 2026",
        ),
        (
            vec![item(children, due_soon("2026-12-05"), true), item(adults, lapsed("2026-11-05"), false)],
            "Safeguarding Children Level 2 lapses on 5 December 2026",
        ),
        (
            vec![item(
                "Domestic Abuse and Violence Against Women and Girls Level 2",
                due_soon("2026-09-30"),
                true,
            )],
            "Domestic Abuse and Violence Against Women… lapses on 30 September 2026",
        ),
    ] {
        assert_eq!(reminder(items).render().unwrap().subject, subject);
    }
}

#[test]
fn days_to_go_are_counted_from_the_day_of_the_run() {
    for (state, words) in [
        (due_soon("2026-11-24"), "Due soon: lapses on 24 November 2026, today"),
        (due_soon("2026-11-25"), "Due soon: lapses on 25 November 2026, tomorrow"),
        (lapsed("2026-11-23"), "Overdue: lapsed on 23 November 2026, yesterday"),
        (in_grace("2026-12-04"), "To do: by 4 December 2026, in 10 days"),
        (
            not_done("2026-11-04"),
            "Overdue: not on your record yet, it was due by 4 November 2026, 20 days ago",
        ),
    ] {
        let mail = reminder(vec![item("Basic Prevent Awareness", state, true)]).render().unwrap();
        let unwrapped = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(words), "{words:?} in\n{}", mail.text);
    }
}

#[test]
fn names_and_titles_are_escaped_in_html_and_stay_on_one_line_everywhere() {
    let mail = Reminder {
        first_name: "<b>Zoë\r\n</b>".to_owned(),
        organisation: "O'Hare & \"Sons\"".to_owned(),
        ..reminder(vec![item(
            "<script>alert(1)</script>\r\nBcc: all@example.org",
            due_soon("2026-12-05"),
            true,
        )])
    }
    .render()
    .unwrap();
    assert!(!mail.html.contains("<script>"), "{}", mail.html);
    assert!(!mail.html.contains("<b>"), "{}", mail.html);
    assert!(mail.html.contains("&#60;script&#62;alert(1)"), "{}", mail.html);
    assert!(mail.html.contains("O&#39;Hare &#38; &#34;Sons&#34;"), "{}", mail.html);
    assert_eq!(mail.subject, "<script>alert(1)</script> Bcc… lapses on 5 December 2026");
    assert!(mail.text.contains("Hello <b>Zoë </b>,\n"), "{}", mail.text);
    assert!(!mail.text.contains("\nBcc:") && !mail.text.contains('\r'), "{}", mail.text);
}

fn any_item() -> impl Strategy<Value = ReminderItem> {
    let state = (0_u8..4, 0_i64..3_000).prop_map(|(kind, offset)| {
        let date = day("2024-02-29") + chrono::Days::new(offset.unsigned_abs());
        match kind {
            0 => ItemState::DueSoon { lapses_on: date },
            1 => ItemState::Lapsed { lapsed_on: date },
            2 => ItemState::NotDone { due_on: date },
            _ => ItemState::InGrace { due_on: date },
        }
    });
    ("\\PC{0,120}|[\\x00-\\x20a-z]{0,120}", state, any::<bool>()).prop_map(|(course, state, triggers)| {
        ReminderItem { course, state, hours: None, triggers, bookings: Vec::new() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_subject_is_one_line_of_at_most_70_characters_with_its_year(
        items in proptest::collection::vec(any_item(), 1..6)
    ) {
        let rendered = reminder(items).render().unwrap();
        prop_assert!(rendered.subject.chars().count() <= 70, "{:?}", rendered.subject);
        prop_assert!(!rendered.subject.chars().any(char::is_control), "{:?}", rendered.subject);
        prop_assert!(rendered.subject.contains(" 202") || rendered.subject.contains(" 203"), "{:?}", rendered.subject);
    }
}
