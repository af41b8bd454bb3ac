//! Whether everything that was done has its entry: what stands in the tables, held against the log. Pure.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Action, AuditEntry};

/// How many things without an entry are named.
const MOST_NAMED: usize = 20;

/// What the tables hold that was done and must have been told to the log: what was there before entries were asked for is
/// left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RecordedActs {
    /// The ids of imports, undos and changes by hand.
    pub imports: Vec<i32>,
    /// The hashes of the policies that came into force.
    pub policies: Vec<String>,
    /// The months that were frozen, with the hash of their figures.
    pub months: Vec<(String, String)>,
    /// The numbers of bounces that a person confirmed.
    pub confirmed: Vec<i32>,
    /// The numbers of bounces that a person cleared.
    pub cleared: Vec<i32>,
    /// How many bounces were read.
    pub bounces: u64,
    /// How many messages were cancelled by hand.
    pub cancelled: u64,
    /// Whether people's data was purged.
    pub purged: bool,
    /// The entry that says how the installation came by the database, where one is known.
    pub adopted_by: Option<i32>,
}

/// What the log tells of, gathered entry by entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LoggedActs {
    imports: HashSet<i32>,
    policies: HashMap<String, usize>,
    months: HashSet<String>,
    confirmed: HashSet<i32>,
    cleared: HashSet<i32>,
    bounces: u64,
    cancelled: u64,
    purged: bool,
    adoptions: HashSet<i32>,
}

impl LoggedActs {
    /// Takes an entry in.
    pub(crate) fn meet(&mut self, entry: &AuditEntry) {
        // What is no JSON was not written by this program, and tells nothing.
        let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
        let is = |action: Action| entry.action == action.as_str();
        let text = |name: &str| details.get(name).and_then(Value::as_str).map(str::to_owned);
        let count = |name: &str| details.get(name).and_then(Value::as_u64).unwrap_or(0);
        // An undo names the import that it takes back as what it was done to, and itself in its details.
        let object = entry.object.strip_prefix("import ").filter(|_| !is(Action::Undo));
        self.imports.extend(object.and_then(|id| id.parse::<i32>().ok()));
        self.imports.extend(details.get("import").and_then(number));
        if is(Action::Policy) {
            *self.policies.entry(text("content_hash").unwrap_or_default()).or_default() += 1;
        } else if is(Action::BoardSend) {
            self.months.extend(text("content_hash"));
        } else if is(Action::BouncesRead) {
            self.bounces += count("hard") + count("soft");
        } else if is(Action::BouncesConfirm) {
            self.confirmed.extend(numbers(&details, "bounces"));
        } else if is(Action::BouncesClear) {
            self.cleared.extend(numbers(&details, "bounces"));
        } else if is(Action::OutboxCancel) {
            self.cancelled += count("messages");
        } else if is(Action::Purge) {
            self.purged = true;
            // A frozen month that named somebody has another hash from then on.
            for month in details.get("months").and_then(Value::as_array).into_iter().flatten() {
                let hash = |name: &str| month.get(name).and_then(Value::as_str).map(str::to_owned);
                let was_told = hash("was").is_some_and(|was| self.months.contains(&was));
                self.months.extend(hash("is").filter(|_| was_told));
            }
        } else if is(Action::Adopt) || is(Action::Claim) {
            self.adoptions.insert(entry.id);
        }
    }

    /// What was done and has no entry, for people; the first of it, where it is much.
    pub(crate) fn lacks(mut self, done: &RecordedActs) -> Vec<String> {
        let mut missing = Vec::new();
        let lacking = |ids: &[i32], told: &HashSet<i32>| -> Vec<i32> {
            ids.iter().copied().filter(|id| !told.contains(id)).collect()
        };
        missing.extend(lacking(&done.imports, &self.imports).iter().map(|id| format!("import {id}")));
        for hash in &done.policies {
            match self.policies.get_mut(hash).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => missing.push(format!("a policy that came into force ({hash:.12})")),
            }
        }
        let months = done.months.iter().filter(|(_, hash)| !self.months.contains(hash));
        missing.extend(months.map(|(month, _)| format!("the board summary of {month}")));
        for (ids, told, what) in [
            (&done.confirmed, &self.confirmed, "the confirmation"),
            (&done.cleared, &self.cleared, "the clearing"),
        ] {
            missing.extend(lacking(ids, told).iter().map(|id| format!("{what} of bounce {id}")));
        }
        if done.bounces > self.bounces {
            missing.push(format!("the reading of {} reports of returned mail", done.bounces - self.bounces));
        }
        if done.cancelled > self.cancelled {
            missing.push(format!("the cancelling of {} messages", done.cancelled - self.cancelled));
        }
        if done.purged && !self.purged {
            missing.push("a purge".to_owned());
        }
        if done.adopted_by.is_some_and(|entry| !self.adoptions.contains(&entry)) {
            missing.push("how this installation came by the database".to_owned());
        }
        let more = missing.len().saturating_sub(MOST_NAMED);
        missing.truncate(MOST_NAMED);
        missing.extend((more > 0).then(|| format!("{more} more")));
        missing
    }
}

