//! Filters of the list of people that were saved: shown above it, and kept from what it is asked.

use super::list::parameters;
use crate::access::SavedFilter;
use crate::jobs::{FilterSaved, save_filter, saved_filters};
use crate::web::answer::{Fault, Notice, Reply, ReportField, ReportForm, ReportSection, WordedLink};
use crate::web::request::{Admitted, FormFields, PageQuestion, PageRequest, ParameterValue, ReachedScope};

/// The longest name.
const LONGEST_NAME: usize = 60;
/// The most that a filter asks.
const LONGEST_QUERY: usize = 2_000;

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

/// The form that saves what is asked, where anything is.
pub(super) fn saving(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    scope: &ReachedScope,
    question: &PageQuestion,
) -> Option<ReportSection> {
    if question.taken().is_empty() {
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
    let form = ReportForm::new("save-filter", "/people/save-filter", "Save this filter").second();
    Some(ReportSection {
        heading: "Save this filter".to_owned(),
        forms: vec![form.asking(fields).carrying("query", query)],
        ..ReportSection::default()
    })
}

/// Saves one.
pub(crate) fn save(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let organisation = Some(asked.form.one("filter_for")).filter(|code| !code.is_empty());
    if organisation.is_some_and(|code| !by.may_at(code) || !scope.codes().any(|seen| seen == code)) {
        return Err(Fault::NotFound);
    }
    // What can't be asked is not saved.
    let mut faults = Vec::new();
    let said = FormFields::parse(asked.form.one("query").as_bytes());
    let question = PageQuestion::read(&said, "/people", parameters(asked, &scope)?, true, &mut faults);
    let question = match organisation {
        Some(code) if question.text("organisation").is_none_or(|at| at == code) => {
            question.with("organisation", code)
        }
        _ => question,
    };
    let address = question.at_page(1).address();
    let mut query = address.split_once('?').map_or("", |(_, query)| query).to_owned();
    if let Some(code) = organisation.filter(|_| !query.contains("organisation=")) {
        // What goes without saying here has to be said to others.
        let more: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
        query = format!("organisation={more}&{query}").trim_end_matches('&').to_owned();
    }
    let name = asked.form.one("filter_name").split_whitespace().collect::<Vec<_>>().join(" ");
    let wrong = if !faults.is_empty() || question.taken().is_empty() || query.len() > LONGEST_QUERY {
        Some("Choose at least one filter first, and no more than fit into an address")
    } else if name.is_empty() || name.chars().count() > LONGEST_NAME {
        Some("Give the filter a name of at most 60 letters")
    } else {
        None
    };
    let (what, then) = match wrong {
        Some(then) => ("Nothing was saved".to_owned(), then),
        None => {
            let once = asked.once(by.who())?;
            match save_filter(asked.app(), (organisation, &name, &query), &once, asked.now)? {
                FilterSaved::Saved => (
                    format!("The filter “{name}” is saved"),
                    "It stands above the list of people. You remove it on the page of your account.",
                ),
                FilterSaved::TooMany => (
                    "Nothing was saved".to_owned(),
                    "You have 50 filters: remove one on the page of your account first.",
                ),
                FilterSaved::NoOrganisation => return Err(Fault::NotFound),
                FilterSaved::SentBefore => return Ok(Reply::see(address)),
            }
        }
    };
    Notice::Done { what, then: then.to_owned() }.keep(asked, by.who())?;
    Ok(Reply::see(address))
}
