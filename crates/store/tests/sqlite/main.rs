//! The store on real SQLite files, and the worker over it: every test opens its own store in a directory of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arrivals;
mod asked;
mod attempts;
mod breakers;
mod claiming;
mod columns;
mod crashes;
mod durability;
mod executing;
mod facts;
mod feature_rows;
mod groups;
mod inputs_changed;
mod leases;
mod migrating;
mod night;
mod opening;
mod outputs;
mod payloads;
mod processes;
mod settling;
mod together;
mod toy_steps;
mod verdicts;
mod versions;
