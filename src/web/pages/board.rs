//! `/board`: the months of a board's summary; `/board/MONTH`: one of them, as its readers have it.

use crate::access::AccessRight;
use crate::answers::{self, BoardMonth, IsFrozen, IssuedMonth};
use crate::jobs::{IssueRefused, SentAgain, issue_board_summary, send_summary_again};
use crate::web::answer::{
    Fault, LabelledValue, Notice, PageFrame, Reply, ReportColumn, ReportField, ReportFilter, ReportForm,
    ReportPage, ReportRow, ReportSection, ReportTable, ShownValue, WordedLink, told_of_file,
};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ParameterValue, ReachedScope};
use crate::wording::counted;

/// The forms of a summary, by their endings: what each is.
const FORMS: [(&str, &str); 5] = [
    ("html", "text/html; charset=utf-8"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("json", "application/json"),
];

/// Shows the months that were issued, and the one that is not over.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question =
        PageQuestion::read(&asked.query, "/board", vec![scope.parameter_of_one()], false, &mut faults);
    let mut sections = Vec::new();
    if faults.is_empty() {
        let code = question.one("organisation");
        let months = answers::issued_months(asked.app(), &scope.viewer(Some(code)), code)?;
        let table = told_table(asked, &question, &months);
        let current = asked.app().today().format("%Y-%m").to_string();
        let preview = WordedLink {
            href: question.at_path(&format!("/board/{current}")),
            words: "The month that is not over, as it stands today".to_owned(),
        };
        let mut section = ReportSection { links: vec![preview], ..ReportSection::default() };
        let last = answers::last_month(asked.app());
        let is_issued = months.iter().any(|month| month.month == last.to_string());
        if !is_issued && by.who().holder.may(AccessRight::BoardChange, Some(code)) {
            let href = question.at_path(&format!("/board/{last}"));
            section
                .links
                .push(WordedLink { href, words: format!("{}, which is not issued yet", last.long()) });
        }
        if months.is_empty() {
            section
                .paragraphs
                .push("No month was issued yet: a summary goes out once a month is over.".to_owned());
        } else {
            section.table = Some(table);
        }
        sections.push(section);
    }
    let frame = PageFrame::of(asked, by.who(), "board", "Board summaries")?.with_faults(faults);
    let filter = ReportFilter::of(&question, "Choose", "Show this board");
    let page = ReportPage {
        intro: vec!["What the board was told, month by month. What was issued never changes.".to_owned()],
        filter: Some(filter).filter(ReportFilter::asks_for_something),
        sections,
        ..ReportPage::of(frame)
    };
    page.reply()
}

/// What became of each month that was issued, a row for each of those who were told.
fn told_table(asked: &PageRequest<'_>, question: &PageQuestion, months: &[IssuedMonth]) -> ReportTable {
    let mut columns = vec![ReportColumn::words("Month"), ReportColumn::number("Staff up to date")];
    columns.extend(["Figures of", "Told to", "What became of it"].map(ReportColumn::words));
    let rows = months.iter().flat_map(|month| {
        let href = question.at_path(&format!("/board/{}", month.month));
        let row = move |at: usize, to: &str, state: &str| ReportRow {
            id: format!("{}-{at}", month.month),
            cells: vec![
                ShownValue::words(&month.words).to(&href),
                ShownValue::number(&month.rate),
                ShownValue::words(asked.instant_words(month.known_at)),
                ShownValue::words(to),
                ShownValue::tag(state),
            ],
        };
        let told = month.messages.iter().enumerate();
        let mut rows: Vec<ReportRow> =
            told.map(|(at, message)| row(at, &message.recipient, message.state.as_str())).collect();
        if rows.is_empty() {
            rows.push(row(0, "nobody", ""));
        }
        rows
    });
    let rows: Vec<ReportRow> = rows.collect();
    ReportTable::whole("months", "Months that were issued", columns, rows)
}

