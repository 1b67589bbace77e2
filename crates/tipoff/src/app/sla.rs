//! Tonight against its first tip-off: what is still missing, when it will be done, and whether that is in time.

use std::num::NonZeroUsize;

use domain::{Edition, Game, GameDate};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use pipeline::{Partition, Step};
use runtime::judge::{Durations, Finish, Remaining, Sla, SlaVerdict, eta};
use runtime::{SIDE_BY_SIDE, StepId, TaskState};

use super::App;
use super::grid::{Grid, GridCell, HeldUp};

/// A slate's promise: published before its first tip-off.
#[derive(Debug, Clone)]
pub struct SlaReport {
    /// The edition that keeps it.
    pub edition: Edition,
    /// The first tip-off.
    pub deadline: Timestamp,
    /// How it stands.
    pub verdict: SlaVerdict,
    /// What is still missing, in the order in which it runs.
    pub remaining: Vec<Remaining>,
    /// What will not go on by itself, and why.
    pub blocked: Vec<(StepId, String)>,
}

/// How much longer than it used to take the rest may take before the promise is in danger.
const MARGIN: f64 = 1.0;

/// What a step is expected to take that never ran here.
const UNKNOWN: SignedDuration = SignedDuration::from_secs(20);

/// Durations are learnt from so many days.
const LEARNT_FROM_DAYS: i64 = 30;

impl App {
    /// How a slate's promise stands; nothing on a day without games.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sla(&self, slate: GameDate) -> anyhow::Result<Option<SlaReport>> {
        Ok(self.promise(slate).await?.map(|(sla, _)| sla))
    }

    /// How a slate's promise stands, and the part of the grid that it was read from; nothing on a day without games.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn promise(&self, slate: GameDate) -> anyhow::Result<Option<(SlaReport, Grid)>> {
        let morning = Edition::morning(slate, None);
        let games = self.store.facts.games(slate..=slate, morning.cutoff).await?;
        let first = Game::scheduled(&games, slate, morning.cutoff).map(Game::earliest_tipoff).min();
        let Some(deadline) = first else { return Ok(None) };
        // Late editions change a page that is out.
        let edition = match self.store.outputs.published_editions(slate..=slate).await?.first() {
            Some(published) => *published,
            None => Edition::scheduled(slate, &games),
        };
        let now = self.now();
        let (grid, took, out_at) =
            tokio::try_join!(self.grid(edition), self.durations(now), self.first_published(edition))?;
        let sla = SlaReport::of(edition, deadline, &grid.cells, out_at, &took, now);
        Ok(Some((sla, grid)))
    }

    /// When an edition's page was first out: made anew, with what became known later, it keeps no promise again.
    async fn first_published(&self, edition: Edition) -> anyhow::Result<Option<Timestamp>> {
        let slate = edition.slate;
        let completions = self.store.views.completions(&[Step::Publish], slate..=slate).await?.into_iter();
        let of_edition = completions.filter(|done| done.partition == Partition::Edition(edition));
        Ok(of_edition.map(|done| done.ended_at).min())
    }

    /// What each step used to take, as of now.
    async fn durations(&self, now: Timestamp) -> anyhow::Result<impl Fn(&StepId) -> Option<SignedDuration>> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let since = (now - SignedDuration::from_hours(24 * LEARNT_FROM_DAYS)).to_zoned(TimeZone::UTC).date();
        let days = self.store.history.step_days(since).await?;
        Ok(move |step: &StepId| Durations::of(step, &days, &(since..=today)).map(|durations| durations.p90()))
    }
}

impl SlaReport {
    /// How the promise of an edition's slate stands, given the cells of its grid, since when its page is out, and what each
    /// step used to take.
    pub(crate) fn of(
        edition: Edition,
        deadline: Timestamp,
        cells: &[GridCell],
        out_at: Option<Timestamp>,
        took: &impl Fn(&StepId) -> Option<SignedDuration>,
        now: Timestamp,
    ) -> Self {
        let remaining = remaining(cells, took);
        let blocked = cells.iter().filter(|cell| is_ours(cell)).filter_map(blocked).collect();
        // The facts it is made of are there at the cutoff: waiting for that is no delay.
        let starts = now.max(edition.cutoff.instant());
        let finish = out_at.map_or_else(
            || {
                let lanes = NonZeroUsize::new(SIDE_BY_SIDE).expect("some run side by side");
                Finish::Expected(eta(&remaining, lanes, starts))
            },
            Finish::At,
        );
        let verdict = Sla { deadline, margin: MARGIN }.judge(finish, starts);
        Self { edition, deadline, verdict, remaining, blocked }
    }

    /// When the page was published, or is expected to be; nothing once the promise is broken.
    pub fn expected(&self) -> Option<Timestamp> {
        match self.verdict {
            SlaVerdict::OnTime { slack } => Some(self.deadline - slack),
            SlaVerdict::AtRisk { eta, .. } => Some(eta),
            SlaVerdict::Late { by } => Some(self.deadline + by),
            SlaVerdict::Met { at } => Some(at),
            SlaVerdict::Missed { .. } => None,
        }
    }
}

/// What is still to run before the edition is published, with what each is expected to take.
fn remaining(cells: &[GridCell], took: &impl Fn(&StepId) -> Option<SignedDuration>) -> Vec<Remaining> {
    let remaining = cells.iter().filter(|cell| is_ours(cell) && !cell.state.is_settled()).map(|cell| {
        let step = StepId::from(cell.step.name());
        Remaining {
            needs: cell.step.spec().needs.iter().map(|need| StepId::from(need.name())).collect(),
            expected: took(&step).unwrap_or(UNKNOWN),
            step,
        }
    });
    remaining.collect()
}

/// Whether a cell stands before publication.
fn is_ours(cell: &GridCell) -> bool {
    Step::EDITION.contains(&cell.step) || matches!(cell.step, Step::TrainModels | Step::TrainLateModels)
}

fn blocked(cell: &GridCell) -> Option<(StepId, String)> {
    match (&cell.state, &cell.held_up) {
        (TaskState::Dead { why, .. } | TaskState::Cancelled { why }, _) | (_, Some(HeldUp::ByHand(why))) => {
            Some((StepId::from(cell.step.name()), why.clone()))
        }
        _ => None,
    }
}
