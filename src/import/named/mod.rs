//! What cells name: courses and organisations, by code or by name, and what an unknown name may have been meant for.

pub(super) mod course_names;
pub(super) mod courses;
pub(super) mod nearest;
pub(super) mod organisation_codes;
