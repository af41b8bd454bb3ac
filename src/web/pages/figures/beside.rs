//! What stands beside the figures of the dashboard: what waits for somebody, how the budget is used, the board's newest
//! summary.

use crate::access::AccessRight;
use crate::answers::{self, IssuedMonth, Question, Viewer};
use crate::casework::WorkKind;
use crate::web::answer::{Fault, LabelledValue, ReportSection, ShownValue, WordedLink};
use crate::web::request::{Admitted, PageQuestion, PageRequest, ReachedScope};
use crate::wording::counted;

/// From how many days on the age of a staff list is said where it is not yet too old.
const WORTH_SAYING: i64 = 8;

/// The address of a list that is filtered so, of one organisation or of all that are reached.
fn list_at(path: &str, filters: &[(&str, &str)], organisation: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filters);
    query.extend_pairs(organisation.map(|code| ("organisation", code)));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What the dashboard was asked, and by whom.
pub(super) struct BesideFigures<'a> {
    pub(super) asked: &'a PageRequest<'a>,
    pub(super) by: &'a Admitted<'a>,
    pub(super) scope: &'a ReachedScope,
    pub(super) question: &'a PageQuestion,
    pub(super) of: &'a Question,
}

impl BesideFigures<'_> {
    fn may(&self, right: AccessRight) -> bool {
        self.by.who().holder.may(right, self.of.organisation.as_deref())
    }

    /// The one organisation that is in question, if there is one.
    fn one(&self) -> Option<&str> {
        let mut codes = self.scope.codes();
        let only = codes.next().filter(|_| codes.next().is_none());
        self.of.organisation.as_deref().or(only)
    }

    /// The newest summary of the board of the one organisation in question, for those who may read it.
    pub(super) fn newest_summary(&self) -> Result<Option<IssuedMonth>, Fault> {
        let Some(code) = self.one().filter(|_| self.may(AccessRight::BoardRead)) else { return Ok(None) };
        Ok(answers::newest_month(self.asked.app(), &self.scope.viewer(Some(code)), code)?)
    }

    /// The summary of the month before the day asked about, for those who may read it.
    pub(super) fn summary_before(&self) -> Result<Option<IssuedMonth>, Fault> {
        let Some(code) = self.one().filter(|_| self.may(AccessRight::BoardRead)) else { return Ok(None) };
        Ok(answers::month_before(self.asked.app(), &self.scope.viewer(Some(code)), code, self.of)?)
    }

    /// What waits for somebody: held mail, staff lists that are old, and the worklist. Each count leads to the list that has
    /// as many rows.
    pub(super) fn waiting(&self) -> Result<Option<ReportSection>, Fault> {
        let mut links = Vec::new();
        let organisation = self.of.organisation.as_deref();
        let viewer = organisation.map_or(Viewer::Everything, |code| Viewer::Organisation(code.to_owned()));
        if self.may(AccessRight::OutboxStates) {
            for (code, messages) in answers::held_messages(self.asked.app(), &viewer)? {
                let words = counted(messages.unsigned_abs(), "message", "messages");
                links.push(WordedLink {
                    href: list_at("/outbox", &[("state", "held")], Some(&code)),
                    words: format!("{words} of {code} held until somebody has looked"),
                });
            }
        }
        if self.may(AccessRight::ImportsSee) {
            links.extend(self.staff_lists()?);
        }
        if self.may(AccessRight::ImportsChange) {
            let imports = answers::imports_to_put_right(self.asked.app(), &viewer)?;
            if imports > 0 {
                let of_kind = [("kind", WorkKind::RejectedRows.as_str())];
                let words = format!("{} with rows to be put right", counted(imports, "import", "imports"));
                links.push(WordedLink { href: list_at("/worklist", &of_kind, organisation), words });
            }
            let words = "Everything that waits: the worklist".to_owned();
            links.push(WordedLink { href: list_at("/worklist", &[], organisation), words });
        }
        let section = ReportSection { heading: "What waits".to_owned(), links, ..ReportSection::default() };
        Ok((!section.links.is_empty()).then_some(section))
    }

    /// How old the newest staff list of each organisation in question is, where that is worth saying.
    fn staff_lists(&self) -> Result<Vec<WordedLink>, Fault> {
        let asked = self.of.organisation.as_deref();
        let is_meant =
            |code: &str| asked.map_or_else(|| self.scope.codes().any(|one| one == code), |one| one == code);
        let ages = answers::staff_list_ages(self.asked.app())?;
        let said = ages.into_iter().filter(|(code, _)| is_meant(code)).filter_map(|(code, age)| match age {
            None => Some(format!("{code} has no staff list yet: bring one")),
            Some(days) if days >= WORTH_SAYING => {
                Some(format!("The newest staff list of {code} is {} old", counted(days, "day", "days")))
            }
            Some(_) => None,
        });
        Ok(said.map(|words| WordedLink { href: "/imports".to_owned(), words }).collect())
    }

    /// How the training budget of this year is used, and what the board was told last.
    pub(super) fn money_and_summary(
        &self,
        viewer: &Viewer,
        summary: Option<&IssuedMonth>,
    ) -> Result<Option<ReportSection>, Fault> {
        let (year, budgets) = answers::budget_in_short(self.asked.app(), self.of, viewer)?;
        let alone = budgets.len() == 1;
        let mut figures: Vec<LabelledValue> = budgets
            .into_iter()
            .map(|(code, words)| {
                let whose = if alone { String::new() } else { format!("{code}, ") };
                let shown = ShownValue::words(words).to(self.question.at_path("/budget"));
                LabelledValue::of(format!("Training budget, {whose}{year}"), shown)
            })
            .collect();
        figures.extend(summary.map(|month| {
            let href = self.question.at_path(&format!("/board/{}", month.month));
            let words = format!("{}: {} up to date", month.words, month.rate);
            LabelledValue::of("The board's newest summary", ShownValue::words(words).to(href))
        }));
        let heading = "Money, and the board".to_owned();
        let section = ReportSection { heading, figures, ..ReportSection::default() };
        Ok((!section.figures.is_empty()).then_some(section))
    }
}
