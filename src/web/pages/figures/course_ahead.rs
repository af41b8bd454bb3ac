//! What the rate of one course becomes if nobody trains again, and with the places that are booked.

use chrono::NaiveDate;
use serde_json::Value;

use super::groups::{CountsLead, WHY_WITHHELD};
use crate::answers::{self, Question, Viewer, line_on_page};
use crate::web::answer::{
    Fault, PageDocument, ReportColumn, ReportRow, ReportSection, ReportTable, ShownValue,
};
use crate::web::request::PageRequest;
use crate::wording::long_date;

/// How many months ahead are shown.
const MONTHS: u32 = 12;

/// A course in the document of a forecast.
struct CourseAhead<'a> {
    document: &'a PageDocument,
    /// Its place among the courses of each month.
    place: usize,
    /// Its target, in millionths.
    target: Option<u64>,
}

/// A line of the forecast: what stands before its courses in the document, and what it is called.
struct AheadLine {
    before: &'static str,
    chart: &'static str,
    list: &'static str,
    title: &'static str,
}

const NOBODY_TRAINS: AheadLine = AheadLine {
    before: "",
    chart: "ahead",
    list: "months",
    title: "Coming month-ends if nobody trains again",
};
const WITH_PLACES: AheadLine = AheadLine {
    before: "booked.",
    chart: "ahead-booked",
    list: "months-booked",
    title: "Coming month-ends with booked places, if nobody else trains",
};

/// What the rate of the course with this code becomes, with its target in millionths; a second time with booked places,
/// where these change it.
pub(super) fn ahead(
    asked: &PageRequest<'_>,
    (of, viewer): (&Question, &Viewer),
    (code, target): (&str, Option<i64>),
    lead: CountsLead,
) -> Result<Vec<ReportSection>, Fault> {
    let mut forecast = answers::forecast(asked.app(), of, viewer, MONTHS)?;
    if lead == CountsLead::Nowhere {
        forecast = forecast.without_few();
    }
    let document = PageDocument::of(&forecast)?;
    let is_it = |course: &Value| course.get("course").and_then(Value::as_str) == Some(code);
    let Some(place) = document.list("months.0.courses").iter().position(is_it) else {
        return Ok(Vec::new());
    };
    let target = target.and_then(|target| u64::try_from(target).ok()); // None is below 0.
    let course = CourseAhead { document: &document, place, target };
    let mut sections = vec![course.section(&NOBODY_TRAINS)?];
    if course.is_changed_by_places() {
        sections.push(course.section(&WITH_PLACES)?);
    }
    Ok(sections)
}

impl CourseAhead<'_> {
    fn months(&self) -> std::ops::Range<usize> {
        0..self.document.list("months").len()
    }

    fn path(&self, line: &AheadLine, month: usize) -> String {
        format!("months.{month}.{}courses.{}", line.before, self.place)
    }

    fn is_changed_by_places(&self) -> bool {
        let of = |line, month| self.document.at(&self.path(line, month));
        self.months().any(|month| {
            let booked = of(&WITH_PLACES, month);
            !booked.is_null() && booked != of(&NOBODY_TRAINS, month)
        })
    }

    /// A line as a picture and a table.
    fn section(&self, line: &AheadLine) -> Result<ReportSection, Fault> {
        let day = |month: usize| -> Option<NaiveDate> {
            self.document.text(&format!("months.{month}.as_at")).parse().ok() // Each month has one.
        };
        let points: Vec<(NaiveDate, Option<u64>)> =
            self.months().filter_map(|month| Some((day(month)?, self.share(line, month)))).collect();
        let chart = match points.iter().any(|(_, share)| share.is_some()) {
            true => {
                line_on_page(line.chart, line.title, (&points, self.target)).map_err(anyhow::Error::from)?
            }
            false => String::new(),
        };
        let rows = self.months().map(|month| {
            // They are figures of the forecast, whose document is another than that of the page.
            let count = |name: &str| {
                ShownValue::number(self.document.count(&format!("{}.{name}", self.path(line, month))).words)
            };
            let numbers = ["counted", "up_to_date", "needed"].map(count);
            let words = ShownValue::words(day(month).map(long_date).unwrap_or_default());
            ReportRow {
                id: self.document.text(&format!("months.{month}.as_at")).to_owned(),
                cells: std::iter::once(words).chain(numbers).collect(),
            }
        });
        let mut columns = vec![ReportColumn::words("Month-end")];
        columns.extend(["Counted", "Up to date", "To train for the target"].map(ReportColumn::number));
        let table = ReportTable::whole(line.list, line.title, columns, rows.collect());
        let withholds = self
            .months()
            .any(|month| !self.document.text(&format!("{}.withheld", self.path(line, month))).is_empty());
        let paragraphs = withholds.then(|| WHY_WITHHELD.to_owned()).into_iter().collect();
        Ok(ReportSection { paragraphs, chart, table: Some(table), ..ReportSection::default() })
    }

    /// The share of those counted who are up to date, in millionths.
    fn share(&self, line: &AheadLine, month: usize) -> Option<u64> {
        let number = |name: &str| self.document.at(&format!("{}.{name}", self.path(line, month))).as_u64();
        number("up_to_date")
            .zip(number("counted"))
            .and_then(|(met, of)| met.saturating_mul(1_000_000).checked_div(of))
    }
}
