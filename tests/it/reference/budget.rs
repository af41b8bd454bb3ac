//! What the training budget has bought (2.7).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::days::{financial_year, plus};
use super::files::Register;
use super::status::fraction;

/// The answer of `budget`: a line for every organisation, by code.
pub fn budget(register: &Register, day: NaiveDate, year: Option<&str>, organisation: Option<&str>) -> Value {
    let first = match year {
        Some(year) => year.split_once('-').unwrap().0.parse().unwrap(),
        None => financial_year(day),
    };
    let year = format!("{first}-{:02}", (first + 1) % 100);
    let lines: Vec<Value> = register
        .organisations
        .iter()
        .filter(|o| organisation.is_none_or(|code| o.code == code))
        .map(|o| line(register, &o.code, first, &year, day))
        .collect();
    json!({ "year": year, "organisations": lines })
}

fn line(register: &Register, code: &str, first: i32, year: &str, day: NaiveDate) -> Value {
    let mut all_days = Vec::new();
    let mut at = NaiveDate::from_ymd_opt(first, 4, 1).unwrap();
    while financial_year(at) == first {
        all_days.push(at);
        at = plus(at, 1);
    }
    let in_year = |date: NaiveDate| all_days.contains(&date);
    let expenses = register.expenses.iter().filter(|e| e.organisation == code && in_year(e.date));
    // 2.7: spent is dated up to D, committed after D within the year.
    let spent: i128 = expenses.clone().filter(|e| e.date <= day).map(|e| e.pence).sum();
    let committed: i128 = expenses.filter(|e| e.date > day).map(|e| e.pence).sum();
    let completions = register
        .people
        .iter()
        .filter(|p| p.organisation == code)
        .flat_map(|p| &p.records)
        .filter(|r| in_year(r.completed_on) && r.completed_on <= day)
        .count() as i128;
    let allocation = register.allocations.iter().find(|a| a.organisation == code && a.year == year);
    let elapsed = all_days.iter().filter(|d| **d <= day).count();
    json!({
        "organisation": code,
        "allocated_pence": allocation.map(|a| a.pence as i64),
        "dedicated": allocation.and_then(|a| a.dedicated),
        "spent_pence": spent as i64,
        "committed_pence": committed as i64,
        "remaining_pence": allocation.map(|a| (a.pence - spent - committed) as i64),
        "use": allocation.map_or(Value::Null, |a| fraction(spent, a.pence)),
        "elapsed": fraction(elapsed as i128, all_days.len() as i128),
        "cost_per_completion_pence":
            if completions == 0 { None } else { Some(spent.div_euclid(completions) as i64) },
    })
}
