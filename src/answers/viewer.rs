//! For whom a question is answered: nothing about anybody else is in the answer, not as a name, a number, a group or a
//! part of a total.

use std::collections::HashSet;
use std::ops::Deref;
use std::sync::Arc;

use super::kept::picture::Picture;
use super::question::{AnsweredFrom, Question};
use super::register;
use crate::app::App;
use crate::compliance::Judge;
use crate::db::{Conn, DbResult};
use crate::policy::{Pattern, PatternKind, Policy};
use crate::register::store::{self, KnownAt, ViewDetail};
use crate::register::{Organisation, StaffMember, View, WhomError};

/// Whose eyes an answer is for. Who somebody is, and what they may see, is decided elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Everything there is: whoever runs the program.
    Everything,
    /// The organisation with this code.
    Organisation(String),
    /// Those of an organisation who hold a post today in a unit like this, or below it.
    Unit {
        /// The organisation's code.
        organisation: String,
        /// The unit, as policies write it: `*` stands for any run of characters (spec 2.3).
        unit: String,
    },
    /// Those who hold a post today whose manager is the staff member with this number of the register's.
    DirectReports(i32),
    /// The staff member with this number of the register's.
    Oneself(i32),
    /// Those of an organisation whom any of these sees.
    Together {
        /// The organisation's code.
        organisation: String,
        /// Who sees them.
        viewers: Vec<Viewer>,
    },
}

/// What a viewer may see, as things stand today: rights are of today, whatever day is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visibility {
    /// The organisation that the question or the viewer is confined to.
    organisation: Option<String>,
    /// The people whom the viewer is confined to, by the register's numbers.
    people: Option<HashSet<i32>>,
}

impl Visibility {
    /// What the viewer may see of what is asked about: of the organisation with the code `asked`, or of all. What is
    /// outside is answered as what does not exist.
    pub(crate) fn of(app: &App, viewer: &Viewer, asked: Option<&str>) -> anyhow::Result<Self> {
        let mut sight = app.db.read(|conn| Self::whole(app, conn, viewer))?;
        let Some(asked) = asked else { return Ok(sight) };
        let known = sight.organisations(app)?;
        super::known_among(asked, known.iter().map(|organisation| organisation.code.as_str()))?;
        sight.organisation = Some(asked.to_owned());
        Ok(sight)
    }

    fn whole(app: &App, conn: &mut Conn, viewer: &Viewer) -> DbResult<Self> {
        let nobody = || Self { organisation: Some(String::new()), people: Some(HashSet::new()) };
        Ok(match viewer {
            Viewer::Everything => Self { organisation: None, people: None },
            Viewer::Organisation(code) => Self { organisation: Some(code.clone()), people: None },
            Viewer::Unit { organisation, unit } => {
                let pattern = Pattern::new(unit, PatternKind::Unit);
                let people = store::staff_in_units(conn, KnownAt::Latest, Some(organisation), |unit| {
                    pattern.matches(unit)
                })?;
                let people =
                    store::hold_a_post(conn, &people, app.today(), |post| pattern.matches(&post.unit))?;
                Self { organisation: Some(organisation.clone()), people: Some(people) }
            }
            Viewer::DirectReports(manager) => match store::staff_member(conn, *manager)? {
                Some(manager) => {
                    let number = &manager.employee_number;
                    let led = store::led_by(conn, manager.organisation_id, number)?.into_iter().collect();
                    let people = store::hold_a_post(conn, &led, app.today(), |post| post.manager == *number)?;
                    Self { organisation: Some(manager.organisation), people: Some(people) }
                }
                None => nobody(),
            },
            Viewer::Oneself(staff_id) => match store::staff_member(conn, *staff_id)? {
                Some(who) => {
                    Self { organisation: Some(who.organisation), people: Some(HashSet::from([who.id])) }
                }
                None => nobody(),
            },
            Viewer::Together { organisation, viewers } => {
                let mut people = Some(HashSet::new());
                for viewer in viewers {
                    let sight = Self::whole(app, conn, viewer)?;
                    if sight.includes_organisation(organisation) {
                        people = people.zip(sight.people).map(|(all, some)| &all | &some);
                    }
                }
                Self { organisation: Some(organisation.clone()), people }
            }
        })
    }

    /// What is seen of the organisation with this code, which is seen.
    pub(crate) fn within(self, code: String) -> Self {
        Self { organisation: Some(code), ..self }
    }

    /// The code of the one organisation that is seen; `None` where all are.
    pub(crate) fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// Whether only some people of an organisation are seen: then nothing that is said of the whole of it.
    pub(crate) fn is_of_some_people(&self) -> bool {
        self.people.is_some()
    }

