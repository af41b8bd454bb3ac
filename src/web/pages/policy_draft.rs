//! `/policy/draft`: another policy is written, saved, checked, looked at for what it would change, and put in force.

use chrono::NaiveDate;

use super::sheet::{SheetWords, sheet_section};
use crate::access::AccessRight;
use crate::answers::{self, Answer, DraftTried, JudgedBy, PolicyImpact, Question};
use crate::import::day_meant;
use crate::jobs::{
    DayRefused, PolicyOrder, PutInForce, day_refused, drop_policy_draft, policy_draft, policy_mark,
    put_policy_in_force, save_policy_draft,
};
use crate::web::answer::{
    Fault, FieldFault, Notice, PageFrame, Reply, ReportField, ReportForm, ReportPage, ReportSection,
    WordedLink,
};
use crate::web::request::{Admitted, FormFields, PageQuestion, PageRequest, ReachedScope};
use crate::wording::long_date;

/// How wide what a draft would change is written.
const WIDTH: usize = 100;

/// As many people are shown for whom something would change.
const SHOWN: usize = 200;

/// What a page of a draft shows.
struct PolicyDraftShown {
    status: u16,
    text: String,
    /// The first day, as it is typed.
    from: String,
    faults: Vec<FieldFault>,
    /// What was found, above the form.
    found: Vec<ReportSection>,
}

/// Asks for a draft: the one that was saved, or at first the policy in force.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let text = match policy_draft(asked.app(), by.who().account.id)? {
        Some((text, _)) => text,
        None => answers::policy_in_force(asked.app(), asked.app().today())?.text().to_owned(),
    };
    let (from, faults, found) = (String::new(), Vec::new(), Vec::new());
    show(asked, by, PolicyDraftShown { status: 200, text, from, faults, found })
}

/// Checks a draft, and says what it would change; nothing is kept.
pub(crate) fn preview(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    look(asked, by, None)
}

/// Saves a draft, sound or not.
pub(crate) fn save(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let once = asked.once(by.who())?;
    if save_policy_draft(asked.app(), &typed_text(asked), &by.who().actor(), &once, asked.now)? {
        let what = "The draft is saved".to_owned();
        let then = "Only you see it. Nothing is in force that was not before.".to_owned();
        Notice::Done { what, then }.keep(asked, by.who())?;
    }
    Ok(Reply::see("/policy/draft"))
}

/// Throws a draft away.
pub(crate) fn discard(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    drop_policy_draft(asked.app(), by.who().account.id)?;
    let what = "The draft is thrown away".to_owned();
    Notice::Done { what, then: "You begin with the policy in force again.".to_owned() }
        .keep(asked, by.who())?;
    Ok(Reply::see("/policy/draft"))
}

/// Puts it in force as it was looked at.
pub(crate) fn put_in_force(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(Reply::see("/policy"));
    }
    let Ok(from) = typed_day(asked) else { return look(asked, by, None) };
    let text = typed_text(asked);
    let order = PolicyOrder { text: &text, from, mark: asked.form.one("mark") };
    let (what, then) = match put_policy_in_force(asked.app(), order, &by.who().actor(), &once, asked.now)? {
        PutInForce::Done if from <= asked.app().today() => (
            "The policy is in force".to_owned(),
            "To take it back, put the policy before it in force again. The policy file of whoever runs refresher is taken up again once it changes.",
        ),
        PutInForce::Done => (
            format!("The policy will be in force from {}", long_date(from)),
            "Until then the present one holds. To take it back, put another in force from the same day.",
        ),
        PutInForce::StoodSo => {
            ("Nothing was changed".to_owned(), "This very policy is in force on that day already.")
        }
        PutInForce::SentBefore => return Ok(Reply::see("/policy")),
        PutInForce::Changed => {
            let changed = "Something changed while you looked at it: the register, the policy or the day. Nothing was done. Below is what the draft would change now.";
            return look(asked, by, Some(changed));
        }
        // What is wrong with it is found again, at its place.
        PutInForce::Faulty(_) | PutInForce::Refused(_) => return look(asked, by, None),
    };
    Notice::Done { what, then: then.to_owned() }.keep(asked, by.who())?;
    Ok(Reply::see("/policy"))
}

