//! `forecast`: coming month-ends if nobody trains again.

use chrono::NaiveDate;

use super::args::ForecastArgs;
use super::exit::Exit;
use super::json;
use super::out::{Out, table};
use crate::answers;
use crate::app::App;
use crate::compliance::{ForecastCourse, ForecastMonth, Judge, Rate, forecast};
use crate::register::store::Detail;

/// Prints the rates at coming month-ends, and how many more people to train for each course to be at its target.
pub fn run(app: &App, args: &ForecastArgs, out: Out) -> anyhow::Result<Exit> {
    let question = super::question(app, &args.asked)?;
    let policy = answers::policy(app, &question)?;
    let view = answers::view(app, &question, Detail::Judgement)?;
    let months = forecast(&Judge::new(&view, &policy), question.as_at, args.months);
    if out.json {
        out.document(&json::forecast(&months))?;
    } else {
        out.text(&words(&months))?;
    }
    Ok(Exit::Done)
}

fn words(months: &[ForecastMonth]) -> String {
    let plain = months.iter().map(|month| (month.as_at, month.staff, month.courses.as_slice()));
    let mut text = format!("If nobody trains again and nobody joins:\n\n{}", lines(plain));
    let differs = |month: &ForecastMonth| {
        month
            .booked
            .as_ref()
            .is_some_and(|booked| booked.staff != month.staff || booked.courses != month.courses)
    };
    if months.iter().any(differs) {
        let booked = months.iter().filter_map(|month| {
            let booked = month.booked.as_ref()?;
            Some((month.as_at, booked.staff, booked.courses.as_slice()))
        });
        text.push_str(&format!("\n\nWith booked places, if nobody else trains:\n\n{}", lines(booked)));
    }
    text
}

type Line<'a> = (NaiveDate, Rate, &'a [ForecastCourse]);

fn lines<'a>(months: impl Iterator<Item = Line<'a>> + Clone) -> String {
    let courses = months.clone().next().map_or(&[][..], |(_, _, courses)| courses);
    let codes: Vec<String> = courses.iter().map(|course| format!("{} to train", course.course)).collect();
    let headers: Vec<&str> = ["month-end", "staff up to date", "rate"]
        .into_iter()
        .chain(codes.iter().map(String::as_str))
        .collect();
    let rows = months.map(|(as_at, staff, courses)| {
        let staff = [
            as_at.format("%-d %b %Y").to_string(),
            format!("{} of {}", staff.up_to_date, staff.counted),
            staff.shown(),
        ];
        staff.into_iter().chain(courses.iter().map(|course| course.needed.to_string())).collect()
    });
    table(&headers, 1, rows)
}
