//! The health of a slate's features beside those of the thirty days before it, from the rows that are stored anyway.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use domain::{Cutoff, Edition, GameDate};
use pipeline::{Rows, Step};
use predict::features::{FeatureHealth, FeatureRow, HISTORY_OF_HEALTH_DAYS, health};

use super::App;

/// How the features of a slate do.
#[derive(Debug)]
pub struct FeatureReport {
    /// The edition they were made for.
    pub edition: Edition,
    /// Slates they are held against.
    pub slates_before: usize,
    /// One a feature, in the catalogue's order.
    pub features: Vec<FeatureHealth>,
}

impl App {
    /// The health of the features of a slate's newest published edition, or else of its morning one; nothing while they are
    /// not computed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn feature_health(&self, slate: GameDate) -> anyhow::Result<Option<FeatureReport>> {
        // Late editions have the features of their games alone.
        let edition = match self.store.outputs.published_editions(slate..=slate).await?.first() {
            Some(published) => *published,
            None => self.edition(slate, None).await?,
        };
        let Some(rows) = self.features_of(edition).await? else { return Ok(None) };
        let before = self.features_before(slate).await?;
        let slates_before = before.iter().map(|row| row.slate).collect::<BTreeSet<_>>().len();
        Ok(Some(FeatureReport { edition, slates_before, features: health(&rows, &before) }))
    }

    /// The features that the slates of the days before were published with; of slates that were not, what they would have
    /// been.
    async fn features_before(&self, slate: GameDate) -> anyhow::Result<Vec<FeatureRow>> {
        let days = slate.plus_days(-HISTORY_OF_HEALTH_DAYS)..=slate.plus_days(-1);
        let mut rows = Vec::new();
        let newest_first = self.store.outputs.published_editions(days.clone()).await?.into_iter().rev();
        let oldest: BTreeMap<GameDate, Edition> = newest_first.map(|edition| (edition.slate, edition)).collect();
        for edition in oldest.into_values() {
            rows.extend(self.features_of(edition).await?.unwrap_or_default());
        }
        let published: BTreeSet<GameDate> = rows.iter().map(|row| row.slate).collect();
        let all = self.past_features(days).await?;
        rows.extend(all.into_iter().filter(|row| !published.contains(&row.slate)));
        Ok(rows)
    }

    /// The features of past slates, each at its morning cutoff.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn past_features(&self, slates: RangeInclusive<GameDate>) -> anyhow::Result<Vec<FeatureRow>> {
        Ok(self.pipeline(None).past_features(slates, Cutoff::at(self.now())).await?)
    }

    async fn features_of(&self, edition: Edition) -> anyhow::Result<Option<Vec<FeatureRow>>> {
        match self.output(edition, Step::MlFeatureStore).await?.as_deref() {
            Some(Rows::Features(rows)) => Ok(Some(rows.clone())),
            _ => Ok(None),
        }
    }
}
