//! `review` through the built program, on the counts that the national review of July 2009 published: Care Quality
//! Commission, "Safeguarding children: a review of arrangements in the NHS for safeguarding children", as at 31 December
//! 2008, and the reports of it in the press of that week.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::program::Folder;

const POLICY: &str = r#"
[[course]]
code = "L1"
title = "Basic safeguarding training"
valid_months = 36
[[requirement]]
course = "L1"
[[statement]]
id = "missed-appointments"
question = "Is there a process for following up children who miss appointments?"
answers = ["yes", "no"]
[[statement]]
id = "board-presentation"
question = "Did a safeguarding professional present to the board in 2008?"
answers = ["yes", "no"]
[[statement]]
id = "health-visitors"
question = "Are there 500 children or fewer to a health visitor?"
answers = ["yes", "no"]
"#;

/// Trusts by kind: 392 in all.
const KINDS: [(&str, usize); 4] =
    [("primary-care", 153), ("acute", 169), ("mental-health", 59), ("ambulance", 11)];

/// Each person of the register stands for a thousand: 851 of 851,000 eligible, 399 of fewer than 400,000 up to date.
/// Half of the trusts are small and well trained, half large and not, so that the mean of their rates is 54%.
fn people_of(trust: usize) -> (usize, usize) {
    let of = trust / 2;
    match trust % 2 {
        0 => (usize::from(of < 131), 1),
        _ if of < 67 => (if of < 40 { 2 } else { 1 }, 4),
        _ => (if of - 67 < 32 { 2 } else { 1 }, 3),
    }
}

fn trusts() -> Vec<(String, &'static str)> {
    let kinds = KINDS.into_iter().flat_map(|(kind, trusts)| (0..trusts).map(move |number| (kind, number)));
    kinds.map(|(kind, number)| (format!("{}{number:03}", &kind[..2].to_uppercase()), kind)).collect()
}

fn national_review() -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    // The configured organisation is one of them, not one more.
    folder.write("refresher.toml", folder.read("refresher.toml").replace("\"RXX\"", "\"AC000\""));
    let mut files = [
        ("organisations", "code,name,kind\n".to_owned()),
        ("staff", "organisation,employee_number,last_name,start_date\n".to_owned()),
        ("training", "organisation,employee_number,course,completed_on\n".to_owned()),
        ("budget", "organisation,financial_year,allocated,dedicated\n".to_owned()),
        ("assurance", "organisation,statement,answer,answered_on\n".to_owned()),
    ];
    let [organisations, staff, training, budget, assurance] = &mut files;
    let mut of_kind = std::collections::BTreeMap::new();
    for (trust, (code, kind)) in trusts().iter().enumerate() {
        let number = of_kind.entry(*kind).and_modify(|number| *number += 1).or_insert(0_usize);
        writeln!(organisations.1, "{code},Trust {code},{kind}").unwrap();
        let (up_to_date, counted) = people_of(trust);
        for person in 0..counted {
            writeln!(staff.1, "{code},{code}-{person},Person,2001-01-01").unwrap();
            if person < up_to_date {
                writeln!(training.1, "{code},{code}-{person},L1,2008-03-03").unwrap();
            }
        }
        let answer = |no: bool| if no { "no" } else { "yes" };
        writeln!(budget.1, "{code},2008-09,1000,{}", answer(trust >= 145)).unwrap();
        let mut answers = |statement: &str, no: bool| {
            writeln!(assurance.1, "{code},{statement},{},2008-12-31", answer(no)).unwrap();
        };
        answers("board-presentation", trust % 3 == 0 && trust < 387);
        match (*kind, *number) {
            ("acute", number) => answers("missed-appointments", number < 54),
            // One primary care trust did not answer.
            ("primary-care", 152) => {}
            ("primary-care", number) => {
                answers("missed-appointments", number < 76);
                answers("health-visitors", number < 29);
            }
            _ => {}
        }
    }
    for (kind, content) in &files {
        folder.write(&format!("{kind}.csv"), content);
        folder.run(&format!("--today 2008-12-31 import {kind} {kind}.csv")).ended(0);
    }
    folder
}

fn group<'a>(review: &'a Value, kind: &Value) -> &'a Value {
    review["groups"].as_array().unwrap().iter().find(|group| group["kind"] == *kind).unwrap()
}

/// A share as the review's press releases wrote it.
fn whole_percent(rate: &Value) -> f64 {
    (rate.as_f64().unwrap() * 100.0).round()
}

