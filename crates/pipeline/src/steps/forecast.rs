//! Phase 5, first half: every system's answer about every player.

use std::collections::BTreeMap;

use domain::{Edition, Market};
use predict::features::FeatureRow;
use predict::{Panel, Question, Snapshot, SystemId};
use rayon::prelude::*;

use crate::booster;
use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::rows::{Forecast, Silence};
use crate::steps::train::model_month;
use crate::{PayloadHash, Rows, Step};

/// Markets that are forecast. The others come through the same code.
pub(crate) const MARKETS: [Market; 1] = [Market::Points];

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let rows = upstream_rows!(upstream, Step::MlFeatureStore, Rows::Features);
    let artifacts = pipeline.outputs.models(model_month(edition)).await?;
    let panel = booster::panel(&artifacts)?;
    let history = pipeline.edition_history(edition).await?;
    let snapshot = history.as_of(edition.cutoff);
    let names: BTreeMap<SystemId, PayloadHash> = artifacts.iter().map(|model| (model.system, model.hash())).collect();
    let mut forecasts = answers(&rows, &snapshot, &panel);
    for forecast in &mut forecasts {
        forecast.model = names.get(&forecast.system).copied();
    }
    Ok(Work::Rows(Rows::Forecasts(forecasts)))
}

/// All answers, in the rows' order.
pub(crate) fn answers(rows: &[FeatureRow], snapshot: &Snapshot<'_>, panel: &Panel) -> Vec<Forecast> {
    rows.par_iter()
        .flat_map_iter(|row| MARKETS.map(|market| (row, market)))
        .flat_map_iter(|(row, market)| ask(row, market, snapshot, panel))
        .collect()
}

fn ask(row: &FeatureRow, market: Market, snapshot: &Snapshot<'_>, panel: &Panel) -> Vec<Forecast> {
    let answers = match Question::pose(row, market, snapshot) {
        Ok(question) => panel.answer(&question),
        Err(too_late) => SystemId::ALL.map(|system| (system, Err(too_late.clone()))).into(),
    };
    answers
        .into_iter()
        .map(|(system, answer)| Forecast {
            game: row.game,
            player: row.player,
            market,
            system,
            model: None,
            answer: answer.map_err(|abstain| Silence::from(&abstain)),
        })
        .collect()
}
