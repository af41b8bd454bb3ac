//! What the address of the outbox asks, and back: every link of the page is made from it.

use chrono::NaiveDate;

use crate::answers::{self, Viewer};
use crate::import::day_meant;
use crate::outbox::{ListPart, MessageKind, MessageOrder, MessageState};
use crate::web::answer::{Fault, FieldFault};
use crate::web::request::{
    Admitted, FormFields, OrganisationAsked, PageRequest, PartAsked, organisation_asked, refuse_unknown,
};
use crate::wording::long_date;

/// The parameters that the page knows.
const KNOWN: [&str; 8] =
    ["organisation", "state", "kind", "planned_on", "employee_number", "sort", "page", "size"];

/// The orders, by what the address calls them.
const ORDERS: [(&str, MessageOrder); 4] = [
    ("id", MessageOrder::OldestFirst),
    ("-id", MessageOrder::NewestFirst),
    ("planned_on", MessageOrder::EarliestPlanned),
    ("-planned_on", MessageOrder::LatestPlanned),
];

/// A header that sorts.
pub(super) struct SortHeader {
    pub(super) href: String,
    /// `ascending`, `descending`, or nothing where the list is in another order.
    pub(super) aria: &'static str,
}

/// What is asked of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OutboxQuestion {
    /// For whose eyes.
    pub(super) viewer: Viewer,
    /// The organisation that is shown.
    pub(super) organisation: Option<String>,
    /// Those there are to choose from.
    pub(super) choices: Vec<String>,
    /// Whether all at once can be chosen.
    pub(super) all: bool,
    /// In one of these states, or any.
    pub(super) states: Vec<MessageState>,
    /// Of one of these kinds, or any.
    pub(super) kinds: Vec<MessageKind>,
    /// Planned on this day.
    pub(super) planned_on: Option<NaiveDate>,
    /// The same as it was typed.
    pub(super) typed_day: String,
    /// To the person with this number.
    pub(super) employee_number: Option<String>,
    /// In which order.
    pub(super) order: MessageOrder,
    /// Which page.
    pub(super) page: i64,
    /// How many rows a page has.
    pub(super) size: i64,
}

impl OutboxQuestion {
    /// As the address says it; what is unsound is noted, and is nothing to answer.
    pub(super) fn read(
        asked: &PageRequest<'_>,
        by: &Admitted<'_>,
        faults: &mut Vec<FieldFault>,
    ) -> Result<Self, Fault> {
        let known: Vec<String> =
            answers::organisations(asked.app())?.into_iter().map(|organisation| organisation.code).collect();
        let fields = &asked.query;
        refuse_unknown(fields, &KNOWN, faults);
        let nobody = || OrganisationAsked {
            viewer: Viewer::Organisation(String::new()),
            organisation: None,
            choices: Vec::new(),
            all: false,
        };
        let of = organisation_asked(fields, &by.reach(), &known, faults).unwrap_or_else(nobody);
        let question = Self::parse(fields, of, faults);
        if let Some(number) = question.employee_number.as_deref().filter(|_| faults.is_empty())
            && !answers::is_somebodys(asked.app(), &question.viewer, number)?
        {
            faults.push(FieldFault::of("employee_number", "Nobody here has this employee number"));
        }
        Ok(question)
    }

