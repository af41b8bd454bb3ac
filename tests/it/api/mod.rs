//! The interface for programs, over its own listener.
#![cfg(test)]

mod daemon;
mod facts;
mod files;
mod problems;
mod readiness;
mod signing_in;
mod watching;
