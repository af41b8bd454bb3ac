//! `/people/save-filter`: what the list of people is asked is kept under a name; what is wrong comes back with the list.

use super::list::parameters;
use super::show;
use crate::jobs::{FilterSaved, save_filter};
use crate::web::answer::{Fault, FieldFault, Notice, Reply};
use crate::web::request::{Admitted, FormFields, PageQuestion, PageRequest, ReachedScope};

/// The longest name.
const LONGEST_NAME: usize = 60;
/// The most that a filter asks.
const LONGEST_QUERY: usize = 2_000;

/// Saves one.
pub(crate) fn post(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
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
    let query = query_of(&address, organisation);
    let name = asked.form.one("filter_name").split_whitespace().collect::<Vec<_>>().join(" ");
    let wrong = |words: &str| show(asked, by, &said, vec![FieldFault::of("filter_name", words)]);
    if !faults.is_empty() || question.taken().is_empty() || query.len() > LONGEST_QUERY {
        return wrong("Choose at least one filter first, and no more than fit into an address");
    }
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return wrong("Give the filter a name of at most 60 letters");
    }
    let once = asked.once(by.who())?;
    match save_filter(asked.app(), (organisation, &name, &query), &once, asked.now)? {
        FilterSaved::Saved => {
            let what = format!("The filter “{name}” is saved");
            let then =
                "It stands above the list of people. You remove it on the page of your account.".to_owned();
            Notice::Done { what, then }.keep(asked, by.who())?;
            Ok(Reply::see(address))
        }
        FilterSaved::TooMany => wrong("You have 50 filters: remove one on the page of your account first"),
        FilterSaved::NoOrganisation => Err(Fault::NotFound),
        FilterSaved::SentBefore => Ok(Reply::see(address)),
    }
}

/// What is kept of an address. What goes without saying to whoever saves it has to be said to others.
fn query_of(address: &str, organisation: Option<&str>) -> String {
    let query = address.split_once('?').map_or("", |(_, query)| query).to_owned();
    match organisation.filter(|_| !query.contains("organisation=")) {
        None => query,
        Some(code) => {
            let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
            format!("organisation={code}&{query}").trim_end_matches('&').to_owned()
        }
    }
}
