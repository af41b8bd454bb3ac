//! For each viewer and each question: nothing about anybody outside, and totals of those inside.

use refresher::answers::{
    self, Answer, AnswerRows, ExemptionFilter, MonthAsked, PeopleFilter, Question, Viewer,
};
use refresher::app::App;
use refresher::board::Month;
use refresher::compliance::{Doubt, GroupBy};
use refresher::jobs;
use refresher::policy;
use refresher::wording::Unknown;
use serde_json::Value;

use super::{EVERYBODY, OTHER_POLICY, Somebody, app, question, shown, staff_id, trusts};

/// Each viewer, with the names of those whom they may see.
fn viewers(app: &App) -> Vec<(Viewer, Vec<&'static str>)> {
    let of = |organisation: &str| -> Vec<&str> {
        EVERYBODY.iter().filter(|who| who.organisation == organisation).map(|who| who.name).collect()
    };
    let unit = |organisation: &str, unit: &str| Viewer::Unit {
        organisation: organisation.to_owned(),
        unit: unit.to_owned(),
    };
    let together = |viewers| Viewer::Together { organisation: "RXX".to_owned(), viewers };
    vec![
        (Viewer::Organisation("RXX".to_owned()), of("RXX")),
        (Viewer::Organisation("RYY".to_owned()), of("RYY")),
        (Viewer::Organisation("RZZ".to_owned()), vec![]),
        // Fennel's second post is there; Elder's has ended.
        (unit("RXX", "surgery"), vec!["Birch", "Cedar", "Daphne", "Fennel"]),
        (unit("RXX", "Surgery / Ward 1"), vec!["Cedar"]),
        (unit("RYY", "Surgery"), vec!["Hazel"]),
        (unit("RXX", "Nowhere"), vec![]),
        (Viewer::DirectReports(staff_id(app, "RXX", "1102")), vec!["Cedar", "Daphne", "Elder"]),
        // The number is one of the other organisation too.
        (Viewer::DirectReports(staff_id(app, "RXX", "1103")), vec![]),
        (Viewer::DirectReports(staff_id(app, "RYY", "1103")), vec!["Iris", "Juniper"]),
        (Viewer::DirectReports(123_456), vec![]),
        (Viewer::Oneself(staff_id(app, "RXX", "1105")), vec!["Elder"]),
        (Viewer::Oneself(staff_id(app, "RYY", "1103")), vec!["Hazel"]),
        (Viewer::Oneself(-1), vec![]),
        (
            together(vec![
                unit("RXX", "Surgery / Ward 1"),
                Viewer::DirectReports(staff_id(app, "RXX", "1102")),
                Viewer::Oneself(staff_id(app, "RXX", "1107")),
            ]),
            vec!["Cedar", "Daphne", "Elder", "Ginger"],
        ),
        // Somebody of another organisation is nobody of this one.
        (together(vec![unit("RYY", "Surgery"), unit("RXX", "Surgery / Ward 1")]), vec!["Cedar"]),
        (together(vec![]), vec![]),
    ]
}

/// Whether all of an organisation is seen.
fn organisation_of(viewer: &Viewer) -> Option<&str> {
    match viewer {
        Viewer::Organisation(code) => Some(code),
        _ => None,
    }
}

/// Fails where the text tells of anybody but `seen`: by name, address, number, unit or job; or of another organisation.
#[track_caller]
pub fn holds_nothing_about_others(text: &str, seen: &[&str], what: &str) {
    let inside = |who: &&Somebody| seen.contains(&who.name);
    let numbers: Vec<&str> = EVERYBODY.iter().filter(inside).map(|who| who.number).collect();
    let lower = text.to_lowercase();
    for who in EVERYBODY.iter().filter(|who| !seen.contains(&who.name)) {
        for trait_ in [who.name, who.job] {
            assert!(!lower.contains(&trait_.to_lowercase()), "{what} tells of {trait_}:\n{text}");
        }
        if !numbers.contains(&who.number) {
            assert!(!text.contains(who.number), "{what} tells of number {}:\n{text}", who.number);
        }
        let unit_is_theirs = EVERYBODY.iter().filter(inside).any(|one| one.unit.starts_with(who.unit));
        if !unit_is_theirs {
            assert!(!text.contains(&format!("{:?}", who.unit)), "{what} tells of unit {}:\n{text}", who.unit);
        }
    }
    for (code, name, kind) in [("RXX", "Example NHS", "\"acute\""), ("RYY", "Otherborough", "\"community\"")]
    {
        if !EVERYBODY.iter().filter(inside).any(|who| who.organisation == code) {
            for word in [code, name, kind] {
                assert!(!text.contains(word), "{what} tells of {word}:\n{text}");
            }
        }
    }
}

