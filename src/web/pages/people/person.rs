//! `/people/ID`: one person on any day: what they need and why, what counts, what they were told. ID is the register's number.

use serde_json::Value;

use crate::access::AccessRight;
use crate::answers::{self, PersonExplained};
use crate::web::answer::{
    Fault, LabelledValue, PageDocument, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, WordedLink, file, numbered,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ReachedScope, figure_parameters, figures_asked,
};
use crate::wording::{counted, long_date};

/// Shows them, or hands it out as the command's document.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let (id, form) = numbered(asked)?;
    let path = format!("/people/{id}");
    let mut faults = Vec::new();
    let mut parameters = figure_parameters(&scope);
    // Somebody is of one organisation, which their number tells.
    parameters.retain(|parameter: &Parameter| parameter.name != "organisation");
    let question = PageQuestion::read(&asked.query, &path, parameters, false, &mut faults);
    let Some((of, _)) = figures_asked(asked, &scope, &question, &mut faults)? else {
        let frame = PageFrame::of(asked, by.who(), "person", "Person")?.with_faults(faults);
        return page(frame, &question, Vec::new()).reply();
    };
    let told = scope.first_seen(|viewer| answers::person_with_id(asked.app(), &of, viewer, id))?;
    asked.looked_at(by.who(), [id]);
    if let Some(form) = form {
        return file(asked, by, form, None, &told);
    }
    let document = PageDocument::of(&told)?;
    let name = Some(document.text("name")).filter(|name| !name.is_empty());
    let heading = name.unwrap_or_else(|| document.text("employee_number")).to_owned();
    let frame = PageFrame::of(asked, by.who(), "person", heading)?.with_faults(faults);
    let mut sections = sections(&told, &document);
    if by.who().holder.may(AccessRight::ExemptionsChange, Some(document.text("organisation")))
        && let Some(first) = sections.first_mut()
    {
        let words = "Exempt them, or end an exemption".to_owned();
        first.links.push(WordedLink { href: format!("/people/{id}/exemptions"), words });
    }
    if by.who().holder.may(AccessRight::PersonExport, Some(document.text("organisation")))
        && let Some(first) = sections.first_mut()
    {
        let words = "What is kept about them, and removing it".to_owned();
        first.links.push(WordedLink { href: format!("/people/{id}/data"), words });
    }
    page(frame, &question, sections).exported(&question, &["json"]).reply()
}

fn page(frame: PageFrame, question: &PageQuestion, sections: Vec<ReportSection>) -> ReportPage {
    ReportPage {
        crumbs: vec![WordedLink { href: "/people".to_owned(), words: "People".to_owned() }],
        filter: Some(ReportFilter::of(question, "As at another day", "Show this day")),
        sections,
        ..ReportPage::of(frame)
    }
}

fn sections(told: &PersonExplained, document: &PageDocument) -> Vec<ReportSection> {
    let mut sections = vec![about(document)];
    // Only where a course asks for hours is there anything to say of them.
    let by_hours = document.list("courses").iter().any(|course| course.get("hours").is_some());
    let mut headers = vec!["Course", "State", "Due", "Up to date until", "Next reminder"];
    headers.extend(by_hours.then_some("Hours that count"));
    let courses = table("courses", "Courses they need", &headers);
    let rows = document.list("courses").iter().map(|course| {
        let code = text(course, "course");
        let mut cells = vec![
            ShownValue::words(told.course_words(code)),
            ShownValue::tag(text(course, "state").replace('_', " ")),
            day(course, "due_date"),
            day(course, "lapse_date"),
            day(course, "next_reminder"),
        ];
        cells.extend(by_hours.then(|| ShownValue::words(told.hours_words(code))));
        cells
    });
    let mut first = filled(courses, rows);
    if document.list("courses").is_empty() {
        first.paragraphs.push("There is no course that they need on this day.".to_owned());
    }
    sections.push(first);
    let covered = document.list("covered").iter().map(|covered| {
        let course = told.course_words(text(covered, "course"));
        format!("{course} is covered by {}.", told.course_words(text(covered, "covered_by")))
    });
    let paragraphs: Vec<String> = covered.collect();
    if !paragraphs.is_empty() {
        let heading = "Courses that others cover".to_owned();
        sections.push(ReportSection { heading, paragraphs, ..ReportSection::default() });
    }
    let why = table("because", "Why they need them", &["Course", "Rule of the policy", "Whom it asks"]);
    let rows = told.because().into_iter().map(|(course, number, whom)| {
        vec![
            ShownValue::words(told.course_words(&course)),
            ShownValue::words(format!("Requirement {number}")),
            ShownValue::words(whom),
        ]
    });
    sections.push(filled(why, rows));
    sections.extend(of_courses(told, document));
    sections.push(posts(document));
    sections.retain(|section| {
        section.table.as_ref().is_none_or(|table| !table.rows.is_empty()) || !section.paragraphs.is_empty()
    });
    for section in &mut sections {
        section.table = section.table.take().filter(|table| !table.rows.is_empty());
    }
    sections
}

