//! The pages: a file each, with what it shows, its GET, then a function for each thing that can be done there.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod assurance;
pub(super) mod audit;
pub(super) mod board;
pub(super) mod figures;
pub(super) mod health;
pub(super) mod home;
pub(super) mod imports;
pub(super) mod looks;
pub(super) mod outbox;
pub(super) mod parked;
pub(super) mod people;
pub(super) mod policy;
pub(super) mod policy_draft;
mod sheet;
pub(super) mod sign_in;
pub(super) mod worklist;
