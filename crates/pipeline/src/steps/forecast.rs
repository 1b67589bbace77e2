//! Phase 5, first half: every system's answer about every player.

use std::collections::BTreeMap;

use domain::{Edition, GameId, Market, Spot};
use predict::features::{FeatureRow, UpcomingPlayerGameContext, UpcomingTeamGameContext, lines_known};
use predict::inputs::{Inputs, LeagueForm, Lineup, inputs};
use predict::{Abstain, BookQuote, CountLaw, MarketView, Panel, Question, Snapshot, SystemId};
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
    let coverage = pipeline.coverage(edition).await?;
    let mut panels = BTreeMap::new();
    for sight in coverage.sights() {
        let artifacts = pipeline.outputs.models(model_month(edition), sight).await?;
        let names = artifacts.iter().map(|model| (model.system, model.hash())).collect();
        panels.insert(sight, Sighted { panel: learn::panel(&artifacts, edition.cutoff)?, names });
    }
    let history = pipeline.edition_history(edition).await?;
    let snapshot = history.as_of(edition.cutoff);
    let inputs = slate_inputs(&snapshot, &teams, &players, &coverage.lineups);
    let by_player: BTreeMap<_, &Inputs> =
        players.iter().map(|player| (player.game, player.player)).zip(&inputs).collect();
    let lines = pipeline.facts.prop_lines(edition.slate..=edition.slate, edition.cutoff).await?;
    let lines = lines_known(snapshot.cutoff(), &lines);
    let view = |row: &FeatureRow| {
        let lines = lines.get(&(row.game, row.player))?;
        MarketView::of(&BookQuote::newest(lines, MARKET), MARKET)
    };
    let forecasts: Vec<Forecast> = rows
        .par_iter()
        .filter(|row| coverage.is_about(row.game))
        .filter_map(|row| Some((row, *by_player.get(&(row.game, row.player))?)))
        .flat_map_iter(|(row, inputs)| match coverage.lineups.get(&row.game).map(|lineup| lineup.spot(row.player)) {
            Some(Spot::Out) => silent(row, &Abstain::NotDressed),
            _ => ask(row, inputs, view(row).as_ref(), &snapshot, &panels[&coverage.sight(row.game)]),
        })
        .collect();
    Ok(Work::Rows(Rows::Forecasts(forecasts)))
}

/// The systems as one sight has taught them.
struct Sighted {
    panel: Panel,
    names: BTreeMap<SystemId, PayloadHash>,
}

/// Everybody's inputs, as the trained systems are asked with: in the order of `players`.
pub(crate) fn slate_inputs(
    snapshot: &Snapshot<'_>,
    teams: &[UpcomingTeamGameContext],
    players: &[UpcomingPlayerGameContext],
    lineups: &BTreeMap<GameId, Lineup>,
) -> Vec<Inputs> {
    inputs(snapshot, &LeagueForm::of(snapshot, MARKET), teams, players, lineups)
}

fn ask(
    row: &FeatureRow,
    inputs: &Inputs,
    view: Option<&MarketView>,
    snapshot: &Snapshot<'_>,
    sighted: &Sighted,
) -> Vec<Forecast> {
    let question = match Question::pose(row, inputs, MARKET, snapshot) {
        Ok(question) => question,
        Err(too_late) => return silent(row, &too_late),
    };
    let answers = sighted.panel.answer(&question, view).into_iter();
    let forecast = |(system, answer): (SystemId, Result<CountLaw, Abstain>)| {
        let model = sighted.names.get(&system).copied();
        Forecast { model, ..staged(row, system, answer.map_err(|abstain| Silence::from(&abstain))) }
    };
    answers.map(forecast).collect()
}

fn silent(row: &FeatureRow, why: &Abstain) -> Vec<Forecast> {
    SystemId::ALL.map(|system| staged(row, system, Err(Silence::from(why)))).into()
}

fn staged(row: &FeatureRow, system: SystemId, answer: Result<CountLaw, Silence>) -> Forecast {
    Forecast { game: row.game, player: row.player, market: MARKET, system, model: None, answer }
}
