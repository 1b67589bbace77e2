//! How long after each game its results were there.

use domain::{Game, GameDate};
use jiff::SignedDuration;
use runtime::judge::{Distribution, ItemLatency, ItemVerdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Latencies;
use crate::clock_words::moment;

/// How long after each game its results were landed, processed, analysed, graded and published.
#[derive(Serialize, ToSchema)]
pub(crate) struct LatencyReport {
    pub(crate) schema_version: u32,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) within_hours: i64,
    pub(crate) measured: usize,
    pub(crate) in_time: usize,
    pub(crate) imported_later: usize,
    pub(crate) without_result: usize,
    pub(crate) phases: Vec<PhaseLatencyReport>,
    pub(crate) total: Option<DistributionReport>,
    pub(crate) games: Vec<GameLatencyReport>,
}

/// How long a phase took after the one before it.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhaseLatencyReport {
    pub(crate) phase: String,
    #[serde(flatten)]
    pub(crate) took: DistributionReport,
}

/// Of so many games.
#[derive(Serialize, ToSchema)]
pub(crate) struct DistributionReport {
    pub(crate) games: usize,
    pub(crate) median_seconds: i64,
    pub(crate) p90_seconds: i64,
    pub(crate) p95_seconds: i64,
    pub(crate) max_seconds: i64,
}

/// A game and its results.
#[derive(Serialize, ToSchema)]
pub(crate) struct GameLatencyReport {
    pub(crate) game: String,
    pub(crate) slate: String,
    pub(crate) teams: String,
    pub(crate) ended_at: String,
    pub(crate) verdict: &'static str,
    /// How long it took, or for how long it is overdue, or how much time is left.
    pub(crate) seconds: i64,
    pub(crate) completed: Vec<MarkReport>,
}

/// When a phase was complete.
#[derive(Serialize, ToSchema)]
pub(crate) struct MarkReport {
    pub(crate) phase: String,
    pub(crate) at: String,
}

impl LatencyReport {
    pub(crate) fn of(from: GameDate, to: GameDate, latencies: &Latencies) -> Self {
        let report = &latencies.report;
        let games = latencies.games.iter().zip(&report.items);
        Self {
            schema_version: 1,
            from: from.to_string(),
            to: to.to_string(),
            within_hours: latencies.within.as_hours(),
            measured: report.items.len(),
            in_time: report.in_time(),
            imported_later: latencies.imported_later,
            without_result: latencies.without_result,
            phases: report
                .phases
                .iter()
                .map(|phase| PhaseLatencyReport { phase: phase.phase.clone(), took: phase.took.into() })
                .collect(),
            total: report.total.map(DistributionReport::from),
            games: games.map(|((game, item), (_, verdict))| GameLatencyReport::of(game, item, verdict)).collect(),
        }
    }
}

impl From<Distribution> for DistributionReport {
    fn from(distribution: Distribution) -> Self {
        let Distribution { n, median, p90, p95, max } = distribution;
        Self {
            games: n,
            median_seconds: median.as_secs(),
            p90_seconds: p90.as_secs(),
            p95_seconds: p95.as_secs(),
            max_seconds: max.as_secs(),
        }
    }
}

impl GameLatencyReport {
    pub(crate) fn of(game: &Game, item: &ItemLatency, verdict: &ItemVerdict) -> Self {
        let (verdict, time) = words(verdict);
        let mark = |mark: &runtime::judge::Mark| MarkReport { phase: mark.phase.clone(), at: moment(mark.at) };
        Self {
            game: game.id.to_string(),
            slate: game.slate.to_string(),
            teams: teams(game),
            ended_at: moment(item.ended_at),
            verdict,
            seconds: time.as_secs(),
            completed: item.marks.iter().map(mark).collect(),
        }
    }
}

pub(crate) fn teams(game: &Game) -> String {
    format!("{}@{}", game.away.code(), game.home.code())
}

fn words(verdict: &ItemVerdict) -> (&'static str, SignedDuration) {
    match verdict {
        ItemVerdict::InTime { took } => ("in_time", *took),
        ItemVerdict::Late { took } => ("late", *took),
        ItemVerdict::Waiting { left } => ("waiting", *left),
        ItemVerdict::Overdue { by } => ("overdue", *by),
    }
}
