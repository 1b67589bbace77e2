//! The providers over a real connection to a server that misbehaves.
