//! The order of a list of people: one person's rows stay together.

/// By what people are put in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleOrder {
    by: PeopleOrderKey,
    is_reversed: bool,
}

/// What of a person is compared. What is alike stays in the order of employee numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PeopleOrderKey {
    /// Organisation and employee number.
    #[default]
    Number,
    /// Last name, then first.
    Name,
    /// The unit of the primary post.
    Unit,
    /// The earliest day on which a listed course is due; people with none come last.
    Due,
}

impl PeopleOrder {
    /// Every order, as flags and addresses write it.
    pub const NAMES: [(&'static str, PeopleOrderKey); 4] = [
        ("employee_number", PeopleOrderKey::Number),
        ("name", PeopleOrderKey::Name),
        ("unit", PeopleOrderKey::Unit),
        ("due_date", PeopleOrderKey::Due),
    ];

    /// The order that is written so: the other way round with a `-` before it.
    pub fn parse(text: &str) -> Option<Self> {
        let (is_reversed, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let (_, by) = Self::NAMES.into_iter().find(|(of, _)| *of == name)?;
        Some(Self { by, is_reversed })
    }

    /// What is compared.
    pub(super) fn by(self) -> PeopleOrderKey {
        self.by
    }

    /// Whether it is the other way round.
    pub(super) fn is_reversed(self) -> bool {
        self.is_reversed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_has_a_name_and_a_way_round() {
        for (text, by, is_reversed) in
            [("name", PeopleOrderKey::Name, false), ("-due_date", PeopleOrderKey::Due, true)]
        {
            assert_eq!(PeopleOrder::parse(text), Some(PeopleOrder { by, is_reversed }));
        }
        for text in ["", "-", "colour", "--name", "Name"] {
            assert_eq!(PeopleOrder::parse(text), None, "{text}");
        }
    }
}
