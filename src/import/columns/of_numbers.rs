//! Which columns say whose a row is by employee number.

use super::aliases::columns;
use super::fields::normalised;

/// Whether a column with this header holds employee numbers, in a file of any kind.
pub(crate) fn is_of_numbers(header: &str) -> bool {
    let header = normalised(header);
    columns().any(|(_, name, aliases)| {
        name == "employee_number" && [name].iter().chain(aliases).any(|known| normalised(known) == header)
    })
}
