//! `tipoff bench backtest`: where a season's walk spends its time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use domain::{Market, Season};
use pipeline::Progress;
use pipeline::backtest::{Formulas, Refit, Report, Walk, WalkedEdition};
use pipeline::ports::Unkept;

use crate::App;

/// A walk's stages in the order in which they were first entered, and the time spent in each.
pub(crate) struct WalkTimes {
    /// Stage by stage.
    pub(crate) stages: Vec<(String, Duration)>,
    /// Rows that were graded.
    pub(crate) rows: usize,
}

/// Notes when a stage is entered.
struct Stopwatch(Mutex<Vec<(String, Instant)>>);

impl Progress for Stopwatch {
    fn beat(&self, stage: &str, _: u64, _: u64) {
        let mut entered = self.0.lock().expect("no panic while it is held");
        if entered.last().is_none_or(|(last, _)| last != stage) {
            entered.push((stage.to_owned(), Instant::now()));
        }
    }
}

impl Stopwatch {
    fn stages(self) -> Vec<(String, Duration)> {
        let mut entered = self.0.into_inner().expect("no panic while it is held");
        entered.push((String::new(), Instant::now()));
        let mut stages = Vec::<(String, Duration)>::new();
        for pair in entered.windows(2) {
            let spent = pair[1].1 - pair[0].1;
            match stages.iter_mut().find(|(stage, _)| *stage == pair[0].0) {
                Some((_, time)) => *time += spent,
                None => stages.push((pair[0].0.clone(), spent)),
            }
        }
        stages
    }
}

/// Walks a season's mornings, all systems and baselines, with monthly refits, and makes the report.
pub(crate) async fn run(app: &App, season: Season, market: Market) -> anyhow::Result<WalkTimes> {
    let watch = Stopwatch(Mutex::default());
    watch.beat("bringing up to date", 0, 0);
    let walk =
        Walk { season, market, edition: WalkedEdition::Morning, refit: Refit::Monthly, formulas: Formulas::Current };
    let walked = app.backtest(walk, &Unkept, &watch).await?;
    watch.beat("figures", 0, 0);
    let report = Report::of(&walked);
    anyhow::ensure!(report.n_slates > 0, "nothing of {season} can be graded: import its games and box scores first");
    Ok(WalkTimes { stages: watch.stages(), rows: walked.rows.len() })
}
