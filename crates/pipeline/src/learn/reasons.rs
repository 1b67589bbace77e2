//! Why the trees' mean of one player is what it is, recomputed from what was known at the edition's cutoff.

use domain::{Edition, GameId, PlayerId};
use predict::Booster;
use predict::features::{UpcomingPlayerGameContext, UpcomingTeamGameContext};
use predict::inputs::{Input, Sight};

use super::trees::BoostedTrees;
use crate::pipeline::{Pipeline, StepError};
use crate::rows::ModelArtifact;
use crate::steps::forecast::slate_inputs;
use crate::steps::train::model_month;

/// Why the trees' mean of one player is what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons {
    /// The trees' mean.
    pub mean: f64,
    /// What it would be if nothing were known of him: the rest of `inputs`.
    pub average: f64,
    /// What each input adds or takes, the greatest first.
    pub inputs: Vec<Reason>,
}

/// What one input adds to the trees' mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason {
    /// The input.
    pub input: Input,
    /// Its value, if it is known.
    pub value: Option<f64>,
    /// What it adds, in counts; negative where it takes.
    pub adds: f64,
}

impl Pipeline {
    /// The models of every sight that an edition's forecasts use now; those it was made with, unless the month was trained anew since.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn models_of(&self, edition: Edition) -> Result<Vec<ModelArtifact>, StepError> {
        let mut models = Vec::new();
        for sight in Sight::ALL {
            models.extend(self.outputs.models(model_month(edition), sight).await?);
        }
        Ok(models)
    }

    /// Why trees said of a player what they said, given the contexts they were asked with; nothing where he has none.
    ///
    /// # Errors
    /// When the store fails, or the models are damaged.
    pub async fn reasons(
        &self,
        edition: Edition,
        (teams, players): (&[UpcomingTeamGameContext], &[UpcomingPlayerGameContext]),
        artifact: &ModelArtifact,
        (game, player): (GameId, PlayerId),
    ) -> Result<Option<Reasons>, StepError> {
        let history = self.edition_history(edition).await?;
        let lineups = self.coverage(edition).await?.lineups;
        let inputs = slate_inputs(&history.as_of(edition.cutoff), artifact.market, (teams, players), &lineups);
        let of = |(context, _): &(&UpcomingPlayerGameContext, _)| (context.game, context.player) == (game, player);
        let Some((_, row)) = players.iter().zip(&inputs).find(of) else { return Ok(None) };
        let trees = BoostedTrees::decode(&artifact.body)?;
        let reason = |(input, adds)| Reason { input, value: row.get(input), adds };
        let mut inputs: Vec<Reason> = trees.contributions(row)?.into_iter().map(reason).collect();
        inputs.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()));
        let mean = trees.predict(row);
        Ok(Some(Reasons { mean, average: mean - inputs.iter().map(|reason| reason.adds).sum::<f64>(), inputs }))
    }
}
