//! A reader with a pencil: every form of a paper is read as people read it, all that is told is put together, and
//! nothing that is withheld may follow from it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use proptest::prelude::*;

use super::*;
use crate::board::example::{disclosed_example, earlier, october};
use crate::board::{Bridge, BridgeStep, Cause, FEWEST_PEOPLE, HeadlineFigures, Restatement, actions};
use crate::compliance::{
    ForecastCourse, ForecastMonth, Group, GroupBy, GroupCounts, JobTitleGroup, Rate, UnitCourses,
};

/// A trust of these people in all its forms.
mod trust {
    use super::*;

    pub(crate) const UNITS: [&str; 9] = [
        "Unit-A",
        "Unit-A / Unit-P",
        "Unit-A / Unit-Q",
        "Unit-A / Unit-Q / Unit-R",
        "Unit-B",
        "Unit-B / Unit-S",
        "Unit-B / Unit-S / Unit-T",
        "Unit-C",
        "",
    ];
    pub(crate) const GROUPS: [&str; 4] = ["Group-1", "Group-2", "Group-3", "Group-4"];
    /// The job titles of each staff group.
    pub(crate) const TITLES: [&[&str]; 4] =
        [&["Title-1a", "Title-1b", "Title-1c"], &["Title-2a", "Title-2b"], &["Title-3"], &["Title-4"]];
    pub(crate) const COURSES: [&str; 3] = ["Course-1", "Course-2", "Course-3"];

    /// Somebody in post: their places in the lists above, and for each course whether they are up to date, where they
    /// need it; nothing is counted of the absent.
    #[derive(Debug, Clone)]
    pub(crate) struct ReaderPerson {
        pub(crate) unit: usize,
        pub(crate) group: usize,
        pub(crate) title: usize,
        pub(crate) courses: [Option<bool>; 3],
        pub(crate) is_absent: bool,
    }

    impl ReaderPerson {
        pub(crate) fn title(&self) -> &'static str {
            TITLES[self.group][self.title % TITLES[self.group].len()]
        }

        fn counts(&self) -> GroupCounts {
            let mut counts =
                GroupCounts { in_post: 1, absent: u64::from(self.is_absent), ..GroupCounts::default() };
            for is_met in self.courses.iter().flatten().filter(|_| !self.is_absent) {
                counts.requirements.counted += 1;
                counts.requirements.up_to_date += u64::from(*is_met);
                counts.lapsed += u64::from(!*is_met);
            }
            let requirements = counts.requirements;
            counts.staff.counted = u64::from(requirements.counted > 0);
            counts.staff.up_to_date =
                u64::from(requirements.counted > 0 && requirements.counted == requirements.up_to_date);
            counts
        }

        /// How many counted courses they lack.
        pub(crate) fn lacking(&self) -> usize {
            if self.is_absent {
                0
            } else {
                self.courses.iter().filter(|is_met| **is_met == Some(false)).count()
            }
        }

