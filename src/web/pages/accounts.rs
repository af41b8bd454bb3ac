//! `/accounts`: who can sign in, and what they may do; `/accounts/N`: one of them.

use super::sheet::{SheetWords, sheet_section};
use crate::access::{AccessGrant, AccessRole, GrantScope};
use crate::answers;
use crate::web::answer::{
    ExportForm, Fault, LabelledValue, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, WordedLink, file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope};

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut roles = vec![ParameterValue { value: String::new(), words: "any".to_owned() }];
    roles.extend(ParameterValue::named(AccessRole::GRANTED.map(AccessRole::as_str)));
    let parameters =
        vec![scope.parameter(), Parameter::one_of("role", "Role", (roles, ""), "There is no such role")];
    let question = PageQuestion::read(&asked.query, "/accounts", parameters, true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let viewer = scope.viewer(question.text("organisation").as_deref());
        let role = AccessRole::parse(question.one("role"));
        let accounts = answers::users(asked.app(), &viewer, role)?;
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(accounts.sheet()), &accounts);
        }
        let words = SheetWords {
            list: "accounts",
            caption: "Accounts",
            rows: "accounts",
            none: "Nobody can sign in: the command refresher user add makes an account.",
        };
        sections.push(sheet_section(accounts.sheet(), &question, &words, |header, row| {
            let id = row.first().map(ToString::to_string).unwrap_or_default();
            if header == "account" { format!("/accounts/{id}") } else { String::new() }
        }));
    }
    let page = ReportPage {
        intro: vec![
            "Who can sign in, and what they may do. Whoever runs refresher makes and changes accounts, by the command refresher user."
                .to_owned(),
        ],
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "accounts", "Accounts")?.with_faults(faults))
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// Shows one.
pub(crate) fn one(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let id: i32 = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let (account, sign_ins) = scope.first_seen(|viewer| answers::user_account(asked.app(), viewer, id))?;
    let at = |at| asked.instant_words(at);
    let value = |label: &str, words: String| LabelledValue::of(label, ShownValue::words(words));
    let facts = vec![
        value("Name", account.name.clone()),
        value("Email address", account.email.clone()),
        LabelledValue::of("State", ShownValue::tag(account.state())),
        value("Second factor", if account.has_second_factor { "yes" } else { "no" }.to_owned()),
        value("Last signed in", account.last_sign_in_at.map_or_else(|| "never".to_owned(), at)),
    ];
    let grants = account.grants.iter().enumerate().map(|(at, grant)| ReportRow {
        id: (at + 1).to_string(),
        cells: in_words(grant).map(ShownValue::words).to_vec(),
    });
    let columns = ["Role", "Organisation", "Whom", "Granted"].map(ReportColumn::words).to_vec();
    let grants = ReportTable::whole("grants", "Roles", columns, grants.collect());
    let lines = sign_ins.iter().map(|one| ReportRow {
        id: one.id.to_string(),
        cells: [at(one.times.began_at), at(one.times.seen_at)].map(ShownValue::words).to_vec(),
    });
    let columns = ["Began", "Last seen"].map(ReportColumn::words).to_vec();
    let sign_ins = ReportTable::whole("sign-ins", "Sign-ins that stand", columns, lines.collect());
    let of = |table| ReportSection { table: Some(table), ..ReportSection::default() };
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/accounts".to_owned(), words: "Accounts".to_owned() }],
        sections: vec![
            ReportSection { figures: facts, ..ReportSection::default() },
            of(grants),
            of(sign_ins),
        ],
        ..ReportPage::of(PageFrame::of(asked, by.who(), "account-of", format!("Account {id}"))?)
    };
    page.reply()
}

fn in_words(grant: &AccessGrant) -> [String; 4] {
    let whom = match &grant.scope {
        GrantScope::Everyone => "everybody".to_owned(),
        GrantScope::Reports => "those they manage".to_owned(),
        GrantScope::Unit(unit) => format!("the unit {unit}"),
    };
    let place = grant.organisation.clone().unwrap_or_else(|| "all".to_owned());
    [grant.role.to_string(), place, whom, "by hand".to_owned()]
}
