//! What columns say, whatever the kind of file.

use crate::register::staff_fields::{person_fields, post_fields};
use crate::register::{PersonField, PostField};

/// Adds the table of a post's texts to that of a person's.
macro_rules! and_posts {
    ({ $then:ident } $($row:tt)+) => {
        post_fields! { $then { $($row)+ } }
    };
}

/// What columns say: the texts of staff lists, and all others.
macro_rules! field {
    (
        { $($person:ident $person_field:ident $person_column:ident $about_person:tt;)+ }
        $($post:ident $post_field:ident $post_column:ident $about_post:tt;)+
    ) => {
        /// What a column says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(in crate::import) enum ColumnField {
            $($person_field,)+
            $($post_field,)+
            EmployeeNumber,
            FullName,
            Username,
            StartDate,
            LeaveDate,
            PrimaryAssignment,
            Organisation,
            OrgL2,
            OrgL3,
            OrgL4,
            OrgL5,
            OrgL6,
            OrgL7,
            OrgL8,
            Course,
            Part,
            CompletedOn,
            ExpiresOn,
            Hours,
            Mode,
            Provider,
            Certificate,
            Cost,
            Code,
            Name,
            Kind,
            SafeguardingEmail,
            From,
            Until,
            Reason,
            FinancialYear,
            Allocated,
            Dedicated,
            Date,
            Description,
            Amount,
            People,
            Reference,
            Statement,
            Answer,
            AnsweredOn,
            Evidence,
            OwnerEmail,
            ReviewBy,
            Place,
            Cancelled,
            Compliance,
            Proficiency,
            NotCompleted,
            Status,
        }

        impl From<PersonField> for ColumnField {
            fn from(field: PersonField) -> Self {
                match field {
                    $(PersonField::$person_field => Self::$person_field,)+
                }
            }
        }

        impl From<PostField> for ColumnField {
            fn from(field: PostField) -> Self {
                match field {
                    $(PostField::$post_field => Self::$post_field,)+
                }
            }
        }
    };
}
person_fields! { and_posts { field } }

impl ColumnField {
    /// How many there are.
    pub(in crate::import) const COUNT: usize = Self::Status as usize + 1;
    /// The levels of an ESR organisation tree, top first.
    pub(in crate::import) const ORG_LEVELS: [Self; 7] =
        [Self::OrgL2, Self::OrgL3, Self::OrgL4, Self::OrgL5, Self::OrgL6, Self::OrgL7, Self::OrgL8];
}

/// Whether every file of the kind has the column, filled in every row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum ColumnNeed {
    /// The column must be there, and a row without it is rejected.
    Required,
    /// The column or the cell may be missing.
    Optional,
}

/// A column: what it says, its canonical name, whether it must be there, and the other headers it goes by.
#[derive(Debug)]
pub(in crate::import) struct ColumnSpec {
    pub(in crate::import) field: ColumnField,
    pub(in crate::import) name: &'static str,
    pub(in crate::import) need: ColumnNeed,
    pub(in crate::import) aliases: &'static [&'static str],
}

pub(in crate::import) const fn column(
    field: ColumnField,
    name: &'static str,
    need: ColumnNeed,
    aliases: &'static [&'static str],
) -> ColumnSpec {
    ColumnSpec { field, name, need, aliases }
}

/// A header for comparing: letters and digits alone, in lower case.
pub(in crate::import) fn normalised(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a header is of the share of a course done.
pub(in crate::import) fn is_share(header: &str) -> bool {
    const SHARES: [&str; 8] = [
        "complete",
        "completion",
        "percentcomplete",
        "percentagecomplete",
        "percentcompletion",
        "percentagecompletion",
        "completionpercent",
        "completionpercentage",
    ];
    let header = normalised(header);
    header.ends_with("progress") || SHARES.contains(&header.as_str())
}

/// The canonical names of columns, for people.
pub(in crate::import) fn names<'c>(columns: impl Iterator<Item = &'c ColumnSpec>) -> String {
    columns.map(|column| column.name).collect::<Vec<_>>().join(", ")
}