        fn pair(&self, course: usize) -> Rate {
            match self.courses[course] {
                Some(is_met) if !self.is_absent => Rate { counted: 1, up_to_date: u64::from(is_met) },
                _ => Rate::default(),
            }
        }
    }

    fn sum<'a>(people: impl Iterator<Item = &'a ReaderPerson>) -> GroupCounts {
        people.fold(GroupCounts::default(), |mut sum, person| {
            sum += person.counts();
            sum
        })
    }

    fn pairs<'a>(people: impl Iterator<Item = &'a ReaderPerson>, course: usize) -> Rate {
        people.fold(Rate::default(), |sum, person| {
            let of = person.pair(course);
            Rate { counted: sum.counted + of.counted, up_to_date: sum.up_to_date + of.up_to_date }
        })
    }

    pub(crate) fn is_in(path: &str, unit: &str) -> bool {
        path == unit
            || (!unit.is_empty() && path.strip_prefix(unit).is_some_and(|rest| rest.starts_with(" / ")))
    }

    fn group(by: GroupBy, key: &str, counts: GroupCounts) -> Group {
        Group {
            by,
            key: key.to_owned(),
            organisation: None,
            title: None,
            counts,
            target_millionths: 900_000,
            rag: counts.staff.rag(crate::policy::Percent(90_000_000), crate::policy::Percent(5_000_000)),
        }
    }

    /// The figures of these people; `before` was last month's headline.
    pub(crate) fn figures(people: &[ReaderPerson], before: Rate) -> BoardFigures {
        let counts = sum(people.iter());
        let in_unit = |unit: &'static str| people.iter().filter(move |of| is_in(UNITS[of.unit], unit));
        let courses: Vec<Group> = (0..COURSES.len())
            .map(|at| {
                let rate = pairs(people.iter(), at);
                let counts = GroupCounts {
                    in_post: rate.counted,
                    staff: rate,
                    requirements: rate,
                    lapsed: rate.counted - rate.up_to_date,
                    ..GroupCounts::default()
                };
                Group { title: Some(COURSES[at].to_owned()), ..group(GroupBy::Course, COURSES[at], counts) }
            })
            .collect();
        let units = UNITS.into_iter().map(|unit| group(GroupBy::Unit, unit, sum(in_unit(unit))));
        let groups = GROUPS.iter().enumerate().map(|(at, name)| {
            group(GroupBy::StaffGroup, name, sum(people.iter().filter(|person| person.group == at)))
        });
        let unit_courses = UNITS.into_iter().filter(|unit| unit.matches(" / ").count() < 2);
        let unit_courses = unit_courses.filter(|unit| in_unit(unit).count() > 0).map(|unit| UnitCourses {
            unit: unit.to_owned(),
            courses: (0..COURSES.len()).map(|at| pairs(in_unit(unit), at)).collect(),
        });
        let october = october();
        let forecast = forecast(&courses, counts.staff);
        let lacking_one = people.iter().filter(|person| person.lacking() == 1).count() as u64;
        let actions = actions(&courses, &forecast, &october.budget, october.as_at, |_, _| 1);
        let with_places = actions.as_ref().zip(forecast.last()).map(|(actions, last)| Rate {
            up_to_date: (last.staff.up_to_date + actions.missing).min(last.staff.counted),
            ..last.staff
        });
        BoardFigures {
            headline: Some(HeadlineFigures { lacking_one, with_places }),
            rag: group(GroupBy::Unit, "", counts).rag,
            actions,
            staff_groups: groups.filter(|group| group.counts.in_post > 0).collect(),
            job_titles: job_titles(people),
            units: units.filter(|unit| unit.counts.in_post > 0).collect(),
            unit_courses: unit_courses.collect(),
            bridge: Some(Bridge {
                month: october.month.minus(1),
                reported: true,
                from: before,
                steps: steps(before, counts.staff),
            }),
            restatement: Some(Restatement {
                month: october.month.minus(1),
                reported: before,
                known_now: before,
                steps: Vec::new(),
            }),
            courses,
            forecast,
            counts,
            ..october
        }
    }

    fn job_titles(people: &[ReaderPerson]) -> Vec<JobTitleGroup> {
        let titles = TITLES.iter().zip(GROUPS);
        let titles = titles.flat_map(|(titles, group)| titles.iter().map(move |title| (*title, group)));
        let titles = titles.map(|(title, staff_group)| JobTitleGroup {
            staff_group: staff_group.to_owned(),
            group: group(
                GroupBy::JobTitle,
                title,
                sum(people.iter().filter(|person| person.title() == title)),
            ),
        });
        titles.filter(|title| title.group.counts.in_post > 0).collect()
    }

    fn forecast(courses: &[Group], staff: Rate) -> Vec<ForecastMonth> {
        let less = |rate: Rate, by: u64| Rate {
            counted: rate.counted - by.min(rate.counted - rate.up_to_date),
            up_to_date: rate.up_to_date.saturating_sub(by),
        };
        let month = october().month;
        (1..4_u64)
            .map(|ahead| ForecastMonth {
                as_at: crate::board::Month::of(
                    month.last_day() + chrono::Months::new(u32::try_from(ahead).unwrap()),
                )
                .last_day(),
                staff: less(staff, ahead),
                headline: None,
                courses: courses
                    .iter()
                    .map(|course| {
                        let rate = less(course.counts.requirements, ahead);
                        let needed = rate.needed(crate::policy::Percent(90_000_000));
                        ForecastCourse { course: course.key.clone(), rate, needed }
                    })
                    .collect(),
                booked: None,
            })
            .collect()
    }

    fn steps(from: Rate, to: Rate) -> Vec<BridgeStep> {
        let change = |to: u64, from: u64| to.cast_signed() - from.cast_signed();
        let (counted, up_to_date) =
            (change(to.counted, from.counted), change(to.up_to_date, from.up_to_date));
        let steps = [
            BridgeStep { cause: Cause::Joined, people: counted.unsigned_abs(), counted, up_to_date: 0 },
            BridgeStep { cause: Cause::Trained, people: up_to_date.unsigned_abs(), counted: 0, up_to_date },
        ];
        steps.into_iter().filter(|step| step.people > 0).collect()
    }
}

use trust::{COURSES, GROUPS, ReaderPerson, TITLES, UNITS};

/// What stands where a rate would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadRate {
    Exactly(Rate),
    UnderFive,
    Withheld,
}