/// Their posts name their managers, who may be outside: that number is their own.
fn without_managers(text: String) -> String {
    let lines = text.lines().filter(|line| !line.contains("manager_employee_number"));
    lines.collect::<Vec<_>>().join("\n")
}

fn csv(sheet: AnswerRows<'_>) -> String {
    let mut written = Vec::new();
    sheet.write_csv(&mut written).unwrap();
    String::from_utf8(written).unwrap()
}

fn october(why: bool) -> MonthAsked {
    MonthAsked { month: Month::parse("2026-10").unwrap(), known_at: None, why }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap()
}

/// What each viewer is answered to a question, in all forms, and whom they may see.
fn each(check: impl Fn(&App, &Question, &Viewer, &[&str])) {
    let trust = trusts();
    let app = app(&trust);
    let question = question(&app, None);
    for (viewer, seen) in viewers(&app) {
        check(&app, &question, &viewer, &seen);
    }
}

#[test]
fn the_trusts_are_seen_whole_by_who_may_see_everything() {
    let trust = trusts();
    let app = app(&trust);
    let question = question(&app, None);
    let people = answers::people(&app, &question, &Viewer::Everything, &PeopleFilter::default()).unwrap();
    let text = shown(&people);
    assert!(EVERYBODY.iter().all(|who| text.contains(who.name)), "{text}");
    assert_eq!(people.count(), EVERYBODY.len());
}

#[test]
fn figures_count_those_who_are_seen_and_group_them_alone() {
    each(|app, question, viewer, seen| {
        for by in
            [GroupBy::Course, GroupBy::StaffGroup, GroupBy::Unit, GroupBy::JobTitle, GroupBy::Organisation]
        {
            let status = answers::status(app, question, viewer, &[by]).unwrap();
            assert_eq!(status.rates.all.in_post, count(seen.len()), "{viewer:?} by {by:?}");
            let text = shown(&status) + &csv(status.sheet());
            holds_nothing_about_others(&text, seen, &format!("{viewer:?}: status by {by:?}"));
            let in_groups: u64 = status.rates.groups.iter().map(|group| group.counts.staff.counted).sum();
            if by == GroupBy::JobTitle {
                assert_eq!(in_groups, count(seen.len()), "{viewer:?} by {by:?}");
            }
        }
        let forecast = answers::forecast(app, question, viewer, 3).unwrap();
        let document = serde_json::to_value(&forecast).unwrap();
        assert_eq!(document["months"][0]["staff"]["counted"], count(seen.len()), "{viewer:?}");
        holds_nothing_about_others(&(shown(&forecast) + &csv(forecast.sheet())), seen, "forecast");
        let other = policy::parse(OTHER_POLICY, "other").unwrap().policy;
        let impact = answers::policy_impact(app, question, viewer, &other, true).unwrap();
        let document = serde_json::to_value(&impact).unwrap();
        assert_eq!(document["staff"]["before"]["counted"], count(seen.len()), "{viewer:?}");
        assert_eq!(document["reminders"].is_null(), organisation_of(viewer).is_none(), "{viewer:?}");
        holds_nothing_about_others(&shown(&impact), seen, "policy impact");
    });
}

