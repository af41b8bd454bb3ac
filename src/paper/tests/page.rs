use super::super::page_table::PageTable;
use super::*;
use crate::board::example::{disclosed_example, earlier, october};
use crate::board::{BudgetFigures, DataQuality, ReminderFigures};
use crate::compliance::{ForecastCourse, Group, GroupCounts, Rate, UnitCourses};
use crate::register::FinancialYear;

fn content(figures: &BoardFigures, earlier: &[BoardFigures]) -> PaperContent {
    PaperContent::of(&disclosed_example(figures, earlier)).unwrap()
}

fn mail(figures: &BoardFigures, earlier: &[BoardFigures]) -> Rendered {
    BoardSummaryPage::of(&content(figures, earlier), PaperForm::Page).mail().unwrap()
}

/// Subject, text and HTML one below the other.
fn all_of(figures: &BoardFigures, earlier: &[BoardFigures]) -> String {
    let Rendered { subject, text, html, .. } = mail(figures, earlier);
    format!("Subject: {subject}\n\n{text}\n================ HTML ================\n{html}")
}

#[test]
fn a_month_with_a_year_behind_it() {
    insta::assert_snapshot!(all_of(&october(), &earlier()));
}

fn first_and_empty() -> BoardFigures {
    let october = october();
    BoardFigures {
        rag: None,
        counts: GroupCounts { in_post: 1, absent: 1, ..GroupCounts::default() },
        courses: Vec::new(),
        staff_groups: Vec::new(),
        job_titles: Vec::new(),
        units: Vec::new(),
        forecast: Vec::new(),
        budget: BudgetFigures::of("RMV", FinancialYear(2026), october.as_at, None, [], 0),
        data_quality: DataQuality::default(),
        reminders: ReminderFigures::default(),
        ..october
    }
}

#[test]
fn a_first_month_with_nobody_counted_and_no_budget() {
    insta::assert_snapshot!(all_of(&first_and_empty(), &[]));
}

#[test]
fn the_text_part_says_every_figure_and_word_of_the_html_part() {
    let content = content(&october(), &earlier());
    let Rendered { text, html, .. } = mail(&october(), &earlier());
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let tables: Vec<PageTable> = content
        .tables()
        .filter(|table| table.shown_in.includes(PaperForm::Page))
        .map(|table| PageTable::of(table, PaperForm::Page))
        .collect();
    assert!(tables.len() >= 11, "{}", tables.len());
    for table in tables {
        assert!(plain.contains(&table.caption), "{}", table.caption);
        for row in table.rows {
            assert!(row.cells.iter().all(|cell| text.contains(cell) && html.contains(cell)), "{}", row.name);
            assert!(row.note.as_ref().is_none_or(|note| plain.contains(&note.words)), "{}", row.name);
        }
    }
}

#[test]
fn every_table_of_the_html_has_a_caption_and_every_cell_its_headings() {
    let html = mail(&october(), &earlier()).html;
    let tables: Vec<&str> = html.split("<table class=\"t\"").skip(1).collect();
    assert!(tables.len() >= 11, "{}", tables.len());
    for table in tables {
        let table = table.split("</table>").next().unwrap();
        assert_eq!(table.matches("<caption").count(), 1, "{table}");
        let columns = table.matches("<th scope=\"col\"").count();
        for row in table.split("<tbody>").nth(1).unwrap().split("<tr>").skip(1) {
            assert_eq!(row.matches("<th scope=\"row\"").count(), 1, "{row}");
            assert_eq!(row.matches("<td").count() + 1, columns, "{row}");
        }
    }
}

#[test]
fn the_text_part_says_what_every_chart_says() {
    let content = content(&october(), &earlier());
    let charts: Vec<&Chart> = content.charts().collect();
    assert_eq!(charts.len(), 5);
    let text = mail(&october(), &earlier()).text;
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for chart in charts {
        assert!(plain.contains(&chart.says), "{}", chart.says);
        // The rates are the table's beside the chart, or stand here.
        let rates = chart
            .figures
            .iter()
            .flat_map(|line| line.split([' ', ',', '.', ':']))
            .filter(|word| word.ends_with('%'));
        assert!(rates.into_iter().all(|rate| text.contains(rate)), "{}", chart.name);
    }
}

