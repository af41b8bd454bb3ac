//! The texts of a staff list (spec 3.1): the one table of them.
//!
//! What a list may say of a person, and of a post, stands here once, with the headers it goes by, how it is checked, the
//! column of its versions, whether a purge looks for it elsewhere and whether `explain` gives it a line. Import,
//! versions, `person export`, purge and `explain` follow. What is no text (the dates of a post, and whether it is the
//! primary one) has rules of its own, and is written out where it is used.

/// How a cell is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldCheck {
    /// Any text.
    Text,
    /// Any text; many rows have the same.
    Common,
    /// An email address.
    Email,
    /// A number that was given to somebody or something, as text.
    Number,
    /// The path of a unit.
    Unit,
    /// An assignment status.
    Status,
}

/// What a purge recognises somebody by in texts that are not theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldTrace {
    /// Part of the name.
    Name,
    /// An address.
    Address,
    /// A number.
    Number,
    /// Nothing: others have the same.
    Nothing,
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaffField {
    /// Its canonical header, and its name in documents.
    pub name: &'static str,
    /// Whether every row must have it.
    pub is_required: bool,
    /// The other headers it goes by.
    pub aliases: &'static [&'static str],
    /// How a cell is checked.
    pub check: FieldCheck,
    /// What a purge looks for.
    pub trace: FieldTrace,
    /// What it is called on a line of its own in `explain`; empty where it is told among others.
    pub label: &'static str,
}

/// Hands the table of a person's texts to the macro `$then`, behind `$with`: name, variant, column, and the rest.
macro_rules! person_fields {
    ($then:ident $with:tt) => {
        $then! { $with
            first_name FirstName first_name
                { Optional ["Forename", "Given Name"] Common Name "" };
            last_name LastName last_name
                { Required ["Surname", "Family Name"] Text Name "" };
            email Email email
                { Optional ["Email Address", "Employee Email Address", "Work Email", "Office Email Address"] Email Address "" };
            professional_registration ProfessionalRegistration professional_registration
                { Optional ["Professional Registration Number", "Registration Number", "NMC PIN", "GMC Number", "HCPC Number"] Number Number "Professional registration" };
        }
    };
}
pub(crate) use person_fields;

/// The same of a post's texts.
macro_rules! post_fields {
    ($then:ident $with:tt) => {
        $then! { $with
            assignment_number AssignmentNumber assignment_number
                { Optional ["Assignment No"] Number Number "" };
            job_title JobTitle job_title
                { Optional ["Position Title", "Position Name", "Job Name", "Role"] Common Nothing "" };
            staff_group StaffGroup staff_group
                { Optional ["Job Staff Group"] Common Nothing "" };
            unit Unit unit
                { Optional ["Organisation Unit", "Unit Path", "Ward", "Department", "Location", "Team", "Service"] Unit Nothing "" };
            manager_employee_number ManagerEmployeeNumber manager_employee_number
                { Optional ["Supervisor Employee Number", "Manager Number", "Line Manager Employee Number"] Number Nothing "" };
            assignment_status AssignmentStatus status
                { Optional ["User Assignment Status"] Status Nothing "" };
            assignment_category AssignmentCategory category
                { Optional ["Assignment Type", "Employment Type", "Contract Type"] Common Nothing "" };
        }
    };
}
pub(crate) use post_fields;

/// Makes of a table the enum of its fields, and the struct that holds something for each of them.
macro_rules! fields {
    (
        { $(#[$about_field:meta])* $field:ident, $(#[$about:meta])* $fields:ident, $tuple:ident }
        $($name:ident $variant:ident $column:ident
            { $need:ident [$($alias:literal),*] $check:ident $trace:ident $label:literal };)+
    ) => {
        $(#[$about_field])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $field {
            $(#[doc = concat!("`", stringify!($name), "`.")] $variant,)+
        }

        impl $field {
            /// Every field, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What is known of it.
            pub const fn about(self) -> &'static StaffField {
                match self {
                    $(Self::$variant => const { &StaffField {
                        name: stringify!($name),
                        is_required: matches!(FieldNeed::$need, FieldNeed::Required),
                        aliases: &[$($alias),*],
                        check: FieldCheck::$check,
                        trace: FieldTrace::$trace,
                        label: $label,
                    } },)+
                }
            }
        }

        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
        pub struct $fields<T> {
            $(#[doc = concat!("`", stringify!($name), "`.")] pub $name: T,)+
        }

        /// The same as a tuple: a row of the columns.
        pub(crate) type $tuple<T> = ($(one!($name T),)+);

        impl<T> From<$tuple<T>> for $fields<T> {
            fn from(($($name,)+): $tuple<T>) -> Self {
                Self { $($name),+ }
            }
        }

        impl<T> $fields<T> {
            /// What `each` gives for each field.
            pub fn of(mut each: impl FnMut($field) -> T) -> Self {
                Self { $($name: each($field::$variant)),+ }
            }

            /// What `each` makes of each.
            pub fn map<U>(self, mut each: impl FnMut($field, T) -> U) -> $fields<U> {
                $fields { $($name: each($field::$variant, self.$name)),+ }
            }

            /// What is held for the field.
            pub fn get(&self, field: $field) -> &T {
                match field {
                    $($field::$variant => &self.$name,)+
                }
            }

            /// Each field with what is held for it.
            pub fn each(&self) -> impl Iterator<Item = ($field, &T)> {
                $field::ALL.iter().map(|&field| (field, self.get(field)))
            }
        }

        impl<T: AsRef<str>> $fields<T> {
            /// The texts, borrowed.
            pub fn texts(&self) -> $fields<&str> {
                $fields { $($name: self.$name.as_ref()),+ }
            }
        }
    };
}

/// The type, once for each field.
macro_rules! one {
    ($name:ident $type:ty) => {
        $type
    };
}

/// Whether every row must have a field.
enum FieldNeed {
    Required,
    Optional,
}

person_fields! { fields {
    /// A text that a staff list has of a person.
    PersonField,
    /// Something for each text of a person.
    PersonFields, PersonTuple
} }

post_fields! { fields {
    /// A text that a staff list has of a post.
    PostField,
    /// Something for each text of a post.
    PostFields, PostTuple
} }