#[test]
fn lists_of_people_and_exemptions_hold_those_who_are_seen() {
    each(|app, question, viewer, seen| {
        let filters = [
            (PeopleFilter::default(), seen.len()),
            (PeopleFilter { unit: Some("*".to_owned()), ..PeopleFilter::default() }, seen.len()),
            (
                PeopleFilter { unit: Some("Surgery".to_owned()), ..PeopleFilter::default() },
                seen.iter().filter(|name| ["Birch", "Cedar", "Daphne", "Hazel"].contains(*name)).count(),
            ),
            (
                PeopleFilter { data_quality: Some(Doubt::UnknownManager), ..PeopleFilter::default() },
                // Those whose managers can be told are not in doubt, also where the viewer may not see the managers.
                seen.iter().filter(|name| ["Alder", "Ginger", "Hazel"].contains(*name)).count(),
            ),
        ];
        for (filter, expected) in filters {
            let people = match answers::people(app, question, viewer, &filter) {
                Ok(people) => people,
                Err(error) => {
                    assert!(
                        expected == 0 && filter.unit.is_some() && !seen.is_empty(),
                        "{viewer:?}: {error}"
                    );
                    // What was asked is said again, and tells nothing.
                    let told = error.to_string().replacen("\"Surgery\"", "", 1);
                    holds_nothing_about_others(&told, seen, &format!("{viewer:?} {filter:?}"));
                    continue;
                }
            };
            assert_eq!(people.count(), expected, "{viewer:?} {filter:?}");
            let text = shown(&people) + &csv(people.sheet());
            holds_nothing_about_others(&text, seen, &format!("{viewer:?} {filter:?}"));
        }
        let all = ExemptionFilter { over_too: true, ..ExemptionFilter::default() };
        let exemptions = answers::exemptions(app, viewer, &all).unwrap();
        let document = serde_json::to_value(&exemptions).unwrap();
        assert_eq!(document["exemptions"].as_array().unwrap().len(), seen.len(), "{viewer:?}");
        holds_nothing_about_others(&(shown(&exemptions) + &csv(exemptions.sheet())), seen, "exemptions");
    });
}

#[test]
fn a_person_outside_is_answered_as_one_who_does_not_exist() {
    each(|app, question, viewer, seen| {
        let absent = |number: &str| {
            format!(
                "no staff member has the employee number {number:?}: `refresher staff` lists everyone in post"
            )
        };
        for who in &EVERYBODY {
            // Of two with the same number, the one seen is meant.
            let same = EVERYBODY.iter().find(|one| one.number == who.number && seen.contains(&one.name));
            let filter = ExemptionFilter {
                employee_number: Some(who.number.to_owned()),
                ..ExemptionFilter::default()
            };
            let explained = answers::person(app, question, viewer, who.number);
            let export = answers::person_export(app, viewer, who.number, None);
            let exemptions = answers::exemptions(app, viewer, &filter);
            let Some(same) = same else {
                let errors = [explained.err(), export.err(), exemptions.err()];
                for error in errors.map(|error| error.expect("nobody is found").to_string()) {
                    assert_eq!(error, absent(who.number), "{viewer:?}");
                }
                // Nor is a number hinted at that differs in its zeros only.
                let close = format!("0{}", who.number);
                assert_eq!(
                    answers::person(app, question, viewer, &close).unwrap_err().to_string(),
                    absent(&close)
                );
                continue;
            };
            let explained = explained.unwrap();
            assert!(shown(&explained).contains(same.name), "{viewer:?}");
            holds_nothing_about_others(&without_managers(shown(&explained)), &[same.name], "explain");
            let export = serde_json::to_string_pretty(&export.unwrap()).unwrap();
            assert!(export.contains(same.name), "{viewer:?}");
            holds_nothing_about_others(&without_managers(export), &[same.name], "person export");
            holds_nothing_about_others(&shown(&exemptions.unwrap()), &[same.name], "exempt list");
        }
    });
}

#[test]
fn an_organisation_outside_is_answered_as_one_that_does_not_exist() {
    each(|app, question, viewer, _| {
        let own = match viewer {
            Viewer::Organisation(code) | Viewer::Unit { organisation: code, .. } => code.as_str(),
            _ => return,
        };
        let other = if own == "RXX" { "RYY" } else { "RXX" };
        let asked = |code: &str| Question { organisation: Some(code.to_owned()), ..question.clone() };
        let refused = |code: &str| {
            let filter =
                ExemptionFilter { organisation: Some(code.to_owned()), ..ExemptionFilter::default() };
            let errors = [
                answers::status(app, &asked(code), viewer, &[]).err(),
                answers::people(app, &asked(code), viewer, &PeopleFilter::default()).err(),
                answers::person(app, &asked(code), viewer, "1103").err(),
                answers::forecast(app, &asked(code), viewer, 1).err(),
                answers::budget(app, &asked(code), viewer, None).err(),
                answers::review(app, &asked(code), viewer, false).err(),
                answers::exemptions(app, viewer, &filter).err(),
                answers::board_organisations(app, viewer, Some(code)).err(),
                answers::board_month(app, viewer, code, october(false)).err(),
            ];
            errors.map(|error| error.expect("it is refused").to_string())
        };
        let known = (own != "RZZ").then_some(own);
        for code in [other, "NOPE"] {
            let expected = Unknown::of("there is no organisation", code, known).to_string();
            for error in refused(code) {
                assert_eq!(error, expected, "{viewer:?}");
            }
        }
    });
}

