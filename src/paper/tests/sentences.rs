//! Every sentence of the paper in every case that it has words for: nothing, one, many, falling, rising, a first month,
//! nobody counted, everything at its target.

use super::super::content::{Block, PaperSection};
use super::super::page_table::PageTable;
use super::*;
use crate::board::example::{disclosed_example, earlier, october};
use crate::board::{Bridge, BridgeStep, BudgetFigures, Cause, HeadlineFigures, LateSummary, Month};
use crate::compliance::{ForecastBooked, GroupCounts, Rag, Rate};
use crate::policy::Percent;
use crate::register::FinancialYear;

/// The words of the paper, without the tables' figures: those of its first screen, then those of each section.
fn sentences(figures: &BoardFigures, earlier: &[BoardFigures]) -> String {
    let content = PaperContent::of(&disclosed_example(figures, earlier)).unwrap();
    let mut lines = vec![content.headline.sentence.clone(), content.headline.standing.words.clone()];
    lines.extend(content.headline.to_do.clone());
    lines.extend(content.verdict.iter().flat_map(|of| of.lines()).map(|line| line.words.clone()));
    lines.extend([content.headline.on_last_month.clone(), content.headline.on_last_year.clone()]);
    lines.push(content.headline.basis.clone());
    lines.extend(content.late.clone());
    lines.extend(content.changes.iter().flat_map(words_of));
    lines.extend(content.coming.clone());
    lines.extend(content.followed_up.iter().flat_map(rows_of));
    lines.extend(content.asked.iter().map(|asked| format!("- {asked}")));
    lines.extend(content.sections.iter().flat_map(words_of));
    lines.join("\n")
}

fn words_of(section: &PaperSection) -> Vec<String> {
    let words = section.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(words) => Some(words.clone()),
        Block::Chart(chart) => Some(chart.says.clone()).filter(|says| !says.is_empty()),
        Block::Table(table) => {
            table.shown_in.includes(PaperForm::Page).then(|| format!("[{}] {}", table.name, table.caption))
        }
    });
    words.collect()
}

fn rows_of(section: &PaperSection) -> Vec<String> {
    let tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(PageTable::of(table, PaperForm::Page)),
        Block::Paragraph(_) | Block::Chart(_) => None,
    });
    let row = |table: PageTable| {
        let rows = table.rows.into_iter().map(|row| {
            let note = row.note.map_or(String::new(), |note| note.words);
            format!("= {}: {}. {note}", row.name, row.cells.join(" "))
        });
        std::iter::once(table.caption).chain(rows).collect::<Vec<_>>()
    };
    tables.flat_map(row).collect()
}

/// October with this many up to date, where September had so many, and everything else in order.
fn quiet(before: Rate, now: Rate) -> (BoardFigures, Vec<BoardFigures>) {
    let mut figures = october();
    figures.counts.staff = now;
    figures.rag = now.rag(Percent(90_000_000), Percent(5_000_000));
    figures.assurance = None;
    figures.bridge = Some(Bridge {
        month: figures.month.minus(1),
        reported: true,
        from: before,
        steps: steps(before, now),
    });
    figures.restatement = None;
    let behind = now.counted - now.up_to_date;
    figures.headline = Some(HeadlineFigures { lacking_one: behind / 2, with_places: None });
    for course in &mut figures.courses {
        course.counts.requirements.up_to_date = course.counts.requirements.counted;
        course.counts.staff = course.counts.requirements;
        course.rag = (course.counts.requirements.counted > 0).then_some(Rag::Green);
    }
    for month in &mut figures.forecast {
        month.staff = now;
        month.booked = None;
        for course in &mut month.courses {
            (course.rate.up_to_date, course.needed) = (course.rate.counted, 0);
        }
    }
    figures.actions =
        crate::board::actions(&figures.courses, &figures.forecast, &figures.budget, figures.as_at, |_, _| 0);
    let counts = GroupCounts { staff: before, ..figures.counts };
    let rag = before.rag(Percent(90_000_000), Percent(5_000_000));
    let month = figures.month.minus(1);
    let last = BoardFigures { month, as_at: month.last_day(), counts, rag, ..figures.clone() };
    (figures, vec![last])
}

fn steps(from: Rate, to: Rate) -> Vec<BridgeStep> {
    let moved = |to: u64, from: u64| to.cast_signed() - from.cast_signed();
    let (counted, up_to_date) = (moved(to.counted, from.counted), moved(to.up_to_date, from.up_to_date));
    let cause = |cause, counted: i64, up_to_date: i64| BridgeStep {
        cause,
        people: counted.unsigned_abs().max(up_to_date.unsigned_abs()).max(9),
        counted,
        up_to_date,
    };
    if (counted, up_to_date) == (0, 0) {
        return Vec::new();
    }
    vec![
        cause(Cause::Trained, counted.max(0), up_to_date.max(0) + 9),
        cause(Cause::Lapsed, counted.min(0), up_to_date.min(0) - 9),
    ]
}