/// Shows a month, or hands it out in another form.
pub(crate) fn one(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (text, ending) = match asked.place().split_once('.') {
        None => (asked.place(), None),
        Some((text, ending)) => (text, Some(ending)),
    };
    let Some((question, month)) = found(asked, by, text)? else { return refused(asked, by, text) };
    if let Some(ending) = ending {
        let (_, kind) = *FORMS.iter().find(|(form, _)| *form == ending).ok_or(Fault::NotFound)?;
        let file = month.files()?.into_iter().find(|(name, _)| name.ends_with(&format!(".{ending}")));
        let (name, content) = file.ok_or(Fault::NotFound)?;
        told_of_file(asked, by, 1)?;
        return Ok(Reply::file(kind, name, content));
    }
    let standing = match month.frozen {
        IsFrozen::Yes => "issued: these figures never change",
        IsFrozen::No => "not issued: these figures may still change",
    };
    let figures = vec![
        LabelledValue::of("Organisation", ShownValue::words(question.one("organisation"))),
        LabelledValue::of("State", ShownValue::words(standing)),
    ];
    let path = format!("/board/{text}");
    // Whether one to print can be made depends on the build alone.
    let has = |form: &str| form != "pdf" || cfg!(feature = "pdf");
    let exports = FORMS.iter().filter(|(form, _)| has(form)).map(|(form, _)| WordedLink {
        href: question.at_path(&format!("{path}.{form}")),
        words: form.to_uppercase(),
    });
    let code = question.one("organisation");
    let mut section = ReportSection { figures, ..ReportSection::default() };
    if month.is_to_be_issued(asked.app().today()) && by.who().holder.may(AccessRight::BoardChange, Some(code))
    {
        let button = "Issue it and mail it to the board";
        let form = ReportForm::new("issue", format!("{path}/issue"), button);
        section.forms.push(form.carrying("organisation", code));
    }
    let mut sections = vec![section];
    sections.extend(told(asked, by, &question, &month)?);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: question.at_path("/board"), words: "Board summaries".to_owned() }],
        sections,
        exports: exports.collect(),
        framed: question.at_path(&format!("{path}/paper")),
        ..ReportPage::of(PageFrame::of(asked, by.who(), "month", month.words())?)
    };
    page.reply()
}

/// To whom the month was sent and what became of each; and to whom it can be sent again.
fn told(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    question: &PageQuestion,
    month: &BoardMonth,
) -> Result<Option<ReportSection>, Fault> {
    let code = question.one("organisation");
    let viewer = ReachedScope::of(asked, by)?.viewer(Some(code));
    let messages = answers::month_told(asked.app(), &viewer, code, month.month())?;
    if messages.is_empty() {
        return Ok(None);
    }
    let rows = messages.iter().map(|message| ReportRow {
        id: message.id.to_string(),
        cells: vec![
            ShownValue::words(&message.recipient),
            ShownValue::tag(message.state.as_str()),
            ShownValue::words(message.sent_at.map(|at| asked.instant_words(at)).unwrap_or_default()),
            ShownValue::words(message.last_error.clone().unwrap_or_default()),
        ],
    });
    let columns = ["Told to", "What became of it", "Sent", "Why not"].map(ReportColumn::words).to_vec();
    let table = ReportTable::whole("told", "To whom it was sent", columns, rows.collect());
    let mut section = ReportSection { table: Some(table), ..ReportSection::default() };
    if by.who().holder.may(AccessRight::BoardChange, Some(code)) {
        let mut recipients: Vec<&str> = messages.iter().map(|message| message.recipient.as_str()).collect();
        recipients.sort_unstable();
        recipients.dedup();
        let choices = recipients
            .into_iter()
            .map(|recipient| ParameterValue { value: recipient.to_owned(), words: recipient.to_owned() });
        let field = ReportField::one_of("recipient", "To", choices.collect(), asked.form.one("recipient"));
        let action = format!("/board/{}/send-again", month.month());
        let form = ReportForm::new("send-again", action, "Send it again, word for word").second();
        section.forms.push(form.asking(vec![field]).carrying("organisation", code));
    }
    Ok(Some(section))
}

