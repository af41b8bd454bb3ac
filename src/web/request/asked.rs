//! What a page is given: what was asked, and who asks.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::cookies::RequestCookies;
use super::form::FormFields;
use crate::access::{AccessReach, AccessRight};
use crate::app::App;
use crate::jobs::FormOnce;
use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::Fault;
use crate::web::state::ConsoleState;
use crate::web::upload::FormFile;
use crate::wording::long_date;

/// A request, read: of a form no more than was looked at.
#[derive(Debug)]
pub(crate) struct PageRequest<'a> {
    /// The console.
    pub(crate) state: &'a ConsoleState,
    /// The instant of asking, read once.
    pub(crate) now: DateTime<Utc>,
    /// By which the log knows this request.
    pub(crate) reference: &'a str,
    /// The path that was asked for.
    pub(crate) path: &'a str,
    /// What stands in the path at the places that the route leaves open.
    pub(crate) places: Vec<&'a str>,
    /// The query.
    pub(crate) query: FormFields,
    /// The form, where one was sent; its origin and its token are right.
    pub(crate) form: FormFields,
    /// The file that came with it.
    pub(crate) file: Option<&'a FormFile>,
    /// The address that whoever asks reaches the console by, without a trailing `/`.
    pub(crate) address: String,
    /// From where.
    pub(crate) client: IpAddr,
    /// What the browser keeps.
    pub(crate) cookies: RequestCookies<'a>,
}

impl PageRequest<'_> {
    /// The installation.
    pub(crate) fn app(&self) -> &App {
        &self.state.app
    }

    /// What stands in the path at its first open place.
    pub(crate) fn place(&self) -> &str {
        self.places.first().copied().unwrap_or_default()
    }

    /// The one-use key of the form, with the address it was sent to: forms of one page are told from each other.
    pub(crate) fn form_key(&self) -> Result<String, Fault> {
        let key = self.form.one(FormFields::KEY);
        if key.is_empty() {
            return Err(Fault::NotOurs(self.form.clone()));
        }
        Ok(format!("{} {key}", self.path))
    }

    /// The form, to be used once by whoever sends it.
    pub(crate) fn once(&self, who: &SignedIn) -> Result<FormOnce, Fault> {
        Ok(FormOnce { key: self.form_key()?, account: who.account.id })
    }

    /// Notes that whoever is signed in looked at these people, by the register's numbers: at anybody but themselves.
    pub(crate) fn looked_at(&self, who: &SignedIn, people: impl IntoIterator<Item = i32>) {
        let others = people.into_iter().filter(|id| who.holder.staff_id != Some(*id));
        self.state.looks.note(&self.state.app, who.account.id, self.app().today(), others);
    }

    /// An instant as people read it: `27 March 2026, 09:00`.
    pub(crate) fn instant_words(&self, at: DateTime<Utc>) -> String {
        let wall = at.with_timezone(&self.app().config.time_zone).naive_local();
        format!("{}, {}", long_date(wall.date()), wall.format("%H:%M"))
    }
}

/// Somebody who may do what the route is for. Nothing but [`Admitted::by`] makes one.
#[derive(Debug)]
pub(crate) struct Admitted<'a> {
    who: &'a SignedIn,
    right: AccessRight,
}

impl<'a> Admitted<'a> {
    /// Whoever has the right anywhere; `None` for anybody else.
    pub(crate) fn by(who: &'a SignedIn, right: AccessRight) -> Option<Self> {
        who.holder.may_anywhere(right).then_some(Self { who, right })
    }

    /// The right by which they are admitted.
    pub(crate) fn right(&self) -> AccessRight {
        self.right
    }

    /// Who it is.
    pub(crate) fn who(&self) -> &'a SignedIn {
        self.who
    }

    /// What they may reach by it.
    pub(crate) fn reach(&self) -> Vec<AccessReach> {
        self.who.holder.reach(self.right)
    }

    /// Whether they may do it for the whole of the organisation with this code.
    pub(crate) fn may_at(&self, organisation: &str) -> bool {
        self.who.holder.may(self.right, Some(organisation))
    }
}
