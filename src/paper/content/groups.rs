//! Courses against their targets; staff groups, job titles and units by how many people are not up to date.

use std::cmp::Reverse;

use super::headline::left_out_courses;
use super::section::{Block, PaperSection};
use crate::board::{Disclosed, DisclosedGroup, FEWEST_PEOPLE, Shown};
use crate::compliance::{GroupCounts, Rate};
use crate::paper::chart::Chart;
use crate::paper::table::{CellTone, ShownIn, Table, TableCell, TableColumn, TableRow};
use crate::register::UnitPath;
use crate::wording::{counted, percent, thousands};

/// The most rows of a long table on a page: those with most people not up to date. The workbook has all.
const MOST_ON_A_PAGE: usize = 15;

/// Per-course rates against targets, in the policy's order.
pub(super) fn courses(figures: &Disclosed) -> PaperSection {
    let rows = figures.courses.iter().map(|course| {
        let cell = |of: fn(&GroupCounts) -> u64| {
            TableCell::told(&course.counts, |counts| TableCell::Count(of(counts)))
        };
        let [up_to_date, counted, rate, behind] = counts(&course.people());
        let standing = TableCell::Standing(course.rag, Some(course.target_millionths));
        let row = TableRow::new([
            TableCell::named(course.title.as_deref().unwrap_or(&course.key), "Unnamed course"),
            TableCell::words(&course.key),
            up_to_date,
            counted,
            rate,
            behind,
            TableCell::target(course.target_millionths),
            course.counts.value().map_or(TableCell::Nothing, |_| standing),
            cell(|of| of.due_soon),
            cell(|of| of.lapsed),
            cell(|of| of.not_done),
            cell(|of| of.in_grace),
            cell(|of| of.exempt),
        ]);
        row.sounding(CellTone::of(course.rag))
    });
    let mut columns = vec![TableColumn::new("Course"), TableColumn::of_workbook("Code")];
    columns.extend(count_columns());
    columns.extend([TableColumn::of_workbook("Target"), TableColumn::new("Standing").below_name()]);
    columns.extend(["Due soon", "Lapsed", "Not done", "In grace", "Exempt"].map(TableColumn::of_workbook));
    let absent = match figures.counts.absent.value() {
        Some(absent) => format!("{} absent", counted(*absent, "person", "people")),
        None => "the absent".to_owned(),
    };
    let caption = format!(
        "Each percentage is out of the people who need the course. Left out: {absent}. {}",
        left_out_courses(figures)
    );
    let table = Table::new("Courses", caption, columns, rows.collect());
    PaperSection::new("By course", vec![Block::Table(table)])
}

/// By staff group, most people not up to date first.
pub(super) fn staff_groups(figures: &Disclosed) -> PaperSection {
    let heading = "By staff group";
    let Some(groups) = &figures.staff_groups else {
        return PaperSection::new(heading, none_told("staff groups"));
    };
    let caption = format!(
        "By the staff group of each person's primary post, most people not up to date first. Each percentage is out of \
         the group's people with at least one course to count, against the target of {}; left out as in the headline \
         figure. Groups of fewer than {FEWEST_PEOPLE} people show no counts; others are withheld where they would tell \
         those.",
        percent(figures.target_millionths)
    );
    let ranked = Ranked {
        name: "Staff groups",
        caption,
        names: vec![TableColumn::new("Staff group")],
        is_standing_below: true,
        nouns: ("more staff group", "more staff groups"),
    };
    let groups =
        groups.iter().map(|group| (vec![TableCell::named(&group.key, "No staff group recorded")], group));
    PaperSection::new(heading, ranked.blocks(groups.collect()))
}

