//! What assignments in post say that requirements select by.

use std::collections::HashMap;

use hashbrown::HashSet;

use super::{TextId, Texts};

/// What an assignment has that requirements select by. An empty text stands for one that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PostText<T> {
    /// Code of its organisation.
    pub(crate) organisation: T,
    /// Staff group.
    pub(crate) staff_group: T,
    /// Job title.
    pub(crate) job_title: T,
    /// Unit path, ` / ` between its steps.
    pub(crate) unit: T,
    /// Category of the assignment.
    pub(crate) category: T,
}

/// What the assignments held on a day have, each combination once, each text once.
#[derive(Debug, Default)]
pub(crate) struct PostTexts {
    texts: Texts,
    posts: HashSet<PostText<TextId>>,
    /// The codes by which policies mean an organisation, by its code, where it was ever given another.
    policy_codes: HashMap<String, Vec<String>>,
}

impl PostTexts {
    /// Takes in what one assignment has.
    pub(crate) fn add(&mut self, post: PostText<&str>) {
        let PostText { organisation, staff_group, job_title, unit, category } = post;
        let post = PostText {
            organisation: self.texts.intern(organisation),
            staff_group: self.texts.intern(staff_group),
            job_title: self.texts.intern(job_title),
            unit: self.texts.intern(unit),
            category: self.texts.intern(category),
        };
        self.posts.insert(post);
    }

    /// Has policies mean the organisation with this code by any of `codes`.
    pub(crate) fn is_meant_by(&mut self, code: &str, codes: Vec<String>) {
        self.policy_codes.insert(code.to_owned(), codes);
    }

    /// The codes by which policies mean the organisation whose code this text is.
    pub(crate) fn codes_meant(&self, organisation: TextId) -> Vec<&str> {
        let code = self.text(organisation);
        match self.policy_codes.get(code) {
            Some(codes) => codes.iter().map(String::as_str).collect(),
            None => vec![code],
        }
    }

    /// Whether no assignment is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// The combinations, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = PostText<TextId>> {
        self.posts.iter().copied()
    }

    /// The text behind an id.
    pub(crate) fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }
}
