//! `forecast`: coming month-ends if nobody trains again.

use super::args::ForecastArgs;
use super::exit::Exit;
use super::json;
use super::out::{Out, table};
use crate::app::App;
use crate::compliance::{ForecastMonth, Judge, forecast};
use crate::register::store::Detail;

/// Prints the rates at coming month-ends, and how many more people to train for each course to be at its target.
pub fn run(app: &App, args: &ForecastArgs, out: Out) -> anyhow::Result<Exit> {
    let question = app.question(&args.asked)?;
    let policy = app.policy(&question)?;
    let view = app.view(&question, Detail::Judgement)?;
    let months = forecast(&Judge::new(&view, &policy), question.as_at, args.months);
    if out.json {
        out.document(&json::forecast(&months))?;
    } else {
        out.text(&words(&months))?;
    }
    Ok(Exit::Done)
}

fn words(months: &[ForecastMonth]) -> String {
    let courses = months.first().map_or(&[][..], |month| &month.courses);
    let codes: Vec<String> = courses.iter().map(|course| format!("{} to train", course.course)).collect();
    let headers: Vec<&str> = ["month-end", "staff up to date", "rate"]
        .into_iter()
        .chain(codes.iter().map(String::as_str))
        .collect();
    let rows = months.iter().map(|month| {
        let staff = [
            month.as_at.format("%-d %b %Y").to_string(),
            format!("{} of {}", month.staff.up_to_date, month.staff.counted),
            month.staff.shown(),
        ];
        staff.into_iter().chain(month.courses.iter().map(|course| course.needed.to_string())).collect()
    });
    format!("If nobody trains again and nobody joins:\n\n{}", table(&headers, 1, rows))
}
