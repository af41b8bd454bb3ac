//! Reading and writing the register: the only part of the room that knows the tables.
//!
//! Reads say what is visible as known at an instant. Writes add versions and close those they replace, within the
//! transaction of one import; nothing is ever changed in place (spec 2.1).

mod addresses;
mod assurance;
mod bookings;
mod changes;
mod exemptions;
mod history;
mod imports;
mod keyed;
mod known_at;
mod organisations;
mod people;
mod person_texts;
mod posts;
mod purge;
mod read_records;
mod read_view;
mod reads;
mod reports;
mod scoped;
mod some_people;
mod staff;
mod staff_members;
mod standing_imports;
mod training;
mod undo;
mod version_parts;
mod versions;

/// Ids in one question, with a parameter each; well below what the engine allows.
const AT_ONCE: usize = 500;

pub use addresses::{addresses_in_post, people_by_address, people_by_name, staff_at};
pub use assurance::{CurrentAnswer, add_answers, assurance_answers, close_answers, current_answers};
pub use bookings::{CurrentBooking, add_bookings, close_bookings, current_bookings};
pub use changes::{are_few, changed_staff, record_changes};
pub use exemptions::{ListedExemption, course_codes, listed_exemptions};
pub use history::history;
pub use imports::{
    ImportCounts, ImportLine, NewImport, WriteAttempt, attempt, find_import, imports, last_staff_imports,
    record_import, rejected_rows, touch, touched, touched_organisations,
};
pub use keyed::{
    CurrentBudget, CurrentExemption, CurrentExpense, add_budgets, add_exemptions, add_expenses,
    close_budgets, close_exemptions, close_expenses, current_budgets, current_exemptions, current_expenses,
};
pub use known_at::{KnownAt, ViewDetail, newest_import};
pub use organisations::{
    CONFIGURATION, add_organisations, brought_by_files, close_organisations, current_organisations,
    ensure_organisation, organisation_ids, organisations, told_by_configurations,
};
pub use people::{PersonRecord, names, person_records};
pub use person_texts::said_of;
pub use posts::post_texts;
pub use purge::{
    forget_file_names, import_days, long_gone, people_kept, purge, purged_imports, sweep_due_since, swept,
    traces,
};
pub use read_view::view;
pub use reads::{budgets, completions, expenses};
pub use reports::{
    as_managers, called_at, led_by, led_by_none_of, named_as_managers, renamed_since, with_a_post,
};
pub use scoped::{
    HeldPost, hold_a_post, known_with_number, numbers_known, staff_called, staff_in_units, staff_led_by,
};
pub use some_people::{people_now, view_of, view_of_people};
pub use staff::{
    AssignmentChange, AssignmentValues, AssignmentVersion, ChangedPerson, CurrentPerson, NameChange,
    PersonChange, apply_staff, current_staff,
};
pub use staff_members::{find_staff_member, staff_member, whom_known};
pub use standing_imports::{recognise, stands_in};
pub use training::{
    OpenRecord, RecordValues, StaffNumbers, add_records, close_records, each_open_record, ensure_courses,
    reckoned_courses, staff_numbers,
};
pub use undo::{LaterImport, UndoCounts, built_on, put_back, touched_purged};
