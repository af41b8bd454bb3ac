//! What a policy would change, as JSON (spec 4.1) and for a terminal.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{PeopleTold, PolicyImpact, ReminderImpact};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, prose, table};
use crate::answers::{Answer, shapes};
use crate::board::asking_nobody;
use crate::compliance::{CountedAs, PersonImpact, Rate, RateChange};
use crate::register::{Name, View};
use crate::wording::{counted, long_date};

impl Serialize for PolicyImpact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        document(self).serialize(serializer)
    }
}

impl Answer for PolicyImpact {
    fn words(&self, width: usize) -> String {
        words(self, width)
    }
}

fn document(found: &PolicyImpact) -> Value {
    let impact = &found.impact;
    let with = |mut fields: Value, change: &RateChange| {
        if let (Value::Object(fields), Value::Object(more)) = (&mut fields, change_document(change)) {
            fields.extend(more);
        }
        fields
    };
    let courses = impact.courses.iter();
    let units = impact.units.iter();
    let mut document = json!({
        "as_at": found.as_at,
        "known_at": shapes::instant(found.known_at),
        "staff": change_document(&impact.staff),
        "courses": courses
            .map(|of| with(json!({ "course": of.course, "title": of.title }), &of.change))
            .collect::<Vec<_>>(),
        "units": units
            .map(|of| with(json!({ "organisation": of.organisation, "unit": of.unit }), &of.change))
            .collect::<Vec<_>>(),
        "people_affected": impact.people.len(),
        "asks_nobody": found.silent,
        "reminders": found.reminders.as_ref().map(|of| json!({
            "before": of.before,
            "after": of.after,
            "newly_reminded": of.newly_reminded,
            "no_longer_reminded": of.no_longer_reminded,
            "newly_triggering": of.newly_triggering,
            "held": of.held.iter().map(|(organisation, reminders, in_post)| json!({
                "organisation": organisation, "reminders": reminders, "in_post": in_post,
            })).collect::<Vec<_>>(),
        })),
    });
    if let (Value::Object(fields), true) = (&mut document, found.people == PeopleTold::Listed) {
        let people = impact.people.iter().map(|person| person_document(found, person));
        fields.insert("people".to_owned(), people.collect());
    }
    document
}

fn change_document(change: &RateChange) -> Value {
    let rate = |rate: Rate| json!({ "counted": rate.counted, "up_to_date": rate.up_to_date, "rate": shapes::rate(rate) });
    json!({
        "before": rate(change.before),
        "after": rate(change.after),
        "become_up_to_date": change.become_up_to_date,
        "stop_being_up_to_date": change.stop_being,
        "newly_counted": {
            "up_to_date": change.newly_up_to_date,
            "not_up_to_date": change.newly_behind,
        },
        "no_longer_counted": change.no_longer_counted,
    })
}

fn person_document(found: &PolicyImpact, one: &PersonImpact) -> Value {
    let who = found.view.people.get(one.person);
    let courses = one.courses.iter().map(|(place, before, after)| {
        let course = found.impact.courses.get(*place).map(|of| of.course.as_str());
        json!({ "course": course, "before": before.as_str(), "after": after.as_str() })
    });
    json!({
        "organisation": who.map(|who| found.view.organisation_code(who.organisation)),
        "employee_number": who.map(|who| who.employee_number.as_ref()),
        "name": found.view.names.get(one.person).map(Name::full),
        "before": one.before.as_str(),
        "after": one.after.as_str(),
        "courses": courses.collect::<Vec<_>>(),
    })
}

const COUNTS: [&str; 6] = ["now", "then", "become", "stop", "newly counted", "no longer"];

