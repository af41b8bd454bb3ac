//! Fictional mails to staff and managers, as many and as different as they come: what the dictionary that bodies are
//! compressed with is trained with, and held to.
//!
//! What differs from one receiver to the next is spelt as nobody is called: a dictionary is kept in every database, and no
//! search of one for somebody's name may find theirs there.

use chrono::{Days, NaiveDate};

use crate::compliance::{HoursStanding, NoLineManager, Rate};
use crate::mail::{
    AssuranceReview, Audience, BookedPlace, DirectReport, DivisionRate, Escalation, ItemState, Mail,
    ManagerDigest, Reminder, ReminderItem, Rendered, ReportCourse, ReviewItem, ReviewedBy, Unled,
};
use crate::register::{Address, EmailAddress, Hours};
use crate::sample::day;

const COURSES: [&str; 10] = [
    "Safeguarding Children Level 1",
    "Safeguarding Children Level 2",
    "Safeguarding Children Level 3",
    "Safeguarding Children Level 4",
    "Safeguarding Children for Boards",
    "Safeguarding Adults Level 1",
    "Safeguarding Adults Level 2",
    "Safeguarding Adults Level 3",
    "Basic Prevent Awareness",
    "Prevent Awareness",
];

const WAYS: [&str; 3] = ["online", "classroom", "webinar"];

/// Draws the same numbers each time (xorshift).
struct SampleDraw(u64);