    fn parse(fields: &FormFields, of: OrganisationAsked, faults: &mut Vec<FieldFault>) -> Self {
        let part = PartAsked::read(fields, faults);
        let mut fault =
            |field: &'static str, words: &str| faults.push(FieldFault { field, words: words.to_owned() });
        let mut states: Vec<MessageState> = Vec::new();
        for text in fields.all("state").filter(|text| !text.is_empty()) {
            match MessageState::parse(text) {
                Some(state) if !states.contains(&state) => states.push(state),
                Some(_) => {}
                None => fault("state", "There is no such state"),
            }
        }
        let mut kinds: Vec<MessageKind> = Vec::new();
        for text in fields.all("kind").filter(|text| !text.is_empty()) {
            match MessageKind::parse(text) {
                Some(kind) if !kinds.contains(&kind) => kinds.push(kind),
                Some(_) => {}
                None => fault("kind", "There is no such kind"),
            }
        }
        let typed_day = fields.one("planned_on").trim().to_owned();
        let planned_on = Some(&typed_day).filter(|text| !text.is_empty()).and_then(|text| {
            let day = day_meant(text);
            if day.is_none() {
                fault("planned_on", "Enter a day that exists, such as 27 March 2026");
            }
            day
        });
        let order = match fields.one("sort") {
            "" => MessageOrder::NewestFirst,
            text => ORDERS.iter().find(|(name, _)| *name == text).map_or_else(
                || {
                    fault(
                        "main",
                        "The list can be sorted by id and planned_on, the other way round with a - before it",
                    );
                    MessageOrder::NewestFirst
                },
                |(_, order)| *order,
            ),
        };
        Self {
            viewer: of.viewer,
            organisation: of.organisation,
            choices: of.choices,
            all: of.all,
            states,
            kinds,
            planned_on,
            typed_day: planned_on.map_or(typed_day, long_date),
            employee_number: Some(fields.one("employee_number").trim().to_owned())
                .filter(|text| !text.is_empty()),
            order,
            page: part.page,
            size: part.size,
        }
    }

    /// Which part of the list it is.
    pub(super) fn part(&self) -> ListPart {
        ListPart { skipped: PartAsked { page: self.page, size: self.size }.skipped(), most: self.size }
    }