fn words(found: &PolicyImpact, width: usize) -> String {
    let impact = &found.impact;
    let day = long_date(found.as_at);
    let staff = &impact.staff;
    let head = format!(
        "Up to date on {day}: {} now, {} under this policy.\n{} become up to date, {} stop being so; {} are newly \
         counted, {} of them up to date; {} are no longer counted.\n",
        of(staff.before),
        of(staff.after),
        staff.become_up_to_date,
        staff.stop_being,
        staff.newly_up_to_date + staff.newly_behind,
        staff.newly_up_to_date,
        staff.no_longer_counted,
    );
    let mut text = format!("{}\n", prose(&head, width));
    for what in asking_nobody(&found.silent) {
        let said = format!("A rule of this policy asks nobody, and makes people look trained: {what}.");
        text.push_str(&format!("{}\n", prose(&said, width)));
    }
    if impact.people.is_empty() {
        text.push_str("Nobody's training counts otherwise than now.\n");
    }
    let changed = impact.courses.iter().filter(|of| of.change.is_any());
    let rows = changed.map(|of| row(vec![of.course.clone()], &of.change));
    part(&mut text, vec![ListColumn::words("course")], rows, width);
    let several = found.view.organisations.len() > 1;
    let changed = impact.units.iter().filter(|of| of.change.is_any()).map(|of| {
        let unit = if of.unit.is_empty() { "(none)" } else { &of.unit }.to_owned();
        row(if several { vec![of.organisation.clone(), unit] } else { vec![unit] }, &of.change)
    });
    let mut by = if several { vec![ListColumn::code("org")] } else { Vec::new() };
    by.push(ListColumn::path("unit"));
    part(&mut text, by, changed, width);
    if found.people == PeopleTold::Listed && !impact.people.is_empty() {
        let rows = impact.people.iter().map(|one| person_row(found, one));
        text.push_str(&format!("\n{}\n", table(&person_columns(), rows, width)));
    } else if found.people == PeopleTold::Counted && !impact.people.is_empty() {
        text.push_str(&format!(
            "\nSomething changes for {}; --people lists them.\n",
            counted(impact.people.len(), "person", "people")
        ));
    }
    if let Some(reminders) = &found.reminders {
        text.push_str(&format!("{}\n", prose(&reminder_words(reminders, &day), width)));
    }
    text
}

/// A table of what changes by one thing, where anything does.
fn part(text: &mut String, mut by: Vec<ListColumn>, rows: impl Iterator<Item = Vec<String>>, width: usize) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        by.extend(COUNTS.map(ListColumn::figure));
        text.push_str(&format!("\n{}\n", table(&by, rows, width)));
    }
}

fn row(mut cells: Vec<String>, change: &RateChange) -> Vec<String> {
    cells.extend([change.before.shown(), change.after.shown()]);
    let newly_counted = change.newly_up_to_date + change.newly_behind;
    let counts = [change.become_up_to_date, change.stop_being, newly_counted, change.no_longer_counted];
    cells.extend(counts.map(|count| count.to_string()));
    cells
}

fn person_columns() -> Vec<ListColumn> {
    let mut columns = columns(ListColumn::code, ["org", "number"]);
    columns.extend([ListColumn::words("name"), ListColumn::code("now"), ListColumn::code("then")]);
    columns.push(ListColumn::words("courses that change"));
    columns
}

impl PolicyImpact {
    /// The same, with those for whom something changes beside it.
    pub(super) fn with_people_beside(self) -> Self {
        Self { people: PeopleTold::Beside, ..self }
    }

    /// The same by the register's numbers.
    pub(crate) fn staff_ids(&self) -> impl Iterator<Item = i32> + '_ {
        let people = self.impact.people.iter().filter_map(|one| self.view.people.get(one.person));
        people.map(|who| who.staff_id)
    }

    /// Those for whom something changes, a row each.
    pub(crate) fn people(&self) -> AnswerRows<'_> {
        let row = |one| person_row(self, one).into_iter().map(AnswerCell::Text).collect();
        AnswerRows::new("PolicyImpact", person_columns(), self.impact.people.iter().map(row))
    }
}

fn person_row(found: &PolicyImpact, one: &PersonImpact) -> Vec<String> {
    let view: &View = &found.view;
    let courses = one.courses.iter().map(|(place, before, after)| {
        let course = found.impact.courses.get(*place).map_or("", |of| &of.course);
        format!("{course}: {} → {}", shown(*before), shown(*after))
    });
    vec![
        view.employer_code(one.person).to_owned(),
        view.employee_number(one.person).to_owned(),
        view.full_name(one.person),
        shown(one.before),
        shown(one.after),
        courses.collect::<Vec<_>>().join("; "),
    ]
}

fn shown(standing: CountedAs) -> String {
    standing.as_str().replace('_', " ")
}

fn of(rate: Rate) -> String {
    format!("{} of {} staff, {}", rate.up_to_date, rate.counted, rate.shown())
}

fn reminder_words(of: &ReminderImpact, day: &str) -> String {
    let mut text = format!(
        "\nReminders on {day}, were it a sending day: {} now, {} under this policy. New to being reminded: {}, \
         no longer: {}; {} would newly be a reason.\n",
        of.before,
        of.after,
        of.newly_reminded,
        of.no_longer_reminded,
        counted(of.newly_triggering, "course", "courses"),
    );
    for (organisation, reminders, in_post) in &of.held {
        text.push_str(&format!(
            "The mail brake would hold the {reminders} reminders of {organisation}, where {in_post} people are in \
             post.\n"
        ));
    }
    text
}
