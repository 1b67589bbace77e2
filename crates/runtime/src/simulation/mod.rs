//! The production loops under simulated time: many processes over one ledger, with faults, and what must hold all the same.

pub(crate) mod gate;
