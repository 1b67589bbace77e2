//! The demo: a simulated league plays most of a season into the store, then one night goes through everything.

use std::path::Path;
use std::sync::Arc;

use domain::{Edition, GameDate};
use jiff::SignedDuration;
use pipeline::rows::{Prediction, SystemPerformance};
use pipeline::{Delivery, LINEUPS_LOOK, MARKET, Moment, Rows, Step};
use predict::SystemId;
use runtime::{Clock, Event, Observer, TaskKey};

use crate::App;
use crate::app::EditionReport;
use crate::league::{League, PROVIDERS};
use crate::settings::Settings;

/// What a demo came to.
pub(crate) struct Demo {
    pub(crate) app: App,
    /// The newest.
    pub(crate) edition: Edition,
    /// The morning edition.
    pub(crate) run: EditionReport,
    /// One for each time at which line-ups became known.
    pub(crate) late: Vec<EditionReport>,
    pub(crate) grade: EditionReport,
    pub(crate) season: Season,
    pub(crate) accuracy: Vec<Accuracy>,
    /// The headline system's record on the night.
    pub(crate) record: Option<SystemPerformance>,
}

/// What was played before the night.
pub(crate) struct Season {
    pub(crate) seed: u64,
    pub(crate) slates: usize,
    pub(crate) players: usize,
}

/// How near a system came on the night, to the points scored and to the league's truth.
#[derive(Debug, Clone)]
pub(crate) struct Accuracy {
    pub(crate) who: String,
    /// Players who played.
    pub(crate) players: usize,
    /// Mean absolute error against the points scored.
    pub(crate) error: f64,
    /// Mean distance from the true expected points; nothing for the truth itself.
    pub(crate) from_truth: Option<f64>,
}

/// Share of the season that is played before the night.
const PLAYED_SHARE: f64 = 0.85;

/// Plays, predicts, publishes and grades.
pub(crate) async fn play(
    data_dir: &Path,
    seed: u64,
    settings: Settings,
    (clock, observer): (Arc<dyn Clock>, Arc<dyn Observer>),
) -> anyhow::Result<Demo> {
    let league = Arc::new(League::play(seed));
    let app = App::open(data_dir, clock, observer.clone()).await?.set_up(settings)?;
    app.enter_world(&format!("simulated league, seed {seed}")).await?;
    let slates = league.slates();
    let tonight = slates[(slates.len() as f64 * PLAYED_SHARE) as usize];
    let before: Vec<GameDate> = slates.into_iter().filter(|slate| *slate < tonight).collect();
    visit(&app, &league, before.first().copied().unwrap_or(tonight), Moment::Morning).await?;
    app.parse().await?;
    let season = TaskKey::new("simulate", format!("season {seed}"));
    let beat = |done: usize| {
        observer.on(&Event::Progress {
            key: &season,
            stage: "nights played",
            done: done as u64,
            total: before.len() as u64,
        });
    };
    for (done, slate) in before.iter().enumerate() {
        beat(done);
        visit(&app, &league, *slate, Moment::Midday).await?;
        visit(&app, &league, *slate, Moment::AfterGames).await?;
    }
    beat(before.len());
    visit(&app, &league, tonight, Moment::Midday).await?;
    let morning = app.edition(tonight, None).await?;
    let run = app.run(morning).await?;
    look_at_lineups(&app, &league, tonight).await?;
    let mut late = Vec::new();
    for edition in app.late_editions(tonight).await? {
        late.push(app.run(edition).await?);
    }
    let edition = late.last().map_or(morning, |newest| newest.edition);
    visit(&app, &league, tonight, Moment::AfterGames).await?;
    let grade = app.grade(edition).await?;
    let accuracy = accuracy(&app, &league, edition).await?;
    let record = match app.output(edition, Step::SystemDailyPerformance).await?.as_deref() {
        Some(Rows::Performance(records)) => {
            records.iter().find(|record| record.system == SystemId::Ensemble && record.market == MARKET).cloned()
        }
        _ => None,
    };
    let season = Season { seed, slates: before.len(), players: league.players.len() };
    Ok(Demo { app, edition, run, late, grade, season, accuracy, record })
}