/// What a table is about: units, staff groups, job titles, courses, a course in a unit, the whole.
type ReadGroup = (&'static str, String, String);

/// All that the forms tell, by place. Where forms differ, the one that tells more counts.
#[derive(Debug, Default)]
struct Notes {
    told: BTreeMap<ReadGroup, ReadRate>,
    /// Where a percentage stands.
    percents: BTreeSet<ReadGroup>,
    /// Of the people not up to date, how many lack one course only.
    lacking_one: Option<u64>,
    json: serde_json::Value,
}

impl Notes {
    fn of(figures: &BoardFigures, earlier: &[BoardFigures]) -> Self {
        let mut notes = Self::default();
        let paper = Paper::new(figures, earlier).unwrap();
        let content = paper.content().unwrap();
        for file in paper.other_files(&content).unwrap() {
            let text = || String::from_utf8(file.content.clone()).unwrap();
            match file.name.rsplit('.').next().unwrap() {
                "html" => notes.read_html(&text()),
                "txt" => notes.read_text(&text()),
                "xlsx" => notes.read_workbook(&file.content),
                "json" => notes.read_json(&serde_json::from_slice(&file.content).unwrap()),
                "svg" => notes.read_lines(&text().replace("&lt;", "<").replace(". ", ".\n")),
                other => panic!("a form that nobody reads: {other}"),
            }
        }
        // The PDF is laid out from this and from the same pictures.
        notes.read_data(&serde_json::to_value(BoardSummaryPage::of(&content, PaperForm::Print)).unwrap());
        notes
    }

    fn note(&mut self, place: ReadGroup, told: ReadRate) {
        let before = self.told.entry(place).or_insert(told);
        if matches!(told, ReadRate::Exactly(_)) {
            *before = told;
        }
    }

    fn read_cells(&mut self, name: &str, cells: &[String]) {
        let Some(first) = cells.first() else { return };
        let Some(place) = place_of(name) else { return };
        let told = match first.as_str() {
            "under 5" => ReadRate::UnderFive,
            "withheld" => ReadRate::Withheld,
            of => {
                let Some((up_to_date, counted)) = of.split_once(" of ") else { return };
                let (Ok(up_to_date), Ok(counted)) = (up_to_date.parse(), counted.parse()) else { return };
                ReadRate::Exactly(Rate { counted, up_to_date })
            }
        };
        if !matches!(told, ReadRate::Exactly(_)) {
            assert!(
                !cells.iter().any(|cell| cell.contains(|c: char| c.is_ascii_digit()) && cell != "under 5"),
                "{cells:?}"
            );
        }
        self.note(place, told);
    }

    fn read_html(&mut self, html: &str) {
        let text = |part: &str| {
            part.split_once('>').map_or("", |(_, rest)| rest.split('<').next().unwrap()).to_owned()
        };
        for row in html.split("<tr><th scope=\"row\"").skip(1) {
            let row = row.split("</tr>").next().unwrap();
            let cells: Vec<String> = row.split("<td").skip(1).map(text).collect();
            self.read_cells(&text(row), &cells);
        }
        let headline = html.split("<h1").nth(1).map(text).unwrap();
        self.read_headline(&headline);
        let desc = html.split("<desc").skip(1).map(text).collect::<Vec<_>>().join("\n");
        self.read_lines(&desc.replace(". ", ".\n"));
    }

    fn read_headline(&mut self, words: &str) {
        let numbers: Vec<&str> = words.split(' ').collect();
        if let [up_to_date, "of", counted, ..] = numbers[..] {
            let rate = Rate { counted: counted.parse().unwrap(), up_to_date: up_to_date.parse().unwrap() };
            self.note(whole(), ReadRate::Exactly(rate));
        }
    }

    fn read_text(&mut self, text: &str) {
        for line in text.lines() {
            let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty());
            if let Some(name) = parts.next() {
                let cells: Vec<String> = parts.map(str::to_owned).collect();
                self.read_cells(name, &cells);
            }
        }
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let one = words.split(" of them lack").next().filter(|before| before.len() < words.len());
        self.lacking_one = one.and_then(|before| before.rsplit(' ').next()?.parse().ok());
        let whole = text.lines().find(|line| line.contains(" staff, "));
        whole.into_iter().for_each(|line| self.read_headline(line));
        self.read_lines(&text.replace("\n  ", " "));
    }

    /// `Unit-Q: Course-1 30.0%, Course-2 under 5.`
    fn read_lines(&mut self, text: &str) {
        for line in text.lines() {
            let Some((unit, courses)) = line.trim_start_matches("- ").split_once(": ") else { continue };
            let Some((unit, _)) = place_of(unit).map(|place| (place.1, place.2)) else { continue };
            for each in courses.trim_end_matches('.').split(", ") {
                let Some((course, figure)) = each.split_once(' ') else { continue };
                let place = ("cell", unit.clone(), course.to_owned());
                match figure {
                    "under 5" => self.note(place, ReadRate::UnderFive),
                    "withheld" => self.note(place, ReadRate::Withheld),
                    percent if percent.ends_with('%') => {
                        self.percents.insert(place);
                    }
                    _ => {}
                }
            }
        }
    }

    fn read_workbook(&mut self, book: &[u8]) {
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(book.to_vec())).unwrap();
        let mut rows = |name: &str| -> Vec<BTreeMap<String, Data>> {
            let Ok(range) = book.worksheet_range(name) else { return Vec::new() };
            let mut rows = range.rows();
            let headings: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
            rows.map(|row| headings.iter().cloned().zip(row.iter().cloned()).collect()).collect()
        };
        for (sheet, column) in [
            ("Units", "Unit"),
            ("Staff groups", "Staff group"),
            ("Job titles", "Job title"),
            ("Courses", "Code"),
        ] {
            for row in rows(sheet) {
                let name = row[column].to_string();
                let last = name.rsplit(" / ").next().unwrap();
                self.note(place_of(last).unwrap(), told_by(&row));
            }
        }
        for row in rows("Units by course") {
            let unit = row["Unit"].to_string();
            let unit = place_of(unit.rsplit(" / ").next().unwrap()).unwrap().1;
            self.note(("cell", unit, row["Course"].to_string()), told_by(&row));
        }
        let summary: BTreeMap<String, Data> = rows("Summary")
            .into_iter()
            .map(|row| (row["Measure"].to_string(), row["Figure"].clone()))
            .collect();
        for (name, up_to_date, counted) in [
            ("whole", "People up to date", "People counted"),
            ("pairs", "Requirements met", "Requirements counted"),
        ] {
            if let (Data::Float(up_to_date), Data::Float(counted)) = (&summary[up_to_date], &summary[counted])
            {
                self.note((name, String::new(), String::new()), exactly(*up_to_date, *counted));
            }
        }
    }

    fn read_json(&mut self, figures: &serde_json::Value) {
        self.json = figures.clone();
        self.lacking_one = figures["headline"]["lacking_one"].as_u64().or(self.lacking_one);
        let told = |rate: &serde_json::Value| match (rate["up_to_date"].as_u64(), rate["counted"].as_u64()) {
            (Some(up_to_date), Some(counted)) => ReadRate::Exactly(Rate { counted, up_to_date }),
            (None, None) if rate["withheld"] == "under 5" => ReadRate::UnderFive,
            (None, None) if rate["withheld"] == "withheld" => ReadRate::Withheld,
            _ => panic!("half a rate: {rate}"),
        };
        let list = |name: &str| figures[name].as_array().cloned().unwrap_or_default();
        for group in ["units", "staff_groups", "job_titles"].into_iter().flat_map(list) {
            let key = group["key"].as_str().unwrap();
            let place = place_of(key.rsplit(" / ").next().unwrap()).unwrap();
            self.note(place, told(&group["counts"]["staff"]));
        }
        for course in list("courses") {
            let mut rate = course["counts"]["requirements"].clone();
            if let (Some(withheld), Some(rate)) = (course["counts"].get("withheld"), rate.as_object_mut()) {
                rate.insert("withheld".to_owned(), withheld.clone());
            }
            self.note(place_of(course["key"].as_str().unwrap()).unwrap(), told(&rate));
        }
        for row in list("unit_courses") {
            let unit = row["unit"].as_str().unwrap().to_owned();
            for (course, rate) in COURSES.iter().zip(row["courses"].as_array().unwrap()) {
                self.note(("cell", unit.clone(), (*course).to_owned()), told(rate));
            }
        }
        let staff = &figures["counts"]["staff"];
        for (place, of) in
            [(whole(), staff), (("pairs", String::new(), String::new()), &figures["counts"]["requirements"])]
        {
            if let (Some(up_to_date), Some(counted)) = (of["up_to_date"].as_u64(), of["counted"].as_u64()) {
                self.note(place, ReadRate::Exactly(Rate { counted, up_to_date }));
            }
        }
    }

    fn read_data(&mut self, page: &serde_json::Value) {
        let tables =
            page["sections"].as_array().unwrap().iter().flat_map(|of| of["blocks"].as_array().unwrap());
        for row in
            tables.filter(|of| of["kind"] == "table").flat_map(|of| of["of"]["rows"].as_array().unwrap())
        {
            let cells: Vec<String> = row["cells"]
                .as_array()
                .unwrap()
                .iter()
                .map(|cell| cell.as_str().unwrap().to_owned())
                .collect();
            self.read_cells(row["name"].as_str().unwrap(), &cells);
        }
        self.read_headline(page["headline"]["sentence"].as_str().unwrap());
    }

    fn rate(&self, place: &ReadGroup) -> Option<Rate> {
        match self.told.get(place) {
            Some(ReadRate::Exactly(rate)) => Some(*rate),
            _ => None,
        }
    }
}

