use proptest::prelude::*;

use super::*;
use crate::compliance::HoursStanding;
use crate::mail::booked::BookedPlace;
use crate::mail::tests::page_of;
use crate::register::{EmailAddress, Hours};
use crate::sample::day;

fn item(course: &str, state: ItemState, triggers: bool) -> ReminderItem {
    ReminderItem {
        course: course.to_owned(),
        state,
        hours: None,
        triggers,
        bookings: Vec::new(),
        takes: None,
        modes: Vec::new(),
        book_url: None,
    }
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
        calendar_key: "k".to_owned(),
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
    let (keep, earlier) = ("Please keep the date", "please ask whether an earlier place is free");
    for (of, says, does_not_say) in [
        (&[(due_soon("2026-12-05"), "2026-12-05")][..], keep, earlier),
        (&[(due_soon("2026-12-05"), "2026-12-06")], earlier, keep),
        (&[(in_grace("2026-12-05"), "2026-12-06")], earlier, keep),
        (&[(lapsed("2026-11-05"), "2026-12-06")], keep, earlier),
        (&[(lapsed("2026-11-05"), "2026-12-06"), (due_soon("2026-12-05"), "2026-12-01")], keep, earlier),
        (&[(lapsed("2026-11-05"), "2026-12-06"), (due_soon("2026-12-05"), "2026-12-06")], earlier, keep),
        (
            &[(lapsed("2026-11-05"), "2026-12-06"), (due_soon("2026-12-05"), "")],
            "Book what is not booked yet",
            "booked already",
        ),
        (
            &[(due_soon("2026-12-05"), "2026-12-06"), (due_soon("2026-12-05"), "2026-12-07")],
            "please ask whether earlier places are free",
            keep,
        ),
        (&[(lapsed("2026-11-05"), "")], "Book it, or do it online if you can", "calendar"),
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
            "Domestic Abuse and Violence Against… lapses on 30 September 2026",
        ),
    ] {
        assert_eq!(reminder(items).render().unwrap().subject, subject);
    }
}

