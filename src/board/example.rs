//! The figures of a fictional trust, for tests: about 600 people, 54% up to date, a year of earlier summaries.

use chrono::{DateTime, Utc};

use super::{
    Actions, BoardFigures, Bridge, BridgeStep, BudgetFigures, Cause, DataQuality, Disclosed, HeadlineFigures,
    Month, ReminderEffect, ReminderFigures, Restatement, StandingAnswer, StatementFigures, actions, disclose,
};
use crate::compliance::{
    ForecastCourse, ForecastMonth, Group, GroupBy, GroupCounts, JobTitleGroup, Rag, Rate, Selector, Silent,
    SilentBecause, UnitCourses,
};
use crate::policy::Percent;
use crate::register::{Budget, Expense, FinancialYear, UnitPath};

const TARGET: Percent = Percent(90_000_000);
const AMBER_MARGIN: Percent = Percent(5_000_000);

fn rate(up_to_date: u64, counted: u64) -> Rate {
    Rate { counted, up_to_date }
}

fn group(by: GroupBy, key: &str, staff: Rate) -> Group {
    Group {
        by,
        key: key.to_owned(),
        organisation: None,
        title: None,
        counts: GroupCounts { in_post: staff.counted, staff, requirements: staff, ..GroupCounts::default() },
        target_millionths: TARGET.millionths(),
        rag: staff.rag(TARGET, AMBER_MARGIN),
    }
}

fn course(code: &str, title: &str, target: Percent, people: Rate) -> Group {
    Group {
        title: Some(title.to_owned()),
        target_millionths: target.millionths(),
        rag: people.rag(target, AMBER_MARGIN),
        ..group(GroupBy::Course, code, people)
    }
}

fn courses() -> Vec<Group> {
    let percent = |whole: u64| Percent(whole * Percent::ONE.0);
    vec![
        course("SGC-L1", "Safeguarding Children Level 1", percent(90), rate(93, 103)),
        course("SGC-L2", "Safeguarding Children Level 2", percent(85), rate(224, 271)),
        course("SGC-L3", "Safeguarding Children Level 3", percent(85), rate(121, 204)),
        course("SGA-L2", "Safeguarding Adults Level 2", percent(90), rate(398, 475)),
        course("PREVENT", "Preventing Radicalisation (Basic Prevent Awareness)", percent(85), rate(507, 578)),
        course("SGC-L4", "Safeguarding Children Level 4 (Named Professionals)", percent(100), rate(0, 0)),
    ]
}

fn staff_groups() -> Vec<Group> {
    [
        ("Add Prof Scientific and Technic", 12, 19),
        ("Additional Clinical Services", 61, 121),
        ("Administrative and Clerical", 58, 84),
        ("Allied Health Professionals", 47, 78),
        ("Estates and Ancillary", 19, 22),
        ("Medical and Dental", 22, 71),
        ("Nursing and Midwifery Registered", 91, 181),
        ("", 2, 2),
    ]
    .map(|(key, up_to_date, counted)| group(GroupBy::StaffGroup, key, rate(up_to_date, counted)))
    .to_vec()
}

