//! `/people`: a row a person and course, filtered as the command filters.

pub(crate) mod data;
pub(crate) mod exempt;
pub(crate) mod exempt_all;
mod exemptions;
pub(crate) mod find;
mod list;
mod person;
pub(crate) mod save_filter;
pub(crate) mod saved;

use crate::access::AccessRight;
use crate::answers::{self, People, PeoplePart, PeopleRow};
use crate::register::StaffMember;
use crate::web::answer::{
    ExportForm, Fault, FieldFault, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, WordedLink, file, proof_first,
};
use crate::web::request::{
    Admitted, FIGURE_NAMES, FormFields, PageQuestion, PageRequest, ReachedScope, as_at_words, figures_asked,
};
use crate::wording::{counted, long_date};

use list::{found, parameters};

pub(crate) use exemptions::get as exemptions;
pub(crate) use person::get as person;

const INTRO: &str = "Everybody in post with the courses they need, a row each; with filters, those people and courses that match.";

/// The person whom the address names by the register's number, and their name, where the right of the page reaches them.
fn named_person(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<(StaffMember, String), Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let id: i32 = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let found = scope.first_seen(|viewer| answers::staff_member_seen(asked.app(), viewer, id))?;
    asked.looked_at(by.who(), [id]);
    Ok(found)
}

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, &asked.query, Vec::new())
}

/// Shows the list that these fields ask for, or hands it out as a file, with what is wrong with a form of the page that
/// comes back.
fn show(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    fields: &FormFields,
    wrong: Vec<FieldFault>,
) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let question = PageQuestion::read(fields, "/people", parameters(asked, &scope)?, true, &mut faults);
    let figures = figures_asked(asked, &scope, &question, &mut faults)?;
    let known = figures.as_ref().map(|(of, _)| as_at_words(asked, &question, of));
    let people = match figures {
        Some((of, viewer)) => found(asked, (&of, &viewer), &question, &mut faults)?,
        None => None,
    };
    if let (Some(form), Some(people)) = (ExportForm::of(asked.path), &people) {
        if let Some(proof) = proof_first(asked, by, people.count()) {
            return Ok(proof);
        }
        asked.looked_at(by.who(), people.staff_ids());
        return file(asked, by, form, Some(people.sheet()), people);
    }
    let mut sections = saved::kept(asked, by, &scope)?;
    if let Some(people) = &people {
        let size = usize::try_from(question.part().size).unwrap_or_default();
        let skipped = usize::try_from(question.part().skipped()).unwrap_or(usize::MAX);
        let shown = people.part(skipped, size);
        asked.looked_at(by.who(), shown.rows.iter().map(|row| row.staff_id));
        sections.push(match shown.total {
            0 => nobody(by, &scope, &question),
            _ => section(people, &shown, &question),
        });
        if people.count() > 0 && by.who().holder.may_for_others(AccessRight::ExemptionsChange) {
            let href = question.at_page(1).at_path("/people/exempt");
            let words = "Exempt everybody of this list".to_owned();
            let links = vec![WordedLink { href, words }];
            sections.push(ReportSection { links, ..ReportSection::default() });
        }
    }
    if people.is_some() || !wrong.is_empty() {
        sections.extend(saved::saving(asked, by, &scope, &question));
    }
    faults.extend(wrong);
    let frame = PageFrame::of(asked, by.who(), "people", "People")?.with_faults(faults);
    let page = ReportPage {
        intro: std::iter::once(INTRO.to_owned()).chain(known).collect(),
        filter: Some(ReportFilter::of(&question, "Filter", "Apply filters")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

/// What is said where nobody is found, and what to do then.
fn nobody(by: &Admitted<'_>, scope: &ReachedScope, question: &PageQuestion) -> ReportSection {
    let taken = question.taken();
    let link = |href: String, words: String| WordedLink { href, words };
    let organisation = question.text("organisation");
    let may_import =
        by.who().holder.may_for_others(AccessRight::ImportsChange) && scope.is_whole(organisation.as_deref());
    let (words, links) = match (taken.is_empty(), may_import) {
        (true, true) => (
            "Nobody is in post yet: import a staff list.",
            vec![link("/imports/new".to_owned(), "Bring a staff list".to_owned())],
        ),
        (true, false) => (scope.nobody_words(organisation.as_deref()), Vec::new()),
        (false, _) => {
            let off = taken
                .into_iter()
                .map(|(of, without)| link(without.address(), format!("Without \u{201c}{of}\u{201d}")));
            ("Nobody matches all of this. Take a filter off to see more:", off.collect())
        }
    };
    ReportSection { paragraphs: vec![words.to_owned()], links, ..ReportSection::default() }
}

fn section(people: &People, shown: &PeoplePart<'_>, question: &PageQuestion) -> ReportSection {
    let columns = vec![
        ReportColumn::sorted("Name", question, "name"),
        ReportColumn::sorted("Number", question, "employee_number"),
        ReportColumn::words("Organisation"),
        ReportColumn::words("Job title"),
        ReportColumn::sorted("Unit", question, "unit"),
        ReportColumn::words("Course"),
        ReportColumn::words("State"),
        ReportColumn::sorted("Due", question, "due_date"),
        ReportColumn::words("Completed"),
    ];
    let rows = shown.rows.iter().map(|row| report_row(row, question)).collect();
    let caption = format!("{}, by course", counted(people.count(), "person", "people"));
    let table = ReportTable::whole("people", caption, columns, rows)
        .part_of(question, shown.total as u64, ("row", "rows"))
        .about(people.count() as u64);
    ReportSection { table: Some(table), ..ReportSection::default() }
}

fn report_row(row: &PeopleRow<'_>, question: &PageQuestion) -> ReportRow {
    let said = question.said_of(&FIGURE_NAMES[1..]);
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(&said).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    let day = |day: Option<_>| ShownValue::words(day.map(long_date).unwrap_or_default());
    let course = row.course.as_ref();
    ReportRow {
        id: format!("{}-{}", row.staff_id, course.map_or("", |course| course.code)),
        cells: vec![
            ShownValue::words(&row.name).to(format!("/people/{}{mark}{query}", row.staff_id)),
            ShownValue::words(row.number),
            ShownValue::words(row.organisation),
            ShownValue::words(row.job_title),
            ShownValue::words(row.unit),
            ShownValue::words(course.map_or("", |course| course.code)),
            ShownValue::tag(course.map_or(String::new(), |course| course.state.as_str().replace('_', " "))),
            day(course.and_then(|course| course.due_on)),
            day(course.and_then(|course| course.completed_on)),
        ],
    }
}
