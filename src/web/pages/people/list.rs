//! What the list of people can be asked, and who is on it.

use crate::answers::{self, People, PeopleFilter, PeopleOrder, Question, StandingFilter, Viewer};
use crate::compliance::{Doubt, TrainingState};
use crate::web::answer::{Fault, FieldFault};
use crate::web::request::{
    PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope, figure_parameters,
};
use crate::wording::{Unknown, capitalised};

/// What the list can be asked.
pub(super) fn parameters(asked: &PageRequest<'_>, scope: &ReachedScope) -> Result<Vec<Parameter>, Fault> {
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
pub(super) fn found(
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
