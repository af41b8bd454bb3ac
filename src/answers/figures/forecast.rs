//! `forecast`: coming month-ends if nobody trains again.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Question, Viewer, shapes};
use crate::app::App;
use crate::compliance::{ForecastCourse, ForecastMonth, Judge, Rate, forecast as look_ahead};
use crate::register::store::ViewDetail;

/// What the rates become.
#[derive(Debug)]
pub struct Forecast {
    months: Vec<ForecastMonth>,
}

/// The rates at so many coming month-ends of those in question whom the viewer may see, and how many more people to train
/// for each course to be at its target.
pub fn forecast(app: &App, question: &Question, viewer: &Viewer, months: u32) -> anyhow::Result<Forecast> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = crate::answers::policy(app, question)?;
    let view = sight.view(app, question, ViewDetail::Judgement)?;
    Ok(Forecast { months: look_ahead(&Judge::new(&view, &policy), question.as_at, months) })
}

impl Forecast {
    /// The month-ends, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        sheet(self.months.iter().map(|month| (month.as_at, month.staff, month.courses.as_slice())))
    }
}

/// The months; `booked` is the line in which booked places become completions.
impl Serialize for Forecast {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let month = |month: &ForecastMonth| {
            let (staff, courses) = forecast_line(month.staff, &month.courses);
            let booked = month.booked.as_ref().map(|booked| {
                let (staff, courses) = forecast_line(booked.staff, &booked.courses);
                json!({ "staff": staff, "courses": courses })
            });
            json!({ "as_at": month.as_at, "staff": staff, "courses": courses, "booked": booked })
        };
        json!({ "months": self.months.iter().map(month).collect::<Vec<_>>() }).serialize(serializer)
    }
}

fn forecast_line(staff: Rate, courses: &[ForecastCourse]) -> (Value, Vec<Value>) {
    let counts =
        |of: Rate| json!({ "counted": of.counted, "up_to_date": of.up_to_date, "rate": shapes::rate(of) });
    let course = |course: &ForecastCourse| {
        let mut shape = counts(course.rate);
        if let Value::Object(shape) = &mut shape {
            shape.insert("course".to_owned(), json!(course.course));
            shape.insert("needed".to_owned(), json!(course.needed));
        }
        shape
    };
    (counts(staff), courses.iter().map(course).collect())
}

impl Answer for Forecast {
    fn words(&self) -> String {
        let plain = self.months.iter().map(|month| (month.as_at, month.staff, month.courses.as_slice()));
        let mut text = format!("If nobody trains again and nobody joins:\n\n{}", sheet(plain).table());
        let differs = |month: &ForecastMonth| {
            month
                .booked
                .as_ref()
                .is_some_and(|booked| booked.staff != month.staff || booked.courses != month.courses)
        };
        if self.months.iter().any(differs) {
            let booked = self.months.iter().filter_map(|month| {
                let booked = month.booked.as_ref()?;
                Some((month.as_at, booked.staff, booked.courses.as_slice()))
            });
            text.push_str(&format!(
                "\n\nWith booked places, if nobody else trains:\n\n{}",
                sheet(booked).table()
            ));
        }
        text
    }
}

type ForecastLine<'a> = (NaiveDate, Rate, &'a [ForecastCourse]);

fn sheet<'a>(months: impl Iterator<Item = ForecastLine<'a>> + Clone + 'a) -> AnswerRows<'a> {
    let courses = months.clone().next().map_or(&[][..], |(_, _, courses)| courses);
    let to_train = courses.iter().map(|course| format!("{} to train", course.course));
    let headers = ["month-end", "staff up to date", "rate"].map(str::to_owned).into_iter().chain(to_train);
    let row = |(as_at, staff, courses): ForecastLine<'a>| {
        let staff = [
            as_at.format("%-d %b %Y").to_string(),
            format!("{} of {}", staff.up_to_date, staff.counted),
            staff.shown(),
        ];
        let needed = courses.iter().map(|course| course.needed.to_string());
        staff.into_iter().chain(needed).map(AnswerCell::Text).collect()
    };
    AnswerRows { name: "Forecast", headers: headers.collect(), words: 1, rows: Box::new(months.map(row)) }
}
