//! What only a build for PostgreSQL can do.

mod archive;
mod moving;
mod schema;
mod sweep;
