//! What a look into the inbox came to, in words.

/// What a look came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboxLook {
    /// A sentence for each file taken, without its name: what it was, and what became of it.
    pub taken: Vec<String>,
    /// A sentence for each thing that stands in the way and is tried again.
    pub troubles: Vec<String>,
}