fn statement<'a>(group: &'a Value, id: &str) -> &'a Value {
    group["statements"].as_array().unwrap().iter().find(|of| of["statement"] == id).unwrap()
}

/// The share of a statement's base that said no.
fn said_no(group: &Value, id: &str) -> f64 {
    let of = statement(group, id);
    of["answers"]["no"].as_f64().unwrap() / of["base"].as_f64().unwrap() * 100.0
}

#[test]
fn a_database_with_the_counts_published_in_2009_gives_the_figures_published_in_2009() {
    let folder = national_review();
    let review = folder.run("--today 2008-12-31 review --json").ended(0).json();
    let all = group(&review, &Value::Null);
    let of = |kind: &str| group(&review, &json!(kind));
    assert_eq!(all["organisations"], 392);
    for (kind, trusts) in KINDS {
        assert_eq!(of(kind)["organisations"], trusts, "{kind}");
    }
    // Staff up to date with basic training: 54% as the mean of the trusts, under 47% of all staff.
    assert_eq!(all["pooled"]["counted"], 851);
    assert_eq!(all["pooled"]["up_to_date"], 399);
    assert!(all["pooled"]["rate"].as_f64().unwrap() < 0.47);
    assert_eq!(whole_percent(&all["mean_rate"]), 54.0);
    // Trusts with a dedicated budget for safeguarding training: 37%.
    assert_eq!(whole_percent(&all["dedicated_budget"]["rate"]), 37.0);
    // No process for missed appointments: 32% of acute trusts, about half of primary care trusts.
    assert_eq!(said_no(of("acute"), "missed-appointments").round(), 32.0);
    assert_eq!(statement(of("primary-care"), "missed-appointments")["base"], 152);
    assert_eq!(said_no(of("primary-care"), "missed-appointments").round(), 50.0);
    // Boards without a presentation in 2008: almost one third.
    let without = said_no(all, "board-presentation");
    assert!((32.0..33.4).contains(&without), "{without}");
    // Primary care trusts with over 500 children to a health visitor: 29 of 152, 19.1%.
    assert_eq!(
        statement(of("primary-care"), "health-visitors"),
        &json!({
            "statement": "health-visitors", "base": 152, "answers": {"yes": 123, "no": 29}
        })
    );
    let text = folder.run("--today 2008-12-31 review").ended(0).out;
    for figure in
        ["399 of 851", "46.8%", "53.9%", "145 of 392, 36.9%", "54 of 169, 31.9%", "29 of 152, 19.0%"]
    {
        assert!(text.contains(figure), "{figure} in\n{text}");
    }
}

#[test]
fn small_groups_are_told_to_nobody_where_organisations_are_compared() {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    folder.write("organisations.csv", "code,name,kind\nA1,One,acute\nB1,Two,ambulance\nC1,Three,community\n");
    let mut staff = "organisation,employee_number,last_name,start_date\n".to_owned();
    let mut training = "organisation,employee_number,course,completed_on\n".to_owned();
    for (code, counted, up_to_date) in [("A1", 40, 30), ("B1", 4, 2), ("C1", 20, 10)] {
        for person in 0..counted {
            writeln!(staff, "{code},{person},Person,2001-01-01").unwrap();
            if person < up_to_date {
                writeln!(training, "{code},{person},L1,2026-03-03").unwrap();
            }
        }
    }
    for (kind, content) in [("staff", staff), ("training", training)] {
        folder.write(&format!("{kind}.csv"), content);
    }
    for kind in ["organisations", "staff", "training"] {
        folder.run(&format!("import {kind} {kind}.csv")).ended(0);
    }
    let review = folder.run("review --json --publish").ended(0).json();
    let pooled = |kind: Value| group(&review, &kind)["pooled"].clone();
    assert_eq!(
        pooled(json!("ambulance")),
        json!({"counted": null, "up_to_date": null, "rate": null, "withheld": "withheld"})
    );
    // Told, it would say by the total what is withheld.
    assert_eq!(pooled(json!("community")), pooled(json!("ambulance")));
    assert_eq!(pooled(json!("acute")), json!({"counted": 40, "up_to_date": 30, "rate": 0.75}));
    assert_eq!(pooled(Value::Null)["counted"], 64);
    let text = folder.run("review").ended(0).out;
    assert!(text.contains("Withheld") && !text.contains("2 of 4") && !text.contains("10 of 20"), "{text}");
    let exact = folder.run("review --json").ended(0).json();
    assert_eq!(group(&exact, &json!("ambulance"))["pooled"]["counted"], 4);
    assert_eq!(group(&exact, &json!("ambulance"))["small"], true);
}
