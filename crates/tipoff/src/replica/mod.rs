//! A replica of the providers: a day as it was, over HTTP, in their own shapes and with faults that can be set while it
//! runs. What is rehearsed against it is everything from the real way out on.

mod faults;
mod past;
mod question;
mod requests;
mod spoil;
mod surface;
#[cfg(test)]
mod tests;
pub(crate) mod wire;

pub(crate) use faults::{Fault, FaultKind};
pub(crate) use past::Past;
pub(crate) use question::Question;
pub(crate) use surface::{Replica, router};