/// By job title within its staff group, most people not up to date first; `None` where the figures were frozen without.
pub(super) fn job_titles(figures: &Disclosed) -> Option<PaperSection> {
    let heading = "By job title";
    let Some(titles) = &figures.job_titles else {
        return Some(PaperSection::new(heading, none_told("job titles")));
    };
    let ranked = Ranked {
        name: "Job titles",
        caption: "By the job title of each person's primary post, most people not up to date first; a title that is held \
                  in two staff groups is in two rows. Percentages are out of the same people as by staff group."
            .to_owned(),
        names: vec![TableColumn::new("Job title"), TableColumn::new("Staff group").below_name()],
        is_standing_below: false,
        nouns: ("more job title", "more job titles"),
    };
    if titles.is_empty() {
        return None;
    }
    let titles = titles.iter().map(|title| {
        let staff_group = match title.staff_group.as_str() {
            "" => TableCell::words("No staff group recorded"),
            named => TableCell::words(named).after("in"),
        };
        (vec![TableCell::named(&title.group.key, "No job title recorded"), staff_group], &title.group)
    });
    Some(PaperSection::new(heading, ranked.blocks(titles.collect())))
}

/// By unit, most people not up to date first.
pub(super) fn units(figures: &Disclosed) -> Option<PaperSection> {
    let heading = "By unit";
    let Some(units) = &figures.units else { return Some(PaperSection::new(heading, none_told("units"))) };
    let ranked = Ranked {
        name: "Units",
        caption: "Most people not up to date first. A unit counts everyone at or below it, so that a person is in every \
                  unit above their own. Percentages are out of the same people as by staff group."
            .to_owned(),
        names: vec![TableColumn::new("Unit"), TableColumn::of_workbook("Level")],
        is_standing_below: false,
        nouns: ("more unit", "more units"),
    };
    let units = units.iter().map(|unit| (unit_cells(&unit.key).to_vec(), unit));
    Some(PaperSection::new(heading, ranked.blocks(units.collect())))
}

/// Each course in each unit of the first two levels: a chart on a page, a table in the workbook.
pub(super) fn units_by_course(figures: &Disclosed, chart: Option<Chart>) -> Option<PaperSection> {
    let rows = figures.unit_courses.iter().flat_map(|unit| {
        let each = unit.courses.iter().zip(&figures.courses);
        let each = each.filter(|(rate, _)| rate.value().is_none_or(|rate| rate.counted > 0));
        each.map(|(rate, course)| {
            let names = unit_cells(&unit.unit).into_iter().chain([TableCell::words(&course.key)]);
            let target = TableCell::target(course.target_millionths);
            TableRow::new(names.chain(counts(rate)).chain([target]).collect::<Vec<_>>())
        })
    });
    let names = ["Unit", "Level", "Course"].map(TableColumn::new).into_iter();
    let columns = names.chain(count_columns()).chain([TableColumn::new("Target")]).collect();
    let caption = "Each course in each unit of the first two levels.";
    let table = Table::new("Units by course", caption, columns, rows.collect()).only(ShownIn::Workbook);
    let table = (!table.rows.is_empty()).then_some(Block::Table(table));
    let heading = chart.as_ref().map_or("Units by course", |chart| &chart.title).to_owned();
    let blocks: Vec<Block> = chart.map(Block::Chart).into_iter().chain(table).collect();
    (!blocks.is_empty()).then(|| PaperSection::new(heading, blocks))
}

/// A table of groups by how many of their people are not up to date.
struct Ranked {
    name: &'static str,
    caption: String,
    /// The columns that say which group it is.
    names: Vec<TableColumn>,
    /// Whether a page says below a group's name how it stands.
    is_standing_below: bool,
    /// One, and several, of those that a page has no room for.
    nouns: (&'static str, &'static str),
}