/// Asks for each game's line-ups when its teams have told them.
async fn look_at_lineups(app: &App, league: &Arc<League>, slate: GameDate) -> anyhow::Result<()> {
    let minutes = LINEUPS_LOOK;
    for (game, tipoff) in league.tipoffs(slate) {
        let instant = tipoff - SignedDuration::from_mins(i64::from(minutes));
        app.fetch(league.at(instant), &PROVIDERS, &Delivery::Closing { slate, game, minutes }).await?;
    }
    app.parse().await?;
    Ok(())
}

/// Fetches what the providers have at a moment of a slate's day.
pub(crate) async fn visit(app: &App, league: &Arc<League>, slate: GameDate, moment: Moment) -> anyhow::Result<()> {
    let instant = match moment {
        Moment::Morning => slate.at(9, 0),
        Moment::Midday => slate.at(12, 30),
        Moment::AfterGames => slate.plus_days(1).at(6, 0),
    };
    app.fetch(league.at(instant), &PROVIDERS, &Delivery::Visit { slate, moment }).await
}

/// Every system against the points scored and against the truth, the truth itself, and the books' lines.
async fn accuracy(app: &App, league: &League, edition: Edition) -> anyhow::Result<Vec<Accuracy>> {
    let page = app.page(edition).await?;
    let actual = scored(app, edition).await?;
    let rows: Vec<(&Prediction, f64, f64)> = page
        .predictions_of(MARKET)
        .into_iter()
        .filter_map(|prediction| {
            let scored = *actual.get(&prediction.id)?;
            let truth = league.expected_points(prediction.game, prediction.player)?;
            Some((prediction, f64::from(scored), truth))
        })
        .collect();
    let mut table: Vec<Accuracy> = SystemId::ALL
        .into_iter()
        .map(|system| {
            let of: Vec<_> = rows.iter().filter(|(prediction, _, _)| prediction.system == system).collect();
            Accuracy {
                who: system.code().to_owned(),
                players: of.len(),
                error: mean(of.iter().map(|(prediction, scored, _)| (prediction.mean - scored).abs())),
                from_truth: Some(mean(of.iter().map(|(prediction, _, truth)| (prediction.mean - truth).abs()))),
            }
        })
        .collect();
    let headline: Vec<_> = rows.iter().filter(|(prediction, _, _)| prediction.system == SystemId::Ensemble).collect();
    table.push(Accuracy {
        who: "the league's own truth".to_owned(),
        players: headline.len(),
        error: mean(headline.iter().map(|(_, scored, truth)| (truth - scored).abs())),
        from_truth: None,
    });
    let lined: Vec<_> = headline
        .iter()
        .filter_map(|(prediction, scored, truth)| Some((prediction.quote?.line.points(), *scored, *truth)))
        .collect();
    table.push(Accuracy {
        who: "the book's line, where there is one".to_owned(),
        players: lined.len(),
        error: mean(lined.iter().map(|(line, scored, _)| (line - scored).abs())),
        from_truth: Some(mean(lined.iter().map(|(line, _, truth)| (line - truth).abs()))),
    });
    Ok(table)
}

/// What was scored, by prediction, of those who played.
async fn scored(
    app: &App,
    edition: Edition,
) -> anyhow::Result<std::collections::BTreeMap<pipeline::rows::PredictionId, u16>> {
    let graded = app.output(edition, Step::Grade).await?;
    let Some(Rows::Grades(grades)) = graded.as_deref() else { return Ok(Default::default()) };
    Ok(grades.iter().filter_map(|grade| Some((grade.prediction.clone(), grade.actual?))).collect())
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}