fn number(value: &Value) -> Option<i32> {
    value.as_i64()?.try_into().ok()
}

fn numbers(details: &Value, name: &str) -> Vec<i32> {
    let list = details.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(id: i32, action: Action, object: &str, details: &Value) -> AuditEntry {
        AuditEntry {
            id,
            recorded_at: "2026-11-01T09:00:00Z".parse().unwrap(),
            actor: "ann".into(),
            action: action.as_str().into(),
            object: object.into(),
            details: details.to_string(),
            previous_hash: String::new(),
            hash: String::new(),
        }
    }

    fn everything() -> (RecordedActs, Vec<AuditEntry>) {
        let done = RecordedActs {
            imports: vec![1, 2, 3, 4],
            policies: vec!["p".into(), "q".into(), "p".into()],
            months: vec![("2026-10 of RXX".into(), "h".into())],
            confirmed: vec![7],
            cleared: vec![7, 8],
            bounces: 3,
            cancelled: 12,
            purged: true,
            adopted_by: Some(13),
        };
        let entries = [
            (Action::Configure, "import 1", json!({})),
            (Action::Import, "import 2", json!({})),
            (Action::Undo, "import 2", json!({ "import": 3 })),
            (Action::ExemptAdd, "import 4", json!({})),
            (Action::Policy, "policy", json!({ "content_hash": "p" })),
            (Action::Policy, "policy", json!({ "content_hash": "q" })),
            (Action::Policy, "policy", json!({ "content_hash": "p" })),
            (Action::BoardSend, "board", json!({ "content_hash": "h" })),
            (Action::BouncesRead, "bounces", json!({ "hard": 2, "soft": 1 })),
            (Action::BouncesConfirm, "bounces", json!({ "bounces": [7] })),
            (Action::BouncesClear, "bounces", json!({ "bounces": [7, 8] })),
            (Action::Purge, "leavers", json!({})),
            (Action::Adopt, "installation", json!({})),
            (Action::OutboxCancel, "outbox held", json!({ "messages": 11 })),
            (Action::OutboxCancel, "outbox 4", json!({ "messages": 1 })),
        ];
        let entries =
            (1..).zip(&entries).map(|(id, (action, object, details))| entry(id, *action, object, details));
        (done, entries.collect())
    }

    fn lacks(done: &RecordedActs, entries: &[AuditEntry]) -> Vec<String> {
        let mut told = LoggedActs::default();
        entries.iter().for_each(|entry| told.meet(entry));
        told.lacks(done)
    }

    #[test]
    fn a_month_that_a_purge_took_a_name_out_of_is_known_by_its_new_hash() {
        let done =
            RecordedActs { months: vec![("2026-10 of RXX".into(), "new".into())], ..RecordedActs::default() };
        let sent = |hash: &str| entry(1, Action::BoardSend, "board", &json!({ "content_hash": hash }));
        let purge =
            entry(2, Action::Purge, "person 3", &json!({ "months": [{ "was": "old", "is": "new" }] }));
        assert_eq!(lacks(&done, &[sent("old"), purge.clone()]), [""; 0]);
        for entries in [vec![sent("other"), purge.clone()], vec![sent("old")], vec![purge, sent("old")]] {
            assert_eq!(lacks(&done, &entries), ["the board summary of 2026-10 of RXX"]);
        }
    }

    #[test]
    fn what_was_done_and_told_lacks_nothing_and_without_any_of_its_entries_it_does() {
        let (done, entries) = everything();
        assert_eq!(lacks(&done, &entries), [] as [&str; 0]);
        for number in 0..entries.len() {
            let mut without = entries.clone();
            let gone = without.remove(number);
            assert!(!lacks(&done, &without).is_empty(), "{gone:?}");
        }
    }

    #[test]
    fn what_was_told_and_is_gone_since_lacks_nothing() {
        let (_, entries) = everything();
        assert_eq!(lacks(&RecordedActs::default(), &entries), [] as [&str; 0]);
    }

    #[test]
    fn much_is_named_in_part() {
        let done = RecordedActs { imports: (1..=50).collect(), ..RecordedActs::default() };
        let missing = lacks(&done, &[]);
        assert_eq!((missing.len(), missing[0].as_str(), missing[20].as_str()), (21, "import 1", "30 more"));
    }
}
