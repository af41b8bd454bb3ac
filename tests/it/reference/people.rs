//! Who is in post, absent, since when, and where (2.2).

use chrono::NaiveDate;

use super::days::plus;
use super::files::{Assignment, Exemption, Person};
use super::policy::Policy;

/// Runs of space as one, none at the ends.
pub fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A unit's path with ` / ` between its steps (2.5).
pub fn unit_path(text: &str) -> String {
    text.split('/').map(single_spaced).collect::<Vec<_>>().join(" / ")
}

impl Assignment {
    /// 2.2: held on D when `start_date <= D` and (no `leave_date` or `D <= leave_date`).
    pub fn held(&self, day: NaiveDate) -> bool {
        self.start <= day && self.leave.is_none_or(|leave| day <= leave)
    }

    /// 2.2: the status is one of the policy's, compared whole, ignoring case and runs of space; empty is present.
    pub fn absent(&self, policy: &Policy) -> bool {
        let plain = |text: &str| single_spaced(text).to_lowercase();
        let status = plain(&self.status);
        !status.is_empty() && policy.absent_statuses.iter().any(|absent| plain(absent) == status)
    }
}

impl Exemption {
    /// 2.2: from and until inclusive.
    pub fn covers(&self, course: usize, day: NaiveDate) -> bool {
        self.course.is_none_or(|own| own == course)
            && self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day <= until)
    }
}

impl Person {
    /// The assignments held on a day, in the file's order.
    pub fn held(&self, day: NaiveDate) -> Vec<&Assignment> {
        self.rows.iter().filter(|row| row.held(day)).collect()
    }

    /// 2.2: in post when they hold at least one assignment.
    pub fn in_post(&self, day: NaiveDate) -> bool {
        !self.held(day).is_empty()
    }

    /// 2.2: in post, and every assignment they hold has an absent status.
    pub fn absent(&self, day: NaiveDate, policy: &Policy) -> bool {
        self.in_post(day) && self.held(day).iter().all(|row| row.absent(policy))
    }

    /// 2.2: the person's own start: the earliest since they were last out of post. Backwards, day by day.
    pub fn start(&self, day: NaiveDate) -> NaiveDate {
        let mut start = day;
        while self.in_post(plus(start, -1)) {
            start = plus(start, -1);
        }
        start
    }

    /// 2.5: the first marked primary, else the first, by assignment number as text, of those held.
    pub fn primary(&self, day: NaiveDate) -> &Assignment {
        let mut held = self.held(day);
        held.sort_by(|a, b| a.number.cmp(&b.number));
        held.iter().find(|row| row.primary).unwrap_or(&held[0])
    }

    /// 2.2: name and email are those of the row marked primary, else of the first row.
    fn naming_row(&self) -> &Assignment {
        self.rows.iter().find(|row| row.primary).unwrap_or(&self.rows[0])
    }

    /// First and last name.
    pub fn name(&self) -> String {
        let row = self.naming_row();
        format!("{} {}", row.first_name, row.last_name).trim().to_owned()
    }

    /// Email, if any.
    pub fn email(&self) -> &str {
        &self.naming_row().email
    }
}
