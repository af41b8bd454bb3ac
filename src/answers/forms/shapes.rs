//! What the documented JSON shapes are made of (spec 4.1). Counts are integers; rates and targets are fractions of 1
//! with six decimals, rounded down, or null.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::audit::AuditEntry;
use crate::bounces::store::Bounce;
use crate::compliance::{CourseState, Group, GroupCounts, Rag, Rate};
use crate::policy::Policy;

/// A list that is made as it is written, for those too long to hold twice.
pub(crate) struct List<F>(pub(crate) F);

impl<F, I> Serialize for List<F>
where
    F: Fn() -> I,
    I: IntoIterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Millionths of 1 as a fraction.
pub(crate) fn fraction(millionths: u64) -> Value {
    // Every whole number of millionths that can occur is exact in a double's 53 bits; the quotient prints as written.
    #[expect(clippy::cast_precision_loss, reason = "rates are at most a few millions of millionths")]
    let fraction = millionths as f64 / 1_000_000.0;
    json!(fraction)
}

/// A rate, or null.
pub(crate) fn rate(rate: Rate) -> Value {
    rate.millionths().map_or(Value::Null, fraction)
}

/// An instant, RFC 3339 in UTC.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// How people stand.
pub(crate) fn staff(counts: &GroupCounts) -> Value {
    json!({
        "in_post": counts.in_post,
        "counted": counts.staff.counted,
        "up_to_date": counts.staff.up_to_date,
        "rate": rate(counts.staff),
    })
}

/// How what people need stands.
pub(crate) fn requirements(counts: &GroupCounts) -> Value {
    json!({
        "counted": counts.requirements.counted,
        "up_to_date": counts.requirements.up_to_date,
        "due_soon": counts.due_soon,
        "lapsed": counts.lapsed,
        "not_done": counts.not_done,
        "rate": rate(counts.requirements),
    })
}

/// Against the target, or null.
pub(crate) fn rag(rag: Option<Rag>) -> Value {
    rag.map_or(Value::Null, |rag| json!(rag.as_str()))
}

/// A group's figures.
pub(crate) fn group(group: &Group) -> Value {
    json!({
        "by": group.by.as_str(),
        "key": group.key,
        "organisation": group.organisation,
        "title": group.title,
        "staff": staff(&group.counts),
        "requirements": requirements(&group.counts),
        "target": fraction(group.target_millionths),
        "rag": rag(group.rag),
    })
}

/// A course's state in `staff` and `explain`.
pub(crate) fn course_state(policy: &Policy, state: &CourseState) -> Value {
    json!({
        "course": policy.course_code(state.course),
        "state": state.state.as_str(),
        "due_date": state.due_on,
        "lapse_date": state.lapse_on,
    })
}

/// What came back of a mail.
pub(crate) fn bounce(bounce: &Bounce) -> Value {
    let (said, course) = (&bounce.said, &bounce.course);
    json!({
        "id": bounce.id,
        "address": said.address,
        "failed_address": said.failed_address,
        "kind": said.weight.as_str(),
        "status": said.status,
        "reason": said.reason,
        "message": said.message_id,
        "file": bounce.file,
        "read_at": instant(course.read_at),
        "held_at": course.held_at.map(instant),
        "confirmed_at": course.confirmed_at.map(instant),
        "cleared_at": course.cleared_at.map(instant),
    })
}

/// An entry of the audit log.
pub(crate) fn audit_entry(entry: &AuditEntry) -> Value {
    json!({
        "id": entry.id,
        "recorded_at": instant(entry.recorded_at),
        "actor": entry.actor,
        "action": entry.action,
        "object": entry.object,
        // As recorded; text where somebody put something else there.
        "details": serde_json::from_str::<Value>(&entry.details).unwrap_or_else(|_| json!(entry.details)),
        "hash": entry.hash,
    })
}
