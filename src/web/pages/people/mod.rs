//! `/people`: a row a person and course, filtered as the command filters.

pub(crate) mod data;
pub(crate) mod exempt;
mod exemptions;
mod person;

use crate::answers::{self, People, PeopleFilter, PeopleOrder, PeopleRow, Question, StandingFilter, Viewer};
use crate::compliance::{Doubt, TrainingState};
use crate::register::StaffMember;
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, file, proof_first,
};
use crate::web::request::{
    Admitted, FIGURE_NAMES, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope, as_at_words,
    figure_parameters, figures_asked,
};
use crate::wording::{Unknown, capitalised, counted, long_date};

pub(crate) use exemptions::get as exemptions;
pub(crate) use person::get as person;

const INTRO: &str = "Everybody in post with the courses they need, a row each; with filters, those people and courses that match.";

/// The person whom the address names by the register's number, and their name, where the right of the page reaches them.
fn named_person(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<(StaffMember, String), Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let id: i32 = asked.place().parse().map_err(|_| Fault::NotFound)?;
    scope.first_seen(|viewer| answers::staff_member_seen(asked.app(), viewer, id))
}

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let parameters = parameters(asked, &scope)?;
    let question = PageQuestion::read(&asked.query, "/people", parameters, true, &mut faults);
    let figures = figures_asked(asked, &scope, &question, &mut faults)?;
    let known = figures.as_ref().map(|(of, _)| as_at_words(asked, &question, of));
    let people = match figures {
        Some((of, viewer)) => found(asked, (&of, &viewer), &question, &mut faults)?,
        None => None,
    };
    if let (Some(form), Some(people)) = (ExportForm::of(asked.path), &people) {
        if let Some(proof) = proof_first(asked, by, people.count()) {
            return Ok(proof);
        }
        return file(asked, by, form, Some(people.sheet()), people);
    }
    let frame = PageFrame::of(asked, by.who(), "people", "People")?.with_faults(faults);
    let page = ReportPage {
        intro: std::iter::once(INTRO.to_owned()).chain(known).collect(),
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections: people.iter().map(|people| section(people, &question)).collect(),
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

fn parameters(asked: &PageRequest<'_>, scope: &ReachedScope) -> Result<Vec<Parameter>, Fault> {
    let app = asked.app();
    let policy = answers::policy_of(app, app.today())?;
    let courses = policy
        .courses
        .iter()
        .map(|course| ParameterValue { value: course.code.clone(), words: course.title.clone() });
    let mut doubts = vec![ParameterValue { value: String::new(), words: "any".to_owned() }];
    doubts.extend(ParameterValue::named(Doubt::ALL.map(Doubt::as_str)));
    let states = ParameterValue::named(TrainingState::ALL.map(TrainingState::as_str));
    let standings = ParameterValue::named(StandingFilter::ALL.map(StandingFilter::as_str));
    let mut parameters = vec![
        Parameter::words(
            "q",
            "Name or number",
            "The beginnings of words of the name, or the whole employee number",
        ),
        Parameter::any_of("standing", "Standing", standings, "There is no such standing"),
        Parameter::any_of("state", "State of a course", states, "There is no such state"),
        Parameter::any_of("course", "Course", courses.collect(), "The policy of today has no such course")
            .more(),
        Parameter::words("unit", "Unit", "And below; * stands for any run of characters").more(),
        Parameter::words("staff_group", "Staff group", "* stands for any run of characters").more(),
        Parameter::words("job_title", "Job title", "* stands for any run of characters").more(),
        Parameter::words("manager", "Manager", "Their employee number; leading zeros count").more(),
        Parameter::day("due_before", "Due before", "A day, such as 27 March 2026").more(),
        Parameter::one_of("data_quality", "Whom mail does not reach", (doubts, ""), "There is no such doubt")
            .more(),
    ];
    parameters.extend(figure_parameters(scope));
    parameters.push(Parameter::order(PeopleOrder::NAMES.map(|(name, _)| name).to_vec(), "employee_number"));
    Ok(parameters)
}

/// The people who are asked for; `None`, and a fault, where nobody has what was named.
fn found(
    asked: &PageRequest<'_>,
    (of, viewer): (&Question, &Viewer),
    question: &PageQuestion,
    faults: &mut Vec<FieldFault>,
) -> Result<Option<People>, Fault> {
    let filter = PeopleFilter {
        states: question.all("state").filter_map(TrainingState::parse).collect(),
        standings: question.all("standing").filter_map(StandingFilter::parse).collect(),
        courses: question.all("course").map(str::to_owned).collect(),
        unit: question.text("unit"),
        staff_group: question.text("staff_group"),
        job_title: question.text("job_title"),
        manager: question.text("manager"),
        name: None,
        search: question.text("q"),
        due_before: question.day("due_before"),
        data_quality: question.text("data_quality").as_deref().and_then(Doubt::parse),
        order: PeopleOrder::parse(question.one("sort")).unwrap_or_default(),
    };
    match answers::people(asked.app(), of, viewer, &filter) {
        Ok(people) => Ok(Some(people)),
        Err(error) => {
            let unknown = error.downcast_ref::<Unknown>().map(ToString::to_string);
            let Some(words) = unknown else { return Err(error.into()) };
            faults.push(FieldFault { field: field_of(&words), words: capitalised(&words) });
            Ok(None)
        }
    }
}

/// The field in which something was named that nobody has.
fn field_of(words: &str) -> &'static str {
    [("unit", "unit"), ("staff group", "staff_group"), ("job title", "job_title"), ("manager", "manager")]
        .into_iter()
        // Before what was typed, which is quoted.
        .find(|(what, _)| words.split('"').next().is_some_and(|said| said.contains(&format!(" {what}"))))
        .map_or("course", |(_, field)| field)
}