fn is_few(people: u64) -> bool {
    (1..FEWEST_PEOPLE).contains(&people)
}

fn place(table: &'static str, name: &str, course: &str) -> ReadGroup {
    (table, name.to_owned(), course.to_owned())
}

fn whole() -> ReadGroup {
    place("whole", "", "")
}

fn exactly(up_to_date: f64, counted: f64) -> ReadRate {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let count = |of: f64| of as u64;
    ReadRate::Exactly(Rate { counted: count(counted), up_to_date: count(up_to_date) })
}

fn told_by(row: &BTreeMap<String, Data>) -> ReadRate {
    match (&row["Up to date"], &row["Counted"]) {
        (Data::Float(up_to_date), Data::Float(counted)) => exactly(*up_to_date, *counted),
        (Data::String(words), Data::String(again)) if words == again => {
            let others = ["Rate", "Not up to date"].map(|column| row[column].to_string());
            assert!(others.iter().all(|other| other == words), "{row:?}");
            if words == "under 5" { ReadRate::UnderFive } else { ReadRate::Withheld }
        }
        _ => panic!("half a rate: {row:?}"),
    }
}

/// What is called so; units by the last step of their path.
fn place_of(name: &str) -> Option<ReadGroup> {
    let unit = UNITS.into_iter().find(|unit| unit.rsplit(" / ").next() == Some(name) && !name.is_empty());
    let unit = unit.or((name == "No unit recorded" || name.is_empty()).then_some(""));
    let group = GROUPS.into_iter().find(|group| *group == name).map(|group| ("group", group));
    let title = TITLES.into_iter().flatten().find(|title| **title == name).map(|title| ("title", *title));
    let course = COURSES.into_iter().find(|course| *course == name).map(|course| ("course", course));
    let (table, key) = unit.map(|unit| ("unit", unit)).or(group).or(title).or(course)?;
    Some((table, key.to_owned(), String::new()))
}

