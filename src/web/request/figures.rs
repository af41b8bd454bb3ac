//! What every page of figures can be asked: a day, an instant, an organisation, whose policy judges.

use super::asked::PageRequest;
use super::parameter::{Parameter, ParameterValue};
use super::question::PageQuestion;
use super::scope::ReachedScope;
use crate::answers::{JudgedBy, Question, Viewer};
use crate::web::answer::{Fault, FieldFault};
use crate::wording::long_date;

/// The names of what every page of figures can be asked.
pub(crate) const FIGURE_NAMES: [&str; 4] = ["organisation", "as_at", "known_at", "policy"];

/// What every page of figures can be asked.
pub(crate) fn figure_parameters(scope: &ReachedScope) -> Vec<Parameter> {
    let policies = vec![
        ParameterValue { value: "then".to_owned(), words: "of that day".to_owned() },
        ParameterValue { value: "now".to_owned(), words: "of today".to_owned() },
    ];
    let [as_at, known_at] = Parameter::day_and_knowledge();
    vec![
        scope.parameter(),
        as_at,
        known_at,
        Parameter::one_of(
            "policy",
            "By the policy",
            (policies, "then"),
            "There is no such policy: it is then or now",
        )
        .more(),
    ]
}

/// The question that the address asks, and for whose eyes; `None`, and a fault, where no figures can be for it.
pub(crate) fn figures_asked(
    asked: &PageRequest<'_>,
    scope: &ReachedScope,
    question: &PageQuestion,
    faults: &mut Vec<FieldFault>,
) -> Result<Option<(Question, Viewer)>, Fault> {
    let as_at = question.day("as_at");
    if as_at.is_some_and(|day| !Question::is_day(day)) {
        let words = "Choose a day between 1900 and 2200".to_owned();
        faults.push(FieldFault { field: "as_at", words });
    }
    question.refuse_to_come(asked.now, faults);
    if !faults.is_empty() {
        return Ok(None);
    }
    let organisation = question.text("organisation");
    let judged_by = if question.one("policy") == "now" { JudgedBy::PolicyNow } else { JudgedBy::PolicyThen };
    let viewer = scope.viewer(organisation.as_deref());
    let figures = Question::asked(
        asked.app(),
        as_at,
        question.instant("known_at"),
        organisation.as_deref(),
        judged_by,
    )?;
    let figures = asked.state.pictures.answering(asked.app(), figures, &viewer)?;
    Ok(Some((figures, viewer)))
}

/// As at when, as known when, by which policy; where newer figures are still being worked out, that too.
pub(crate) fn as_at_words(asked: &PageRequest<'_>, question: &PageQuestion, of: &Question) -> String {
    let (is_now, is_behind) = (of.asked_now, !of.asked_now && !question.says("known_at"));
    let instant = || format!("as known at {}", asked.instant_words(of.known_at));
    let known = if is_now { "as known now".to_owned() } else { instant() };
    let policy = if of.policy_of == of.as_at { "that day" } else { "today" };
    let words = format!("As at {}, {known}, by the policy of {policy}.", long_date(of.as_at));
    if is_behind {
        return format!("{words} What came since is being worked out: load the page again in a moment.");
    }
    words
}
