//! What can be given to an account: roles, and where, as fields of a form.

use std::collections::BTreeSet;

use crate::access::{AccessGrant, AccessRole, GrantScope};
use crate::answers;
use crate::jobs::reaches_nobody;
use crate::web::answer::{Fault, FieldFault, ReportField};
use crate::web::request::{Admitted, PageRequest, ParameterValue};

/// What stands for all organisations in a form.
const ALL: &str = "*";

/// What whoever asks may give to somebody: every role at every organisation, or at all, that is theirs to give.
pub(super) fn to_give(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Vec<AccessGrant>, Fault> {
    let known = answers::organisations(asked.app())?.into_iter().map(|organisation| Some(organisation.code));
    let places: Vec<Option<String>> = known.chain([None]).collect();
    let each = places.iter().flat_map(|place| {
        AccessRole::GRANTED.map(|role| AccessGrant {
            role,
            organisation: place.clone(),
            scope: GrantScope::Everyone,
        })
    });
    Ok(each.filter(|grant| by.who().holder.may_grant(grant, None)).collect())
}

/// The fields that say what is given, filled in with what was typed.
pub(super) fn fields(asked: &PageRequest<'_>, to_give: &[AccessGrant]) -> Vec<ReportField> {
    let typed = |name| asked.form.one(name);
    let roles: BTreeSet<AccessRole> = to_give.iter().map(|grant| grant.role).collect();
    let roles = roles.into_iter().map(|role| ParameterValue {
        value: role.as_str().to_owned(),
        words: format!("{role}: {}", what_for(role)),
    });
    let none = ParameterValue { value: String::new(), words: "Choose a role".to_owned() };
    let roles = [none].into_iter().chain(roles);
    let codes: BTreeSet<Option<&str>> = to_give.iter().map(|grant| grant.organisation.as_deref()).collect();
    let places = codes.into_iter().rev().map(|code| ParameterValue {
        value: code.unwrap_or(ALL).to_owned(),
        words: code.map_or_else(|| "All organisations".to_owned(), str::to_owned),
    });
    let whom = [("", "everybody there"), ("reports", "those they manage"), ("unit", "a unit")];
    let whom = whom.map(|(value, words)| ParameterValue { value: value.to_owned(), words: words.to_owned() });
    vec![
        ReportField::one_of("role", "Role", roles.collect(), typed("role")),
        ReportField::one_of("organisation", "Organisation", places.collect(), typed("organisation")),
        ReportField::one_of("scope", "For a manager: whom", whom.to_vec(), typed("scope")),
        ReportField::typed(
            "unit",
            "Which unit",
            "As the units page names it; an asterisk stands for anything",
            typed("unit"),
        ),
    ]
}

/// The grant that the form says, where it is one that may be given.
pub(super) fn said(asked: &PageRequest<'_>, to_give: &[AccessGrant]) -> Result<AccessGrant, FieldFault> {
    let fault = |field, words: &str| Err(FieldFault { field, words: words.to_owned() });
    let Some(role) = AccessRole::parse(asked.form.one("role")) else {
        return fault("role", "Choose a role");
    };
    let code = asked.form.one("organisation");
    let organisation = (code != ALL).then(|| code.to_owned());
    if !to_give.iter().any(|grant| grant.role == role && grant.organisation == organisation) {
        return fault(
            "organisation",
            "This role is not yours to give there: choose another role or organisation",
        );
    }
    let scope = match (asked.form.one("scope"), asked.form.one("unit").trim()) {
        ("", "") => GrantScope::Everyone,
        ("reports", "") => GrantScope::Reports,
        ("unit", "") => return fault("unit", "Say which unit"),
        ("unit", unit) => GrantScope::Unit(unit.to_owned()),
        ("" | "reports", _) => {
            return fault("scope", "Choose \u{201c}a unit\u{201d}, or leave the unit empty");
        }
        _ => return fault("scope", "Choose whom"),
    };
    if role != AccessRole::Manager && scope != GrantScope::Everyone {
        return fault("scope", "Only a manager is for some of the people: choose everybody there");
    }
    Ok(AccessGrant { role, organisation, scope })
}

/// What is said besides of a role that is for nobody in post today; nothing where it is for somebody.
pub(super) fn nobody_words(
    asked: &PageRequest<'_>,
    email: &str,
    grant: &AccessGrant,
) -> Result<&'static str, Fault> {
    Ok(match reaches_nobody(asked.app(), email, grant)? {
        true => {
            " Nobody in post is within it today, so they see nobody: look at how the unit is written, or who manages whom."
        }
        false => "",
    })
}

fn what_for(role: AccessRole) -> &'static str {
    match role {
        AccessRole::Operator => "runs the machine",
        AccessRole::Hr => "keeps the register",
        AccessRole::Manager => "answers for people",
        AccessRole::Board => "reads what a board is told",
        AccessRole::Auditor => "looks over everything",
        AccessRole::Staff => "sees themselves",
    }
}

/// The cells of a grant: role, organisation, whom, and where it is from.
pub(super) fn cells(grant: &AccessGrant, source: &str) -> [String; 4] {
    let place = grant.organisation.clone().unwrap_or_else(|| "all".to_owned());
    [grant.role.to_string(), place, whom(&grant.scope), source.to_owned()]
}

/// A grant in a sentence: `hr at RXX`.
pub(super) fn in_words(grant: &AccessGrant) -> String {
    let place = grant.organisation.as_deref().unwrap_or("all organisations");
    match &grant.scope {
        GrantScope::Everyone => format!("{} at {place}", grant.role),
        scope => format!("{} at {place} for {}", grant.role, whom(scope)),
    }
}

fn whom(scope: &GrantScope) -> String {
    match scope {
        GrantScope::Everyone => "everybody".to_owned(),
        GrantScope::Reports => "those they manage".to_owned(),
        GrantScope::Unit(unit) => format!("the unit {unit}"),
    }
}
