//! The steps, one module a phase: each reads through ports, computes, and returns its rows.

pub(crate) mod analyse;
pub(crate) mod consolidate;
pub(crate) mod featurize;
pub(crate) mod forecast;
pub(crate) mod grade;
pub(crate) mod land;
pub(crate) mod process;
pub(crate) mod publish;
pub(crate) mod train;
