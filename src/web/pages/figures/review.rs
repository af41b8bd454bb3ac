//! `/review`: the organisations side by side, by kind.

use crate::access::AccessRight;
use crate::answers::{self, Viewer};
use crate::web::answer::{
    ExportForm, Fault, PageDocument, PageFrame, Reply, ReportColumn, ReportFilter, ReportPage, ReportRow,
    ReportSection, ReportTable, ShownValue, file,
};
use crate::web::request::{
    Admitted, PageQuestion, PageRequest, Parameter, ParameterValue, ReachedScope, as_at_words,
    figure_parameters, figures_asked,
};

/// Shows it, or hands it out as a file.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let mut faults = Vec::new();
    let mut parameters = figure_parameters(&scope);
    parameters.retain(|parameter| parameter.name != "organisation");
    // Whoever sees nobody by name is told of no group that is small.
    let sees_all = by.who().holder.may(AccessRight::People, None);
    if sees_all {
        let values =
            ["no", "yes"].map(|value| ParameterValue { value: value.to_owned(), words: value.to_owned() });
        let publish =
            Parameter::one_of("publish", "To be published", (values.to_vec(), "no"), "Say yes or no");
        parameters.push(publish);
    }
    let question = PageQuestion::read(&asked.query, "/review", parameters, false, &mut faults);
    let mut sections = Vec::new();
    if let Some((of, _)) = figures_asked(asked, &scope, &question, &mut faults)? {
        let is_published = !sees_all || question.one("publish") == "yes";
        let answer = answers::review(asked.app(), &of, &Viewer::Everything, is_published)?;
        if let Some(form) = ExportForm::of(asked.path) {
            return file(asked, by, form, Some(answer.sheet()), &answer);
        }
        let document = PageDocument::of(&answer)?;
        let mut paragraphs = vec![
            as_at_words(asked, &question, &of),
            "Pooled: all their people together. Mean: of the organisations’ rates, each weighing the same."
                .to_owned(),
        ];
        if document.list("groups").iter().any(|group| group.get("withheld").is_some()) {
            paragraphs.push(answers::REVIEW_WITHHOLDS.to_owned());
        }
        sections.push(ReportSection {
            paragraphs,
            table: Some(table(&document)),
            ..ReportSection::default()
        });
    }
    let frame = PageFrame::of(asked, by.who(), "review", "Review across organisations")?.with_faults(faults);
    let page = ReportPage {
        filter: Some(ReportFilter::of(&question, "Choose", "Show this review")),
        sections,
        ..ReportPage::of(frame)
    };
    page.exported(&question, &["csv", "xlsx", "json"]).reply()
}

fn table(document: &PageDocument) -> ReportTable {
    let mut columns = vec![ReportColumn::words("Kind")];
    let figures = [
        "Organisations",
        "People counted",
        "Up to date",
        "Pooled rate",
        "Mean rate",
        "With a rate",
        "Below 50%",
        "90% or more",
        "With a budget of its own",
    ];
    columns.extend(figures.map(ReportColumn::number));
    let rows = document.list("groups").iter().enumerate().map(|(at, group)| {
        let path = |of: &str| format!("groups.{at}.{of}");
        let kind = group.get("kind").and_then(|kind| kind.as_str()).unwrap_or("all").to_owned();
        ReportRow {
            cells: vec![
                ShownValue::words(&kind),
                document.count(&path("organisations")),
                document.count(&path("pooled.counted")),
                document.count(&path("pooled.up_to_date")),
                document.share(&path("pooled.rate")),
                document.share(&path("mean_rate")),
                document.count(&path("spread.with_rate")),
                document.count(&path("spread.below_50")),
                document.count(&path("spread.at_least_90")),
                document.count(&path("dedicated_budget.yes")),
            ],
            id: kind,
        }
    });
    ReportTable::whole("groups", "Organisations by kind", columns, rows.collect())
}
