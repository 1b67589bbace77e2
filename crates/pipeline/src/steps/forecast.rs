//! Phase 5, first half: every system's answer about every player.

use std::collections::BTreeMap;

use domain::{Edition, Market};
use predict::features::{FeatureRow, UpcomingPlayerGameContext, UpcomingTeamGameContext, lines_known};
use predict::inputs::{Inputs, LeagueForm, inputs};
use predict::{BookQuote, MarketView, Panel, Question, Snapshot, SystemId};
use rayon::prelude::*;

use crate::learn;
use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::rows::{Forecast, Silence};
use crate::steps::train::model_month;
use crate::{PayloadHash, Rows, Step};

/// The market that is forecast. The others come through the same code.
pub const MARKET: Market = Market::Points;

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let rows = upstream_rows!(upstream, Step::MlFeatureStore, Rows::Features);
    let teams = upstream_rows!(upstream, Step::UpcomingTeamGameContext, Rows::TeamContexts);
    let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
    let artifacts = pipeline.outputs.models(model_month(edition)).await?;
    let panel = learn::panel(&artifacts, edition.cutoff)?;
    let history = pipeline.edition_history(edition).await?;
    let snapshot = history.as_of(edition.cutoff);
    let inputs = slate_inputs(&snapshot, &teams, &players);
    let by_player: BTreeMap<_, &Inputs> =
        players.iter().map(|player| (player.game, player.player)).zip(&inputs).collect();
    let lines = pipeline.facts.prop_lines(edition.slate..=edition.slate, edition.cutoff).await?;
    let lines = lines_known(snapshot.cutoff(), &lines);
    let view = |row: &FeatureRow| {
        let lines = lines.get(&(row.game, row.player))?;
        MarketView::of(&BookQuote::newest(lines, MARKET), MARKET)
    };
    let names: BTreeMap<SystemId, PayloadHash> = artifacts.iter().map(|model| (model.system, model.hash())).collect();
    let mut forecasts: Vec<Forecast> = rows
        .par_iter()
        .filter_map(|row| Some((row, *by_player.get(&(row.game, row.player))?)))
        .flat_map_iter(|(row, inputs)| ask(row, inputs, view(row).as_ref(), &snapshot, &panel))
        .collect();
    for forecast in &mut forecasts {
        forecast.model = names.get(&forecast.system).copied();
    }
    Ok(Work::Rows(Rows::Forecasts(forecasts)))
}

/// Everybody's inputs, as the trained systems are asked with: in the order of `players`.
pub(crate) fn slate_inputs(
    snapshot: &Snapshot<'_>,
    teams: &[UpcomingTeamGameContext],
    players: &[UpcomingPlayerGameContext],
) -> Vec<Inputs> {
    inputs(snapshot, &LeagueForm::of(snapshot, MARKET), teams, players, &BTreeMap::new())
}

fn ask(
    row: &FeatureRow,
    inputs: &Inputs,
    view: Option<&MarketView>,
    snapshot: &Snapshot<'_>,
    panel: &Panel,
) -> Vec<Forecast> {
    let answers = match Question::pose(row, inputs, MARKET, snapshot) {
        Ok(question) => panel.answer(&question, view),
        Err(too_late) => SystemId::ALL.map(|system| (system, Err(too_late.clone()))).into(),
    };
    answers
        .into_iter()
        .map(|(system, answer)| Forecast {
            game: row.game,
            player: row.player,
            market: MARKET,
            system,
            model: None,
            answer: answer.map_err(|abstain| Silence::from(&abstain)),
        })
        .collect()
}