fn job_titles() -> Vec<JobTitleGroup> {
    [
        ("Add Prof Scientific and Technic", "Pharmacist", 12, 19),
        ("Additional Clinical Services", "Health Care Assistant", 47, 98),
        ("Additional Clinical Services", "Phlebotomist", 14, 23),
        ("Administrative and Clerical", "Medical Secretary", 31, 45),
        ("Administrative and Clerical", "Service Manager", 8, 8),
        ("Administrative and Clerical", "Ward Clerk", 19, 31),
        ("Allied Health Professionals", "Occupational Therapist", 18, 34),
        ("Allied Health Professionals", "Physiotherapist", 29, 44),
        ("Estates and Ancillary", "Porter", 19, 22),
        ("Medical and Dental", "Consultant", 14, 29),
        ("Medical and Dental", "Foundation Doctor", 2, 16),
        ("Medical and Dental", "Specialty Registrar", 6, 26),
        ("Nursing and Midwifery Registered", "Community Midwife", 17, 27),
        ("Nursing and Midwifery Registered", "Emergency Nurse Practitioner", 1, 3),
        ("Nursing and Midwifery Registered", "Midwife", 20, 46),
        ("Nursing and Midwifery Registered", "Service Manager", 5, 6),
        ("Nursing and Midwifery Registered", "Staff Nurse", 48, 99),
        ("", "", 2, 2),
    ]
    .map(|(staff_group, title, up_to_date, counted)| JobTitleGroup {
        staff_group: staff_group.to_owned(),
        group: group(GroupBy::JobTitle, title, rate(up_to_date, counted)),
    })
    .to_vec()
}

fn units() -> Vec<Group> {
    [
        ("Corporate", 61, 79),
        ("Corporate / Estates", 19, 22),
        ("Corporate / Finance", 21, 29),
        ("Corporate / People Services", 21, 28),
        ("Medicine and Emergency Care", 88, 193),
        ("Medicine and Emergency Care / Acute Medical Unit", 21, 49),
        ("Medicine and Emergency Care / Emergency Department", 29, 76),
        ("Medicine and Emergency Care / Emergency Department / Children's Area", 5, 17),
        ("Medicine and Emergency Care / Older People and Frailty", 38, 68),
        ("Medicine and Emergency Care / Older People and Frailty / Ward 14 (Rehabilitation)", 16, 31),
        ("Surgery", 79, 148),
        ("Surgery / Theatres", 24, 59),
        ("Surgery / Theatres / Recovery", 6, 15),
        ("Surgery / Ward 7", 31, 47),
        ("Women and Children", 84, 158),
        ("Women and Children / Maternity", 38, 81),
        ("Women and Children / Maternity / Community Midwifery", 17, 27),
        ("Women and Children / Paediatrics", 46, 77),
    ]
    .map(|(key, up_to_date, counted)| group(GroupBy::Unit, key, rate(up_to_date, counted)))
    .to_vec()
}

/// Of the first two levels; the last course is nobody's, and few are in the smallest unit.
fn unit_courses() -> Vec<UnitCourses> {
    let shares = [18, 47, 35, 82, 100, 0];
    let of = |unit: &Group| {
        let people = unit.counts.staff;
        let courses = shares.into_iter().zip(courses());
        let courses = courses.enumerate().map(|(at, (share, course))| {
            let counted = people.counted * share / 100;
            let all = course.counts.requirements;
            let shift = u64::try_from(unit.key.len() + 7 * at).unwrap() % 23;
            rate((counted * all.up_to_date * (90 + shift) / (all.counted.max(1) * 100)).min(counted), counted)
        });
        UnitCourses { unit: unit.key.clone(), courses: courses.collect() }
    };
    units().iter().filter(|unit| UnitPath(&unit.key).depth() < 2).map(of).collect()
}

fn forecast(month: Month) -> Vec<ForecastMonth> {
    let staff = [304, 297, 283, 270, 255, 236, 221, 208, 197, 180, 168, 151];
    let months = 1_u64..;
    months
        .zip(staff)
        .map(|(ahead, up_to_date)| {
            let courses = courses().into_iter().map(|course| {
                let people = course.counts.requirements;
                let lapsed = people.up_to_date * ahead / 40;
                let people = rate(people.up_to_date - lapsed, people.counted);
                let needed = people.needed(Percent(course.target_millionths * 100));
                ForecastCourse { course: course.key, rate: people, needed }
            });
            let as_at =
                Month::of(month.first_day() + chrono::Months::new(u32::try_from(ahead).unwrap())).last_day();
            ForecastMonth {
                as_at,
                staff: rate(up_to_date, 578 - ahead / 3),
                headline: None,
                courses: courses.collect(),
                booked: None,
            }
        })
        .collect()
}