#[test]
fn what_is_of_a_whole_organisation_is_for_who_sees_all_of_it() {
    each(|app, question, viewer, seen| {
        let whole = organisation_of(viewer).filter(|_| !seen.is_empty());
        let budget = answers::budget(app, question, viewer, None).unwrap();
        let document = serde_json::to_value(&budget).unwrap();
        let organisations = document["organisations"].as_array().unwrap().iter();
        let codes: Vec<&str> = organisations.map(|of| of["organisation"].as_str().unwrap()).collect();
        assert_eq!(codes, whole.into_iter().collect::<Vec<_>>(), "{viewer:?}");
        holds_nothing_about_others(&(shown(&budget) + &csv(budget.sheet())), seen, "budget");

        let review = answers::review(app, question, viewer, false).unwrap();
        let document = serde_json::to_value(&review).unwrap();
        for group in document["groups"].as_array().unwrap() {
            assert_eq!(group["organisations"], u64::from(whole.is_some()), "{viewer:?}");
            assert_eq!(group["pooled"]["counted"], count(seen.len()), "{viewer:?}");
        }
        holds_nothing_about_others(&(shown(&review) + &csv(review.sheet())), seen, "review");

        for code in ["RXX", "RYY"] {
            let month = answers::board_month(app, viewer, code, october(true));
            if whole == Some(code) {
                let month = month.unwrap();
                let document = serde_json::to_string_pretty(&month).unwrap();
                let (subject, text) = month.paper().unwrap().words().unwrap();
                let text = format!("{document}\n{subject}\n{text}\n{}", month.why(80).unwrap());
                holds_nothing_about_others(&text, seen, "board");
            } else {
                let refused = month.unwrap_err().to_string();
                let absent =
                    answers::board_month(app, viewer, "NOPE", october(true)).unwrap_err().to_string();
                let of_some =
                    "a board's month is of a whole organisation, and only some of its people are seen";
                assert!(
                    refused == absent.replace("NOPE", code) || refused == of_some,
                    "{viewer:?}: {refused}"
                );
            }
        }
    });
}

