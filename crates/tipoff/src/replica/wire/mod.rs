//! Facts in the shapes of the providers that tell them: one file a provider, the reverse of the parsers.

pub(crate) mod balldontlie;
pub(crate) mod nba_cdn;
pub(crate) mod odds_api;
#[cfg(test)]
mod tests;
