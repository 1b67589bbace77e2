//! External answers: until when an edition takes them, and which of them count.

use domain::{Edition, Game};
use jiff::Timestamp;

use crate::pipeline::Pipeline;
use crate::ports::StoreError;
use crate::rows::Forecast;

/// When a slate takes no more answers: at its first tip-off, until which its page is published and after which it stays.
pub fn closing_time(games: &[Game]) -> Option<Timestamp> {
    games.iter().map(Game::earliest_tipoff).min()
}

impl Pipeline {
    /// What external systems answered in time, as forecasts. In time by the schedule as it was at the cutoff, so that it is the
    /// same whenever it is asked for.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn external_forecasts(&self, edition: Edition) -> Result<Vec<Forecast>, StoreError> {
        let Some(closing) = closing_time(&self.scheduled(edition).await?) else { return Ok(Vec::new()) };
        let said = self.answers.answers(edition, closing).await?;
        Ok(said.into_iter().map(Forecast::from).collect())
    }
}
