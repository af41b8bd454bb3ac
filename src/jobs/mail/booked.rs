//! The booked places that a person's reminder shows (spec 3.5).

use chrono::NaiveDate;

use crate::mail::BookedPlace;
use crate::policy::{CourseIndex, Policy};
use crate::register::{PersonIndex, View};

/// A person's booked places that are not over, each with the course booked.
#[derive(Debug, Default)]
pub(crate) struct Booked(Vec<(CourseIndex, BookedPlace)>);

impl Booked {
    /// Those of `person` from `today` on; of courses that the policy no longer has, none.
    pub(crate) fn of(view: &View, policy: &Policy, person: PersonIndex, today: NaiveDate) -> Self {
        let Some(who) = view.people.get(person) else { return Self::default() };
        let organisation = view.organisation_code(who.organisation);
        let booked = view.bookings(person, today).filter_map(|booking| {
            let code = view.courses.get(booking.course)?;
            let (index, course) = policy.courses.placed().find(|(_, course)| course.code == *code)?;
            let key = format!("{organisation} {} {code} {}", who.employee_number, booking.takes_place_on);
            let booked = BookedPlace {
                course: course.title.clone(),
                on: booking.takes_place_on,
                place: view.texts.get(booking.place).to_owned(),
                // Of a hash, so that it holds nothing that is not allowed in a file, and says nothing about anybody.
                uid: format!("{}@refresher", blake3::hash(key.as_bytes()).to_hex()),
            };
            Some((index, booked))
        });
        Self(booked.collect())
    }

    /// Those that give credit for the course.
    pub(crate) fn helping(&self, policy: &Policy, course: CourseIndex) -> Vec<BookedPlace> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let closure = policy.closure();
        let helps = |booked: CourseIndex| closure.credits(booked, course);
        self.0.iter().filter(|(booked, _)| helps(*booked)).map(|(_, place)| place.clone()).collect()
    }

    /// The first of those that give credit for the course.
    pub(crate) fn first_helping(&self, policy: &Policy, course: CourseIndex) -> Option<BookedPlace> {
        self.helping(policy, course).into_iter().min_by_key(|place| place.on)
    }

    /// Those that help with none of the courses listed.
    pub(crate) fn others(self, listed: &[BookedPlace]) -> Vec<BookedPlace> {
        self.0.into_iter().map(|(_, place)| place).filter(|place| !listed.contains(place)).collect()
    }
}
