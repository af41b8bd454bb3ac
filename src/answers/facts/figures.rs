//! The tables that people are looked at by, and the figures that `status` and `budget` give.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::cells::{FactCell, FactRows};
use super::{FactTable, Facts, FactsDigest};
use crate::compliance::{Assessment, Group, GroupBy, GroupCounts, count_person, rates};
use crate::register::UnitPath;

/// How many levels of a unit's path have a column of their own.
const LEVELS: usize = 8;

/// The groups of `status` whose rates are told as they are; those by job title are told as far as titles are.
const RATES_BY: [GroupBy; 4] = [GroupBy::Organisation, GroupBy::Course, GroupBy::StaffGroup, GroupBy::Unit];

/// What a unit is known by: the same in every export. It never looks like a number, which a spreadsheet would spoil.
pub(super) fn unit_id(path: &str) -> String {
    let hash = blake3::hash(path.as_bytes()).to_hex();
    format!("u{}", hash.get(..15).unwrap_or_default())
}

impl Facts {
    /// Writes a table to `out`, and tells the digest of it.
    ///
    /// # Errors
    /// When `out` can't be written.
    pub fn table(&self, table: FactTable, out: impl Write, digest: &mut FactsDigest) -> io::Result<()> {
        let out = digest.over(out);
        let rows = match table {
            FactTable::Budget => self.budget(out),
            FactTable::Courses => self.courses(out),
            FactTable::Organisations => self.organisations(out),
            FactTable::People => self.people(out),
            FactTable::PersonCourses => self.person_courses(out),
            FactTable::Rates => self.rates(out),
            FactTable::Units => self.units(out),
        }?;
        digest.tables.push((table, rows));
        Ok(())
    }

    fn budget(&self, out: impl Write) -> io::Result<u64> {
        let headers = [
            "year",
            "organisation",
            "allocated_pence",
            "dedicated",
            "spent_pence",
            "committed_pence",
            "remaining_pence",
            "cost_per_completion_pence",
        ];
        let mut rows = FactRows::below(&headers, out)?;
        let year = self.budget.year.to_string();
        for of in &self.budget.organisations {
            rows.row(&[
                year.as_str().into(),
                of.organisation.as_str().into(),
                FactCell::any(of.allocated_pence, FactCell::Number),
                FactCell::any(of.dedicated, FactCell::Flag),
                FactCell::Number(of.spent_pence),
                FactCell::Number(of.committed_pence),
                FactCell::any(of.remaining_pence, FactCell::Number),
                FactCell::any(of.cost_per_completion_pence, FactCell::Number),
            ])?;
        }
        rows.finish()
    }

    fn courses(&self, out: impl Write) -> io::Result<u64> {
        let mut rows = FactRows::below(&["course", "title", "valid_months", "target", "required"], out)?;
        for (at, course) in self.policy.courses.placed() {
            rows.row(&[
                course.code.as_str().into(),
                course.title.as_str().into(),
                FactCell::any(course.valid_months, |months| FactCell::Number(months.into())),
                FactCell::Fraction(course.target.unwrap_or(self.policy.target).millionths()),
                FactCell::Flag(self.policy.is_required(at)),
            ])?;
        }
        rows.finish()
    }

    fn organisations(&self, out: impl Write) -> io::Result<u64> {
        let mut rows = FactRows::below(&["organisation", "name", "kind"], out)?;
        for organisation in self.view.organisations.iter() {
            rows.row(&[
                organisation.code.as_str().into(),
                organisation.name.as_str().into(),
                organisation.kind.as_str().into(),
            ])?;
        }
        rows.finish()
    }

    fn units(&self, out: impl Write) -> io::Result<u64> {
        let levels: Vec<String> = (1..=LEVELS).map(|level| format!("level{level}")).collect();
        let headers: Vec<&str> =
            ["unit_key", "path"].into_iter().chain(levels.iter().map(String::as_str)).collect();
        let mut rows = FactRows::below(&headers, out)?;
        for path in &self.unit_paths() {
            let mut cells = vec![unit_id(path).into(), path.as_str().into()];
            cells.extend(UnitPath(path).units_down().take(LEVELS).map(|unit| unit.name().into()));
            cells.resize_with(headers.len(), || FactCell::Blank);
            rows.row(&cells)?;
        }
        rows.finish()
    }

    fn rates(&self, out: impl Write) -> io::Result<u64> {
        let headers =
            ["as_at", "by", "key", "organisation", "course", "numerator", "denominator", "target", "rag"];
        let mut rows = FactRows::below(&headers, out)?;
        let found = rates(&self.judge(), self.as_at, &RATES_BY);
        rows.row(&self.rate("everyone", &self.group("", found.all), ""))?;
        for group in &found.groups {
            let course = if group.by == GroupBy::Course { group.key.as_str() } else { "" };
            rows.row(&self.rate(group.by.as_str(), group, course))?;
        }
        for (title, counts) in &self.by_job_title() {
            rows.row(&self.rate(GroupBy::JobTitle.as_str(), &self.group(title, *counts), ""))?;
        }
        rows.finish()
    }

    fn rate<'a>(&self, by: &'a str, group: &'a Group, course: &'a str) -> [FactCell<'a>; 9] {
        [
            FactCell::Day(self.as_at),
            by.into(),
            group.key.as_str().into(),
            group.organisation.as_deref().unwrap_or_default().into(),
            course.into(),
            group.counts.staff.up_to_date.into(),
            group.counts.staff.counted.into(),
            FactCell::Fraction(group.target_millionths),
            FactCell::any(group.rag, |rag| rag.as_str().into()),
        ]
    }

    /// A group held against the policy's target.
    fn group(&self, key: &str, counts: GroupCounts) -> Group {
        Group {
            by: GroupBy::JobTitle,
            key: key.to_owned(),
            organisation: None,
            title: None,
            counts,
            target_millionths: self.policy.target.millionths(),
            rag: counts.staff.rag(self.policy.target, self.policy.amber_margin),
        }
    }

    /// Everyone in post by the job title that is told of them.
    fn by_job_title(&self) -> BTreeMap<String, GroupCounts> {
        let judge = self.judge();
        let mut assessment = Assessment::default();
        let mut titles: BTreeMap<String, GroupCounts> = BTreeMap::new();
        for person in self.view.everyone().filter(|person| self.is_in_post(&judge, *person)) {
            judge.assess(person, self.as_at, self.as_at, &mut assessment);
            *titles.entry(self.job_title(&judge, person)).or_default() +=
                count_person(&assessment, self.policy.grace);
        }
        titles
    }
}