#[test]
fn imports_are_shown_that_touched_what_is_seen_whole_and_nothing_else() {
    each(|app, _, viewer, seen| {
        let imports = answers::imports(app, viewer).unwrap();
        let document = serde_json::to_value(&imports).unwrap();
        let shown_ids: Vec<i64> =
            document["imports"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
        let all = serde_json::to_value(answers::imports(app, &Viewer::Everything).unwrap()).unwrap();
        for one in all["imports"].as_array().unwrap() {
            let id = one["id"].as_i64().unwrap();
            let id_32 = i32::try_from(id).unwrap();
            let whole =
                serde_json::to_value(answers::import(app, &Viewer::Everything, id_32).unwrap()).unwrap();
            let is_theirs = organisation_of(viewer)
                .is_some_and(|code| whole["organisations"] == serde_json::json!([code]));
            assert_eq!(shown_ids.contains(&id), is_theirs, "{viewer:?} {whole}");
            match answers::import(app, viewer, id_32) {
                Ok(import) if is_theirs => holds_nothing_about_others(&shown(&import), seen, "import"),
                Ok(import) => panic!("{viewer:?} is shown {}", shown(&import)),
                Err(error) => {
                    assert!(!is_theirs, "{viewer:?} {whole}");
                    assert_eq!(
                        error.to_string(),
                        format!("there is no import {id}: `refresher import list` lists them")
                    );
                }
            }
        }
        assert_eq!(shown_ids.is_empty(), organisation_of(viewer).is_none() || seen.is_empty(), "{viewer:?}");
        holds_nothing_about_others(&(shown(&imports) + &csv(imports.sheet())), seen, "imports");
    });
}

#[test]
fn messages_are_shown_that_are_about_nobody_else() {
    each(|app, _, viewer, seen| {
        let would_say = |messages: &[_]| jobs::would_say(app, messages);
        let outbox = answers::outbox(app, viewer, None, &would_say).unwrap();
        let document = serde_json::to_value(&outbox).unwrap();
        let messages = document["messages"].as_array().unwrap();
        let waiting = |message: &&Value| {
            ["queued", "deferred", "sending"].contains(&message["state"].as_str().unwrap())
        };
        assert_eq!(document["waiting"], count(messages.iter().filter(waiting).count()), "{viewer:?}");
        assert_eq!(document["empty_at"], Value::Null, "it depends on everybody's messages");
        assert_eq!(messages.is_empty(), seen.is_empty(), "{viewer:?}: {document:#}");
        let all = answers::outbox(app, &Viewer::Everything, None, &would_say).unwrap();
        let all = serde_json::to_value(&all).unwrap();
        let all = all["messages"].as_array().unwrap();
        // A Message-ID is random, and may look like somebody's number.
        let without_message_ids = |text: String| {
            all.iter().fold(text, |text, one| text.replace(one["message_id"].as_str().unwrap(), ""))
        };
        let listed = without_message_ids(shown(&outbox) + &csv(outbox.sheet()));
        holds_nothing_about_others(&listed, seen, "outbox");
        let ids: Vec<i64> = messages.iter().map(|message| message["id"].as_i64().unwrap()).collect();
        for message in all {
            let id = message["id"].as_i64().unwrap();
            match answers::outbox_message(app, viewer, i32::try_from(id).unwrap(), &would_say) {
                Ok(message) => {
                    assert!(ids.contains(&id), "{viewer:?} {message:?}");
                    holds_nothing_about_others(&without_message_ids(shown(&message)), seen, "a message");
                }
                Err(error) => {
                    assert!(!ids.contains(&id), "{viewer:?} {message}");
                    assert_eq!(
                        error.to_string(),
                        format!("there is no message {id}: `refresher outbox` lists them")
                    );
                }
            }
        }
    });
}

#[test]
fn what_was_done_is_told_of_what_is_seen_and_what_jobs_said_to_none_but_who_sees_everything() {
    let trust = trusts();
    let app = app(&trust);
    let by = refresher::audit::Actor::named("somebody");
    for who in &EVERYBODY {
        let export =
            answers::person_export(&app, &Viewer::Everything, who.number, Some(who.organisation)).unwrap();
        jobs::tell_of_export(&app, export.whose(), &by, app.now()).unwrap();
    }
    trust.run(jobs::REMINDERS, app.now());
    let all = jobs::all(&trust.app(app.now())).unwrap();
    for (viewer, seen) in viewers(&app) {
        let log = answers::audit_log(&app, &viewer, 1000).unwrap();
        let document = serde_json::to_value(&log).unwrap();
        assert_eq!(document["chain"], Value::Null, "{viewer:?}");
        let entries = document["entries"].as_array().unwrap();
        let exports = entries.iter().filter(|entry| entry["action"] == "person-export").count();
        assert_eq!(exports, seen.len(), "{viewer:?}");
        if organisation_of(&viewer).is_none() {
            assert_eq!(entries.len(), exports, "{viewer:?}: {document:#}");
        }
        assert!(!entries.iter().any(|entry| entry["action"] == "plan"), "a plan counts everybody");
        holds_nothing_about_others(&(shown(&log) + &csv(log.sheet())), &seen, "audit");
        assert_eq!(
            serde_json::to_value(answers::audit_log(&app, &viewer, 1).unwrap()).unwrap()["entries"]
                .as_array()
                .unwrap()
                .len(),
            exports.min(1)
        );

        let jobs = answers::jobs(&app, &viewer, &all).unwrap();
        let document = serde_json::to_value(&jobs).unwrap();
        assert!(
            document["jobs"].as_array().unwrap().iter().all(|job| job["last_detail"] == ""),
            "{document:#}"
        );
        holds_nothing_about_others(&(jobs.words(80) + &csv(jobs.sheet())), &seen, "jobs");
    }
}
