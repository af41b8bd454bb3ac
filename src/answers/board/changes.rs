//! What moved the staff rate since last month, and what is known better now about last month: read from the versions of
//! the register, and from the snapshot of the month before (spec 2.1, 2.9).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::answers::{self, Question};
use crate::app::App;
use crate::board::store as snapshots;
use crate::board::{
    BoardFigures, Bridge, ComparedDays, Month, MovedPerson, Restatement, Standings, people_who_moved,
    rests_on_records, settle, steps,
};
use crate::compliance::{Judge, Rate};
use crate::policy::{self, Policy};
use crate::register::store::{self, KnownAt, ViewDetail};
use crate::register::{RecordChange, View};

/// The month before as it was told, and what it rested on.
pub(super) struct LastMonth {
    month: Month,
    /// Its snapshot, if its summary was issued by the instant asked about.
    pub figures: Option<BoardFigures>,
    /// The register that it rests on.
    known: KnownAt,
    /// The policy it was judged under.
    policy: Policy,
    /// How people stood as known when it was issued, as far as what is known now doesn't say.
    known_then: EarlierStandings,
}

/// What of the register as known when last month's summary was issued must be read apart.
enum EarlierStandings {
    /// How everyone stood: of many, more is known since.
    Everyone(Standings),
    /// How those stood of whom more is known since; of all others the same is known now.
    Some(HashSet<i32>, Standings),
}

/// Why this month's figure is another than last month's, and last month's another than was told.
#[derive(Debug)]
pub(crate) struct BoardChanges {
    /// From last month's figure to this month's.
    pub(crate) bridge: Bridge,
    /// The people behind its steps.
    pub(crate) moved: Vec<MovedPerson>,
    /// From last month as reported to last month as known now.
    pub(crate) restatement: Option<Restatement>,
    /// The people behind its steps.
    pub(crate) restated: Vec<MovedPerson>,
    /// The training records of all these people that we learnt of, or that were taken back, since last month's summary.
    pub(crate) records: Vec<RecordChange>,
}

impl LastMonth {
    /// Reads it. Where the register knows more since, how people stood then is worked out here and kept small, so that
    /// no two views of everybody are held at once.
    pub(crate) fn read(
        app: &App,
        organisation: &str,
        month: Month,
        known_at: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        let last = month.minus(1);
        let as_at = last.last_day();
        let (figures, rests_on) = app.db.read(|conn| {
            Ok((snapshots::frozen(conn, organisation, last), snapshots::rests_on(conn, organisation, last)?))
        })?;
        let figures = figures?;
        let rests_on = rests_on.filter(|rests_on| rests_on.frozen_at <= known_at);
        let (Some(told), Some(rests_on)) = (&figures, rests_on) else {
            let known_then = EarlierStandings::Some(HashSet::new(), Standings::default());
            let (known, policy) = (KnownAt::At(known_at), answers::policy_known(app, as_at, known_at)?);
            return Ok(Self { month: last, figures: None, known, policy, known_then });
        };
        let known = rests_on.newest_import.map_or(KnownAt::At(told.known_at), KnownAt::UpTo);
        let (text, changed, are_few) = app.db.read(|conn| {
            let text = policy::store::with_hash(conn, &told.policy_hash)?;
            let changed = store::changed_staff(conn, known, KnownAt::At(known_at))?;
            let are_few = store::are_few(conn, changed.len())?;
            Ok((text, changed, are_few))
        })?;
        let policy = match text {
            Some(text) => policy::parse(&text, "the recorded policy")?.policy,
            None => answers::policy_known(app, as_at, known_at)?,
        };
        let standings = |view: View| Standings::of(&Judge::new(&view, &policy), as_at);
        let known_then = if are_few {
            let then = standings(store::view_of(&app.db, known, Some(organisation), &changed)?);
            EarlierStandings::Some(changed, then)
        } else {
            let nobody = HashMap::new();
            let everyone = store::view(&app.db, known, Some(organisation), ViewDetail::Judgement, &nobody)?;
            EarlierStandings::Everyone(standings(everyone))
        };
        Ok(Self { month: last, figures, known, policy, known_then })
    }

    /// What changed since, up to the figures of `question`, judged by `judge` and adding up to `now`.
    pub(crate) fn changes(
        &self,
        app: &App,
        question: &Question,
        view: &View,
        judge: &Judge<'_>,
        now: Rate,
    ) -> anyhow::Result<BoardChanges> {
        let (from, to) = (self.month.last_day(), question.as_at);
        let policy_of_then = answers::policy_known(app, from, question.known_at)?;
        let by_then = judge_by_others(view, &policy_of_then, judge);
        let as_told = judge_by_others(view, &self.policy, judge);
        let by_then = by_then.as_ref().unwrap_or(judge);
        let as_told = as_told.as_ref().unwrap_or(judge);
        let all_but_some;
        let before = match &self.known_then {
            EarlierStandings::Everyone(standings) => standings,
            EarlierStandings::Some(changed, then) => {
                all_but_some = Standings::of(as_told, from).but_for(changed, then);
                &all_but_some
            }
        };
        let other_rules = |policy: &Policy| (*policy != self.policy).then_some(as_told);
        let this_month =
            ComparedDays { before, from, to, judge, by_the_old_rules: other_rules(judge.policy) };
        let last_month = ComparedDays {
            before,
            from,
            to: from,
            judge: by_then,
            by_the_old_rules: other_rules(&policy_of_then),
        };
        let mut people = people_who_moved(&this_month);
        let mut restated = if self.figures.is_some() { people_who_moved(&last_month) } else { Vec::new() };
        let records = self.records(app, question, people.iter().chain(&restated))?;
        settle(&this_month, &mut people, &records);
        settle(&last_month, &mut restated, &records);
        let reported = self.figures.as_ref().map(|figures| figures.counts.staff);
        let start = reported.unwrap_or(before.staff);
        let known_now = end(before.staff, &restated);
        Ok(BoardChanges {
            bridge: Bridge {
                month: self.month,
                reported: reported.is_some(),
                from: start,
                steps: steps(&people, start, now),
            },
            moved: people,
            restatement: reported.map(|reported| Restatement {
                month: self.month,
                reported,
                known_now,
                steps: steps(&restated, reported, known_now),
            }),
            restated,
            records,
        })
    }

    /// The records that changed since last month's summary, of the people whom records moved.
    fn records<'a>(
        &self,
        app: &App,
        question: &Question,
        moved: impl Iterator<Item = &'a MovedPerson>,
    ) -> anyhow::Result<Vec<RecordChange>> {
        let staff: HashSet<i32> =
            moved.filter(|moved| rests_on_records(moved.cause)).map(|moved| moved.staff_id).collect();
        if self.figures.is_none() || staff.is_empty() {
            return Ok(Vec::new());
        }
        let (before, after) = (self.known, question.known);
        Ok(app.db.read(|conn| store::record_changes(conn, before, after, &staff))?)
    }
}

/// A judge by `policy`, where those are other rules than the ones `judge` judges by: mostly they are not.
fn judge_by_others<'a>(view: &'a View, policy: &'a Policy, judge: &Judge<'_>) -> Option<Judge<'a>> {
    (policy != judge.policy).then(|| Judge::new(view, policy))
}

/// The rate with everyone moved.
fn end(from: Rate, moved: &[MovedPerson]) -> Rate {
    let (mut counted, mut up_to_date) = (from.counted, from.up_to_date);
    for moved in moved {
        counted = counted + moved.after.counted - moved.before.counted;
        up_to_date = up_to_date + moved.after.up_to_date - moved.before.up_to_date;
    }
    Rate { counted, up_to_date }
}