fn budget() -> BudgetFigures {
    let expense = |date: &str, amount_pence| Expense {
        organisation: "RMV".to_owned(),
        dated_on: date.parse().unwrap(),
        amount_pence,
    };
    let year = FinancialYear(2026);
    let allocation =
        Budget { organisation: "RMV".to_owned(), year, allocated_pence: 4_800_000, dedicated: Some(true) };
    let expenses =
        [expense("2026-05-12", 745_000), expense("2026-09-30", 1_084_250), expense("2026-12-09", 630_000)];
    BudgetFigures::of("RMV", year, "2026-10-31".parse().unwrap(), Some(&allocation), &expenses, 437)
}

/// October 2026 at Marlow Vale, a trust that does not exist.
pub(crate) fn october() -> BoardFigures {
    let month = Month::parse("2026-10").unwrap();
    let staff = rate(312, 578);
    BoardFigures {
        organisation: "RMV".to_owned(),
        organisation_name: "Marlow Vale NHS Foundation Trust".to_owned(),
        month,
        as_at: month.last_day(),
        known_at: "2026-11-02T07:00:00Z".parse::<DateTime<Utc>>().unwrap(),
        policy_hash: "5f0c1d9ab3427e6688aa01c4".to_owned(),
        target_millionths: TARGET.millionths(),
        rag: Some(Rag::Red),
        counts: GroupCounts {
            in_post: 604,
            staff,
            requirements: rate(1_343, 1_631),
            due_soon: 188,
            lapsed: 201,
            not_done: 87,
            absent: 14,
            in_grace: 37,
            exempt: 9,
        },
        courses: courses(),
        staff_groups: staff_groups(),
        job_titles: job_titles(),
        units: units(),
        unit_courses: unit_courses(),
        forecast: forecast(month),
        budget: budget(),
        data_quality: DataQuality {
            no_email: 23,
            bouncing: 2,
            bouncing_since: None,
            unknown_managers: 11,
            rejected_rows: 6,
            days_since_staff_import: Some(3),
            rejected_rows_last_week: Some(2),
            stale_after_days: Some(45),
            asks_nobody: Some(vec![Silent {
                requirement: 6,
                course: "SGC-L3".to_owned(),
                selector: Some(Selector::Units),
                patterns: vec!["Children / Community".to_owned()],
                why: SilentBecause::NobodyMatches,
                organisation: None,
            }]),
        },
        reminders: ReminderFigures {
            sent: 141,
            people: 118,
            effect: Some(ReminderEffect { fell_due: 52, renewed_in_time: 31 }),
        },
        bridge: Some(bridge(month)),
        restatement: Some(restatement(month)),
        actions: what_it_takes(month),
        headline: Some(HeadlineFigures { lacking_one: 130, with_places: Some(rate(436, 577)) }),
        changes: Vec::new(),
        assurance: Some(statements()),
        late: None,
    }
}

fn step((cause, people, counted, up_to_date): (Cause, u64, i64, i64)) -> BridgeStep {
    BridgeStep { cause, people, counted, up_to_date }
}

fn bridge(month: Month) -> Bridge {
    let steps = [
        (Cause::Joined, 9, 4, 2),
        (Cause::Left, 10, -10, -6),
        (Cause::Trained, 31, 2, 31),
        (Cause::RecordedLate, 3, 0, 3),
        (Cause::Lapsed, 24, 0, -24),
        (Cause::GraceEnded, 5, 5, 0),
        (Cause::Exemption, 2, -1, 1),
        (Cause::Absence, 5, -2, -1),
        (Cause::PostChanged, 3, 2, 1),
    ];
    let steps = steps.map(step).to_vec();
    Bridge { month: month.minus(1), reported: true, from: rate(305, 578), steps }
}

