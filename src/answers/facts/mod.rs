//! `export facts`: everything about who is up to date, as tables that fit together, for a spreadsheet or a program that
//! draws figures (spec 22.3).
//!
//! People are named by keys that only this installation can make, unless they are asked for by name. What is summed over
//! [`FactTable::PersonCourses`] is what `status` says: both count the same assessments.

mod cells;
mod digest;
mod figures;
mod people;
mod told;

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

pub use digest::FactsDigest;
pub use told::{FactsMeta, FactsTold};

use super::figures::budget::{BudgetAnswer, budget};
use super::policies::policy_text;
use super::viewer::{SeenRegister, Visibility};
use super::{Question, Viewer, policy};
use crate::app::App;
use crate::board::FEWEST_PEOPLE;
use crate::compliance::{Judge, Presence};
use crate::installation::store::pseudonyms;
use crate::policy::store::content_hash;
use crate::policy::{Policy, text_key, unit_key};
use crate::register::store::{ViewDetail, newest_import};
use crate::register::{Indexed, OrganisationIndex, PersonIndex, UnitPath};

/// What stands for the job titles of fewer.
const OTHER_TITLE: &str = "other";

/// How people are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactsNaming {
    /// By a key alone; start dates are told to the month, and job titles of few people not at all.
    Pseudonymised,
    /// Also by employee number and name.
    Identified,
}

/// A table of the facts, a file each, in order of file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactTable {
    /// The money of each organisation in the financial year.
    Budget,
    /// The courses of the policy.
    Courses,
    /// The organisations.
    Organisations,
    /// Everyone the register knows.
    People,
    /// How each course stands for each person who needs it.
    PersonCourses,
    /// The rates that `status` gives.
    Rates,
    /// Every unit, with the names of those above it.
    Units,
}

impl FactTable {
    /// Every table, in the order in which they are written.
    pub const ALL: [Self; 7] = [
        Self::Budget,
        Self::Courses,
        Self::Organisations,
        Self::People,
        Self::PersonCourses,
        Self::Rates,
        Self::Units,
    ];

    /// The name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Budget => "budget.csv",
            Self::Courses => "courses.csv",
            Self::Organisations => "organisations.csv",
            Self::People => "people.csv",
            Self::PersonCourses => "person_courses.csv",
            Self::Rates => "rates.csv",
            Self::Units => "units.csv",
        }
    }
}

/// Everything the tables are made of: the register in memory, as long as it takes to write them.
pub struct Facts {
    view: SeenRegister,
    policy: Policy,
    naming: FactsNaming,
    as_at: NaiveDate,
    known_at: DateTime<Utc>,
    known_import: i32,
    policy_hash: String,
    budget: BudgetAnswer,
    /// The key of each person.
    keys: Indexed<PersonIndex, u64>,
    /// Everyone in the order of their keys: that of their numbers would tell who they are.
    in_order: Vec<PersonIndex>,
    /// The job titles that are told, by organisation.
    titles: HashSet<(OrganisationIndex, String)>,
}

/// The facts about everyone in question whom the viewer may see.
pub fn facts(app: &App, question: &Question, viewer: &Viewer, naming: FactsNaming) -> anyhow::Result<Facts> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let (policy, text) = (policy(app, question)?, policy_text(app, question)?.unwrap_or_default());
    let detail = match naming {
        FactsNaming::Pseudonymised => ViewDetail::Judgement,
        FactsNaming::Identified => ViewDetail::WithNames,
    };
    let view = sight.view(app, question, detail)?;
    let (pseudonyms, known_import) =
        app.db.read(|conn| Ok((pseudonyms(conn)?, newest_import(conn, question.known)?)))?;
    let key = |person| {
        let staff_id = view.people.get(person).map_or(0, |who| who.staff_id);
        pseudonyms.of_person(view.employer_code(person), staff_id)
    };
    let keys: Indexed<PersonIndex, u64> = view.people.places().map(key).collect::<Vec<_>>().into();
    let mut in_order: Vec<PersonIndex> = view.people.places().collect();
    in_order.sort_unstable_by_key(|person| keys.get(*person).copied());
    let mut facts = Facts {
        budget: budget(app, question, viewer, None)?,
        titles: HashSet::new(),
        as_at: question.as_at,
        known_at: question.known_at,
        policy_hash: content_hash(&text),
        view,
        policy,
        naming,
        known_import,
        keys,
        in_order,
    };
    facts.titles = facts.titles_told();
    Ok(facts)
}

/// What tells facts from those of another time: the same version, asked the same of the same day, gives the same.
pub(crate) fn facts_version(app: &App, question: &Question) -> anyhow::Result<String> {
    let text = policy_text(app, question)?.unwrap_or_default();
    let import = app.db.read(|conn| newest_import(conn, question.known))?;
    Ok(format!("{} {import} {}", env!("CARGO_PKG_VERSION"), content_hash(&text)))
}

impl Facts {
    fn judge(&self) -> Judge<'_> {
        Judge::new(&self.view, &self.policy)
    }

    fn is_in_post(&self, judge: &Judge<'_>, person: PersonIndex) -> bool {
        judge.presence(person, self.as_at) != Presence::NotInPost
    }

    fn organisation(&self, person: PersonIndex) -> Option<OrganisationIndex> {
        self.view.people.get(person).map(|who| who.organisation)
    }

    /// The key of a person as it is written.
    fn key(&self, person: PersonIndex) -> String {
        self.keys.get(person).map_or(String::new(), |key| format!("{key:016x}"))
    }

    /// The titles that enough people of an organisation hold, as their primary post's; all where people are named.
    fn titles_told(&self) -> HashSet<(OrganisationIndex, String)> {
        let judge = self.judge();
        let mut holders: HashMap<(OrganisationIndex, String), u64> = HashMap::new();
        for person in self.view.everyone() {
            let title = judge.primary(person, self.as_at).map(|post| self.text(post.job_title));
            if let (Some(organisation), Some(title)) = (self.organisation(person), title) {
                *holders.entry((organisation, title)).or_default() += 1;
            }
        }
        let fewest = if self.naming == FactsNaming::Identified { 0 } else { FEWEST_PEOPLE };
        holders.into_iter().filter(|(_, holders)| *holders >= fewest).map(|(title, _)| title).collect()
    }

    /// The job title of a person's primary post, as far as it is told. Whoever has none is said to have none.
    fn job_title(&self, judge: &Judge<'_>, person: PersonIndex) -> String {
        let title = judge.primary(person, self.as_at).map_or(String::new(), |post| self.text(post.job_title));
        let Some(organisation) = self.organisation(person) else { return title };
        let told = (organisation, title);
        if told.1.is_empty() || self.titles.contains(&told) { told.1 } else { OTHER_TITLE.to_owned() }
    }

    fn text(&self, id: crate::register::TextId) -> String {
        text_key(self.view.texts.get(id))
    }

    /// Every unit that anybody in post stands in or below, by path.
    fn unit_paths(&self) -> BTreeSet<String> {
        let judge = self.judge();
        let primaries = self.view.everyone().filter_map(|person| judge.primary(person, self.as_at));
        let leaves: HashSet<_> = primaries.map(|post| post.unit).collect();
        let mut paths = BTreeSet::new();
        for leaf in leaves {
            let path = unit_key(self.view.texts.get(leaf));
            paths.extend(UnitPath(&path).units_down().map(|unit| unit.0.to_owned()));
        }
        paths.remove("");
        paths
    }
}
