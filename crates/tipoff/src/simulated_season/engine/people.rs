//! People: who is told, mends what is broken; and who puts aside in the morning what nobody needs any more.

use domain::GameDate;
use jiff::SignedDuration;
use runtime::simulation::Chance;
use runtime::{Ledger, Task, TaskKey, TaskState};

use super::steps::{is_feed, is_struck};
use super::{Engine, Event};
use crate::app::Treatment;
use crate::app::dead_letters::treated;

impl Engine {
    /// Somebody was told, and acts after a while: sooner by day.
    pub(super) fn call_person(&mut self) {
        let mut chance = Chance::of(self.seed, &["person"], self.now.as_second().unsigned_abs());
        let wakes = GameDate::of(self.now).at(8, 0);
        let acts_at = (self.now + chance.seconds(120, 1800)).max(wakes.min(self.now + SignedDuration::from_hours(2)));
        if self.person_acts_at.is_none_or(|at| at <= self.now) {
            self.person_acts_at = Some(acts_at);
            self.post(acts_at, Event::Mend);
        }
    }

    /// Mends what is broken and replays the dead letters; what still fails whoever asks is waited for.
    pub(super) async fn mend(&mut self) -> anyhow::Result<()> {
        let letters = self.dead().await?;
        let fails = |key: &TaskKey| self.troubles.bursts.iter().any(|burst| is_struck(burst, key, self.now));
        let (waits, mut mended): (Vec<_>, Vec<_>) = letters.into_iter().partition(|task| fails(&task.key));
        mended.retain(|task| !is_feed(&task.key));
        for task in &mended {
            self.stories.entry(task.key.clone()).or_default().mended = true;
        }
        let replayed = treated(&mended, &Treatment::Replay { per_minute: u32::MAX }, self.now);
        self.place.ledger.put(&replayed).await?;
        if !waits.is_empty() {
            self.person_acts_at = Some(self.now + SignedDuration::from_mins(5));
            self.post(self.now + SignedDuration::from_mins(5), Event::Mend);
        }
        Ok(())
    }

    /// The morning's round: damaged files and looks that failed are put aside, and grades that died are replayed.
    pub(super) async fn tidy_up(&mut self) -> anyhow::Result<()> {
        let day_ago = self.now - SignedDuration::from_hours(24);
        let (feeds, mut others): (Vec<_>, Vec<_>) = self.dead().await?.into_iter().partition(|task| is_feed(&task.key));
        others.retain(|task| task.updated_at < day_ago);
        for task in &others {
            self.stories.entry(task.key.clone()).or_default().mended = true;
        }
        let dropped = treated(&feeds, &Treatment::Drop { why: "it is over".to_owned() }, self.now);
        let replayed = treated(&others, &Treatment::Replay { per_minute: u32::MAX }, self.now);
        self.place.ledger.put(&dropped).await?;
        self.place.ledger.put(&replayed).await?;
        Ok(())
    }

    async fn dead(&self) -> anyhow::Result<Vec<Task>> {
        let mut letters = self.place.ledger.unsettled().await?;
        letters.retain(|task| matches!(task.state, TaskState::Dead { .. }));
        Ok(letters)
    }
}