#[test]
fn every_picture_that_the_html_shows_comes_with_the_mail_and_has_words_in_its_stead() {
    let Rendered { html, parts, .. } = mail(&october(), &earlier());
    assert_eq!(html.matches("<img ").count(), parts.len());
    for part in &parts {
        assert!(
            html.contains(&format!("src=\"cid:{}\"", part.name)) && part.place == PartPlace::Inline,
            "{}",
            part.name
        );
    }
    assert!(!html.contains("alt=\"\""), "{html}");
    for alternative in html.split(" alt=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(alternative.chars().count() <= 120, "{alternative} repeats the table beside it");
    }
    let page = BoardSummaryPage::of(&content(&october(), &earlier()), PaperForm::Page).html().unwrap();
    assert!(!page.contains("cid:") && !page.contains("<img "), "a page on disk has no mail beside it");
    assert_eq!(page.matches("<svg ").count(), parts.len());
}

#[test]
fn a_rise_a_fall_and_a_standstill_are_said_in_words() {
    for (up_to_date, words) in [
        (312, "Unchanged on last month (312 of 578, 53.9%, in September 2026)."),
        (306, "Up 1.0 point on last month (306 of 578, 52.9%, in September 2026)."),
        (318, "Down 1.1 points on last month (318 of 578, 55.0%, in September 2026)."),
    ] {
        let counts = GroupCounts { staff: Rate { counted: 578, up_to_date }, ..october().counts };
        let figures = october();
        let september = [BoardFigures { month: figures.month.minus(1), counts, ..october() }];
        let text = mail(&figures, &september).text;
        assert!(text.contains(words), "{words:?} in\n{text}");
        assert!(text.contains("No summary for October 2025 to compare with."), "{text}");
    }
}

#[test]
fn no_line_of_the_text_is_wider_than_72_columns_and_no_subject_longer_than_70_characters() {
    for month in ["2026-09", "2026-05"] {
        let figures = BoardFigures { month: crate::board::Month::parse(month).unwrap(), ..october() };
        let Rendered { subject, text, .. } = mail(&figures, &[]);
        assert!(subject.ends_with("53.9% of staff up to date") && subject.chars().count() <= 70, "{subject}");
        for line in text.lines() {
            assert!(line.chars().count() <= 72, "{line}");
        }
    }
}

#[test]
fn what_units_and_courses_are_called_is_escaped() {
    let mut figures = october();
    figures.units[0].key = "<img src=x> & co".to_owned();
    figures.units[0].counts.staff = Rate { counted: 1_000, up_to_date: 0 };
    let html = mail(&figures, &[]).html;
    assert!(html.contains("&#60;img src=x&#62; &#38; co") && !html.contains("<img src=x"), "{html}");
}

/// A trust of 25 courses and 60 units, each with a name as long as they come.
fn of_many() -> BoardFigures {
    let mut figures = october();
    let course = figures.courses[1].clone();
    figures.courses = (1..=25)
        .map(|number| Group {
            key: format!("COURSE-{number:02}"),
            title: Some(format!(
                "Safeguarding Children and Young People Level {number} (Named Professionals)"
            )),
            ..course.clone()
        })
        .collect();
    let unit = figures.units[0].clone();
    let path = |number: usize| match number % 6 {
        0 => format!("Division of Integrated Care {}", number / 6),
        of => format!("Division of Integrated Care {} / Ward {of} (Older People and Frailty)", number / 6),
    };
    let divisions = 10;
    figures.units = (0..6 * divisions)
        .map(|number| {
            let counted = if number % 6 == 0 { 57 } else { 11 };
            let staff = Rate { counted, up_to_date: counted / 2 };
            Group {
                key: path(number),
                counts: GroupCounts { in_post: counted, staff, ..unit.counts },
                ..unit.clone()
            }
        })
        .collect();
    let rates = |unit: &Group| {
        (0..25_u64)
            .map(|course| Rate { counted: 9, up_to_date: (course + unit.key.len() as u64) % 10 })
            .collect()
    };
    figures.unit_courses = figures
        .units
        .iter()
        .map(|unit| UnitCourses { unit: unit.key.clone(), courses: rates(unit) })
        .collect();
    for month in &mut figures.forecast {
        let of = month.courses[1].clone();
        month.courses = figures
            .courses
            .iter()
            .map(|course| ForecastCourse { course: course.key.clone(), ..of.clone() })
            .collect();
    }
    figures.actions =
        crate::board::actions(&figures.courses, &figures.forecast, &figures.budget, figures.as_at, |_, _| 3);
    figures
}

#[test]
fn the_html_of_a_trust_of_many_courses_and_units_is_below_90_kilobytes() {
    let html = mail(&of_many(), &earlier()).html;
    assert!(html.len() < 90_000, "{} bytes", html.len());
    assert_eq!(html.matches("<th scope=\"row\"").count(), html.matches("<tr><th scope=\"row\"").count());
    for heading in html.split("<th ").skip(1).map(|rest| rest.split_once('>').unwrap().1) {
        assert!(!heading.starts_with("</th>"), "an empty heading");
    }
}
