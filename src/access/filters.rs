//! What somebody asks again and again.

/// A filter of the list of people that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SavedFilter {
    /// Its number.
    pub(crate) id: i32,
    /// The account that saved it.
    pub(crate) account: i32,
    /// The code of the organisation for which it stands there; `None` for that account alone.
    pub(crate) organisation: Option<String>,
    /// What it is called.
    pub(crate) name: String,
    /// What it asks, as the address says it.
    pub(crate) query: String,
}

impl SavedFilter {
    /// What it asks for, value by value.
    pub(crate) fn said(&self) -> impl Iterator<Item = String> + '_ {
        form_urlencoded::parse(self.query.as_bytes()).map(|(_, value)| value.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_filter_asks_for_is_read_as_it_was_typed() {
        for (query, said) in [
            ("", &[][..]),
            ("state=lapsed", &["lapsed"]),
            ("q=Tom+Okafor&unit=A%2FB", &["Tom Okafor", "A/B"]),
            ("q=%C3%89a%", &["Éa%"]),
            ("q=100%zz", &["100%zz"]),
            ("q", &[""]),
        ] {
            let of = SavedFilter {
                id: 1,
                account: 1,
                organisation: None,
                name: String::new(),
                query: query.to_owned(),
            };
            assert_eq!(of.said().collect::<Vec<_>>(), said, "{query}");
        }
    }
}