/// Sends a month's summary again to one of those it was sent to.
pub(crate) fn send_again(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (code, text, recipient) =
        (asked.form.one("organisation"), asked.place(), asked.form.one("recipient"));
    if !by.may_at(code) {
        return Err(Fault::NotFound);
    }
    let viewer = ReachedScope::of(asked, by)?.viewer(Some(code));
    let month =
        answers::board_month_written(asked.app(), &viewer, code, text)?.ok_or(Fault::NotFound)?.month();
    let (actor, once) = (by.who().actor(), asked.once(by.who())?);
    let moment = (asked.now, asked.app().today());
    let (what, then) = match send_summary_again(asked.app(), (code, month, recipient), &actor, &once, moment)?
    {
        SentAgain::Queued => (
            format!("{} is queued for {recipient} once more", month.long()),
            "It waits in the outbox, where it can be cancelled until it is sent.",
        ),
        SentAgain::Waits => (
            format!("{} still waits to be sent to {recipient}", month.long()),
            "Nothing was queued twice: the outbox says why it waits.",
        ),
        SentAgain::WordsGone => (
            format!("What was sent to {recipient} is not kept any more"),
            "Nothing was sent. Write the month out as a file instead.",
        ),
        SentAgain::Nobody => return Err(Fault::NotFound),
        SentAgain::SentBefore => return Ok(Reply::see(month_address(month, code))),
    };
    Notice::Done { what, then: then.to_owned() }.keep(asked, by.who())?;
    Ok(Reply::see(month_address(month, code)))
}

fn month_address(month: impl std::fmt::Display, code: &str) -> String {
    format!("/board/{month}?organisation={code}")
}

/// Issues a month that is over: its figures never change again, and the board is mailed.
pub(crate) fn issue(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (code, text) = (asked.form.one("organisation"), asked.place());
    if !by.may_at(code) {
        return Err(Fault::NotFound);
    }
    let viewer = ReachedScope::of(asked, by)?.viewer(Some(code));
    let month =
        answers::board_month_written(asked.app(), &viewer, code, text)?.ok_or(Fault::NotFound)?.month();
    let address = month_address(month, code);
    let actor = by.who().actor();
    let issued = issue_board_summary(asked.app(), code, month, &actor, asked.app().today(), asked.now);
    let (what, then) = match issued {
        // Whoever was promised it is promised it once, however often the form is sent.
        Ok(issued) if issued.queued == 0 => {
            (format!("{} was issued before", month.long()), "Nobody is mailed again.")
        }
        Ok(issued) => (
            format!(
                "{} is issued and queued for {}",
                month.long(),
                counted(issued.queued, "recipient", "recipients")
            ),
            "The mails wait in the outbox, where each can be cancelled until it is sent. The figures never change again.",
        ),
        Err(error) => match error.downcast_ref::<IssueRefused>() {
            Some(IssueRefused::NoRecipients(_)) => (
                format!("{} is not issued: nobody receives it", month.long()),
                "Whoever runs refresher names the recipients in the settings, under [[board]].",
            ),
            Some(IssueRefused::NotOver { .. }) => {
                (format!("{} is not over", month.long()), "Its summary can be issued once it is.")
            }
            Some(IssueRefused::JustIssued { .. }) => {
                (format!("{} was issued by somebody else just now", month.long()), "Nothing was done twice.")
            }
            None => return Err(error.into()),
        },
    };
    Notice::Done { what, then: then.to_owned() }.keep(asked, by.who())?;
    Ok(Reply::see(address))
}

/// The summary itself, to be shown in a frame of the page: it may do nothing there, and loads nothing.
pub(crate) fn paper(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let (_, month) = found(asked, by, asked.place())?.ok_or(Fault::NotFound)?;
    Ok(Reply::framed_mail(month.page()?))
}

fn question(
    asked: &PageRequest<'_>,
    scope: &ReachedScope,
    text: &str,
    faults: &mut Vec<crate::web::answer::FieldFault>,
) -> PageQuestion {
    let path = format!("/board/{text}");
    PageQuestion::read(&asked.query, &path, vec![scope.parameter_of_one()], false, faults)
}

/// What is asked, and the month; `None` where the address is unsound.
fn found(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    text: &str,
) -> Result<Option<(PageQuestion, BoardMonth)>, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question = question(asked, &scope, text, &mut faults);
    if !faults.is_empty() {
        return Ok(None);
    }
    let code = question.one("organisation");
    let month = answers::board_month_written(asked.app(), &scope.viewer(Some(code)), code, text)?;
    Ok(Some((question, month.ok_or(Fault::NotFound)?)))
}

fn refused(asked: &PageRequest<'_>, by: &Admitted<'_>, text: &str) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    question(asked, &scope, text, &mut faults);
    let frame = PageFrame::of(asked, by.who(), "month", "Board summary")?.with_faults(faults);
    ReportPage::of(frame).reply()
}