/// A policy as it is typed, with the ends of lines that a file has.
fn typed_text(asked: &PageRequest<'_>) -> String {
    asked.form.one("policy").replace("\r\n", "\n")
}

/// The day from which it is to be in force: today, where nothing is said.
fn typed_day(asked: &PageRequest<'_>) -> Result<NaiveDate, FieldFault> {
    let typed = asked.form.one("from").trim();
    let fault = || FieldFault {
        field: "from",
        words: "Enter a day that exists, such as 27 March 2026, or leave it empty for today".to_owned(),
    };
    if typed.is_empty() {
        return Ok(asked.app().today());
    }
    day_meant(typed).filter(|day| Question::is_day(*day)).ok_or_else(fault)
}

/// What is wrong with a day; nothing where it can be chosen.
fn fault_of_day(asked: &PageRequest<'_>, from: NaiveDate) -> Result<Option<FieldFault>, Fault> {
    let words = day_refused(asked.app(), from)?.map(|why| match why {
        DayRefused::Past => "Choose today or a later day: what is past is not judged anew".to_owned(),
        DayRefused::AfterAnother(day) => format!(
            "Another policy begins on {}: choose that day, to have this one in its place, or one before it",
            long_date(day)
        ),
    });
    Ok(words.map(|words| FieldFault { field: "from", words }))
}

/// Shows what is wrong with what was typed, or what it would change. `remark` stands above it where what was looked at
/// before is no longer so.
fn look(asked: &PageRequest<'_>, by: &Admitted<'_>, remark: Option<&str>) -> Result<Reply, Fault> {
    let (text, typed) = (typed_text(asked), asked.form.one("from").to_owned());
    let mut faults = Vec::new();
    let from = match typed_day(asked) {
        Ok(from) => from,
        Err(fault) => {
            faults.push(fault);
            asked.app().today()
        }
    };
    if faults.is_empty() {
        faults.extend(fault_of_day(asked, from)?);
    }
    let viewer = ReachedScope::of(asked, by)?.viewer(None);
    // The mark is made first: what changes while this is worked out is told by it.
    let mark = policy_mark(asked.app(), &text, from)?;
    let question = Question::asked(asked.app(), None, None, None, JudgedBy::PolicyThen)?;
    let question = Question { policy_of: from, ..question };
    let mut found = Vec::new();
    match answers::try_draft(asked.app(), &question, &viewer, &text)? {
        DraftTried::Faulty(faulty) => {
            faults.extend(faulty.into_iter().map(|words| FieldFault { field: "policy", words }));
        }
        DraftTried::Sound { warnings, impact } if faults.is_empty() => {
            let paragraphs = remark.map(str::to_owned).into_iter();
            let heading = if remark.is_some() { "Nothing was done" } else { "The draft is sound" }.to_owned();
            let paragraphs = paragraphs.chain(warnings).collect();
            found.push(ReportSection { heading, paragraphs, ..ReportSection::default() });
            asked.looked_at(by.who(), impact.staff_ids().take(SHOWN));
            found.extend(changes(asked, &impact, from));
            found.extend(deciding(asked, by, &text, (from, &mark))?);
        }
        DraftTried::Sound { .. } => {}
    }
    let status = match (faults.is_empty(), remark) {
        (false, _) => 422,
        (true, Some(_)) => 409,
        (true, None) => 200,
    };
    show(asked, by, PolicyDraftShown { status, text, from: typed, faults, found })
}

