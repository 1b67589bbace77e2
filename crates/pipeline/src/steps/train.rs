//! Phase 5 for the past: the models that a month's slates may use.
//!
//! A model of month M is trained on player-games known before M began, so every slate of M may use it. Its inputs are
//! computed slate by slate at each slate's own morning cutoff, by the same code as tonight's.

use std::ops::RangeInclusive;

use domain::{Cutoff, Edition, GameDate, Market};
use predict::inputs::Sight;

use crate::learn::{self, Depth, Learned, Learner, MIN_EXAMPLES, PastSlates};
use crate::pipeline::{Pipeline, Progress, StepError, Work};
use crate::ports::Unkept;
use crate::rows::Rows;

/// What models learn from reaches so far back; what was longer ago was another game.
const TRAINING_YEARS: i16 = 6;

/// The slates that the models of a month learn from: six years before it, less what would cut a season in two.
pub fn training_slates(first: GameDate) -> RangeInclusive<GameDate> {
    let season = learn::checked_from(first);
    GameDate::first_of(season.date().year() - (TRAINING_YEARS - 1), 7)..=first.plus_days(-1)
}

/// The month whose models an edition uses: its slate's, or the cutoff's where the slate is asked about a month ahead,
/// because nothing may be trained on what comes after the cutoff.
pub(crate) fn model_month(edition: Edition) -> GameDate {
    edition.slate.min(GameDate::of(edition.cutoff.instant())).first_of_month()
}

/// The models that slates of a month may use.
pub(crate) async fn models(
    pipeline: &Pipeline,
    first: GameDate,
    sight: Sight,
    progress: &dyn Progress,
) -> Result<Work, StepError> {
    let past = PastSlates::load(pipeline, training_slates(first), Cutoff::at(first.at(0, 0))).await?;
    let mut artifacts = Vec::new();
    for market in pipeline.markets.iter() {
        let Some(learned) = learned(&past, first, (market, sight), progress)? else {
            let why = format!("too few player-games are known before {first}; a model takes {MIN_EXAMPLES}");
            return Ok(Work::Nothing(why));
        };
        artifacts.extend(learn::artifacts(market, &learned)?);
    }
    Ok(Work::Rows(Rows::Models(artifacts)))
}

/// What the slates before a month teach it about a market at a sight, of what was known when it began.
pub(crate) fn learned(
    past: &PastSlates,
    first: GameDate,
    (market, sight): (Market, Sight),
    progress: &dyn Progress,
) -> Result<Option<Learned>, StepError> {
    let checked_from = learn::checked_from(first);
    let depth = |slate| if slate < checked_from { Depth::Inputs } else { Depth::Formulas };
    let rows = past.rows((market, sight), depth, progress);
    let results = past.results(market, Cutoff::at(first.at(0, 0)));
    // Models that are published are trained as a whole, and kept as such.
    let learner = Learner { market, sight, trained: &Unkept };
    progress.beat("trees that know nothing of the newest seasons", 0, 2);
    let checkpoints = learner.checkpoints(&rows, &results, first, Vec::new())?;
    progress.beat("trees on all slates", 1, 2);
    let learned = learner.learn(&rows, &results, &checkpoints)?;
    progress.beat("done", 2, 2);
    Ok(learned)
}
