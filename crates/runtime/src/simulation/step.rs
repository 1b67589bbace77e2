//! Steps of the toy trade at work, in simulated time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::trade::{Course, End, Trade, blocks, content, policy};
use crate::state::StepPolicy;
use crate::worker::{Finish, Launcher, fenced};
use crate::{AttemptContext, AttemptId, Clock, Failure, FailureCategory, Handler, OutputId, Produced, StepId, TaskKey};

/// How the rows of the trade are kept by the ledger under test.
pub(super) struct Rows<R> {
    /// Rows that hold a number.
    pub(super) pack: fn(&TaskKey, u64) -> R,
    /// The number an output holds.
    pub(super) unpack: Arc<dyn Fn(OutputId) -> Option<u64> + Send + Sync>,
}

/// A step of the trade, in one process.
pub(super) struct ToyStep<R> {
    pub(super) trade: Arc<Trade>,
    pub(super) rows: Arc<Rows<R>>,
    pub(super) clock: Arc<dyn Clock>,
}

#[async_trait]
impl<R: Send + 'static> Handler for ToyStep<R> {
    type Rows = R;

    fn policy(&self) -> StepPolicy {
        policy()
    }

    async fn run(&self, context: &AttemptContext) -> Result<Produced<R>, Failure> {
        let visit = self.trade.visit(&context.key);
        let made = content(&context.key, visit.version, &self.read(&context.inputs));
        match visit.course {
            Course::Silent(lasts) => self.clock.sleep(lasts).await,
            Course::Beating(beats, every) => {
                for beat in 1..=beats {
                    self.clock.sleep(every).await;
                    context.beat("sacks", beat.into(), beats.into());
                }
            }
            Course::Endless => std::future::pending().await,
        }
        match visit.end {
            End::Rows => Ok(Produced::Rows((self.rows.pack)(&context.key, made))),
            End::Nothing => Ok(Produced::Nothing { why: "there was nothing in the sack".into() }),
            End::TooEarly(wait) => Ok(Produced::TooEarly { until: self.clock.now() + wait, why: "still warm".into() }),
            End::Fails(category) => Err(Failure::transient(category, "the machine jams")),
            End::Broken(persistence) => {
                let (category, message) = (FailureCategory::ProcessingError, "a stone is in the sack".into());
                Err(Failure { category, persistence, message })
            }
        }
    }
}

impl<R> ToyStep<R> {
    fn read(&self, inputs: &BTreeMap<StepId, OutputId>) -> BTreeMap<StepId, u64> {
        let read = inputs.iter().filter_map(|(step, output)| Some((step.clone(), (self.rows.unpack)(*output)?)));
        read.collect()
    }
}

/// Steps that were started and wait to be driven on.
#[derive(Default)]
pub(super) struct Yard(Mutex<Vec<(AttemptId, BoxFuture<'static, ()>)>>);

impl Yard {
    /// Those that were started since the last time.
    pub(super) fn take(&self) -> Vec<(AttemptId, BoxFuture<'static, ()>)> {
        std::mem::take(&mut *self.0.lock().expect("no panic while it is held"))
    }
}

impl<R: Send + Sync + 'static> Launcher<R> for Yard {
    fn launch(&self, handler: Arc<dyn Handler<Rows = R>>, context: AttemptContext, finish: Finish<R>) {
        let attempt = finish.attempt();
        let step = async move {
            if blocks(&context.key.step) {
                let outcome = handler.run(&context).await;
                finish.with(outcome, Default::default());
            } else {
                let (outcome, _) = fenced(handler.as_ref(), &context).await;
                finish.with(outcome, Default::default());
            }
        };
        self.0.lock().expect("no panic while it is held").push((attempt, step.boxed()));
    }
}