impl Ranked {
    /// The table of these groups, each with the cells that say which it is; and how many a page leaves out.
    fn blocks(self, mut groups: Vec<(Vec<TableCell>, &DisclosedGroup)>) -> Vec<Block> {
        // Those withheld come last: among the others their place would tell how many.
        groups.sort_by_cached_key(|(names, group)| {
            let behind = group.counts.staff.value().map(|staff| behind(*staff));
            (Reverse(behind), group.key.clone(), names.iter().map(TableCell::in_words).collect::<Vec<_>>())
        });
        let left_out = groups.get(MOST_ON_A_PAGE..).unwrap_or_default();
        let left_out = self.left_out(left_out.iter().map(|(_, group)| *group));
        let mut columns = self.names;
        columns.push(TableColumn::of_workbook("In post"));
        columns.extend(count_columns());
        let standing = TableColumn::new("Standing").below_name();
        columns.push(if self.is_standing_below { standing } else { standing.only(ShownIn::Workbook) });
        let tone_of = |group: &DisclosedGroup| {
            if self.is_standing_below { CellTone::of(group.rag) } else { CellTone::Plain }
        };
        let rows = groups.into_iter().enumerate().map(|(at, (mut cells, group))| {
            let staff = &group.counts.staff;
            let standing = TableCell::Standing(group.rag, None);
            cells.push(TableCell::told(&group.counts.in_post, |in_post| TableCell::Count(*in_post)));
            cells.extend(counts(staff));
            cells.push(staff.value().map_or(TableCell::Nothing, |_| standing));
            let shown_in = if at < MOST_ON_A_PAGE { ShownIn::Every } else { ShownIn::Workbook };
            TableRow::new(cells).sounding(tone_of(group)).only(shown_in)
        });
        let rows = rows.collect();
        let table = Block::Table(Table::new(self.name, self.caption, columns, rows));
        std::iter::once(table).chain(left_out.map(Block::Paragraph)).collect()
    }

    /// What is said of those that a page has no room for.
    fn left_out<'a>(&self, groups: impl Iterator<Item = &'a DisclosedGroup> + Clone) -> Option<String> {
        let next = groups.clone().next()?;
        let are_withheld = groups.clone().any(|group| group.counts.staff.value().is_none());
        let or_withheld = if are_withheld { ", or with counts withheld" } else { "" };
        let largest = match next.counts.staff.value().map(|staff| behind(*staff)) {
            None => "whose counts are withheld".to_owned(),
            Some(0) => format!("where everybody is up to date{or_withheld}"),
            Some(people) => {
                format!("each with {} or fewer people not up to date{or_withheld}", thousands(people))
            }
        };
        let more = counted(groups.count(), self.nouns.0, self.nouns.1);
        Some(format!("Not shown: {more}, {largest}."))
    }
}

/// Said in place of a table of which nothing can be told.
fn none_told(groups: &str) -> Vec<Block> {
    vec![Block::Paragraph(format!(
        "Not shown: the {groups} are of so few people that their counts could be worked out from the whole."
    ))]
}

/// The columns of [`counts`].
fn count_columns() -> [TableColumn; 4] {
    [
        TableColumn::new("Up to date"),
        TableColumn::of_workbook("Counted"),
        TableColumn::new("Rate"),
        TableColumn::new("Not up to date"),
    ]
}

/// Up to date, counted, rate and not up to date.
fn counts(people: &Shown<Rate>) -> [TableCell; 4] {
    let cell = |of: fn(&Rate) -> TableCell| TableCell::told(people, of);
    [
        cell(|of| TableCell::OutOf(*of)),
        cell(|of| TableCell::Count(of.counted)),
        cell(|of| TableCell::rate(*of)),
        cell(|of| TableCell::Count(behind(*of))),
    ]
}

/// People counted and not up to date.
fn behind(rate: Rate) -> u64 {
    rate.counted.saturating_sub(rate.up_to_date)
}

/// A unit's path, and how deep it is in the tree; the top is 1.
fn unit_cells(path: &str) -> [TableCell; 2] {
    let level = UnitPath(path).depth() as u64 + 1;
    let name = match TableCell::named(path, "No unit recorded") {
        TableCell::Words(path) => TableCell::Path(path),
        other => other,
    };
    [name, TableCell::Count(level)]
}