/// What it would change, and for whom.
fn changes(asked: &PageRequest<'_>, impact: &PolicyImpact, from: NaiveDate) -> [ReportSection; 2] {
    let against = if from > asked.app().today() {
        format!("Against the policy in force on {}, for the register as it is today.", long_date(from))
    } else {
        "Against the policy in force, for the register as it is today.".to_owned()
    };
    let first = ReportSection {
        heading: "What it would change".to_owned(),
        paragraphs: vec![format!("{against} Nothing was changed.")],
        verbatim: impact.words(WIDTH),
        ..ReportSection::default()
    };
    let words = SheetWords {
        list: "people",
        caption: "For whom something would change",
        rows: ("person", "people"),
        none: "Nothing would change for anybody.",
        unseen: &[],
    };
    let parts = FormFields::parse(format!("size={SHOWN}").as_bytes());
    let question = PageQuestion::read(&parts, "/policy/draft", Vec::new(), true, &mut Vec::new());
    let mut people = sheet_section(impact.people(), &question, &words, |_, _| String::new());
    // What is shown answers a form, and has no address for its next page.
    if let Some(table) = &mut people.table {
        if !table.pager.is_empty() {
            people.paragraphs.push(format!("The first {SHOWN} are shown."));
        }
        table.pager.clear();
        table.sizes.clear();
    }
    [first, people]
}

/// The form that puts it in force, for whoever may.
fn deciding(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    text: &str,
    (from, mark): (NaiveDate, &str),
) -> Result<Option<ReportSection>, Fault> {
    let heading = "Put it in force".to_owned();
    if !by.who().holder.may_anywhere(AccessRight::PolicyPutInForce) {
        let paragraphs = vec![
            "A policy holds for every organisation: whoever sees to all of them in HR puts it in force."
                .to_owned(),
        ];
        return Ok(Some(ReportSection { heading, paragraphs, ..ReportSection::default() }));
    }
    let is_today = from <= asked.app().today();
    let mut paragraphs = Vec::new();
    if let Some(next) = answers::policy_to_come(asked.app())?.filter(|next| *next > from) {
        paragraphs.push(format!(
            "It would hold until {}, when another that was put in force begins.",
            long_date(next)
        ));
    }
    let button = if is_today {
        "Put it in force from today".to_owned()
    } else {
        format!("Put it in force from {}", long_date(from))
    };
    let form = ReportForm::new("put-in-force", "/policy/draft/put-in-force", button)
        .carrying("policy", text)
        .carrying("from", from.to_string())
        .carrying("mark", mark);
    Ok(Some(ReportSection { heading, paragraphs, forms: vec![form], ..ReportSection::default() }))
}

fn show(asked: &PageRequest<'_>, by: &Admitted<'_>, shown: PolicyDraftShown) -> Result<Reply, Fault> {
    let PolicyDraftShown { status, text, from, faults, found: mut sections } = shown;
    let fields = vec![
        ReportField::lines("policy", "The draft", "As a policy file is written", text),
        ReportField::typed(
            "from",
            "In force from",
            "A day, such as 27 March 2026; today where you leave it empty",
            from,
        ),
    ];
    let form = ReportForm::new("preview", "/policy/draft", "Check it and show what it would change")
        .asking(fields)
        .or("save", "/policy/draft/save", "Save the draft");
    let mut writing = ReportSection { forms: vec![form], ..ReportSection::default() };
    if let Some((_, saved_at)) = policy_draft(asked.app(), by.who().account.id)? {
        writing.paragraphs.push(format!("You saved a draft on {}.", asked.instant_words(saved_at)));
        writing
            .forms
            .push(ReportForm::new("discard", "/policy/draft/discard", "Throw the saved draft away").second());
    }
    sections.push(writing);
    let frame = PageFrame::of(asked, by.who(), "policy-draft", "Another policy")?.with_faults(faults);
    let page = ReportPage {
        crumbs: vec![WordedLink { href: "/policy".to_owned(), words: "Policy".to_owned() }],
        sections,
        ..ReportPage::of(frame)
    };
    Reply::page_with(status, &page)
}