/// Every pair of people up to date and not that could be, as bits of the second by the first.
type Worlds = [u64; 41];

const NONE: Worlds = [0; 41];

fn world(up_to_date: u64, behind: u64) -> Worlds {
    let mut worlds = NONE;
    worlds[usize::try_from(up_to_date).unwrap()] = 1 << behind;
    worlds
}

fn any() -> Worlds {
    std::array::from_fn(|_| (1 << 41) - 1)
}

fn together(one: &Worlds, other: &Worlds) -> Worlds {
    let mut sums = NONE;
    for (up_to_date, row) in one.iter().enumerate() {
        for behind in (0..41).filter(|behind| row >> behind & 1 == 1) {
            for (more, row) in other.iter().enumerate().take(41 - up_to_date) {
                sums[up_to_date + more] |= (row << behind) & ((1 << 41) - 1);
            }
        }
    }
    sums
}

/// A figure with those that add up to it.
#[derive(Debug, Clone)]
struct Node {
    name: String,
    truth: Rate,
    /// `None`: it is in no table.
    told: Option<ReadRate>,
    parts: Vec<Node>,
}

/// What an answer is asked to differ in.
#[derive(Debug, Clone, Copy)]
enum Differs {
    Counted,
    UpToDate,
    Behind,
}

impl Node {
    fn behind(&self) -> u64 {
        self.truth.counted - self.truth.up_to_date
    }

    /// Adds what the parts leave over.
    fn with_rest(mut self) -> Self {
        let sum = |of: fn(&Node) -> u64| self.parts.iter().map(of).sum::<u64>();
        let rest = Rate {
            counted: self.truth.counted - sum(|part| part.truth.counted),
            up_to_date: self.truth.up_to_date - sum(|part| part.truth.up_to_date),
        };
        if rest.counted > 0 && !self.parts.is_empty() {
            let name = format!("rest of {}", self.name);
            self.parts.push(Node { name, truth: rest, told: None, parts: Vec::new() });
        }
        self
    }

    /// What it can be by what stands in its place. The smallest are withheld first, and the reader knows.
    fn by_itself(&self, smallest_shown: Option<u64>) -> Worlds {
        let mut worlds = match self.told {
            Some(ReadRate::Exactly(rate)) => return world(rate.up_to_date, rate.counted - rate.up_to_date),
            _ => any(),
        };
        let range = match self.told {
            Some(ReadRate::UnderFive) => 1..=4,
            Some(ReadRate::Withheld) => {
                5..=smallest_shown.filter(|least| *least >= self.truth.counted).unwrap_or(40)
            }
            _ => 1..=40,
        };
        for (up_to_date, row) in worlds.iter_mut().enumerate() {
            for behind in 0..41 {
                if !range.contains(&(up_to_date as u64 + behind)) {
                    *row &= !(1 << behind);
                }
            }
        }
        worlds
    }

    /// What it and all below it can be, where the figure called `name` is another than it is.
    fn worlds(&self, smallest_shown: Option<u64>, name: &str, differs: Differs) -> Worlds {
        let mut worlds = self.by_itself(smallest_shown);
        if !self.parts.is_empty() {
            let shown = self.parts.iter().filter(|part| matches!(part.told, Some(ReadRate::Exactly(_))));
            let smallest = shown.map(|part| part.truth.counted).filter(|counted| *counted > 0).min();
            let sum = self
                .parts
                .iter()
                .fold(world(0, 0), |sum, part| together(&sum, &part.worlds(smallest, name, differs)));
            worlds.iter_mut().zip(sum).for_each(|(own, sum)| *own &= sum);
        }
        if self.name == name {
            for (up_to_date, row) in worlds.iter_mut().enumerate() {
                for behind in 0..41 {
                    let (up_to_date, counted) = (up_to_date as u64, up_to_date as u64 + behind);
                    let is_same = match differs {
                        Differs::Counted => counted == self.truth.counted,
                        Differs::UpToDate => up_to_date == self.truth.up_to_date,
                        Differs::Behind => behind == self.behind(),
                    };
                    if is_same {
                        *row &= !(1 << behind);
                    }
                }
            }
        }
        worlds
    }