fn restatement(month: Month) -> Restatement {
    let steps =
        [(Cause::RecordedLate, 3, 0, 3), (Cause::Corrected, 1, 0, -1), (Cause::StaffChanged, 2, -1, 0)];
    Restatement {
        month: month.minus(1),
        reported: rate(305, 578),
        known_now: rate(307, 577),
        steps: steps.map(step).to_vec(),
    }
}

fn what_it_takes(month: Month) -> Option<Actions> {
    let booked = |course: &str, by: chrono::NaiveDate| match course {
        "SGC-L2" if Month::of(month.last_day()) < Month::of(by) => 8,
        "SGC-L3" if Month::of(by).minus(2) >= month => 15,
        _ => 0,
    };
    let mut forecast = forecast(month);
    for month in &mut forecast {
        let mut courses = month.courses.clone();
        for course in &mut courses {
            course.needed = course.needed.saturating_sub(booked(&course.course, month.as_at));
        }
        month.booked =
            Some(crate::compliance::ForecastBooked { staff: month.staff, headline: None, courses });
    }
    actions(&courses(), &forecast, &budget(), month.last_day(), booked)
}

fn statements() -> Vec<StatementFigures> {
    let statement =
        |statement: &str, question: &str, answer: Option<StandingAnswer>, before: Option<&str>| {
            let overdue = answer.as_ref().and_then(|answer| answer.review_by);
            StatementFigures {
                statement: statement.to_owned(),
                question: question.to_owned(),
                answer,
                before: before.map(str::to_owned),
                overdue: overdue.is_some_and(|day| day.to_string().as_str() < "2026-10-31"),
            }
        };
    let answer = |answer: &str, on: &str, review_by: &str, evidence: &str| {
        Some(StandingAnswer {
            answer: answer.to_owned(),
            answered_on: on.parse().unwrap(),
            evidence: evidence.to_owned(),
            owner_email: "head.of.safeguarding@example.org".to_owned(),
            review_by: review_by.parse().ok(),
        })
    };
    vec![
        statement(
            "missed-appointments",
            "Is there a process for following up children who were not brought to an appointment?",
            answer("in-part", "2026-04-20", "2026-10-20", "Policy agreed; two of five clinics audited"),
            Some("in-part"),
        ),
        statement(
            "flagging-concerns",
            "Is there a system for flagging children about whom there are safeguarding concerns?",
            answer("yes", "2026-10-06", "2027-04-06", "CP-IS live in the emergency department"),
            Some("in-part"),
        ),
        statement("board-lead", "Does an executive director on the board lead on safeguarding?", None, None),
        statement(
            "dedicated-budget",
            "Is there a dedicated budget for safeguarding training?",
            answer("yes", "2026-04-02", "2027-03-31", "Budget book 2026-27, line 4471"),
            Some("yes"),
        ),
    ]
}

/// What a board is told of these figures.
pub(crate) fn disclosed_example(figures: &BoardFigures, earlier: &[BoardFigures]) -> Disclosed {
    disclose(figures, earlier).unwrap()
}

/// The summaries before it, oldest first: October 2025 to September 2026 without February, and one too old to show.
pub(crate) fn earlier() -> Vec<BoardFigures> {
    [
        ("2025-09", 250, 560),
        ("2025-10", 279, 559),
        ("2025-11", 283, 562),
        ("2025-12", 280, 561),
        ("2026-01", 277, 565),
        ("2026-03", 286, 566),
        ("2026-04", 291, 568),
        ("2026-05", 299, 571),
        ("2026-06", 301, 570),
        ("2026-07", 304, 573),
        ("2026-08", 302, 577),
        ("2026-09", 305, 578),
    ]
    .map(|(month, up_to_date, counted)| {
        let month = Month::parse(month).unwrap();
        let counts = GroupCounts { staff: rate(up_to_date, counted), ..october().counts };
        BoardFigures { month, as_at: month.last_day(), counts, ..october() }
    })
    .to_vec()
}
