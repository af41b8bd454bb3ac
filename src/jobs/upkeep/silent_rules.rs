//! Requirements that would ask nobody once a staff list is in (spec 2.3).

use chrono::NaiveDate;

use crate::app::App;
use crate::board::{asking_nobody, requirements};
use crate::compliance::{Selector, Silent, silent};
use crate::import::{CheckedFile, ImportOptions, StaffRow};
use crate::policy::{Policy, Requirement};
use crate::register::store::{KnownAt, post_texts};
use crate::register::{PostText, PostTexts};

/// Warns of rules that would ask nobody once the list is in, and of rules that select by a column it does not have.
pub(crate) fn warn_of_silent_rules(
    app: &App,
    policy: &Policy,
    options: &ImportOptions,
    checked: &mut CheckedFile<StaffRow>,
) -> anyhow::Result<()> {
    let complete = !(options.partial || checked.ends_in_reason || !checked.may_be_whole());
    let on = options.as_of;
    let replaced: &[String] = if complete { &checked.organisations } else { &[] };
    let after = posts_after(app, on, checked, replaced)?;
    let absent = &checked.absent_columns;
    let mut found = silent(policy, &after, on);
    let may_be_kept = |one: &Silent| one.selector.is_none_or(|by| is_absent(by, absent));
    if complete
        && Selector::ALL.into_iter().any(|selector| is_absent(selector, absent))
        && found.iter().any(may_be_kept)
    {
        // What a list has no column for stays as it is known.
        let kept = silent(policy, &posts_after(app, on, checked, &[])?, on);
        found.retain(|one| !may_be_kept(one) || kept.contains(one));
    }
    let columns = missing_columns(policy, on, &after, &found, absent);
    for what in asking_nobody(&found).into_iter().chain(columns) {
        checked.warn_of_silent_rule(what);
    }
    Ok(())
}

/// What the posts in post have once the list is in, those of the organisations `replaced` being in it alone.
fn posts_after(
    app: &App,
    on: NaiveDate,
    checked: &CheckedFile<StaffRow>,
    replaced: &[String],
) -> anyhow::Result<PostTexts> {
    let mut posts = app.db.read(|conn| post_texts(conn, KnownAt::Latest, on, replaced))?;
    for (_, row) in &checked.rows {
        if row.start_on <= on && row.leave_on.is_none_or(|leave| on <= leave) {
            let code = checked.organisation(row.organisation);
            posts.add(PostText {
                organisation: code,
                staff_group: &row.post.staff_group,
                job_title: &row.post.job_title,
                unit: &row.post.unit,
                category: &row.post.assignment_category,
            });
        }
    }
    Ok(posts)
}

/// Whether the list has no column for what the selector is compared with. Rows without a code are of the configured
/// organisation.
fn is_absent(selector: Selector, absent: &[&'static str]) -> bool {
    selector != Selector::Organisations && absent.contains(&selector.column())
}

/// The columns that the list does not have and rules select by, where these rules are not told already.
fn missing_columns(
    policy: &Policy,
    on: NaiveDate,
    posts: &PostTexts,
    silent: &[Silent],
    absent: &[&'static str],
) -> Vec<String> {
    let selects = |requirement: &Requirement, selector: Selector| {
        let asks = |patterns: &[String]| !patterns.iter().any(|pattern| pattern.trim() == "*");
        requirement.until.is_none_or(|until| on <= until) && selector.patterns(requirement).is_some_and(asks)
    };
    let mut said = Vec::new();
    for selector in
        Selector::ALL.into_iter().filter(|selector| is_absent(*selector, absent) && !posts.is_empty())
    {
        let told = |number: usize| {
            silent.iter().any(|one| one.requirement == number && one.selector == Some(selector))
        };
        let numbered = (1..).zip(&policy.requirements);
        let numbers: Vec<usize> = numbered
            .filter(|(number, requirement)| selects(requirement, selector) && !told(*number))
            .map(|(number, _)| number)
            .collect();
        if !numbers.is_empty() {
            said.push(format!(
                "the list has no column for {}, and the policy selects by {} in {}: whoever is new in it is not asked",
                selector.column(),
                selector.key(),
                requirements(numbers.into_iter())
            ));
        }
    }
    said
}