    /// Whether the organisation with this code is seen, in whole or in part.
    pub(crate) fn includes_organisation(&self, code: &str) -> bool {
        self.organisation.as_deref().is_none_or(|seen| seen == code)
    }

    /// Whether the staff member of this organisation, with this number of the register's, is seen.
    pub(crate) fn includes(&self, organisation: &str, staff_id: i32) -> bool {
        self.includes_organisation(organisation)
            && self.people.as_ref().is_none_or(|people| people.contains(&staff_id))
    }

    /// The organisations known now that are seen, in order of code.
    pub(crate) fn organisations(&self, app: &App) -> anyhow::Result<Vec<Organisation>> {
        let mut organisations = super::organisations(app)?;
        organisations.retain(|organisation| self.includes_organisation(&organisation.code));
        Ok(organisations)
    }

    /// The one person with this employee number, known still or not. Nobody outside is found or hinted at.
    pub(crate) fn whom(&self, conn: &mut Conn, number: &str) -> DbResult<Result<StaffMember, WhomError>> {
        self.whom_of(conn, number, None)
    }

    /// [`Self::whom`] of the organisation with the code `scope`, or of all.
    pub(crate) fn whom_of(
        &self,
        conn: &mut Conn,
        number: &str,
        scope: Option<&str>,
    ) -> DbResult<Result<StaffMember, WhomError>> {
        if scope.is_some_and(|scope| !self.includes_organisation(scope)) {
            return Ok(Err(WhomError::Nobody { number: number.to_owned(), near: None }));
        }
        let found = store::find_staff_member(conn, number, scope.or(self.organisation()))?;
        let Some(people) = &self.people else { return Ok(found) };
        Ok(match found {
            Ok(who) if people.contains(&who.id) => Ok(who),
            _ => Err(WhomError::Nobody { number: number.to_owned(), near: None }),
        })
    }

    /// The people of `some` that are seen; all that are seen where there are no `some`. `None` stands for everybody whom
    /// [`Self::organisation`] leaves.
    pub(crate) fn people_of(&self, some: Option<HashSet<i32>>) -> Option<HashSet<i32>> {
        match (some, &self.people) {
            (Some(some), Some(seen)) => Some(some.intersection(seen).copied().collect()),
            (Some(some), None) => Some(some),
            (None, seen) => seen.clone(),
        }
    }

    /// The register that the question is about, as far as it is seen.
    pub(crate) fn view(
        &self,
        app: &App,
        question: &Question,
        detail: ViewDetail,
    ) -> anyhow::Result<SeenRegister> {
        match self.picture(question) {
            Some(picture) => Ok(SeenRegister::Kept(picture)),
            None => self.view_of(app, question, detail, None),
        }
    }

    /// The kept picture that has all that is seen of what the question is about, where there is one.
    pub(crate) fn picture(&self, question: &Question) -> Option<Arc<Picture>> {
        let AnsweredFrom::Picture(picture) = &question.from else { return None };
        let is_it = self.people.is_none() && picture.scope() == self.organisation();
        is_it.then(|| Arc::clone(picture))
    }

    /// [`Self::view`] of `some` people alone: nobody else's rows are read.
    pub(crate) fn view_of(
        &self,
        app: &App,
        question: &Question,
        detail: ViewDetail,
        some: Option<HashSet<i32>>,
    ) -> anyhow::Result<SeenRegister> {
        let scope = self.organisation();
        let view = match self.people_of(some) {
            Some(people) => register::view_of(app, question, scope, &people, detail)?,
            None => {
                let question = Question { organisation: scope.map(str::to_owned), ..question.clone() };
                register::view(app, &question, detail)?
            }
        };
        Ok(SeenRegister::Read(Box::new(view)))
    }
}

/// Whether whoever sees some people alone sees nobody who holds a post today.
pub(crate) fn sees_nobody(app: &App, viewer: &Viewer) -> anyhow::Result<bool> {
    Ok(Visibility::of(app, viewer, None)?.people.is_some_and(|people| people.is_empty()))
}

/// As much of the register as is seen: read for this, or kept.
#[derive(Debug)]
pub(super) enum SeenRegister {
    /// Read.
    Read(Box<View>),
    /// Kept, and judged.
    Kept(Arc<Picture>),
}

impl SeenRegister {
    /// Who judges those in it by this policy.
    pub(super) fn judge<'a>(&'a self, policy: &'a Policy) -> Judge<'a> {
        match self {
            Self::Read(view) => Judge::new(view, policy),
            Self::Kept(picture) => picture.judge(policy),
        }
    }
}

impl Deref for SeenRegister {
    type Target = View;

    fn deref(&self) -> &View {
        match self {
            Self::Read(view) => view,
            Self::Kept(picture) => &picture.view,
        }
    }
}
