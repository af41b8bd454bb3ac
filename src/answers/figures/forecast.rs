//! `forecast`: coming month-ends if nobody trains again.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, table};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Question, Viewer, shapes};
use crate::app::App;
use crate::board::{Withheld, why_withheld};
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
    /// The month-ends, a row each; then, where booked places change anything, the same with them.
    pub fn sheet(&self) -> AnswerRows<'_> {
        sheet(self.nobody_trains().chain(self.with_places()))
    }

    /// The same as a board is told it: without rates of few people (spec 8.2).
    pub(crate) fn without_few(self) -> Self {
        Self { hides_few: true, ..self }
    }

    /// Whether booked places change anything, so that the line with them says more (spec 2.6).
    pub(crate) fn is_changed_by_places(&self) -> bool {
        self.with_places().next().is_some()
    }

    /// Whether anything is withheld.
    pub(crate) fn withholds(&self) -> bool {
        self.nobody_trains().chain(self.with_places()).any(|line| {
            let mut rates = line.courses.iter().map(|course| course.rate).chain([line.staff]);
            rates.any(|rate| why_hidden(self.hides_few, rate).is_some())
        })
    }

    /// The line of nobody training again.
    fn nobody_trains(&self) -> impl Iterator<Item = ForecastLine<'_>> + Clone {
        self.months.iter().map(|month| ForecastLine {
            name: NOBODY_TRAINS,
            as_at: month.as_at,
            staff: month.staff,
            headline: month.headline.unwrap_or_default(),
            courses: &month.courses,
            hides_few: self.hides_few,
        })
    }

    /// The line with booked places; nothing where they change nothing.
    fn with_places(&self) -> impl Iterator<Item = ForecastLine<'_>> + Clone {
        let differs = |month: &ForecastMonth| {
            let booked = month.booked.as_ref();
            booked.is_some_and(|booked| booked.staff != month.staff || booked.courses != month.courses)
        };
        let told = if self.months.iter().any(differs) { self.months.as_slice() } else { &[] };
        told.iter().filter_map(|month| {
            let booked = month.booked.as_ref()?;
            Some(ForecastLine {
                name: WITH_PLACES,
                as_at: month.as_at,
                staff: booked.staff,
                headline: booked.headline.unwrap_or_default(),
                courses: &booked.courses,
                hides_few: self.hides_few,
            })
        })
    }
}

/// Why a rate is withheld, where it is: of few people, where those are hidden.
fn why_hidden(hides_few: bool, of: Rate) -> Option<Withheld> {
    if hides_few { why_withheld(of) } else { None }
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
    let counts = |of: Rate, further: &[(&str, u64)]| {
        let why = why_hidden(hides_few, of);
        let told = |figure: Value| if why.is_some() { Value::Null } else { figure };
        let mut shape = serde_json::Map::new();
        let counts = [("counted", of.counted), ("up_to_date", of.up_to_date)];
        for (name, count) in counts.iter().chain(further) {
            shape.insert((*name).to_owned(), told(json!(count)));
        }
        shape.insert("rate".to_owned(), told(shapes::rate(of)));
        shape.extend(why.map(|why| ("withheld".to_owned(), json!(why.words()))));
        shape
    };
    let course = |course: &ForecastCourse| {
        let mut shape = counts(course.rate, &[("needed", course.needed)]);
        shape.insert("course".to_owned(), json!(course.course));
        Value::Object(shape)
    };
    let needs = headline.map(|of| [("needed", of.needed), ("lacking_one", of.lacking_one)]);
    let staff = counts(staff, needs.as_ref().map_or(&[][..], |needs| needs.as_slice()));
    (Value::Object(staff), courses.iter().map(course).collect())
}

impl Answer for Forecast {
    fn words(&self, width: usize) -> String {
        let plain: Vec<ForecastLine<'_>> = self.nobody_trains().collect();
        let mut text = format!("If nobody trains again and nobody joins:\n\n{}", tables(&plain, width));
        let booked: Vec<ForecastLine<'_>> = self.with_places().collect();
        if !booked.is_empty() {
            text.push_str(&format!(
                "\n\nWith booked places, if nobody else trains:\n\n{}",
                tables(&booked, width)
            ));
        }
        text
    }
}

/// What the line of nobody training again is called in a file, and the one with booked places.
const NOBODY_TRAINS: &str = "nobody trains";
const WITH_PLACES: &str = "with booked places";

/// One line of the forecast at a month-end.
#[derive(Clone, Copy)]
struct ForecastLine<'a> {
    name: &'static str,
    as_at: NaiveDate,
    staff: Rate,
    headline: HeadlineNeeds,
    courses: &'a [ForecastCourse],
    hides_few: bool,
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
    // Twelve names of months fit a narrow terminal beside the courses, without the year that stands above.
    let month = if months.len() > 12 { "%b %y" } else { "%b" };
    let mut columns = vec![ListColumn::words("course")];
    columns.extend(months.iter().map(|line| ListColumn::figure(line.as_at.format(month).to_string())));
    let rows = courses.iter().enumerate().map(|(at, course)| {
        let needed = months.iter().map(|line| line.courses.get(at).map_or(0, |course| course.needed));
        std::iter::once(course.course.clone()).chain(needed.map(|needed| needed.to_string())).collect()
    });
    let span = |line: Option<&ForecastLine<'_>>| line.map(|line| line.as_at.format("%B %Y").to_string());
    let (first, last) = (span(months.first()).unwrap_or_default(), span(months.last()).unwrap_or_default());
    format!(
        "{headline}\n\nneeded: people who must become up to date with all of theirs for the target;\nlack one: people who are not, \
         and lack one course only.\n\nPeople to train by the end of each month, from {first} to {last}:\n\n{}",
        table(&columns, rows, width)
    )
}

fn staff_cells(line: &ForecastLine<'_>) -> [String; 5] {
    let month_end = line.as_at.format("%-d %b %Y").to_string();
    if let Some(why) = why_hidden(line.hides_few, line.staff) {
        let withheld = || why.words().to_owned();
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
    columns.push(ListColumn::words("line"));
    let row = |line: ForecastLine<'a>| {
        let needed = line.courses.iter().map(|course| {
            let why = why_hidden(line.hides_few, course.rate);
            why.map_or_else(|| course.needed.to_string(), |why| why.words().to_owned())
        });
        let name = std::iter::once(line.name.to_owned());
        staff_cells(&line).into_iter().chain(needed).chain(name).map(AnswerCell::Text).collect()
    };
    AnswerRows::new("Forecast", columns, months.map(row))
}