    /// The figures that are not told and have to be protected, with whether a whole that is told says that everybody in
    /// it is up to date, or nobody.
    fn hidden(&self, all: bool, nobody: bool) -> Vec<(&Node, bool, bool)> {
        let told = matches!(self.told, Some(ReadRate::Exactly(_)));
        let (all, nobody) =
            (all || (told && self.behind() == 0), nobody || (told && self.truth.up_to_date == 0));
        let is_small = is_few(self.truth.counted);
        let is_hidden = self.truth.counted > 0 && !told && (self.told.is_some() || is_small);
        let below = self.parts.iter().flat_map(|part| part.hidden(all, nobody));
        is_hidden.then_some((self, all, nobody)).into_iter().chain(below).collect()
    }

    fn assert_nothing_can_be_worked_out(&self) {
        for (node, all, nobody) in self.hidden(false, false) {
            for differs in [Differs::Counted, Differs::UpToDate, Differs::Behind] {
                let is_said = match differs {
                    Differs::Counted => false,
                    Differs::UpToDate => nobody,
                    Differs::Behind => all,
                };
                let others = self.worlds(None, &node.name, differs);
                assert!(
                    is_said || others.iter().any(|row| *row != 0),
                    "{} is known by {differs:?} in {self:#?}",
                    node.name
                );
            }
        }
    }
}

impl Notes {
    /// The figure that everything else is part of.
    fn root(&self, place: &ReadGroup, truth: Rate) -> Node {
        let told = match self.told.get(place).copied() {
            None if is_few(truth.counted) => Some(ReadRate::UnderFive),
            told => told,
        };
        Node { name: "all".to_owned(), truth, told, parts: Vec::new() }
    }

    fn node(&self, place: &ReadGroup, truth: Rate) -> Node {
        let nobody = (truth.counted == 0).then_some(ReadRate::Exactly(truth));
        Node {
            name: place.1.clone(),
            truth,
            told: self.told.get(place).copied().or(nobody),
            parts: Vec::new(),
        }
    }

    fn lists(&self, table: &str) -> bool {
        self.told.keys().any(|place| place.0 == table)
    }

    fn assert_no_small_figure_is_told(&self) {
        for (place, told) in &self.told {
            if let ReadRate::Exactly(rate) = told {
                assert!(!is_few(rate.counted), "{place:?} is told: {rate:?}");
            } else {
                assert!(!self.percents.contains(place), "{place:?} has its share told");
            }
        }
        for figures in [&self.json["bridge"], &self.json["restatement"]] {
            let people = |step: &serde_json::Value| step["people"].as_u64();
            let steps = figures["steps"].as_array().cloned().unwrap_or_default();
            assert!(!steps.iter().filter_map(people).any(is_few), "{figures}");
            assert_ne!(steps.iter().filter(|step| people(step).is_none()).count(), 1, "{figures}");
        }
    }

    /// A staff group with its job titles, where these are told of.
    fn staff_group(&self, of: &Group, figures: &BoardFigures) -> Node {
        let mut node = self.node(&place("group", &of.key, ""), of.counts.staff);
        if self.lists("title") {
            let titles = figures.job_titles.iter().filter(|title| title.staff_group == of.key);
            let titles = titles.map(|title| &title.group);
            node.parts = titles.map(|of| self.node(&place("title", &of.key, ""), of.counts.staff)).collect();
        }
        node.with_rest()
    }

    fn assert_staff_groups_and_courses_keep(&self, figures: &BoardFigures) {
        if self.lists("group") {
            let mut groups = self.root(&whole(), figures.counts.staff);
            let each = figures.staff_groups.iter();
            groups.parts = each.map(|of| self.staff_group(of, figures)).collect();
            groups.with_rest().assert_nothing_can_be_worked_out();
        } else {
            assert!(!self.lists("title"), "job titles are told of without their staff groups");
        }
        let is_told = |of: &Group| self.rate(&place("course", &of.key, "")).is_some();
        let pairs = self.rate(&place("pairs", "", ""));
        assert!(
            pairs.is_none() || figures.courses.iter().all(is_told),
            "all courses together tell the one withheld"
        );
    }

