//! Steps: how long each attempt takes, and what comes of it, as the troubles have it.

use jiff::Timestamp;
use pipeline::Step;
use runtime::simulation::Chance;
use runtime::{AttemptId, Failure, FailureCategory, Produced, TaskKey};

use super::{BEATS, Engine, Event, SECOND};
use crate::simulated_season::crew::usual;
use crate::simulated_season::troubles::{Burst, Content, Mood};

impl Engine {
    /// Takes the steps that a process started, and decides when each ends.
    pub(super) fn take_steps(&mut self, process: usize) {
        let Some(works) = &mut self.processes[process] else { return };
        let mut begun = Vec::new();
        for started in works.yard.take() {
            let (attempt, key) = (started.finish.attempt(), started.context.key.clone());
            works.steps.insert(attempt, started);
            begun.push((attempt, key));
        }
        for (attempt, key) in begun {
            let story = self.stories.entry(key.clone()).or_default();
            story.tries += 1;
            let mood = if is_feed(&key) { Mood::Works } else { Mood::of(self.seed, &key, story.run) };
            let usual = Step::named(key.step.as_str()).map_or(SECOND, usual);
            let mut chance = Chance::of(self.seed, &["lasts", &attempt.to_string()], 0);
            let lasts = usual / 2 + chance.seconds(0, usual.as_secs());
            let lasts = match mood {
                Mood::Hangs if story.tries == 1 => continue,
                Mood::Slow(times) => lasts * times,
                _ => lasts,
            };
            self.post(self.now + BEATS, Event::Beat(process, attempt));
            self.post(self.now + lasts, Event::End(process, attempt));
        }
    }

    /// A step ends, as the troubles have it.
    pub(super) fn end(&mut self, process: usize, attempt: AttemptId) {
        let step = self.processes[process].as_mut().and_then(|works| works.steps.remove(&attempt));
        let Some(step) = step else { return };
        let outcome = self.outcome(&step.context.key, attempt);
        step.finish.with(outcome, Default::default());
    }

    fn outcome(&mut self, key: &TaskKey, attempt: AttemptId) -> Result<Produced<u64>, Failure> {
        let story = self.stories.entry(key.clone()).or_default();
        let made = Ok(Produced::Rows(attempt.0.unsigned_abs()));
        if let Some(file) = self.facts.file(key) {
            return match file.content {
                Content::Good => made,
                Content::Empty => Ok(Produced::Nothing { why: "no row is in the file".to_owned() }),
                Content::Damaged => {
                    Err(Failure::permanent(FailureCategory::UpstreamFailure, "the file ends in the middle"))
                }
            };
        }
        if is_feed(key) {
            let is_closed = self.troubles.closed.iter().any(|span| span.contains(self.now));
            let refused = || Failure::transient(FailureCategory::UpstreamFailure, "the provider answers 503");
            return if is_closed { Err(refused()) } else { made };
        }
        if self.troubles.bursts.iter().any(|burst| is_struck(burst, key, self.now)) {
            return Err(Failure::transient(FailureCategory::ProcessingError, "there is no memory left"));
        }
        match Mood::of(self.seed, key, story.run) {
            Mood::Stumbles(times) if story.tries <= times => {
                Err(Failure::transient(FailureCategory::UpstreamFailure, "a lookup failed"))
            }
            Mood::Broken if !story.mended => {
                Err(Failure::permanent(FailureCategory::ProcessingError, "division by zero"))
            }
            _ => made,
        }
    }
}

/// Whether a burst makes a task fail now.
pub(super) fn is_struck(burst: &Burst, key: &TaskKey, now: Timestamp) -> bool {
    burst.step.name() == key.step.as_str() && burst.span.contains(now)
}

/// Whether it is about bytes from outside, on which no page waits.
pub(super) fn is_feed(key: &TaskKey) -> bool {
    [Step::Land, Step::Process].iter().any(|step| step.name() == key.step.as_str())
}
