//! The store on real SQLite files, and the worker over it: every test opens its own store in a directory of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../conformance/attempts.rs"]
#[expect(dead_code, reason = "the scenarios use the rest")]
mod attempts;
mod columns;
mod crashes;
mod durability;
mod files;
mod groups;
mod migrating;
#[path = "../conformance/night.rs"]
#[expect(dead_code, reason = "the scenarios use the rest")]
mod night;
mod opening;
mod processes;
#[path = "../conformance/toy_steps.rs"]
#[expect(dead_code, reason = "the scenarios use the rest")]
mod toy_steps;