impl SampleDraw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    /// A name that nobody has.
    fn name(&mut self) -> String {
        let letters = 3 + self.below(6);
        (0..letters).map(|_| self.of(&["q", "x", "z", "v", "j", "k", "w", "y"])).collect()
    }

    fn names(&mut self, words: u64) -> String {
        (0..words).map(|_| self.name()).collect::<Vec<_>>().join(" ")
    }

    fn contact(&mut self) -> Option<EmailAddress> {
        let address = format!("{}@{}.invalid", self.name(), self.name());
        if self.one_in(5) { None } else { EmailAddress::parse(&address) }
    }

    fn today(&mut self) -> NaiveDate {
        day("2026-01-01") + Days::new(self.below(3 * 365))
    }

    fn days_on(&mut self, from: NaiveDate, end: u64) -> NaiveDate {
        from + Days::new(1 + self.below(end))
    }

    fn state(&mut self, today: NaiveDate) -> ItemState {
        let ahead = self.days_on(today, 60);
        let behind = today - Days::new(1 + self.below(700));
        match self.below(4) {
            0 => ItemState::Lapsed { lapsed_on: behind },
            1 => ItemState::NotDone { due_on: behind },
            2 => ItemState::InGrace { due_on: ahead },
            _ => ItemState::DueSoon { lapses_on: ahead },
        }
    }

    fn hours(&mut self) -> Option<HoursStanding> {
        if !self.one_in(4) {
            return None;
        }
        Some(HoursStanding {
            needed: Hours(800),
            participatory_needed: Hours(400),
            counted: Hours(u32::try_from(self.below(8)).unwrap() * 100),
            participatory: Hours(0),
            initial: self.one_in(3),
        })
    }

    fn booked(&mut self, course: &str, today: NaiveDate) -> Option<BookedPlace> {
        if !self.one_in(5) {
            return None;
        }
        Some(BookedPlace {
            course: course.to_owned(),
            on: self.days_on(today, 40),
            place: self.names(2),
            uid: format!("{}@refresher", self.key()),
        })
    }

    fn key(&mut self) -> String {
        blake3::hash(&self.0.to_le_bytes()).to_hex().to_string()
    }

    fn reminder(&mut self) -> Reminder {
        let today = self.today();
        let courses = 1 + self.below(4);
        let items = (0..courses).map(|_| self.item(today)).collect();
        Reminder {
            first_name: self.name(),
            organisation: self.names(3),
            contact: self.contact(),
            today,
            items,
            also_booked: Vec::new(),
            calendar_key: self.key(),
        }
    }

    fn item(&mut self, today: NaiveDate) -> ReminderItem {
        let course = self.of(&COURSES);
        let books = self.one_in(3);
        ReminderItem {
            course: course.to_owned(),
            state: self.state(today),
            hours: self.hours(),
            triggers: !self.one_in(3),
            bookings: self.booked(course, today).into_iter().collect(),
            takes: self.one_in(3).then_some(Hours(200)),
            modes: if books { vec![self.of(&WAYS).to_owned()] } else { Vec::new() },
            book_url: books.then(|| format!("https://{}.invalid/{}", self.name(), self.name())),
        }
    }

    fn report(&mut self, today: NaiveDate) -> DirectReport {
        let courses = 1 + self.below(3);
        let courses = (0..courses).map(|_| self.course(today)).collect();
        DirectReport {
            name: self.names(2),
            employee_number: self.below(100_000_000).to_string(),
            unit: self.names(1),
            address: if self.one_in(10) { Address::Missing } else { Address::Reached },
            courses,
        }
    }

    fn course(&mut self, today: NaiveDate) -> ReportCourse {
        let (course, state) = (self.of(&COURSES), self.state(today));
        let due_on = match state {
            ItemState::DueSoon { lapses_on } => lapses_on,
            ItemState::Lapsed { lapsed_on } => lapsed_on,
            ItemState::NotDone { due_on } | ItemState::InGrace { due_on } => due_on,
        };
        ReportCourse {
            course: course.to_owned(),
            due_on,
            state,
            hours: self.hours(),
            booked: self.booked(course, today),
        }
    }

    fn reports(&mut self, today: NaiveDate) -> Vec<DirectReport> {
        let people = 1 + self.below(12);
        (0..people).map(|_| self.report(today)).collect()
    }

    fn rate(&mut self, counted: u64) -> Rate {
        Rate { counted, up_to_date: self.below(counted) }
    }

    fn digest(&mut self) -> ManagerDigest {
        let today = self.today();
        let reports = self.reports(today);
        let people = reports.len() as u64 + self.below(10);
        let audience = if self.one_in(8) {
            Audience::Contact { people, unled: vec![Unled { why: NoLineManager::NotNamed, people }] }
        } else {
            let division =
                (!self.one_in(4)).then(|| DivisionRate { name: self.names(2), staff: self.rate(400) });
            Audience::Manager { people, team: self.rate(people), division }
        };
        ManagerDigest {
            first_name: self.name(),
            organisation: self.names(3),
            contact: self.contact(),
            today,
            audience,
            reports,
        }
    }

    fn escalation(&mut self) -> Escalation {
        let today = self.today();
        let mut people = self.reports(today);
        for course in people.iter_mut().flat_map(|person| &mut person.courses) {
            let since = today - Days::new(30 + self.below(700));
            (course.due_on, course.state) = (since, ItemState::Lapsed { lapsed_on: since });
        }
        Escalation { organisation: self.names(3), contact: self.contact(), today, after_days: 28, people }
    }

    fn review(&mut self) -> AssuranceReview {
        let today = self.today();
        AssuranceReview {
            organisation: self.names(3),
            contact: self.contact(),
            read_by: if self.one_in(3) { ReviewedBy::Contact } else { ReviewedBy::Owner },
            today,
            reviews: vec![ReviewItem {
                question: self.names(6),
                answer: self.of(&["yes", "no", "partly"]).to_owned(),
                answered_on: today - Days::new(400),
                evidence: self.names(3),
                review_by: today - Days::new(1 + self.below(60)),
            }],
        }
    }
}

/// So many reminders and half as many digests, and a few of the rarer kinds, another set for each `seed` (not 0).
pub(crate) fn sample_mails(seed: u64, reminders: usize) -> Vec<Rendered> {
    let mut draw = SampleDraw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut mails = Vec::new();
    for number in 0..reminders {
        mails.push(draw.reminder().render().unwrap());
        if number % 2 == 0 {
            mails.push(draw.digest().render().unwrap());
        }
        if number % 16 == 0 {
            mails.push(draw.escalation().render().unwrap());
            mails.push(draw.review().render().unwrap());
        }
    }
    mails
}
