//! `/outbox`: messages, and what became of them; the same as CSV, workbook and document.

pub(crate) mod change;
pub(crate) mod message;
mod question;

use askama::Template;

use crate::access::AccessRight;
use crate::answers::{self, OutboxAnswer, OutboxDetail, OutboxFilter};
use crate::jobs::{tell_of_list, would_say};
use crate::outbox::{MessageKind, MessageState};
use crate::web::answer::{Fault, PageFrame, Reply, WordedLink, proof_first};
use crate::web::request::{Admitted, PageRequest, SIZES};
use crate::wording::{counted, long_date, part_of_list};

use question::{OutboxQuestion, SortHeader};

/// A message as the list shows it.
struct MessageLine {
    id: i32,
    kind: &'static str,
    to: String,
    subject: String,
    state: &'static str,
    attempts: i32,
    planned_on: String,
    error: String,
}

/// One of several that can be ticked.
struct ChoiceBox {
    value: &'static str,
    is_ticked: bool,
}

#[derive(Template)]
#[template(path = "web/outbox.html")]
struct OutboxPage {
    frame: PageFrame,
    question: OutboxQuestion,
    organisations: Vec<String>,
    all_organisations: bool,
    states: Vec<ChoiceBox>,
    kinds: Vec<ChoiceBox>,
    taken: Vec<WordedLink>,
    /// Nothing where what was asked is unsound: no rows, never all.
    list: Option<OutboxList>,
}

/// The list itself.
struct OutboxList {
    rows: Vec<MessageLine>,
    total: i64,
    /// Which part is shown, in words.
    part: String,
    waiting: i64,
    waiting_href: String,
    empty_at: Option<String>,
    by_id: SortHeader,
    by_day: SortHeader,
    before: Option<String>,
    behind: Option<String>,
    sizes: Vec<WordedLink>,
    exports: Vec<WordedLink>,
    held: Vec<HeldLine>,
}

/// What is held of an organisation, with what lets it go.
struct HeldLine {
    organisation: String,
    messages: i64,
    words: String,
    href: String,
}

/// Shows the list.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by)
}

/// The rows as CSV, all pages.
pub(crate) fn csv(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let Ok((question, answer)) = whole(asked, by)? else { return show(asked, by) };
    if let Some(proof) = proof_first(asked, by, answer.recipients()) {
        return Ok(proof);
    }
    let mut bytes = Vec::new();
    answer.sheet().write_csv(&mut bytes)?;
    note_looks(asked, by, &question, &answer);
    told(asked, by, "/outbox.csv", answer.messages().count())?;
    Ok(Reply::file("text/csv; charset=utf-8", question.file_name("csv"), bytes))
}

/// The rows as a workbook, all pages.
pub(crate) fn xlsx(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let Ok((question, answer)) = whole(asked, by)? else { return show(asked, by) };
    if let Some(proof) = proof_first(asked, by, answer.recipients()) {
        return Ok(proof);
    }
    let mut file = std::io::Cursor::new(Vec::new());
    answer.sheet().write_xlsx(&mut file)?;
    note_looks(asked, by, &question, &answer);
    told(asked, by, "/outbox.xlsx", answer.messages().count())?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(Reply::file(kind, question.file_name("xlsx"), file.into_inner()))
}

/// The command's own document, all pages.
pub(crate) fn json(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let Ok((question, answer)) = whole(asked, by)? else { return show(asked, by) };
    if let Some(proof) = proof_first(asked, by, answer.recipients()) {
        return Ok(proof);
    }
    note_looks(asked, by, &question, &answer);
    told(asked, by, "/outbox.json", answer.messages().count())?;
    Reply::document(&answer)
}

/// Tells the audit log of an export.
fn told(asked: &PageRequest<'_>, by: &Admitted<'_>, path: &str, rows: usize) -> Result<(), Fault> {
    Ok(tell_of_list(asked.app(), path, rows, &by.who().actor(), asked.now)?)
}

/// The question and all that answers it; `Err` where it is unsound.
fn whole(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
) -> Result<Result<(OutboxQuestion, OutboxAnswer), ()>, Fault> {
    let mut faults = Vec::new();
    let question = OutboxQuestion::read(asked, by, &mut faults)?;
    if !faults.is_empty() {
        return Ok(Err(()));
    }
    let answer = answer(asked, by, &question, false)?;
    Ok(Ok((question, answer)))
}

