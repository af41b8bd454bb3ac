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
#[cfg(feature = "sso")]
pub(crate) mod in_post;
mod keyed;
mod known_at;
mod named_people;
mod organisations;
mod people;
mod person_texts;
mod posts;
mod purge;
mod read_records;
mod read_view;
mod reads;
mod rejected_rows;
mod renames;
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

pub(crate) use addresses::{
    addresses_in_post, addresses_recorded, people_by_address, people_by_name, staff_at,
};
pub(crate) use assurance::CurrentAnswer;
pub use assurance::assurance_answers;
pub(crate) use bookings::CurrentBooking;
pub use changes::changed_staff;
pub(crate) use changes::{are_few, record_changes};
pub(crate) use exemptions::course_codes;
pub use exemptions::{ListedExemption, listed_exemptions};
pub(crate) use history::history;
pub use imports::{ImportCounts, ImportLine, imports, last_staff_imports, rejected_rows};
pub(crate) use imports::{
    NewImport, WriteAttempt, attempt, attempt_import, find_import, record_import, touch, touched,
    touched_organisations,
};
pub(crate) use keyed::{CurrentBudget, CurrentExemption, CurrentExpense};
pub(crate) use known_at::newest_import;
pub use known_at::{KnownAt, ViewDetail};
pub(crate) use named_people::people_named;
pub(crate) use organisations::{
    CONFIGURATION, add_organisations, brought_by_files, close_organisations, current_organisations,
    told_by_configurations,
};
pub use organisations::{ensure_organisation, organisation_ids, organisations};
pub use people::{PersonRecord, names, person_records};
pub(crate) use person_texts::said_of;
pub(crate) use posts::post_texts;
pub(crate) use purge::{
    PurgedVersions, forget_file_names, import_days, long_gone, people_kept, purge, purged_imports,
    sweep_due_since, sweep_is_due, swept, traces,
};
pub use read_view::view;
pub use reads::{budgets, completions, expenses};
pub(crate) use rejected_rows::{
    RejectedRow, RejectedRows, WaitingRows, dismiss_rejected, forget_rejected, keep_rejected, rejected_of,
    rejected_waiting, remove_rejected, tidy_rejected, update_rejected,
};
pub(crate) use renames::{
    RENAME, code_today, codes_taken, former_codes, rename_organisation, renamed_between,
};
pub(crate) use reports::{
    as_managers, called_at, led_by, led_by_none_of, named_as_managers, renamed_since, with_a_post,
};
pub(crate) use scoped::{
    hold_a_post, known_with_number, staff_called, staff_in_units, staff_led_by, staff_numbered,
};
pub use some_people::view_of;
pub(crate) use some_people::{people_now, view_of_people};
pub(crate) use staff::{AssignmentChange, ChangedPerson, NameChange, PersonChange, apply_staff};
pub use staff::{AssignmentValues, AssignmentVersion, CurrentPerson, current_staff};
pub use staff_members::find_staff_member;
pub(crate) use staff_members::{staff_member, whom_known};
pub(crate) use standing_imports::{newest_staff_list, recognise, stands_in};
pub(crate) use training::{
    OpenRecord, RecordValues, StaffNumbers, add_records, close_records, each_open_record, ensure_courses,
    reckoned_courses, staff_numbers,
};
pub(crate) use undo::{
    LaterImport, UndoCounts, UndoPart, built_on, put_back, touched_purged, would_put_back,
};
pub(crate) use versions::CurrentVersion;
