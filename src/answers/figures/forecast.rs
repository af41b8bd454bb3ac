//! `forecast`: coming month-ends if nobody trains again.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, table};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Question, Viewer, shapes};
use crate::app::App;
use crate::board::{Withheld, rate_is_of_few};
use crate::compliance::{ForecastCourse, ForecastMonth, HeadlineNeeds, Rate, forecast as look_ahead};
use crate::register::store::ViewDetail;

/// What the rates become.
#[derive(Debug)]
pub struct Forecast {
    months: Vec<ForecastMonth>,
    /// Whether rates of few people are withheld.
    hides_few: bool,
}

/// The rates at so many coming month-ends of those in question whom the viewer may see, and how many more people to train
/// for each course to be at its target.
pub fn forecast(app: &App, question: &Question, viewer: &Viewer, months: u32) -> anyhow::Result<Forecast> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = crate::answers::policy(app, question)?;
    let view = sight.view(app, question, ViewDetail::Judgement)?;
    let months = look_ahead(&view.judge(&policy), question.as_at, months);
    Ok(Forecast { months, hides_few: false })
}

impl Forecast {
    /// The month-ends, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let hides_few = self.hides_few;
        sheet(self.months.iter().map(move |month| nobody_trains(month, hides_few)))
    }

    /// The same as a board is told it: without rates of few people (spec 8.2).
    pub(crate) fn without_few(self) -> Self {
        Self { hides_few: true, ..self }
    }
}

/// Whether a rate is withheld: 1 to 4 people are counted, are up to date, or are not.
fn is_withheld(hides_few: bool, of: Rate) -> bool {
    hides_few && rate_is_of_few(of)
}

/// The months; `booked` is the line in which booked places become completions.
impl Serialize for Forecast {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let month = |month: &ForecastMonth| {
            let hides_few = self.hides_few;
            let (staff, courses) = forecast_line(hides_few, month.staff, month.headline, &month.courses);
            let booked = month.booked.as_ref().map(|booked| {
                let (staff, courses) =
                    forecast_line(hides_few, booked.staff, booked.headline, &booked.courses);
                json!({ "staff": staff, "courses": courses })
            });
            json!({ "as_at": month.as_at, "staff": staff, "courses": courses, "booked": booked })
        };
        json!({ "months": self.months.iter().map(month).collect::<Vec<_>>() }).serialize(serializer)
    }
}

fn forecast_line(
    hides_few: bool,
    staff: Rate,
    headline: Option<HeadlineNeeds>,
    courses: &[ForecastCourse],
) -> (Value, Vec<Value>) {
    let told = |of: Rate, figure: Value| if is_withheld(hides_few, of) { Value::Null } else { figure };
    let counts = |of: Rate| {
        json!({
            "counted": told(of, json!(of.counted)),
            "up_to_date": told(of, json!(of.up_to_date)),
            "rate": told(of, shapes::rate(of)),
        })
    };
    let course = |course: &ForecastCourse| {
        let mut shape = counts(course.rate);
        if let Value::Object(shape) = &mut shape {
            shape.insert("course".to_owned(), json!(course.course));
            shape.insert("needed".to_owned(), told(course.rate, json!(course.needed)));
        }
        shape
    };
    let of_all = staff;
    let mut staff = counts(staff);
    if let (Value::Object(shape), Some(headline)) = (&mut staff, headline) {
        shape.insert("needed".to_owned(), told(of_all, json!(headline.needed)));
        shape.insert("lacking_one".to_owned(), told(of_all, json!(headline.lacking_one)));
    }
    (staff, courses.iter().map(course).collect())
}