    fn assert_units_keep(&self, figures: &BoardFigures) {
        let by_unit = |unit: &str| {
            let of = figures.units.iter().find(|of| of.key == unit)?;
            Some(self.node(&place("unit", unit, ""), of.counts.staff))
        };
        tree(&by_unit, self.root(&whole(), figures.counts.staff), "").assert_nothing_can_be_worked_out();
        for (at, course) in figures.courses.iter().enumerate() {
            let by_course = |unit: &str| {
                let of = figures.unit_courses.iter().find(|of| of.unit == unit)?;
                Some(self.node(&place("cell", unit, &course.key), of.courses[at]))
            };
            let all = self.root(&place("course", &course.key, ""), course.counts.requirements);
            let all = tree(&by_course, all, "");
            // In a column of which nothing is told, not even where nobody is, there is nothing to add up.
            let mut cells = figures.unit_courses.iter().map(|row| place("cell", &row.unit, &course.key));
            if !cells.all(|cell| self.told.get(&cell) == Some(&ReadRate::Withheld)) {
                all.assert_nothing_can_be_worked_out();
            }
        }
        for row in &figures.unit_courses {
            let is_told = self.rate(&place("unit", &row.unit, "")).is_some();
            let cells = COURSES.iter().zip(&row.courses).filter(|(_, rate)| rate.counted > 0);
            let hidden = cells.filter(|(course, _)| self.rate(&place("cell", &row.unit, course)).is_none());
            assert!(!is_told || hidden.count() != 1, "one alone is withheld in {}", row.unit);
        }
    }
}

/// For each course, the numbers of people lacking it that could be, where so many lack any, `one` of them one course only,
/// and of the courses told so many lack each. What each set of courses may be lacked by is tried out.
fn lacks_that_could_be(behind: u64, one: Option<u64>, told: [Option<u64>; 3]) -> [BTreeSet<u64>; 3] {
    let mut could_be: [BTreeSet<u64>; 3] = std::array::from_fn(|_| BTreeSet::new());
    let up_to = |course: usize| told[course].unwrap_or(FEWEST_PEOPLE - 1).min(behind);
    let pair = |one: usize, other: usize| up_to(one).min(up_to(other));
    for all in 0..=pair(0, 1).min(up_to(2)) {
        for (first_two, first_last) in (0..=pair(0, 1)).flat_map(|a| (0..=pair(0, 2)).map(move |b| (a, b))) {
            for last_two in 0..=pair(1, 2) {
                let several = all + first_two + first_last + last_two;
                let also =
                    [all + first_two + first_last, all + first_two + last_two, all + first_last + last_two];
                let Some(alone) = behind.checked_sub(several) else { continue };
                if one.is_some_and(|one| one != alone) {
                    continue;
                }
                for lacks in (0..=up_to(0)).flat_map(|a| (0..=up_to(1)).map(move |b| (a, b))) {
                    let last = (alone + also.iter().sum::<u64>()).checked_sub(lacks.0 + lacks.1);
                    let Some(last) = last.filter(|last| *last <= up_to(2)) else { continue };
                    let lacks = [lacks.0, lacks.1, last];
                    let fits = lacks.iter().zip(also).zip(told).all(|((lacks, also), told)| {
                        *lacks >= also && told.is_none_or(|told| told == *lacks)
                    });
                    if fits {
                        could_be.iter_mut().zip(lacks).for_each(|(set, lacks)| {
                            set.insert(lacks);
                        });
                    }
                }
            }
        }
    }
    could_be
}

impl Notes {
    /// How many lack one course only makes nothing certain of a course withheld that was not certain without it.
    fn assert_the_headline_keeps(&self, figures: &BoardFigures) {
        let (Some(staff), Some(one)) = (self.rate(&whole()), self.lacking_one) else { return };
        let behind = staff.counted - staff.up_to_date;
        let told = std::array::from_fn(|at| {
            let course = &figures.courses[at];
            let nobody = (course.counts.requirements.counted == 0).then_some(0);
            let rate = self.rate(&place("course", &course.key, ""));
            rate.map(|rate| rate.counted - rate.up_to_date).or(nobody)
        });
        if told.iter().all(Option::is_some) {
            return;
        }
        let (with, without) =
            (lacks_that_could_be(behind, Some(one), told), lacks_that_could_be(behind, None, told));
        for ((course, with), without) in figures.courses.iter().zip(with).zip(without) {
            let truth = course.counts.requirements.counted - course.counts.requirements.up_to_date;
            assert!(with.contains(&truth), "{}: {with:?} without {truth}", course.key);
            assert!(with.len() > 1 || without.len() == 1, "{} is known to be {with:?}", course.key);
        }
    }
}

/// Everything told of these people, put together.
fn assert_no_withheld_figure_can_be_worked_out(figures: &BoardFigures, earlier: &[BoardFigures]) {
    let notes = Notes::of(figures, earlier);
    notes.assert_no_small_figure_is_told();
    notes.assert_staff_groups_and_courses_keep(figures);
    notes.assert_the_headline_keeps(figures);
    if notes.lists("unit") {
        notes.assert_units_keep(figures);
    } else {
        assert!(!notes.lists("cell"), "units are told by course alone");
    }
}

/// The units below `above` and all below them, as parts of `whole`.
fn tree(node: &dyn Fn(&str) -> Option<Node>, mut whole: Node, above: &str) -> Node {
    let below =
        UNITS.into_iter().filter(|unit| unit.rsplit_once(" / ").map_or("", |(above, _)| above) == above);
    let below = below.filter(|unit| !(unit.is_empty() && whole.name != "all"));
    for unit in below {
        if let Some(part) = node(unit) {
            whole.parts.push(if unit.is_empty() { part } else { tree(node, part, unit) });
        }
    }
    whole.with_rest()
}

