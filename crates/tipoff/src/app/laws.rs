//! What stands behind a published number besides its own chain: laws, the other systems, the shrink, reasons, a stake.

use std::collections::BTreeMap;

use domain::{Edition, GameId, Market, PlayerId};
use pipeline::learn::{Reasons, StoredCard};
use pipeline::rows::{Forecast, ModelArtifact, Prediction};
use pipeline::{Page, Rows, Step};
use predict::features::{UpcomingPlayerGameContext, UpcomingTeamGameContext};
use predict::{CountLaw, MarketShrink, SystemId};
use store::Explanation;

use super::App;

/// The laws behind a page's predictions.
pub struct Laws(BTreeMap<(GameId, PlayerId, Market, SystemId), CountLaw>);

impl Laws {
    /// The law behind a prediction; nothing when the edition was forecast anew since.
    pub fn behind(&self, prediction: &Prediction) -> Option<&CountLaw> {
        let Prediction { game, player, market, system, mean, .. } = prediction;
        self.0.get(&(*game, *player, *market, *system)).filter(|law| (law.mean() - mean).abs() < 1e-9)
    }
}

/// What stands behind a published number besides its own chain.
pub struct Grounds {
    /// Every system's mean of the same count.
    pub systems: Vec<(SystemId, f64)>,
    /// What the law counts for beside the price; nothing when the models were trained anew since, or by an older
    /// version.
    pub shrink: Option<MarketShrink>,
    /// Why the trees said what they said; nothing without trees, or when they were trained anew since.
    pub reasons: Option<Reasons>,
    /// What to stake on it among its system's bets of the slate, as a fraction of the bankroll.
    pub stake: Option<f64>,
}

impl App {
    /// The laws behind a page's predictions.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn laws(&self, page: &Page) -> anyhow::Result<Laws> {
        let mut laws = BTreeMap::new();
        for (edition, games) in page.editions() {
            let output = self.output(edition, Step::Forecast).await?;
            let Some(Rows::Forecasts(ours)) = output.as_deref() else { continue };
            let external = self.pipeline(None).external_forecasts(edition).await?;
            let forecasts = ours.iter().chain(&external).filter(|row| games.contains(&row.game));
            let law = |row: &Forecast| {
                Some(((row.game, row.player, row.market, row.system), row.answer.as_ref().ok()?.clone()))
            };
            laws.extend(forecasts.filter_map(law));
        }
        Ok(Laws(laws))
    }

    /// The page of an edition's slate as of that edition.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page(&self, edition: Edition) -> anyhow::Result<Page> {
        Ok(self.pipeline(None).page(edition).await?)
    }

    /// What stands behind an explained number besides its own chain.
    ///
    /// # Errors
    /// When the store fails, or the trees are damaged.
    pub async fn grounds(&self, explanation: &Explanation) -> anyhow::Result<Grounds> {
        let prediction = &explanation.prediction;
        let forecasts = match self.linked(explanation, Step::Forecast).await? {
            Some(Rows::Forecasts(forecasts)) => forecasts,
            _ => Vec::new(),
        };
        let key = (prediction.game, prediction.player, prediction.market);
        let same: Vec<&Forecast> =
            forecasts.iter().filter(|forecast| (forecast.game, forecast.player, forecast.market) == key).collect();
        let models = self.pipeline(None).models_of(explanation.edition).await?;
        let model = |system| {
            let named = same.iter().find(|forecast| forecast.system == system)?.model;
            models.iter().find(|artifact| artifact.system == system && Some(artifact.hash()) == named)
        };
        let mean = |forecast: &&Forecast| Some((forecast.system, forecast.answer.as_ref().ok()?.mean()));
        Ok(Grounds {
            systems: same.iter().filter_map(mean).collect(),
            shrink: shrink(prediction, explanation.forecast.as_ref(), model(prediction.system)),
            reasons: match model(SystemId::Xgboost) {
                Some(trees) => self.reasons(explanation, trees).await?,
                None => None,
            },
            stake: self.stake(explanation).await?,
        })
    }

    async fn reasons(&self, explanation: &Explanation, trees: &ModelArtifact) -> anyhow::Result<Option<Reasons>> {
        let teams: Vec<UpcomingTeamGameContext> = match self.linked(explanation, Step::UpcomingTeamGameContext).await? {
            Some(Rows::TeamContexts(teams)) => teams,
            _ => return Ok(None),
        };
        let players: Vec<UpcomingPlayerGameContext> =
            match self.linked(explanation, Step::UpcomingPlayerGameContext).await? {
                Some(Rows::PlayerContexts(players)) => players,
                _ => return Ok(None),
            };
        let Prediction { game, player, .. } = explanation.prediction;
        let pipeline = self.pipeline(None);
        Ok(pipeline.reasons(explanation.edition, (&teams, &players), trees, (game, player)).await?)
    }

    async fn stake(&self, explanation: &Explanation) -> anyhow::Result<Option<f64>> {
        let prediction = &explanation.prediction;
        let page = self.page(explanation.edition).await?;
        Ok(page.stakes_of(prediction.system).get(&prediction.id).copied())
    }

    /// The rows of a step in the chain behind a number.
    async fn linked(&self, explanation: &Explanation, step: Step) -> anyhow::Result<Option<Rows>> {
        match explanation.chain.iter().find(|link| link.step == step) {
            Some(link) => Ok(Some(self.store.views.rows(step, link.output).await?)),
            None => Ok(None),
        }
    }
}

/// The shrink behind a prediction: its model's, or without a model the one that nothing has taught.
fn shrink(prediction: &Prediction, forecast: Option<&Forecast>, model: Option<&ModelArtifact>) -> Option<MarketShrink> {
    prediction.quote.and_then(|quote| quote.over)?;
    let Some(model) = model else {
        let untaught = prediction.system.is_external() || forecast.is_some_and(|forecast| forecast.model.is_none());
        return untaught.then(MarketShrink::default);
    };
    // A card of an older version says nothing that could be shown: `tipoff models` tells so.
    let Ok(StoredCard { shrink, .. }) = serde_json::from_str(&model.card) else { return None };
    Some(shrink.map_or_else(MarketShrink::default, |stored| MarketShrink {
        intercept: stored.intercept,
        law: stored.law,
        price: stored.price,
    }))
}