#[test]
fn a_subject_tells_old_debts_without_a_day() {
    let (children, adults) = (SGC2, SGA2);
    for (items, subject) in [
        (
            vec![item(children, not_done("2007-07-02"), true)],
            "Not on your record: Safeguarding Children Level 2",
        ),
        (
            vec![item(children, lapsed("2025-11-23"), true)],
            "Overdue for more than a year: Safeguarding Children Level 2",
        ),
        (
            vec![item(children, lapsed("2025-11-24"), true)],
            "Overdue since 24 November 2025: Safeguarding Children Level 2",
        ),
        (
            vec![item(children, not_done("2007-07-02"), true), item(adults, not_done("2026-11-05"), true)],
            "2 safeguarding courses overdue, the first for more than a year",
        ),
        (
            vec![item(children, not_done("2007-07-02"), true), item(adults, not_done("2007-07-02"), true)],
            "2 safeguarding courses are not on your record",
        ),
        (
            vec![item(children, not_done("2007-07-02"), true), item(adults, lapsed("2019-03-02"), true)],
            "2 safeguarding courses overdue for more than a year",
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
    ("\\PC{0,120}|[\\x00-\\x20a-z]{0,120}", state, any::<bool>())
        .prop_map(|(course, state, triggers)| item(&course, state, triggers))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_subject_is_one_line_of_at_most_70_characters_with_its_year_but_for_old_debts(
        items in proptest::collection::vec(any_item(), 1..6)
    ) {
        let rendered = reminder(items).render().unwrap();
        prop_assert!(rendered.subject.chars().count() <= 70, "{:?}", rendered.subject);
        prop_assert!(!rendered.subject.chars().any(char::is_control), "{:?}", rendered.subject);
        let says_when = ["20", "more than a year", "ot on your record"].iter().any(|word| rendered.subject.contains(word));
        prop_assert!(says_when, "{:?}", rendered.subject);
    }
}

const SGC2: &str = "Safeguarding Children Level 2";
const SGA2: &str = "Safeguarding Adults Level 2";

fn taking(hours: u32, modes: &[&str], book_url: &str) -> ReminderItem {
    ReminderItem {
        takes: Some(Hours(hours * 100)).filter(|hours| hours.0 > 0),
        modes: modes.iter().map(|mode| (*mode).to_owned()).collect(),
        book_url: Some(book_url.to_owned()).filter(|url| !url.is_empty()),
        ..item(SGC2, due_soon("2026-12-05"), true)
    }
}

fn with_place(on: &str, item: ReminderItem) -> ReminderItem {
    ReminderItem { bookings: vec![booked(&item.course, on, "Education Centre")], ..item }
}

/// Every case in which a reminder says something of its own, as text.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_a_reminder_says_in_each_case() {
    let url = "https://learn.example.org/sgc2";
    let both = &["e-learning", "classroom"][..];
    let far = || due_soon("2027-02-03");
    let hours = HoursStanding {
        needed: Hours(800),
        participatory_needed: Hours(400),
        counted: Hours(550),
        participatory: Hours(200),
        initial: false,
    };
    let cases = [
        ("one lapses in 71 days", vec![item(SGC2, far(), true)]),
        ("one lapses in 14 days", vec![item(SGC2, due_soon("2026-12-08"), true)]),
        ("one lapses today", vec![item(SGC2, due_soon("2026-11-24"), true)]),
        ("a starter has until tomorrow", vec![item(SGC2, in_grace("2026-11-25"), true)]),
        ("a starter has a year", vec![item(SGC2, in_grace("2027-11-24"), true)]),
        ("one lapsed yesterday", vec![item(SGC2, lapsed("2026-11-23"), true)]),
        ("one never done", vec![item(SGC2, not_done("2026-10-01"), true)]),
        ("one lapsed years ago", vec![item(SGC2, lapsed("2019-03-02"), true)]),
        ("one never done since 2007", vec![item(SGC2, not_done("2007-07-02"), true)]),
        (
            "a trust began yesterday: all never done",
            vec![item(SGC2, not_done("2007-07-02"), true), item(SGA2, not_done("2015-09-29"), true)],
        ),
        ("hours, modes and a place to book", vec![taking(4, both, url)]),
        ("hours alone", vec![taking(1, &[], "")]),
        ("modes alone", vec![taking(0, &["e-learning"], "")]),
        ("asked for by hours", vec![ReminderItem { hours: Some(hours), ..taking(4, both, url) }]),
        ("booked in time", vec![with_place("2026-12-03", taking(4, both, url))]),
        ("booked too late", vec![with_place("2026-12-09", taking(4, both, url))]),
        ("overdue and booked", vec![with_place("2026-12-09", item(SGC2, lapsed("2019-03-02"), true))]),
        (
            "two booked in time",
            vec![
                with_place("2026-12-03", item(SGC2, due_soon("2026-12-05"), true)),
                with_place("2026-12-01", item(SGA2, lapsed("2026-11-05"), true)),
            ],
        ),
        (
            "one booked, one to book by a link, one further off",
            vec![
                with_place("2026-12-03", item(SGA2, due_soon("2026-12-05"), true)),
                taking(4, both, url),
                item("Basic Prevent Awareness", far(), false),
            ],
        ),
        (
            "two to book, one of them by a link",
            vec![taking(4, both, url), item(SGA2, due_soon("2026-12-05"), true)],
        ),
        (
            "overdue, soon, later, and others beside",
            vec![
                item(SGC2, lapsed("2026-11-05"), true),
                item(SGA2, due_soon("2026-12-05"), true),
                item("Mental Capacity Act", far(), true),
                item("Domestic Abuse", not_done("2020-01-01"), false),
                item("Basic Prevent Awareness", due_soon("2027-02-20"), false),
            ],
        ),
    ];
    let said = cases.map(|(case, items)| {
        let Rendered { subject, text, parts, .. } = reminder(items).render().unwrap();
        let names: Vec<String> = parts.into_iter().map(|part| part.name).collect();
        format!("======== {case}\nSubject: {subject}\nAttached: {}\n\n{text}", names.join(", "))
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_link_to_book_by_is_tapped_in_html_and_read_in_text() {
    let Rendered { text, html, .. } =
        reminder(vec![taking(4, &["classroom"], "https://learn.example.org/a?b=1&c=2")]).render().unwrap();
    assert!(text.contains("  Book it: https://learn.example.org/a?b=1&c=2\n"), "{text}");
    assert!(html.contains("href=\"https://learn.example.org/a?b=1&#38;c=2\""), "{html}");
    assert!(html.contains("aria-label=\"Book it: Safeguarding Children Level 2\""), "{html}");
}

#[test]
fn the_last_day_is_an_entry_for_the_calendar_while_it_is_far_enough_off_and_not_booked() {
    let mail = reminder(vec![
        ReminderItem { state: due_soon("2026-12-09"), ..taking(4, &[], "https://learn.example.org/sgc2") },
        item(SGA2, due_soon("2026-12-09"), false),
        item("Fire Safety", due_soon("2026-12-08"), true),
        item("Mental Capacity Act", in_grace("2027-01-09"), true),
        item("Domestic Abuse", lapsed("2026-11-05"), true),
        with_place("2026-12-03", item("Basic Prevent Awareness", due_soon("2026-12-24"), true)),
    ]);
    let parts = mail.render().unwrap().parts;
    assert_eq!(parts, mail.render().unwrap().parts);
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["booked-2026-12-03.ics", "last-day-2026-12-09.ics", "last-day-2027-01-09.ics"]);
    insta::assert_snapshot!(String::from_utf8(parts[1].content.clone()).unwrap().replace("\r\n", "\n"));
}

#[test]
fn a_reminder_of_25_courses_is_smaller_than_what_mail_programs_cut_off() {
    let url = format!("https://learn.example.org/{}", "x".repeat(80));
    let course = |number: u32| ReminderItem {
        course: format!("{SGC2} and everything that goes with it, part {number}"),
        state: due_soon(&format!("2026-12-{:02}", 5 + number)),
        ..taking(4, &["e-learning", "classroom", "simulation"], &url)
    };
    let html = reminder((1..=25).map(course).collect()).render().unwrap().html;
    assert!(html.len() < 90_000, "{} bytes", html.len());
}