impl Answer for Forecast {
    fn words(&self, width: usize) -> String {
        let plain: Vec<ForecastLine<'_>> =
            self.months.iter().map(|month| nobody_trains(month, self.hides_few)).collect();
        let mut text = format!("If nobody trains again and nobody joins:\n\n{}", tables(&plain, width));
        let differs = |month: &ForecastMonth| {
            month
                .booked
                .as_ref()
                .is_some_and(|booked| booked.staff != month.staff || booked.courses != month.courses)
        };
        if self.months.iter().any(differs) {
            let booked = self.months.iter().filter_map(|month| {
                let booked = month.booked.as_ref()?;
                Some(ForecastLine {
                    as_at: month.as_at,
                    staff: booked.staff,
                    headline: booked.headline.unwrap_or_default(),
                    courses: &booked.courses,
                    hides_few: self.hides_few,
                })
            });
            let booked: Vec<ForecastLine<'_>> = booked.collect();
            text.push_str(&format!(
                "\n\nWith booked places, if nobody else trains:\n\n{}",
                tables(&booked, width)
            ));
        }
        text
    }
}

/// One line of the forecast at a month-end.
#[derive(Clone, Copy)]
struct ForecastLine<'a> {
    as_at: NaiveDate,
    staff: Rate,
    headline: HeadlineNeeds,
    courses: &'a [ForecastCourse],
    hides_few: bool,
}

fn nobody_trains(month: &ForecastMonth, hides_few: bool) -> ForecastLine<'_> {
    let headline = month.headline.unwrap_or_default();
    ForecastLine { as_at: month.as_at, staff: month.staff, headline, courses: &month.courses, hides_few }
}

const HEADLINE: [&str; 5] = ["month-end", "staff up to date", "rate", "needed", "lack one"];

/// The headline by month-end, and how many to train by course, the month-ends side by side.
fn tables(months: &[ForecastLine<'_>], width: usize) -> String {
    let [month_end, rest @ ..] = HEADLINE;
    let columns: Vec<ListColumn> =
        std::iter::once(ListColumn::code(month_end)).chain(rest.map(ListColumn::figure)).collect();
    let rows = months.iter().map(|line| staff_cells(line).to_vec());
    let headline = table(&columns, rows, width);
    let courses = months.first().map_or(&[][..], |line| line.courses);
    let mut columns = vec![ListColumn::words("to train")];
    columns.extend(months.iter().map(|line| ListColumn::figure(line.as_at.format("%b %y").to_string())));
    let rows = courses.iter().enumerate().map(|(at, course)| {
        let needed = months.iter().map(|line| line.courses.get(at).map_or(0, |course| course.needed));
        std::iter::once(course.course.clone()).chain(needed.map(|needed| needed.to_string())).collect()
    });
    format!(
        "{headline}\n\nneeded: people who must become up to date with all of theirs for the target;\nlack one: people who are not, \
         and lack one course only.\n\n{}",
        table(&columns, rows, width)
    )
}

fn staff_cells(line: &ForecastLine<'_>) -> [String; 5] {
    let month_end = line.as_at.format("%-d %b %Y").to_string();
    if is_withheld(line.hides_few, line.staff) {
        let withheld = || Withheld::UnderFive.words().to_owned();
        return [month_end, withheld(), withheld(), withheld(), withheld()];
    }
    [
        month_end,
        format!("{} of {}", line.staff.up_to_date, line.staff.counted),
        line.staff.shown(),
        line.headline.needed.to_string(),
        line.headline.lacking_one.to_string(),
    ]
}

fn sheet<'a>(months: impl Iterator<Item = ForecastLine<'a>> + Clone + 'a) -> AnswerRows<'a> {
    let courses = months.clone().next().map_or(&[][..], |line| line.courses);
    let to_train = courses.iter().map(|course| format!("{} to train", course.course));
    let mut columns = columns(ListColumn::words, HEADLINE);
    columns.extend(to_train.map(ListColumn::figure));
    let row = |line: ForecastLine<'a>| {
        let needed = line.courses.iter().map(|course| match is_withheld(line.hides_few, course.rate) {
            true => Withheld::UnderFive.words().to_owned(),
            false => course.needed.to_string(),
        });
        staff_cells(&line).into_iter().chain(needed).map(AnswerCell::Text).collect()
    };
    AnswerRows::new("Forecast", columns, months.map(row))
}