fn someone() -> impl Strategy<Value = ReaderPerson> {
    let course = || prop_oneof![2 => Just(None), 3 => Just(Some(true)), 2 => Just(Some(false))];
    let unit = prop_oneof![4 => 0..UNITS.len(), 3 => 1..3_usize, 2 => 4..6_usize];
    let group = prop_oneof![3 => Just(0_usize), 2 => Just(1), 1 => Just(2), 1 => Just(3)];
    (unit, group, 0..3_usize, [course(), course(), course()], 0..12_u8).prop_map(
        |(unit, group, title, courses, absent)| ReaderPerson {
            unit,
            group,
            title,
            courses,
            is_absent: absent == 0,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_withheld_figure_can_be_worked_out_from_all_forms_together(
        people in prop::collection::vec(someone(), 1..40),
        before in (0_u64..9, 0_u64..9),
    ) {
        let before = Rate { counted: before.0 + before.1, up_to_date: before.0 };
        // Last month was of the first of them: what became of its decisions is told too.
        let last = trust::figures(&people[..people.len().div_ceil(2)], before);
        let counts = GroupCounts { staff: before, ..last.counts };
        let last = BoardFigures { month: last.month.minus(1), as_at: earlier().remove(11).as_at, counts, ..last };
        let figures = trust::figures(&people, before);
        assert_no_withheld_figure_can_be_worked_out(&figures, &[last]);
    }
}

/// So many people of a unit, the first of them up to date, all of whom need one course.
fn people(unit: &str, up_to_date: usize, counted: usize) -> Vec<ReaderPerson> {
    let unit = UNITS.iter().position(|of| *of == unit).unwrap();
    let courses = |at: usize| [Some(at < up_to_date), None, None];
    (0..counted)
        .map(|at| ReaderPerson { unit, group: 0, title: at, courses: courses(at), is_absent: false })
        .collect()
}

#[test]
fn nine_of_seventeen_stay_away_where_ten_of_twenty_would_tell_one_of_three() {
    let everyone =
        [people("Unit-A / Unit-P", 9, 17), people("Unit-A / Unit-Q", 1, 3), people("Unit-B", 30, 40)]
            .concat();
    let before = Rate { counted: 60, up_to_date: 38 };
    let figures = trust::figures(&everyone, before);
    let notes = Notes::of(&figures, &[]);
    let unit = |name: &str| notes.told[&place_of(name).unwrap()];
    assert_eq!(unit("Unit-A"), ReadRate::Exactly(Rate { counted: 20, up_to_date: 10 }));
    assert_eq!(unit("Unit-Q"), ReadRate::UnderFive);
    assert_eq!(unit("Unit-P"), ReadRate::Withheld);
    assert_eq!(unit("Unit-B"), ReadRate::Exactly(Rate { counted: 40, up_to_date: 30 }));
    let cell = |unit: &str| notes.told[&("cell", unit.to_owned(), "Course-1".to_owned())];
    assert_eq!(cell("Unit-A / Unit-P"), ReadRate::Withheld);
    assert_eq!(cell("Unit-A / Unit-Q"), ReadRate::UnderFive);
    assert_eq!(cell("Unit-A"), ReadRate::Exactly(Rate { counted: 20, up_to_date: 10 }));
    assert_no_withheld_figure_can_be_worked_out(&figures, &[]);
    // The mail's own parts, as they are sent.
    let mail = Paper::new(&figures, &[]).unwrap().mail().unwrap();
    for form in [&mail.content.html, &mail.content.text] {
        assert!(!form.contains("9 of 17") && !form.contains("1 of 3") && form.contains("10 of 20"), "{form}");
    }
    assert!(disclosed_example(&figures, &[]).units.is_some());
}

#[test]
fn how_many_lack_one_course_only_stays_away_where_it_would_tell_how_many_lack_a_course_of_three() {
    let mut everyone = people("Unit-A", 20, 30);
    for (at, person) in everyone.iter_mut().take(3).enumerate() {
        person.courses[1] = Some(at == 0);
    }
    let figures = trust::figures(&everyone, Rate { counted: 30, up_to_date: 20 });
    // 12 are not up to date, 10 lack the first course. All 12 lack one only: so 2 lack the other.
    assert_eq!(figures.headline.unwrap().lacking_one, 12);
    let certain = lacks_that_could_be(12, Some(12), [Some(10), None, Some(0)]);
    assert_eq!(certain[1], BTreeSet::from([2]));
    assert!(lacks_that_could_be(12, None, [Some(10), None, Some(0)])[1].len() > 1);
    assert_eq!(Notes::of(&figures, &[]).lacking_one, None);
    assert_no_withheld_figure_can_be_worked_out(&figures, &[]);
}
