//! What only a build for PostgreSQL can do.

mod moving;
mod schema;
mod sweep;
