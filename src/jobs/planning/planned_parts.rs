//! What a planning run plans, and whether it is kept.

/// Whether a planning run is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// The messages go into the outbox.
    Outbox,
    /// Nothing is stored.
    Nothing,
}

/// What a planning run plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedParts {
    /// Reminders to staff and to owners of assurance answers, an escalation, and the week's digests where they are due.
    Both,
    /// All that but the digests.
    Reminders,
    /// The week's digests alone, where they are due.
    Digests,
}
