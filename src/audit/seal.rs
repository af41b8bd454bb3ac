//! The hash that seals an entry, and the walk along the chain: pure.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};

use super::{Act, AuditChain, AuditEntry};

/// The entry that tells of an act, after the newest one: its place and its seal.
pub(crate) fn next_entry(newest: (i32, String), act: &Act<'_>, now: DateTime<Utc>) -> AuditEntry {
    let (last, previous_hash) = newest;
    let mut entry = AuditEntry {
        id: last.saturating_add(1),
        // As the table keeps it, so that the seal can be computed again.
        recorded_at: now.trunc_subsecs(6),
        actor: act.actor.as_str().to_owned(),
        action: act.action.as_str().to_owned(),
        object: act.object.clone(),
        details: act.details.to_string(),
        previous_hash,
        hash: String::new(),
    };
    entry.hash = seal(&entry);
    entry
}

/// The hash, in hexadecimal, of an entry's content and the hash before it.
pub(super) fn seal(entry: &AuditEntry) -> String {
    let at = entry.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    // A JSON array, so that no two different entries are written alike.
    let fields = [&entry.previous_hash, &at, &entry.actor, &entry.action, &entry.object, &entry.details];
    let content = serde_json::json!([entry.id, fields]).to_string();
    blake3::hash(content.as_bytes()).to_hex().to_string()
}

/// Walks along the entries, oldest first.
#[derive(Debug, Default)]
pub(super) struct Walk {
    entries: u64,
    newest: String,
    broken: Option<(i32, &'static str)>,
}

impl Walk {
    /// Looks at the next entry. Nothing after the first fault is looked at: it would only repeat it.
    pub(super) fn meet(&mut self, entry: &AuditEntry) {
        if self.broken.is_some() {
            return;
        }
        self.entries += 1;
        let expected = i32::try_from(self.entries).unwrap_or(i32::MAX);
        if entry.id != expected || entry.previous_hash != self.newest {
            self.broken = Some((entry.id, "the entry before it was removed, changed or slipped in"));
        } else if entry.hash != seal(entry) {
            self.broken = Some((entry.id, "its content is not what was sealed"));
        }
        self.newest.clone_from(&entry.hash);
    }

    /// What was found, where the log should end with this many entries and this seal.
    pub(super) fn end(self, head: Option<(i32, String)>) -> AuditChain {
        let (entries, hash) = head.unwrap_or((-1, String::new()));
        match self.broken {
            Some((entry, why)) => AuditChain::Broken { entry, why },
            None if i64::from(entries) == self.entries.cast_signed() && hash == self.newest => {
                AuditChain::Sound { entries: self.entries, newest: self.newest }
            }
            None => {
                let last = i32::try_from(self.entries).unwrap_or(i32::MAX);
                let entry = last.saturating_add(1).min(entries.max(1));
                AuditChain::Broken {
                    entry,
                    why: "it, and whatever came after it, is not what was written there",
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i32) -> Vec<AuditEntry> {
        let mut entries: Vec<AuditEntry> = Vec::new();
        for id in 1..=length {
            let mut entry = AuditEntry {
                id,
                recorded_at: "2026-11-01T09:00:00Z".parse().unwrap(),
                actor: "ann".into(),
                action: "import".into(),
                object: format!("import {id}"),
                details: "{}".into(),
                previous_hash: entries.last().map_or(String::new(), |last| last.hash.clone()),
                hash: String::new(),
            };
            entry.hash = seal(&entry);
            entries.push(entry);
        }
        entries
    }

    fn walked(entries: &[AuditEntry]) -> AuditChain {
        let mut walk = Walk::default();
        entries.iter().for_each(|entry| walk.meet(entry));
        let head = entries.last().map(|last| (last.id, last.hash.clone()));
        walk.end(Some(head.unwrap_or_default()))
    }

    fn broken_at(entries: &[AuditEntry]) -> Option<i32> {
        match walked(entries) {
            AuditChain::Sound { .. } => None,
            AuditChain::Broken { entry, .. } => Some(entry),
        }
    }

    #[test]
    fn an_untouched_chain_is_sound_and_tells_its_newest_hash() {
        assert_eq!(walked(&[]), AuditChain::Sound { entries: 0, newest: String::new() });
        let entries = chain(3);
        assert_eq!(walked(&entries), AuditChain::Sound { entries: 3, newest: entries[2].hash.clone() });
    }

    #[test]
    fn an_end_that_was_cut_off_or_written_anew_is_found() {
        let entries = chain(5);
        let head = |id: i32| (id, entries[usize::try_from(id).unwrap() - 1].hash.clone());
        let end = |entries: &[AuditEntry], head| {
            let mut walk = Walk::default();
            entries.iter().for_each(|entry| walk.meet(entry));
            match walk.end(head) {
                AuditChain::Sound { .. } => None,
                AuditChain::Broken { entry, .. } => Some(entry),
            }
        };
        assert_eq!(end(&entries, Some(head(5))), None);
        assert_eq!(end(&entries[..3], Some(head(5))), Some(4), "cut off");
        assert_eq!(end(&[], Some(head(5))), Some(1), "emptied");
        assert_eq!(end(&entries, Some(head(3))), Some(3), "more than was written");
        assert_eq!(end(&entries, None), Some(1), "the head is gone");
        // After the end was cut off, others are written in its place.
        let mut others = chain(2);
        for id in 3..=5 {
            let mut entry = AuditEntry { id, actor: "eve".into(), ..entries[0].clone() };
            entry.previous_hash = others.last().unwrap().hash.clone();
            entry.hash = seal(&entry);
            others.push(entry);
        }
        assert_eq!(end(&others, Some(head(5))), Some(5));
    }

    #[test]
    fn every_field_is_sealed() {
        let changes: [fn(&mut AuditEntry); 6] = [
            |entry| entry.recorded_at += chrono::TimeDelta::microseconds(1),
            |entry| entry.actor.push('x'),
            |entry| entry.action = "undo".into(),
            |entry| entry.object.clear(),
            |entry| entry.details = "{ }".into(),
            |entry| entry.hash = "0".repeat(64),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut entries = chain(3);
            change(&mut entries[1]);
            assert_eq!(broken_at(&entries), Some(2), "change {number}");
        }
    }

    #[test]
    fn an_entry_that_is_missing_moved_or_forged_is_found() {
        let mut first_gone = chain(3);
        first_gone.remove(0);
        assert_eq!(broken_at(&first_gone), Some(2));
        let mut middle_gone = chain(3);
        middle_gone.remove(1);
        assert_eq!(broken_at(&middle_gone), Some(3));
        let mut swapped = chain(3);
        swapped.swap(0, 1);
        assert_eq!(broken_at(&swapped), Some(2));
        let mut forged = chain(3);
        forged[1].actor = "somebody else".into();
        forged[1].hash = seal(&forged[1]);
        assert_eq!(broken_at(&forged), Some(3), "the next entry gives it away");
    }
}
