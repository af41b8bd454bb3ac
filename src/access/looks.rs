//! Who looked at whom, and what somebody asks again and again: what the console keeps beside the audit log.

use chrono::NaiveDate;

/// Somebody looked at somebody else on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PersonLook {
    /// The account of whoever looked.
    pub(crate) account: i32,
    /// Whoever was looked at, by the register's number.
    pub(crate) staff_id: i32,
    /// The day.
    pub(crate) on: NaiveDate,
}

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
        self.query.split('&').filter_map(|one| {
            let (_, value) = one.split_once('=')?;
            Some(unescaped(value))
        })
    }
}

/// A value of a query as it was typed.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, more @ ..] = rest {
        let escaped = match (first, more) {
            (b'%', [high, low, ..]) => {
                let digit =
                    |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(high).zip(digit(low)).map(|(high, low)| high * 16 + low)
            }
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = more.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
