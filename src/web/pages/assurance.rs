//! `/assurance`: the statements of assurance and what was answered; `/assurance/answer`: one of them, answered anew.

use chrono::NaiveDate;

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, AnsweredStatement, JudgedBy, Question};
use crate::jobs::{AnswerOutcome, TypedAnswer, answer_statement};
use crate::web::answer::{
    ExportForm, Fault, FieldFault, Notice, PageFrame, Reply, ReportColumn, ReportField, ReportFilter,
    ReportForm, ReportPage, ReportRow, ReportSection, ReportTable, ShownValue, WordedLink, file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ParameterValue, ReachedScope};
use crate::wording::{capitalised, long_date};

/// What is typed of an answer, by the columns of a file of them.
const TYPED: [&str; 6] = ["statement", "answer", "answered_on", "evidence", "owner_email", "review_by"];

/// Shows them, or hands them out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question = PageQuestion::read(&asked.query, "/assurance", vec![scope.parameter()], true, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let organisation = question.text("organisation");
        let of = Question::asked(asked.app(), None, None, organisation.as_deref(), JudgedBy::PolicyThen)?;
        let register = answers::assurance_register(asked.app(), &of, &scope.viewer(organisation.as_deref()))?;
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(register.sheet()), &register);
        }
        let words = SheetWords {
            list: "statements",
            caption: "Statements of assurance",
            rows: ("statement", "statements"),
            none: "The policy has no statements of assurance.",
            unseen: &[],
        };
        sections.push(sheet_section(register.sheet(), &question, &words, |header, row| {
            let cell = |at: usize| row.get(at).map(ToString::to_string).unwrap_or_default();
            if header == "statement" { address(&cell(0), &cell(1)) } else { String::new() }
        }));
    }
    let filter = ReportFilter::of(&question, "Choose", "Show these statements");
    let page = ReportPage {
        intro: vec![
            "What the board is told of how training is seen to. What is to be reviewed stands first."
                .to_owned(),
        ],
        filter: Some(filter).filter(ReportFilter::asks_for_something),
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "assurance", "Assurance")?.with_faults(faults))
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// Shows one with everything that was answered to it, and asks for another answer.
pub(crate) fn one(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (organisation, statement) = (asked.query.one("organisation"), asked.query.one("statement"));
    show(asked, by, (organisation, statement), Vec::new())
}

/// Keeps another answer.
pub(crate) fn answer(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let organisation = asked.form.one("organisation");
    if !by.may_at(organisation) {
        return Err(Fault::NotFound);
    }
    let statement = asked.form.one("statement");
    let today = asked.app().today().to_string();
    let columns = TYPED.map(|name| {
        let typed = asked.form.one(name);
        (name, if name == "answered_on" && typed.trim().is_empty() { today.as_str() } else { typed })
    });
    let once = asked.once(by.who())?;
    let typed = TypedAnswer { organisation, columns: &columns };
    match answer_statement(asked.app(), &typed, &by.who().actor(), &once, asked.now)? {
        AnswerOutcome::Kept(Some(id)) => {
            let what = format!("The answer to {statement} of {organisation} is kept");
            let then = format!(
                "The answers before it stay. Undoing import {id} takes it back: it stands among the imports."
            );
            Notice::Done { what, then }.keep(asked, by.who())?;
        }
        AnswerOutcome::Kept(None) => {
            let what = "Nothing was changed".to_owned();
            Notice::Done { what, then: "That was the answer already.".to_owned() }.keep(asked, by.who())?;
        }
        AnswerOutcome::SentBefore => {}
        AnswerOutcome::Faulty(faults) => {
            let faults = faults.into_iter().map(|(column, why)| FieldFault {
                field: TYPED.into_iter().find(|name| *name == column).unwrap_or("answer"),
                words: capitalised(&why),
            });
            return show(asked, by, (organisation, statement), faults.collect());
        }
    }
    Ok(Reply::see(address(organisation, statement)))
}

fn address(organisation: &str, statement: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("organisation", organisation)
        .append_pair("statement", statement)
        .finish();
    format!("/assurance/answer?{query}")
}

fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    (organisation, statement): (&str, &str),
    faults: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    let viewer = ReachedScope::of(asked, by)?.viewer(Some(organisation));
    let of = Question::asked(asked.app(), None, None, Some(organisation), JudgedBy::PolicyThen);
    // An organisation that nobody knows is no other than one that is not for whoever asks.
    let of = of.map_err(|_| Fault::NotFound)?;
    let register = answers::assurance_register(asked.app(), &of, &viewer)?;
    let one = register.find(organisation, statement).ok_or(Fault::NotFound)?;
    let mut sections = vec![given(one)];
    if by.who().holder.may(AccessRight::AssuranceAnswer, Some(organisation)) {
        sections.push(asking(asked, one));
    }
    let heading = format!("{} of {organisation}", capitalised(&statement.replace(['_', '-'], " ")));
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/assurance".to_owned(), words: "Assurance".to_owned() }],
        intro: vec![one.statement.question.clone()],
        sections,
        ..ReportPage::of(PageFrame::of(asked, by.who(), "statement", heading)?.with_faults(faults))
    };
    page.reply()
}

/// Everything that was answered, the newest first.
fn given(one: &AnsweredStatement) -> ReportSection {
    if one.answers.is_empty() {
        let paragraphs = vec!["Nobody has answered this yet.".to_owned()];
        return ReportSection { paragraphs, ..ReportSection::default() };
    }
    let rows = one.answers.iter().enumerate().map(|(at, answer)| ReportRow {
        id: (at + 1).to_string(),
        cells: vec![
            ShownValue::words(long_date(answer.answered_on)),
            ShownValue::tag(&answer.answer),
            ShownValue::words(&answer.evidence),
            ShownValue::words(&answer.owner_email),
            ShownValue::words(answer.review_by.map(long_date).unwrap_or_default()),
        ],
    });
    let columns =
        ["Answered on", "Answer", "Evidence", "Who reviews it", "Review by"].map(ReportColumn::words);
    let table = ReportTable::whole("answers", "Answers, the newest first", columns.to_vec(), rows.collect());
    ReportSection { table: Some(table), ..ReportSection::default() }
}

/// Asks for another answer. What the last one rests on and who reviews it are likely to hold still; the answer itself has to
/// be chosen, so that none is given by a careless press.
fn asking(asked: &PageRequest<'_>, one: &AnsweredStatement) -> ReportSection {
    let was_sent = !asked.form.one("statement").is_empty();
    let last = one.answers.first().filter(|_| !was_sent);
    let typed = |name| asked.form.one(name);
    let kept = |name, last: Option<&str>| last.map_or_else(|| typed(name).to_owned(), ToOwned::to_owned);
    let choice =
        |value: &str, words: &str| ParameterValue { value: value.to_owned(), words: words.to_owned() };
    let answers = one.statement.answers.iter().map(|answer| choice(answer, &answer.replace('-', " ")));
    let choices = [choice("", "Choose an answer")].into_iter().chain(answers).collect();
    let is_ahead = |day: &NaiveDate| *day > asked.app().today();
    let review_by = last.and_then(|last| last.review_by).filter(is_ahead).map(long_date);
    let (evidence, owner) = (last.map(|last| &*last.evidence), last.map(|last| &*last.owner_email));
    let fields = vec![
        ReportField::one_of("answer", "Answer", choices, typed("answer")),
        ReportField::typed(
            "answered_on",
            "Answered on",
            "Today where you leave it empty",
            typed("answered_on"),
        ),
        ReportField::typed(
            "evidence",
            "Evidence",
            "What it rests on, without names of patients",
            kept("evidence", evidence),
        ),
        ReportField::typed(
            "owner_email",
            "Who reviews it",
            "An email address, which is reminded of it",
            kept("owner_email", owner),
        ),
        ReportField::typed(
            "review_by",
            "Review by",
            "A day, such as 27 March 2026; without one nobody is reminded of it",
            kept("review_by", review_by.as_deref()),
        ),
    ];
    let form = ReportForm::new("answer", "/assurance/answer", "Keep this answer")
        .asking(fields)
        .carrying("organisation", &one.organisation)
        .carrying("statement", &one.statement.id);
    ReportSection { heading: "Answer anew".to_owned(), forms: vec![form], ..ReportSection::default() }
}
