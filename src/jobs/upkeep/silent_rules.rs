//! Requirements that ask nobody, in words (spec 2.3): told by imports of staff, `check`, `policy check`, `policy impact`
//! and the board's data quality.

use chrono::NaiveDate;

use crate::app::App;
use crate::compliance::{Selector, Silent, silent};
use crate::import::{Checked, Options, StaffRow};
use crate::policy::{Policy, Requirement};
use crate::register::PostTexts;
use crate::register::store::{Known, post_texts};

/// The rules of `policy` that ask nobody in post on `on`, a sentence each; none where nobody is in post.
pub fn silent_rules(app: &App, policy: &Policy, on: NaiveDate, known: Known) -> anyhow::Result<Vec<String>> {
    let posts = app.db.read(|conn| Ok::<_, anyhow::Error>(post_texts(conn, known, on, &[])?))?;
    Ok(sentences(policy, &silent(policy, &posts, on)))
}

/// Warns of rules that would ask nobody once the list is in, and of rules that select by a column it does not have.
pub(crate) fn warn_of_silent_rules(
    app: &App,
    policy: &Policy,
    options: &Options,
    checked: &mut Checked<StaffRow>,
) -> anyhow::Result<()> {
    let complete = !(options.partial || checked.ends_in_reason || checked.rejected_unknown);
    let replaced: &[String] = if complete { &checked.organisations } else { &[] };
    let on = options.as_of;
    let mut posts =
        app.db.read(|conn| Ok::<_, anyhow::Error>(post_texts(conn, Known::Latest, on, replaced)?))?;
    for (_, row) in &checked.rows {
        if row.start_on <= on && row.leave_on.is_none_or(|leave| on <= leave) {
            let code = checked.organisations.get(usize::from(row.organisation)).map_or("", String::as_str);
            posts.add(code, &row.post.staff_group, &row.post.job_title, &row.post.unit);
        }
    }
    let silent = silent(policy, &posts, on);
    let columns = missing_columns(policy, on, &posts, &silent, &checked.absent_columns);
    for what in sentences(policy, &silent).into_iter().chain(columns) {
        checked.warn_of_silent_rule(what);
    }
    Ok(())
}

/// The columns that the list does not have and rules select by, where these rules are not told already.
fn missing_columns(
    policy: &Policy,
    on: NaiveDate,
    posts: &PostTexts,
    silent: &[Silent],
    absent: &[&'static str],
) -> Vec<String> {
    // Rows without a code are of the configured organisation.
    let is_absent =
        |selector: Selector| selector != Selector::Organisations && absent.contains(&selector.column());
    let selects = |requirement: &Requirement, selector: Selector| {
        let asks = |patterns: &[String]| !patterns.iter().any(|pattern| pattern.trim() == "*");
        requirement.until.is_none_or(|until| on <= until) && selector.patterns(requirement).is_some_and(asks)
    };
    let mut said = Vec::new();
    for selector in
        Selector::ALL.into_iter().filter(|selector| is_absent(*selector) && !posts.organisations.is_empty())
    {
        let told =
            |number: usize| silent.iter().any(|one| one.requirement == number && one.selector == selector);
        let numbered = policy.requirements.iter().enumerate();
        let numbers: Vec<String> = numbered
            .filter(|(number, requirement)| selects(requirement, selector) && !told(*number))
            .map(|(number, _)| (number + 1).to_string())
            .collect();
        if !numbers.is_empty() {
            said.push(format!(
                "the list has no column for {}, and the policy selects by {} in {}: whoever is new in it is not asked",
                selector.column(),
                selector.key(),
                requirements(&numbers)
            ));
        }
    }
    said
}

/// What is wrong, a sentence for each selector that matches nobody; those that nobody in post has anything for are one.
fn sentences(policy: &Policy, silent: &[Silent]) -> Vec<String> {
    let mut said = Vec::new();
    for selector in Selector::ALL {
        let of_selector = silent.iter().filter(|one| one.selector == selector && one.nobody_has_one);
        let numbers: Vec<String> = of_selector.map(|one| (one.requirement + 1).to_string()).collect();
        if !numbers.is_empty() {
            let column = selector.column().replace('_', " ");
            said.push(format!(
                "nobody in post has a {column}, and the policy selects by {} in {}: import a staff list with that column",
                selector.key(),
                requirements(&numbers)
            ));
        }
    }
    said.extend(silent.iter().filter(|one| !one.nobody_has_one).map(|one| misspelt(policy, one)));
    said
}

fn misspelt(policy: &Policy, silent: &Silent) -> String {
    let requirement = policy.requirements.get(silent.requirement);
    let course = requirement.and_then(|requirement| policy.courses.get(requirement.course));
    let patterns: Vec<String> = silent.patterns.iter().map(|pattern| format!("{pattern:?}")).collect();
    format!(
        "requirement {} of the policy, for {}, has {} = [{}], and nobody in post has such a {}: correct the spelling in \
         the policy, or the staff list",
        silent.requirement + 1,
        course.map_or("", |course| course.code.as_str()),
        silent.selector.key(),
        patterns.join(", "),
        silent.selector.column().replace('_', " "),
    )
}

/// `requirement 3`, `requirements 3, 4`.
fn requirements(numbers: &[String]) -> String {
    let word = if numbers.len() == 1 { "requirement" } else { "requirements" };
    format!("{word} {}", numbers.join(", "))
}
