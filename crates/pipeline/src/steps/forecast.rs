//! Phase 5, first half: every system's answer about every player.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Edition, GameId, Market, Spot};
use predict::features::{FeatureRow, UpcomingPlayerGameContext, UpcomingTeamGameContext, lines_known};
use predict::inputs::{Inputs, LeagueForm, Lineup, Sight, inputs};
use predict::{Abstain, BookQuote, CountLaw, MarketView, Panel, Question, Snapshot, SystemId};
use rayon::prelude::*;

use crate::learn;
use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::rows::{Forecast, Silence};
use crate::steps::train::model_month;
use crate::{Coverage, PayloadHash, Rows, Step};

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let rows = upstream_rows!(upstream, Step::MlFeatureStore, Rows::Features);
    let teams = upstream_rows!(upstream, Step::UpcomingTeamGameContext, Rows::TeamContexts);
    let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
    let coverage = pipeline.coverage(edition).await?;
    let taught = taught(pipeline, edition, &coverage).await?;
    let history = pipeline.edition_history(edition).await?;
    let snapshot = history.as_of(edition.cutoff);
    let lines = pipeline.facts.prop_lines(edition.slate..=edition.slate, edition.cutoff).await?;
    let lines = lines_known(snapshot.cutoff(), &lines);
    let markets: BTreeSet<Market> = taught.keys().map(|(market, _)| *market).collect();
    let mut forecasts = Vec::new();
    for market in markets {
        let inputs = slate_inputs(&snapshot, market, (&teams, &players), &coverage.lineups);
        let by_player: BTreeMap<_, &Inputs> =
            players.iter().map(|player| (player.game, player.player)).zip(&inputs).collect();
        let view = |row: &FeatureRow| {
            let lines = lines.get(&(row.game, row.player))?;
            MarketView::of(&BookQuote::newest(lines, market), market)
        };
        let of_market = rows
            .par_iter()
            .filter(|row| coverage.is_about(row.game))
            .filter_map(|row| Some((row, *by_player.get(&(row.game, row.player))?)))
            .filter_map(|(row, inputs)| Some((row, inputs, taught.get(&(market, coverage.sight(row.game)))?)))
            .flat_map_iter(|(row, inputs, sighted)| {
                match coverage.lineups.get(&row.game).map(|lineup| lineup.spot(row.player)) {
                    Some(Spot::Out) => silent((row, market), &Abstain::NotDressed),
                    _ => ask((row, market), inputs, view(row).as_ref(), &snapshot, sighted),
                }
            });
        forecasts.par_extend(of_market);
    }
    Ok(Work::Rows(Rows::Forecasts(forecasts)))
}

/// The systems as one sight has taught them about a market.
struct Sighted {
    panel: Panel,
    names: BTreeMap<SystemId, PayloadHash>,
}

/// What each sight has taught about every market that its models are of.
async fn taught(
    pipeline: &Pipeline,
    edition: Edition,
    coverage: &Coverage,
) -> Result<BTreeMap<(Market, Sight), Sighted>, StepError> {
    let mut taught = BTreeMap::new();
    for sight in coverage.sights() {
        let models = pipeline.outputs.models(model_month(edition), sight).await?;
        for (market, artifacts) in learn::by_market(models) {
            let names = artifacts.iter().map(|model| (model.system, model.hash())).collect();
            taught.insert((market, sight), Sighted { panel: learn::panel(&artifacts, edition.cutoff)?, names });
        }
    }
    Ok(taught)
}

/// Everybody's inputs, as the trained systems are asked with: in the order of `players`.
pub(crate) fn slate_inputs(
    snapshot: &Snapshot<'_>,
    market: Market,
    (teams, players): (&[UpcomingTeamGameContext], &[UpcomingPlayerGameContext]),
    lineups: &BTreeMap<GameId, Lineup>,
) -> Vec<Inputs> {
    inputs(snapshot, &LeagueForm::of(snapshot, market), teams, players, lineups)
}

fn ask(
    (row, market): (&FeatureRow, Market),
    inputs: &Inputs,
    view: Option<&MarketView>,
    snapshot: &Snapshot<'_>,
    sighted: &Sighted,
) -> Vec<Forecast> {
    let question = match Question::pose(row, inputs, market, snapshot) {
        Ok(question) => question,
        Err(too_late) => return silent((row, market), &too_late),
    };
    let p_plays = sighted.panel.p_plays(inputs);
    let answers = sighted.panel.answer(&question, view).into_iter();
    let forecast = |(system, answer): (SystemId, Result<CountLaw, Abstain>)| {
        let model = sighted.names.get(&system).copied();
        Forecast { model, p_plays, ..staged((row, market), system, answer.map_err(|abstain| Silence::from(&abstain))) }
    };
    answers.map(forecast).collect()
}

fn silent((row, market): (&FeatureRow, Market), why: &Abstain) -> Vec<Forecast> {
    SystemId::ALL.map(|system| staged((row, market), system, Err(Silence::from(why)))).into()
}

fn staged((row, market): (&FeatureRow, Market), system: SystemId, answer: Result<CountLaw, Silence>) -> Forecast {
    Forecast { game: row.game, player: row.player, market, system, model: None, p_plays: None, answer }
}
