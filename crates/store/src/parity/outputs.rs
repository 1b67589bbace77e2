//! Output sets.
