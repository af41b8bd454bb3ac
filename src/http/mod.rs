//! Answering over HTTP, as far as the console and the interface for programs do it alike (spec 8.15, 21.2).
//!
//! Comes in: an address, a table of routes, a certificate perhaps. Goes out: connections within limits, each with its time,
//! and an end that lets what is in hand finish; and from where a request came, also behind a proxy. It knows no page, no
//! right and no table.

mod body;
mod client;
mod listener;
mod tls;

pub(crate) use body::written_body;
pub(crate) use client::{Client, client_behind};
pub(crate) use listener::{ListenerOf, bind, serve, until};
