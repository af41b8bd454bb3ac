//! Courses against their targets; staff groups and job titles by how many people are not up to date.

use std::cmp::Reverse;

use super::headline::left_out_courses;
use super::section::{Block, PaperSection};
use crate::board::{Disclosed, DisclosedGroup, FEWEST_PEOPLE, Shown};
use crate::compliance::{GroupCounts, Rate};
use crate::paper::table::{CellTone, ShownIn, Table, TableCell, TableColumn, TableRow};
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
    let mut columns = vec![TableColumn::new("Course"), TableColumn::new("Code").below_name()];
    columns.extend(count_columns());
    columns.extend([TableColumn::of_workbook("Target"), TableColumn::new("Standing").below_name()]);
    columns.extend(["Due soon", "Lapsed", "Not done", "In grace", "Exempt"].map(TableColumn::of_workbook));
    let absent = match figures.counts.absent.value() {
        Some(0) => "Nobody is absent.".to_owned(),
        Some(absent) => format!("Left out: {} absent.", counted(*absent, "person", "people")),
        None => "Left out: the absent.".to_owned(),
    };
    let caption = format!(
        "Each percentage is out of the people who need the course. {absent} {}",
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
        shown_in: ShownIn::Every,
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
        shown_in: ShownIn::Every,
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

/// A table of groups by how many of their people are not up to date.
pub(super) struct Ranked {
    pub name: &'static str,
    pub caption: String,
    /// The columns that say which group it is.
    pub names: Vec<TableColumn>,
    /// Whether a page says below a group's name how it stands.
    pub is_standing_below: bool,
    /// One, and several, of those that a page has no room for.
    pub nouns: (&'static str, &'static str),
    pub shown_in: ShownIn,
}

impl Ranked {
    /// The table of these groups, each with the cells that say which it is; and how many a page leaves out.
    pub(super) fn blocks(self, mut groups: Vec<(Vec<TableCell>, &DisclosedGroup)>) -> Vec<Block> {
        // Those withheld come last: among the others their place would tell how many.
        groups.sort_by_cached_key(|(names, group)| {
            let behind = group.counts.staff.value().map(|staff| staff.behind());
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
        let table = Block::Table(Table::new(self.name, self.caption, columns, rows).only(self.shown_in));
        std::iter::once(table).chain(left_out.map(Block::Paragraph)).collect()
    }

    /// What is said of those that a page has no room for.
    fn left_out<'a>(&self, groups: impl Iterator<Item = &'a DisclosedGroup> + Clone) -> Option<String> {
        let next = groups.clone().next()?;
        let are_withheld = groups.clone().any(|group| group.counts.staff.value().is_none());
        let or_withheld = if are_withheld { ", or with counts withheld" } else { "" };
        let largest = match next.counts.staff.value().map(|staff| staff.behind()) {
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
pub(super) fn none_told(groups: &str) -> Vec<Block> {
    vec![Block::Paragraph(format!(
        "Not shown: the {groups} are of so few people that their counts could be worked out from the whole."
    ))]
}

/// The columns of [`counts`].
pub(super) fn count_columns() -> [TableColumn; 4] {
    [
        TableColumn::new("Up to date"),
        TableColumn::of_workbook("Counted"),
        TableColumn::new("Rate"),
        TableColumn::new("Not up to date"),
    ]
}

/// Up to date, counted, rate and not up to date.
pub(super) fn counts(people: &Shown<Rate>) -> [TableCell; 4] {
    let cell = |of: fn(&Rate) -> TableCell| TableCell::told(people, of);
    [
        cell(|of| TableCell::OutOf(*of)),
        cell(|of| TableCell::Count(of.counted)),
        cell(|of| TableCell::rate(*of)),
        cell(|of| TableCell::Count(of.behind())),
    ]
}