fn rate(up_to_date: u64, counted: u64) -> Rate {
    Rate { counted, up_to_date }
}

/// Figures with the summaries before them.
type Case = (BoardFigures, Vec<BoardFigures>);

fn with(mut case: Case, change: impl FnOnce(&mut BoardFigures)) -> Case {
    change(&mut case.0);
    case
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn of_the_headline() -> Vec<(&'static str, Case)> {
    vec![
        ("a month with a year behind it", (october(), earlier())),
        ("a first month", (BoardFigures { bridge: None, restatement: None, ..october() }, Vec::new())),
        ("rising", quiet(rate(520, 578), rate(540, 578))),
        ("falling", quiet(rate(540, 578), rate(520, 578))),
        ("more people, a lower rate", quiet(rate(450, 578), rate(453, 590))),
        ("as many of as many", quiet(rate(450, 578), rate(450, 578))),
        ("everything at its target", quiet(rate(575, 578), rate(578, 578))),
        ("above every course's target, short on the headline", quiet(rate(500, 578), rate(505, 578))),
        ("one short, who is one of many", quiet(rate(520, 578), rate(520, 578))),
        ("one up to date of five", quiet(rate(0, 5), rate(1, 5))),
        ("nobody up to date", quiet(rate(2, 30), rate(0, 30))),
        (
            "all of them lack more than one",
            with(quiet(rate(300, 578), rate(300, 578)), |of| {
                of.headline.as_mut().unwrap().lacking_one = 0;
            }),
        ),
        (
            "one of them lacks one",
            with(quiet(rate(300, 578), rate(300, 578)), |of| {
                of.headline.as_mut().unwrap().lacking_one = 1;
            }),
        ),
        ("nobody counted", nobody_counted()),
        (
            "nobody absent, in grace or exempt",
            with(quiet(rate(520, 578), rate(540, 578)), |of| {
                of.counts = GroupCounts {
                    in_post: 578,
                    staff: of.counts.staff,
                    requirements: of.counts.requirements,
                    ..GroupCounts::default()
                };
            }),
        ),
        (
            "one absent, one in grace, one exempt, one without a course",
            with(quiet(rate(520, 578), rate(540, 578)), |of| {
                of.counts.in_post = 580;
                (of.counts.absent, of.counts.in_grace, of.counts.exempt) = (1, 1, 1);
            }),
        ),
        (
            "two causes that raised it as much",
            with(quiet(rate(520, 578), rate(533, 578)), |of| {
                let step = |cause, people, up_to_date| BridgeStep { cause, people, counted: 0, up_to_date };
                of.bridge.as_mut().unwrap().steps =
                    vec![step(Cause::Trained, 9, 9), step(Cause::Lapsed, 5, -5), step(Cause::Absence, 9, 9)];
            }),
        ),
        ("under five counted", quiet(rate(1, 3), rate(2, 3))),
        (
            "a month whose rate is back to what it was",
            with(quiet(rate(288, 576), rate(289, 578)), |of| {
                of.late = Some(LateSummary {
                    due_on: "2026-11-02".parse().unwrap(),
                    made_on: "2026-11-20".parse().unwrap(),
                });
            }),
        ),
    ]
}

fn nobody_counted() -> Case {
    with(quiet(rate(0, 0), rate(0, 0)), |of| {
        of.counts = GroupCounts { in_post: 12, absent: 2, ..GroupCounts::default() };
        for course in &mut of.courses {
            course.counts = GroupCounts::default();
            course.rag = None;
        }
        for month in &mut of.forecast {
            month.staff = Rate::default();
            month.courses.iter_mut().for_each(|course| (course.rate, course.needed) = (Rate::default(), 0));
        }
        (of.staff_groups, of.job_titles, of.units, of.unit_courses) = Default::default();
        of.headline = Some(HeadlineFigures { lacking_one: 0, with_places: None });
    })
}

/// October with so many completions to reach the targets, places booked and places missing.
fn places(to_train: u64, booked: u64, missing: u64, cost: Option<i64>, left: Option<i64>) -> Case {
    with((october(), Vec::new()), |of| {
        of.assurance = None;
        of.bridge = None;
        of.restatement = None;
        let actions = of.actions.as_mut().unwrap();
        let until = actions.until;
        for (number, course) in actions.courses.iter_mut().enumerate() {
            let month = course.months.iter_mut().find(|month| month.as_at == until).unwrap();
            (month.to_train, month.booked, month.missing) =
                if number == 1 { (to_train, booked, missing) } else { (0, 0, 0) };
        }
        (actions.to_train, actions.booked, actions.missing) = (to_train, booked, missing);
        (actions.cost_pence, actions.left_pence) = (cost, left);
        let then = (missing > 0).then_some(rate(436, 577));
        of.headline = Some(HeadlineFigures { lacking_one: 130, with_places: then });
        of.budget.remaining_pence = left;
    })
}

fn of_places_and_money() -> Vec<(&'static str, Case)> {
    vec![
        ("none booked, one missing", places(1, 0, 1, Some(4_185), Some(2_340_750))),
        ("one booked by somebody whom it doesn't help", places(20, 1, 20, Some(83_700), Some(2_340_750))),
        ("one booked that helps", places(20, 1, 19, Some(79_515), Some(2_340_750))),
        ("a few of many booked help", places(1_048, 20, 1_042, Some(4_360_770), Some(2_340_750))),
        ("all booked help", places(40, 20, 20, Some(83_700), Some(0))),
        ("as many booked as it takes", places(20, 20, 0, Some(0), Some(2_340_750))),
        ("an overspend", places(938, 0, 938, Some(3_924_265), Some(-605_495))),
        ("no expenses known", places(20, 0, 20, Some(0), Some(2_500_000))),
        ("no completion, so no cost", places(20, 0, 20, None, Some(2_500_000))),
        (
            "no budget",
            with(places(20, 0, 20, Some(83_700), None), |of| {
                of.budget = BudgetFigures::of("RMV", FinancialYear(2026), of.as_at, None, [], 0);
            }),
        ),
        ("the budget of the year after", places(20, 0, 20, Some(83_700), None)),
        (
            "booked places change the outlook",
            with(places(20, 0, 20, Some(83_700), Some(0)), |of| {
                for month in &mut of.forecast {
                    let staff = Rate { up_to_date: month.staff.up_to_date + 9, ..month.staff };
                    month.booked =
                        Some(ForecastBooked { staff, headline: None, courses: month.courses.clone() });
                }
            }),
        ),
        (
            "at the targets by then, not now",
            with(places(0, 0, 0, Some(0), Some(0)), |of| {
                of.headline.as_mut().unwrap().with_places = None;
            }),
        ),
    ]
}

fn of_last_month() -> Vec<(&'static str, Case)> {
    let last = |change: fn(&mut BoardFigures)| {
        let mut last = BoardFigures { month: Month::parse("2026-09").unwrap(), ..october() };
        change(&mut last);
        vec![last]
    };
    vec![
        ("nothing done", (october(), last(|_| {}))),
        ("all done", with(quiet(rate(520, 578), rate(560, 578)), |of| of.assurance = Some(Vec::new()))),
        (
            "all done that was much",
            (
                with(quiet(rate(520, 578), rate(560, 578)), |_| {}).0,
                last(|last| {
                    last.budget.remaining_pence = Some(-605_495);
                    last.data_quality.days_since_staff_import = None;
                }),
            ),
        ),
        (
            "another year",
            with((october(), last(|_| {})), |of| {
                of.actions.as_mut().unwrap().until = of.forecast.last().unwrap().as_at;
            }),
        ),
    ]
}

fn table(cases: Vec<(&'static str, Case)>) -> String {
    let said = cases
        .into_iter()
        .map(|(what, (figures, earlier))| format!("######## {what}\n{}\n", sentences(&figures, &earlier)));
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_sentence_of_the_headline_its_change_and_its_basis() {
    insta::assert_snapshot!(table(of_the_headline()));
}

#[test]
fn every_sentence_of_places_and_money() {
    insta::assert_snapshot!(table(of_places_and_money()));
}

#[test]
fn every_sentence_of_what_became_of_last_months_decisions() {
    insta::assert_snapshot!(table(of_last_month()));
}

/// What no sentence may say.
#[test]
fn no_sentence_says_what_the_figures_do_not() {
    for (what, (figures, earlier)) in
        of_the_headline().into_iter().chain(of_places_and_money()).chain(of_last_month())
    {
        let said = sentences(&figures, &earlier);
        for never in [
            "£0.00",
            " 0 people",
            " 0 absent",
            "-£",
            "each of the 1 ",
            "1 people",
            "1 are ",
            "1 places",
            "from 100.0% to 100.0%",
            "e-mail",
            "\u{201c}",
            "\u{201d}",
        ] {
            assert!(!said.contains(never), "{what}: {never:?} in\n{said}");
        }
        let behind = disclosed_example(&figures, &earlier).rag.is_some_and(|rag| rag != Rag::Green);
        assert!(!behind || !said.contains("Nothing this month"), "{what}:\n{said}");
        let nobody = figures.counts.staff.counted == 0;
        assert!(!nobody || !said.contains("at its target"), "{what}:\n{said}");
    }
}
