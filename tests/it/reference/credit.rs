//! What records give credit on which day, and until when (2.4).

use chrono::NaiveDate;

use super::days::{plus, plus_months};
use super::files::{Person, Record};
use super::needs::Need;
use super::policy::Policy;

/// 2.4: `expires_on`; else completion plus the months of the record's course; else never.
pub fn lapse(policy: &Policy, record: &Record) -> Option<NaiveDate> {
    record.expires_on.or_else(|| {
        policy.courses[record.course].valid_months.map(|months| plus_months(record.completed_on, months))
    })
}

/// The days on which a need was met, up to a day, and the records it was judged by.
pub struct History<'a> {
    policy: &'a Policy,
    need: &'a Need,
    /// Those that give credit for the course on some day, completed by the day the records are known to.
    records: Vec<&'a Record>,
    /// Every day from the first completion up to the day judged, and whether it was met on it.
    days: Vec<(NaiveDate, bool)>,
    /// Whether the initial threshold was met on any of the days.
    initial_met: bool,
}

impl<'a> History<'a> {
    /// Day by day from the first completion to `day`, with the numbers in force on `day`, and only the records
    /// completed by `records_by` (2.4: on D only those completed by D exist; 2.6: nobody trains again).
    pub fn new(
        policy: &'a Policy,
        person: &'a Person,
        need: &'a Need,
        day: NaiveDate,
        records_by: NaiveDate,
    ) -> Self {
        let records: Vec<&Record> = person
            .records
            .iter()
            .filter(|r| r.completed_on <= day && r.completed_on <= records_by)
            .filter(|r| policy.gives_credit_for(r.course, need.course))
            .collect();
        let mut history = Self { policy, need, records, days: Vec::new(), initial_met: false };
        let Some(first) = history.records.iter().map(|r| r.completed_on).min() else { return history };
        let mut at = first;
        while at <= day {
            let met = history.met_on(at);
            // 2.4: the threshold is `initial_hours` until it has once been met, ever.
            history.initial_met |= met;
            history.days.push((at, met));
            at = plus(at, 1);
        }
        history
    }

    /// 2.4: a record gives credit when `completed_on <= D <= lapse date`.
    fn crediting(&self, day: NaiveDate) -> Vec<&Record> {
        self.records
            .iter()
            .copied()
            .filter(|r| r.completed_on <= day && lapse(self.policy, r).is_none_or(|lapse| day <= lapse))
            .collect()
    }

    /// 2.4: whether the need is met on a day, with the threshold in force so far.
    fn met_on(&self, day: NaiveDate) -> bool {
        let crediting = self.crediting(day);
        if self.need.hours.is_none() {
            return !crediting.is_empty();
        }
        let threshold = self.threshold();
        let (sum, participatory) = self.sums(day);
        // At least that fraction of the threshold: participatory >= threshold * num / den.
        let enough = self.need.share.is_none_or(|share| participatory * share.den >= threshold * share.num);
        sum >= threshold && enough
    }

    /// The threshold in force so far.
    fn threshold(&self) -> i128 {
        match self.need.initial_hours {
            Some(initial) if !self.initial_met => initial,
            _ => self.need.hours.unwrap_or(0),
        }
    }

    /// The hours that give credit on a day, and the participatory ones of them.
    fn sums(&self, day: NaiveDate) -> (i128, i128) {
        let crediting = self.crediting(day);
        // A record with no hours counts the default hours of its own course, else 0.
        let hours_of = |r: &Record| r.hours.unwrap_or(self.policy.courses[r.course].default_hours);
        let sum = crediting.iter().map(|r| hours_of(r)).sum();
        (sum, crediting.iter().filter(|r| r.participatory).map(|r| hours_of(r)).sum())
    }

    /// 4.1: needed, participatory needed, counted, participatory on the day judged, in whole hundredths, the needed
    /// ones rounded up; and whether the initial hours are in force.
    pub fn hours(&self, day: NaiveDate) -> Option<([i128; 4], bool)> {
        self.need.hours?;
        let (sum, participatory) = self.sums(day);
        let needed = self.threshold();
        let of_them = self.need.share.map_or(0, |share| (needed * share.num + share.den - 1) / share.den);
        Some(([needed, of_them, sum, participatory], self.need.initial_hours.is_some() && !self.initial_met))
    }

    /// Whether it was met on a day (no later than the day judged).
    pub fn met(&self, day: NaiveDate) -> bool {
        self.days.iter().any(|(at, met)| *at == day && *met)
    }

    /// Whether it was met on any day from `start` on.
    pub fn met_since(&self, start: NaiveDate) -> bool {
        self.days.iter().any(|(at, met)| *at >= start && *met)
    }

    /// The last day on which it was met, up to the day judged.
    pub fn last_met(&self) -> Option<NaiveDate> {
        self.days.iter().filter(|(_, met)| *met).map(|(at, _)| *at).max()
    }

    /// The lapse date of what is met on `day`: forward, day by day, until it is no longer met; none for never.
    pub fn lapse_from(&self, day: NaiveDate) -> Option<NaiveDate> {
        let last = self.records.iter().filter_map(|r| lapse(self.policy, r)).max().unwrap_or(day);
        let mut at = day;
        while at <= last {
            if !self.met_on(plus(at, 1)) {
                return Some(at);
            }
            at = plus(at, 1);
        }
        None
    }
}