    /// The address that asks the same, at this path.
    pub(super) fn address(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(code) = self.organisation.as_ref().filter(|_| !self.choices.is_empty()) {
            query.append_pair("organisation", code);
        }
        for state in &self.states {
            query.append_pair("state", state.as_str());
        }
        for kind in &self.kinds {
            query.append_pair("kind", kind.as_str());
        }
        if let Some(day) = self.planned_on {
            query.append_pair("planned_on", &day.to_string());
        }
        if let Some(number) = &self.employee_number {
            query.append_pair("employee_number", number);
        }
        if self.order != MessageOrder::NewestFirst {
            query.append_pair("sort", self.sort());
        }
        if self.page != 1 {
            query.append_pair("page", &self.page.to_string());
        }
        if self.size != crate::web::request::SIZES[0] {
            query.append_pair("size", &self.size.to_string());
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether the organisation with this code is the one that is shown.
    pub(super) fn shows(&self, code: &str) -> bool {
        self.organisation.as_deref() == Some(code)
    }

    /// The employee number, as it is shown.
    pub(super) fn number(&self) -> &str {
        self.employee_number.as_deref().unwrap_or_default()
    }

    /// What the address calls its order.
    pub(super) fn sort(&self) -> &'static str {
        ORDERS.iter().find(|(_, order)| *order == self.order).map_or("-id", |(name, _)| name)
    }

    /// Each filter in force, in words, with the question without it.
    pub(super) fn taken(&self) -> Vec<(String, Self)> {
        let first = Self { page: 1, ..self.clone() };
        let mut taken = Vec::new();
        for state in &self.states {
            let states = self.states.iter().copied().filter(|other| other != state).collect();
            taken.push((format!("state {state}"), Self { states, ..first.clone() }));
        }
        for kind in &self.kinds {
            let kinds = self.kinds.iter().copied().filter(|other| other != kind).collect();
            taken.push((format!("kind {kind}"), Self { kinds, ..first.clone() }));
        }
        if let Some(day) = self.planned_on {
            taken
                .push((format!("planned on {}", long_date(day)), Self { planned_on: None, ..first.clone() }));
        }
        if let Some(number) = &self.employee_number {
            taken
                .push((format!("employee number {number}"), Self { employee_number: None, ..first.clone() }));
        }
        taken
    }

    /// The same at another page.
    pub(super) fn at_page(&self, page: i64) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same with so many rows a page.
    pub(super) fn of_size(&self, size: i64) -> Self {
        Self { page: 1, size, ..self.clone() }
    }

    /// Everything that waits to be sent.
    pub(super) fn of_waiting(&self) -> Self {
        let states = vec![MessageState::Queued, MessageState::Sending, MessageState::Deferred];
        self.of_states(states)
    }

    /// Everything that is held of an organisation.
    pub(super) fn of_held(&self, organisation: &str) -> Self {
        let held = self.of_states(vec![MessageState::Held]);
        Self { organisation: Some(organisation.to_owned()), ..held }
    }

    fn of_states(&self, states: Vec<MessageState>) -> Self {
        Self { states, kinds: Vec::new(), planned_on: None, employee_number: None, page: 1, ..self.clone() }
    }

    /// The header that sorts by number.
    pub(super) fn sorted_by_id(&self) -> SortHeader {
        self.header(MessageOrder::OldestFirst, MessageOrder::NewestFirst)
    }

    /// The header that sorts by the day of planning.
    pub(super) fn sorted_by_day(&self) -> SortHeader {
        self.header(MessageOrder::EarliestPlanned, MessageOrder::LatestPlanned)
    }

    fn header(&self, up: MessageOrder, down: MessageOrder) -> SortHeader {
        let (aria, next) = match self.order {
            order if order == up => ("ascending", down),
            order if order == down => ("descending", up),
            _ => ("", down),
        };
        SortHeader { href: Self { order: next, page: 1, ..self.clone() }.address("/outbox"), aria }
    }

    /// What a file of the rows is called: by no name of anybody.
    pub(super) fn file_name(&self, form: &str) -> String {
        let place = self.organisation.as_deref().unwrap_or("all");
        let place: String = place.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("outbox-{place}.{form}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(query: &str) -> (OutboxQuestion, Vec<&'static str>) {
        let mut faults = Vec::new();
        let of = OrganisationAsked {
            viewer: Viewer::Organisation("RXX".to_owned()),
            organisation: Some("RXX".to_owned()),
            choices: vec!["RXX".to_owned(), "RYY".to_owned()],
            all: false,
        };
        let question = OutboxQuestion::parse(&FormFields::parse(query.as_bytes()), of, &mut faults);
        (question, faults.into_iter().map(|fault| fault.field).collect())
    }

    #[test]
    fn what_is_unsound_names_its_field() {
        for (query, fields) in [
            ("", &[][..]),
            ("state=&kind=&planned_on=&employee_number=", &[]),
            ("state=held&state=sent&state=held", &[]),
            ("state=lost", &["state"]),
            ("kind=advert", &["kind"]),
            ("planned_on=31/02/2026", &["planned_on"]),
            ("planned_on=27 March 2026", &[]),
            ("sort=name", &["main"]),
            ("page=0&size=7", &["main", "main"]),
        ] {
            assert_eq!(parsed(query).1, fields, "{query}");
        }
    }

    proptest! {
        #[test]
        fn an_address_asks_what_it_was_made_from(
            states in proptest::sample::subsequence(MessageState::ALL.to_vec(), 0..4),
            kinds in proptest::sample::subsequence(MessageKind::ALL.to_vec(), 0..4),
            day in proptest::option::of(0_i64..20_000),
            number in proptest::option::of("[a-zA-Z0-9 &=%+#ä/?-]{1,12}"),
            order in 0_usize..4,
            page in 1_i64..1_000,
            size in 0_usize..3,
        ) {
            let (empty, _) = parsed("");
            let planned_on = day.map(|days| NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs()));
            let question = OutboxQuestion {
                states,
                kinds,
                planned_on,
                typed_day: planned_on.map(long_date).unwrap_or_default(),
                employee_number: number.map(|number| number.trim().to_owned()).filter(|number| !number.is_empty()),
                order: ORDERS[order].1,
                page,
                size: crate::web::request::SIZES[size],
                ..empty
            };
            let address = question.address("/outbox");
            let query = address.split_once('?').map_or("", |(_, query)| query);
            prop_assert_eq!(parsed(query), (question, Vec::new()));
        }
    }
}