fn answer(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    question: &OutboxQuestion,
    in_part: bool,
) -> Result<OutboxAnswer, Fault> {
    let app = asked.app();
    let words = reads(by, question);
    let filter = OutboxFilter {
        states: question.states.clone(),
        kinds: question.kinds.clone(),
        planned_on: question.planned_on,
        employee_number: question.employee_number.clone(),
        order: question.order,
        part: in_part.then(|| question.part()),
        detail: if words { OutboxDetail::Words } else { OutboxDetail::States },
    };
    let would_say = |messages: &[_]| would_say(app, messages);
    Ok(answers::outbox_of(app, &question.viewer, &filter, &would_say)?)
}

/// Whether addresses and subjects are shown as they are.
fn reads(by: &Admitted<'_>, question: &OutboxQuestion) -> bool {
    by.who().holder.may(AccessRight::OutboxWords, question.organisation.as_deref())
}

/// Notes that whoever asks looked at those whose addresses they are shown.
fn note_looks(asked: &PageRequest<'_>, by: &Admitted<'_>, question: &OutboxQuestion, answer: &OutboxAnswer) {
    if reads(by, question) {
        asked.looked_at(by.who(), answer.messages().filter_map(|message| message.staff_id));
    }
}

fn show(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let mut faults = Vec::new();
    let question = OutboxQuestion::read(asked, by, &mut faults)?;
    let list = if faults.is_empty() { Some(list(asked, by, &question)?) } else { None };
    // Somebody who isn't there has no messages: the address is as unsound as with a number that is none.
    let status = if faults.is_empty() { 200 } else { 422 };
    let page = OutboxPage {
        frame: PageFrame::of(asked, by.who(), "outbox", "Outbox")?.with_faults(faults),
        organisations: question.choices.clone(),
        all_organisations: question.all,
        states: MessageState::ALL
            .iter()
            .map(|state| ChoiceBox { value: state.as_str(), is_ticked: question.states.contains(state) })
            .collect(),
        kinds: MessageKind::ALL
            .iter()
            .map(|kind| ChoiceBox { value: kind.as_str(), is_ticked: question.kinds.contains(kind) })
            .collect(),
        taken: question
            .taken()
            .into_iter()
            .map(|(words, without)| WordedLink { href: without.address("/outbox"), words })
            .collect(),
        list,
        question,
    };
    Reply::page_with(status, &page)
}

fn list(asked: &PageRequest<'_>, by: &Admitted<'_>, question: &OutboxQuestion) -> Result<OutboxList, Fault> {
    let answer = answer(asked, by, question, true)?;
    note_looks(asked, by, question, &answer);
    let rows: Vec<MessageLine> = answer
        .messages()
        .map(|message| MessageLine {
            id: message.id,
            kind: message.kind.as_str(),
            to: message.recipient.clone(),
            subject: message.subject.clone(),
            state: message.state.as_str(),
            attempts: message.attempts,
            planned_on: long_date(message.planned_on),
            error: message.last_error.clone().unwrap_or_default(),
        })
        .collect();
    let (total, shown) = (answer.total(), i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let skipped = question.part().skipped;
    let [from, here, of] = [skipped, shown, total].map(i64::unsigned_abs);
    let part = if total == 0 { String::new() } else { part_of_list(from, here, of, ("message", "messages")) };
    let at_page = |page: i64| question.at_page(page).address("/outbox");
    Ok(OutboxList {
        total,
        part,
        waiting: answer.waiting(),
        waiting_href: question.of_waiting().address("/outbox"),
        empty_at: answer.empty_at().map(|at| asked.instant_words(at)),
        by_id: question.sorted_by_id(),
        by_day: question.sorted_by_day(),
        before: (question.page > 1).then(|| at_page(question.page - 1)),
        behind: (skipped + shown < total && shown > 0).then(|| at_page(question.page + 1)),
        sizes: SIZES
            .iter()
            .filter(|size| **size != question.size && total > SIZES[0])
            .map(|size| WordedLink {
                href: question.of_size(*size).address("/outbox"),
                words: size.to_string(),
            })
            .collect(),
        exports: ["csv", "xlsx", "json"]
            .iter()
            .map(|form| WordedLink {
                href: question.at_page(1).address(&format!("/outbox.{form}")),
                words: form.to_uppercase(),
            })
            .collect(),
        held: held(asked, by, question)?,
        rows,
    })
}

/// What is held of the organisations that are shown, for whoever may let it go.
fn held(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    question: &OutboxQuestion,
) -> Result<Vec<HeldLine>, Fault> {
    let held = answers::held_messages(asked.app(), &question.viewer)?.into_iter();
    let may = held.filter(|(code, _)| by.who().holder.may(AccessRight::OutboxChange, Some(code)));
    Ok(may
        .map(|(organisation, messages)| HeldLine {
            words: counted(messages.unsigned_abs(), "message", "messages"),
            href: question.of_held(&organisation).address("/outbox"),
            organisation,
            messages,
        })
        .collect())
}
