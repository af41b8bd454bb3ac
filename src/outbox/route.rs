//! Which mail leaves by which sender (spec 20.5).

/// What the sender is called that sends whatever no other does.
const EVERYBODY_ELSES: &str = "[smtp]";

/// The mail that one sender sends, which keeps to a pace of its own and stands still by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRoute {
    /// What the pace and the stop are kept by.
    pub key: String,
    /// Whose mail it is.
    pub organisations: RoutedOrganisations,
}

/// Whose mail goes one way, by their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutedOrganisations {
    /// That of these.
    Only(Vec<String>),
    /// That of everybody but these.
    AllBut(Vec<String>),
}

impl MailRoute {
    /// The sender of these organisations' mail. It is known by the first of them in the order of codes.
    pub fn of(mut codes: Vec<String>) -> Self {
        codes.sort_unstable();
        let key = codes.first().cloned().unwrap_or_default();
        Self { key, organisations: RoutedOrganisations::Only(codes) }
    }

    /// The sender of everybody's mail but that of these organisations.
    pub fn of_all_but(codes: Vec<String>) -> Self {
        Self { key: EVERYBODY_ELSES.to_owned(), organisations: RoutedOrganisations::AllBut(codes) }
    }

    /// Whether the mail of the organisation with this code goes this way.
    pub(crate) fn is_of(&self, code: &str) -> bool {
        match &self.organisations {
            RoutedOrganisations::Only(codes) => codes.iter().any(|one| one == code),
            RoutedOrganisations::AllBut(codes) => codes.iter().all(|one| one != code),
        }
    }

    /// Whose mail it is, in words that follow `the mail of`; `None` where it is everybody's.
    pub fn whose(&self) -> Option<String> {
        match &self.organisations {
            RoutedOrganisations::Only(codes) => Some(codes.join(", ")),
            RoutedOrganisations::AllBut(codes) if codes.is_empty() => None,
            RoutedOrganisations::AllBut(codes) => Some(format!("everybody but {}", codes.join(", "))),
        }
    }
}

impl Default for MailRoute {
    /// The one sender of everybody's mail.
    fn default() -> Self {
        Self::of_all_but(Vec::new())
    }
}