/// Their posts, held on the day or not.
fn posts(document: &PageDocument) -> ReportSection {
    let posts = table(
        "assignments",
        "Posts",
        &["Number", "Job title", "Staff group", "Unit", "From", "To", "On this day"],
    );
    let rows = document.list("assignments").iter().map(|post| {
        let is = |name: &str| post.get(name).and_then(Value::as_bool).unwrap_or_default();
        let held = match (is("held"), is("absent"), is("primary")) {
            (false, ..) => "not held",
            (true, true, _) => "held, absent",
            (true, false, true) => "held, primary",
            (true, false, false) => "held",
        };
        let mut cells: Vec<ShownValue> = ["assignment_number", "job_title", "staff_group", "unit"]
            .map(|name| ShownValue::words(text(post, name)))
            .to_vec();
        cells.extend([day(post, "start_date"), day(post, "leave_date"), ShownValue::words(held)]);
        cells
    });
    filled(posts, rows)
}

/// How long before or after the due date a reminder was for.
fn stage_words(reminder: &Value) -> String {
    let Some(before) = reminder.get("stage").and_then(Value::as_i64) else { return String::new() };
    let days = counted(before.unsigned_abs(), "day", "days");
    match before.signum() {
        1 => format!("{days} before"),
        -1 => format!("{days} after"),
        _ => "on the day".to_owned(),
    }
}

/// What counts for their courses, what they were told of them, and what is booked.
fn of_courses(told: &PersonExplained, document: &PageDocument) -> [ReportSection; 3] {
    let of_each = |name: &'static str| {
        document.list("courses").iter().flat_map(move |course| {
            let list = course.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            list.iter().map(move |one| (text(course, "course"), one))
        })
    };
    let records = table(
        "credit",
        "Records that count",
        &["For", "Record of", "Completed", "Until", "Hours and mode", "Provider", "Certificate"],
    );
    let rows = of_each("credit").zip(told.credited_hours()).map(|((course, record), hours)| {
        vec![
            ShownValue::words(told.course_words(course)),
            ShownValue::words(text(record, "course")),
            day(record, "completed_on"),
            day(record, "lapse_date"),
            ShownValue::words(hours),
            ShownValue::words(text(record, "provider")),
            ShownValue::words(text(record, "certificate")),
        ]
    });
    let records = filled(records, rows);
    let reminders = table(
        "reminders",
        "What they were told",
        &["Course", "For the due date", "Stage", "Planned", "What became of it"],
    );
    let rows = of_each("reminders").map(|(course, reminder)| {
        vec![
            ShownValue::words(told.course_words(course)),
            day(reminder, "due_date"),
            ShownValue::words(stage_words(reminder)),
            day(reminder, "planned_on"),
            ShownValue::tag(text(reminder, "outcome")),
        ]
    });
    let reminders = filled(reminders, rows);
    let booked = table("bookings", "Booked", &["Course", "Day", "Place"]);
    let rows = document.list("bookings").iter().map(|booking| {
        vec![
            ShownValue::words(told.course_words(text(booking, "course"))),
            day(booking, "date"),
            ShownValue::words(text(booking, "place")),
        ]
    });
    [records, reminders, filled(booked, rows)]
}

fn about(document: &PageDocument) -> ReportSection {
    let is = |name: &str| document.at(name).as_bool().unwrap_or_default();
    let standing = match (is("in_post"), is("absent")) {
        (false, _) => "not in post",
        (true, true) => "in post, absent: left out of every figure and reminded of nothing",
        (true, false) => "in post",
    };
    let as_at = document.text("as_at").parse().map(long_date).unwrap_or_default();
    let mut figures = vec![
        LabelledValue::of("Organisation", ShownValue::words(document.text("organisation"))),
        LabelledValue::of("Employee number", ShownValue::words(document.text("employee_number"))),
        LabelledValue::of(format!("On {as_at}"), ShownValue::words(standing)),
    ];
    let registration = document.text("professional_registration");
    if !registration.is_empty() {
        figures.push(LabelledValue::of("Professional registration", ShownValue::words(registration)));
    }
    ReportSection { figures, ..ReportSection::default() }
}

fn table(list: &'static str, caption: &str, columns: &[&str]) -> ReportTable {
    ReportTable::whole(
        list,
        caption,
        columns.iter().map(|header| ReportColumn::words(*header)).collect(),
        Vec::new(),
    )
}

fn filled(table: ReportTable, rows: impl Iterator<Item = Vec<ShownValue>>) -> ReportSection {
    let rows: Vec<ReportRow> =
        rows.enumerate().map(|(at, cells)| ReportRow { id: (at + 1).to_string(), cells }).collect();
    let table = ReportTable { total: rows.len() as u64, rows, ..table };
    ReportSection { table: Some(table), ..ReportSection::default() }
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn day(of: &Value, name: &str) -> ShownValue {
    ShownValue::words(text(of, name).parse().map(long_date).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_stage_is_said_in_days_before_or_after_the_due_date() {
        for (stage, words) in [
            (json!(30), "30 days before"),
            (json!(1), "1 day before"),
            (json!(0), "on the day"),
            (json!(-22), "22 days after"),
            (Value::Null, ""),
        ] {
            assert_eq!(stage_words(&json!({ "stage": stage })), words);
        }
    }
}
