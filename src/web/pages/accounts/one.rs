//! `/accounts/N`: one account, what it may do, and what can be done about it.

use super::places;
use crate::access::UserAccount;
use crate::answers;
use crate::jobs::account_with_id;
use crate::web::answer::{
    Fault, FieldFault, LabelledValue, PageFrame, Reply, ReportColumn, ReportForm, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, WordedLink,
};
use crate::web::request::{Admitted, PageRequest, ReachedScope};

/// Shows it.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, Vec::new())
}

/// Shows it, with what is wrong with a form of it.
pub(super) fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    faults: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let id: i32 = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let (account, sign_ins) = scope.first_seen(|viewer| answers::user_account(asked.app(), viewer, id))?;
    asked.looked_at(by.who(), account.staff_id);
    let at = |at| asked.instant_words(at);
    let value = |label: &str, words: String| LabelledValue::of(label, ShownValue::words(words));
    let identities = account.identities.iter().map(|one| format!("{} at {}", one.subject, one.issuer));
    let known_as = identities.collect::<Vec<_>>().join("; ");
    let facts = vec![
        value("Name", account.name.clone()),
        value("Email address", account.email.clone()),
        LabelledValue::of("State", ShownValue::tag(account.state())),
        value("Second factor", if account.has_second_factor { "yes" } else { "no" }.to_owned()),
        value("Single sign-on", if known_as.is_empty() { "no".to_owned() } else { known_as }),
        value("Last signed in", account.last_sign_in_at.map_or_else(|| "never".to_owned(), at)),
    ];
    let by_hand = account.grants.iter().map(|grant| places::cells(grant, "by hand"));
    let by_group = account.group_grants.iter().map(|grant| places::cells(grant, "by a group"));
    let grants = by_hand.chain(by_group).enumerate().map(|(at, cells)| ReportRow {
        id: (at + 1).to_string(),
        cells: cells.map(ShownValue::words).to_vec(),
    });
    let columns = ["Role", "Organisation", "Whom", "Granted"].map(ReportColumn::words).to_vec();
    let grants = ReportTable::whole("grants", "Roles", columns, grants.collect());
    let lines = sign_ins.iter().map(|one| ReportRow {
        id: one.id.to_string(),
        cells: [at(one.times.began_at), at(one.times.seen_at)].map(ShownValue::words).to_vec(),
    });
    let columns = ["Began", "Last seen"].map(ReportColumn::words).to_vec();
    let sign_ins = ReportTable::whole("sign-ins", "Sign-ins that stand", columns, lines.collect());
    let whole = account_with_id(asked.app(), id)?.ok_or(Fault::NotFound)?;
    let (of_grants, of_account) = forms(asked, by, &whole)?;
    let of = |table| ReportSection { table: Some(table), ..ReportSection::default() };
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/accounts".to_owned(), words: "Accounts".to_owned() }],
        sections: vec![
            ReportSection { figures: facts, ..ReportSection::default() },
            ReportSection { forms: of_grants, ..of(grants) },
            ReportSection { forms: of_account, ..of(sign_ins) },
        ],
        ..ReportPage::of(
            PageFrame::of(asked, by.who(), "account-of", format!("Account {id}"))?.with_faults(faults),
        )
    };
    page.reply()
}

/// What whoever asks can do about its roles, and about the account; nothing about their own.
fn forms(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    account: &UserAccount,
) -> Result<(Vec<ReportForm>, Vec<ReportForm>), Fault> {
    let holder = &by.who().holder;
    let at = |verb: &str| format!("/accounts/{}/{verb}", account.id);
    let given = account.grants.iter().filter(|grant| holder.may_grant(grant, Some(account.id)));
    let taken = given.map(|grant| {
        let button = format!("Take away: {}", places::in_words(grant));
        let form = ReportForm::new("revoke", at("revoke"), button).second();
        form.carrying("grant", places::in_words(grant))
    });
    let mut of_grants: Vec<ReportForm> = taken.collect();
    let to_give = places::to_give(asked, by)?;
    if account.id != holder.account && !to_give.is_empty() {
        let form = ReportForm::new("grant", at("grant"), "Give this role");
        of_grants.push(form.asking(places::fields(asked, &to_give)));
    }
    let mut of_account = Vec::new();
    if holder.may_change(account) {
        let second = |verb, words: &str| ReportForm::new(verb, at(verb), words).second();
        if account.enabled {
            let has_passwords = asked.app().config.web.has_passwords;
            let link =
                if has_passwords { "Mail a link to choose a password" } else { "Mail a link to sign in by" };
            if has_passwords || account.identities.is_empty() {
                of_account.push(second("reset", link));
            }
            if !account.identities.is_empty() {
                of_account.push(second("take-identity", "Disconnect their work account"));
            }
            of_account.push(second("end-sign-ins", "Sign them out everywhere"));
            of_account.push(second("disable", "Disable the account"));
        } else {
            of_account.push(second("enable", "Let the account be used again"));
        }
    }
    Ok((of_grants, of_account))
}
