//! The integration tests: one binary, a file a stage.

#[cfg(test)]
mod against_reference;
#[cfg(test)]
mod announced;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod api;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod audited;
#[cfg(test)]
mod board;
#[cfg(test)]
mod bounces;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod daemons;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod digests;
#[cfg(test)]
mod disturbed;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod docs_imports;
#[cfg(test)]
mod docs_operating;
mod escalations;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod files;
#[cfg(test)]
#[cfg(test)]
mod history;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod impact;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod inbox;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod known_at;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod operating;
#[cfg(test)]
mod organisations;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod planning_at_once;
#[cfg(test)]
mod postfix;
#[cfg(test)]
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(test)]
mod private_files;
#[cfg(test)]
mod proxied;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod register;
#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod renamed;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod review;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod rota;
#[cfg(test)]
mod said;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod schema;
// What happens to a server, where there is one.
#[cfg(test)]
mod senders;
#[cfg(test)]
#[cfg(feature = "postgres")]
mod server_lost;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod support;
#[cfg(test)]
mod two_configurations;
#[cfg(test)]
mod unusual_days;
#[cfg(test)]
mod upgrade;
// Databases of earlier versions are files of the other engine.
#[cfg(test)]
#[cfg(not(feature = "postgres"))]
mod versions;
#[cfg(test)]
mod web;
