//! Filters of the list of people that were saved: shown above it, and kept from what it is asked.

use crate::access::SavedFilter;
use crate::jobs::saved_filters;
use crate::web::answer::{Fault, ReportField, ReportForm, ReportSection, WordedLink};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ParameterValue, ReachedScope};

/// Where the form goes, below the list.
const SAVING: &str = "/save-filter";

/// Where a saved filter leads.
pub(crate) fn address(filter: &SavedFilter) -> String {
    let query = &filter.query;
    if query.is_empty() { "/people".to_owned() } else { format!("/people?{query}") }
}

/// Links to the filters that were saved for whoever asks: their own, and those of organisations that they see.
pub(super) fn kept(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    scope: &ReachedScope,
) -> Result<Vec<ReportSection>, Fault> {
    let is_theirs = |filter: &SavedFilter| match &filter.organisation {
        None => filter.account == by.who().account.id,
        Some(code) => scope.codes().any(|seen| seen == code),
    };
    let link = |filter: &SavedFilter| WordedLink {
        href: address(filter),
        words: match &filter.organisation {
            Some(code) => format!("{} ({code})", filter.name),
            None => filter.name.clone(),
        },
    };
    let all = saved_filters(asked.app())?;
    let links: Vec<WordedLink> = all.iter().filter(|filter| is_theirs(filter)).map(link).collect();
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let heading = "Saved filters".to_owned();
    Ok(vec![ReportSection { heading, links, ..ReportSection::default() }])
}

/// The form that saves what is asked, where anything is, or where it comes back.
pub(super) fn saving(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    scope: &ReachedScope,
    question: &PageQuestion,
) -> Option<ReportSection> {
    if question.taken().is_empty() && !asked.path.ends_with(SAVING) {
        return None;
    }
    let own = ParameterValue { value: String::new(), words: "me".to_owned() };
    let whole = scope.codes().filter(|code| by.may_at(code));
    let of_all = whole.map(|code| ParameterValue {
        value: code.to_owned(),
        words: format!("everybody who sees people of {code}"),
    });
    let choices: Vec<ParameterValue> = std::iter::once(own).chain(of_all).collect();
    let address = question.at_page(1).address();
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let fields = vec![
        ReportField::typed("filter_name", "Name", "What you call it", asked.form.one("filter_name")),
        ReportField::one_of("filter_for", "For", choices, asked.form.one("filter_for")),
    ];
    let form = ReportForm::new("save-filter", format!("/people{SAVING}"), "Save this filter").second();
    Some(ReportSection {
        heading: "Save this filter".to_owned(),
        forms: vec![form.asking(fields).carrying("query", query)],
        ..ReportSection::default()
    })
}