fn section(people: &People, question: &PageQuestion) -> ReportSection {
    let part = question.part();
    let size = usize::try_from(part.size).unwrap_or_default();
    let shown = people.part(usize::try_from(part.skipped()).unwrap_or(usize::MAX), size);
    if shown.total == 0 {
        let words = if question.taken().is_empty() {
            "Nobody is in post yet: import a staff list."
        } else {
            "Nobody matches. Take a filter off to see more."
        };
        return ReportSection { paragraphs: vec![words.to_owned()], ..ReportSection::default() };
    }
    let columns = vec![
        ReportColumn::sorted("Name", question, "name"),
        ReportColumn::sorted("Number", question, "employee_number"),
        ReportColumn::words("Organisation"),
        ReportColumn::words("Job title"),
        ReportColumn::sorted("Unit", question, "unit"),
        ReportColumn::words("Course"),
        ReportColumn::words("State"),
        ReportColumn::sorted("Due", question, "due_date"),
        ReportColumn::words("Completed"),
    ];
    let rows = shown.rows.iter().map(|row| report_row(row, question)).collect();
    let caption = format!("{}, by course", counted(people.count(), "person", "people"));
    let table = ReportTable::whole("people", caption, columns, rows)
        .part_of(question, shown.total as u64, "rows")
        .about(people.count() as u64);
    ReportSection { table: Some(table), ..ReportSection::default() }
}

fn report_row(row: &PeopleRow<'_>, question: &PageQuestion) -> ReportRow {
    let said = question.said_of(&FIGURE_NAMES[1..]);
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(&said).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    let day = |day: Option<_>| ShownValue::words(day.map(long_date).unwrap_or_default());
    let course = row.course.as_ref();
    ReportRow {
        id: format!("{}-{}", row.staff_id, course.map_or("", |course| course.code)),
        cells: vec![
            ShownValue::words(&row.name).to(format!("/people/{}{mark}{query}", row.staff_id)),
            ShownValue::words(row.number),
            ShownValue::words(row.organisation),
            ShownValue::words(row.job_title),
            ShownValue::words(row.unit),
            ShownValue::words(course.map_or("", |course| course.code)),
            ShownValue::tag(course.map_or(String::new(), |course| course.state.as_str().replace('_', " "))),
            day(course.and_then(|course| course.due_on)),
            day(course.and_then(|course| course.completed_on)),
        ],
    }
}
