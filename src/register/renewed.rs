//! A view made from an earlier one: those of whom something changed are read, and nobody else.

use std::collections::HashSet;

use super::index::{Indexed, OrganisationIndex, PersonIndex};
use super::spans::Spans;
use super::texts::{TextId, Texts};
use super::view::{Assignment, Booking, Person, View};

impl View {
    /// The same with the people `changed`, by the register's numbers, as `fresh` has them: whom it has not is no longer there.
    /// Its organisations are those that hold. `None` where the two have nothing to do with each other, so that no place
    /// in one is the same in the other.
    pub(crate) fn renewed(&self, changed: &HashSet<i32>, fresh: &Self) -> Option<Self> {
        // Courses are only ever added: one keeps its place.
        if !fresh.courses.iter().zip(&self.courses).all(|(new, old)| new == old)
            || fresh.courses.len() < self.courses.len()
            || (!fresh.people.is_empty() && self.names.is_empty() != fresh.names.is_empty())
        {
            return None;
        }
        let mut made = NextView::over(self);
        (made.view.organisations, made.view.courses) = (fresh.organisations.clone(), fresh.courses.clone());
        made.view.policy_codes.clone_from(&fresh.policy_codes);
        let code = |old: OrganisationIndex| self.organisation_code(old);
        let places: Indexed<OrganisationIndex, Option<OrganisationIndex>> = self
            .organisations
            .places()
            .map(|old| fresh.organisations.position(|new| new.code == code(old)))
            .collect();
        let place = |old: OrganisationIndex| places.get(old).copied().flatten();
        let texts: Vec<TextId> = fresh.texts.iter().map(|(_, text)| made.view.texts.intern(text)).collect();
        let text = |id: TextId| texts.get(id.place()).copied().unwrap_or(Texts::EMPTY);
        let mut kept = self
            .people
            .placed()
            .filter(|(_, who)| !changed.contains(&who.staff_id) && place(who.organisation).is_some())
            .peekable();
        let still = |old: OrganisationIndex| place(old).unwrap_or(old);
        for (person, who) in fresh.people.placed() {
            let before = |other: &Person| {
                (still(other.organisation), &other.employee_number) < (who.organisation, &who.employee_number)
            };
            while let Some((earlier, other)) = kept.next_if(|(_, other)| before(other)) {
                made.take(self, earlier, other, &still, &|text| text);
            }
            made.take(fresh, person, who, &|organisation| organisation, &text);
        }
        for (person, who) in kept {
            made.take(self, person, who, &still, &|text| text);
        }
        Some(made.view)
    }
}

/// A view to which people are added in their order.
struct NextView {
    view: View,
}

impl NextView {
    /// With the organisations, courses and texts of this one, and nobody.
    fn over(view: &View) -> Self {
        let people = view.people.len();
        Self {
            view: View {
                organisations: view.organisations.clone(),
                policy_codes: view.policy_codes.clone(),
                courses: view.courses.clone(),
                people: Indexed::default(),
                names: Indexed::default(),
                texts: view.texts.clone(),
                assignments: Spans::with_room(people, view.assignments.items.len()),
                records: Spans::with_room(people, view.records.items.len()),
                exemptions: Spans::with_room(people, view.exemptions.items.len()),
                bookings: Spans::with_room(people, view.bookings.items.len()),
            },
        }
    }

    /// Adds a person of another view with all that is theirs.
    fn take(
        &mut self,
        from: &View,
        person: PersonIndex,
        who: &Person,
        place: &impl Fn(OrganisationIndex) -> OrganisationIndex,
        text: &impl Fn(TextId) -> TextId,
    ) {
        let view = &mut self.view;
        view.people.push(Person { organisation: place(who.organisation), ..who.clone() });
        view.names.extend(from.names.get(person).cloned());
        view.assignments.add_next(from.assignments(person).iter().map(|held| Assignment {
            job_title: text(held.job_title),
            staff_group: text(held.staff_group),
            unit: text(held.unit),
            manager: text(held.manager),
            status: text(held.status),
            category: text(held.category),
            ..held.clone()
        }));
        view.records.add_next(from.records(person).iter().copied());
        view.exemptions.add_next(from.exemptions(person).iter().copied());
        view.bookings.add_next(
            from.bookings.of(person).iter().map(|booked| Booking { place: text(booked.place), ..*booked }),
        );
    }
}
