//! Progress on a terminal: one bar for the plan, one line for what it is busy with.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use runtime::{Event, Observer, Silent};

/// Bars when a person watches, silence otherwise.
pub(crate) fn observer() -> Arc<dyn Observer> {
    if std::io::stderr().is_terminal() { Arc::new(Bars::new()) } else { Arc::new(Silent) }
}

struct Bars {
    tasks: ProgressBar,
    stage: ProgressBar,
    /// Steps of a plan shorter than this flash by; a bar would only flicker.
    long: Mutex<bool>,
}

/// Plans of fewer tasks need no bar of their own.
const LONG_PLAN: usize = 5;

impl Bars {
    fn new() -> Self {
        let bars = MultiProgress::new();
        let style = |template| ProgressStyle::with_template(template).expect("a template that is tested by looking");
        let tasks = bars.add(ProgressBar::hidden());
        tasks.set_style(style("{spinner} {bar:32.cyan/blue} {pos:>5}/{len} tasks  {elapsed}  {wide_msg}"));
        let stage = bars.add(ProgressBar::hidden());
        stage.set_style(style("  {bar:32.green/black} {pos:>5}/{len} {wide_msg}"));
        Self { tasks, stage, long: Mutex::new(false) }
    }
}

impl Observer for Bars {
    fn on(&self, event: &Event<'_>) {
        match event {
            Event::Planned { ready } => {
                *self.long.lock().expect("no panic while it is held") = *ready >= LONG_PLAN;
                self.tasks.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                self.tasks.enable_steady_tick(Duration::from_millis(120));
                self.tasks.reset();
                self.tasks.set_length(*ready as u64);
            }
            Event::Started { key } => self.tasks.set_message(key.to_string()),
            Event::Progress { stage, done, total, .. } => {
                self.stage.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                self.stage.set_length(*total);
                self.stage.set_position(*done);
                self.stage.set_message((*stage).to_owned());
                if done == total {
                    self.stage.set_draw_target(indicatif::ProgressDrawTarget::hidden());
                }
            }
            Event::Settled { .. } => {
                self.tasks.inc(1);
                let finished = self.tasks.length().is_some_and(|length| self.tasks.position() >= length);
                if finished {
                    self.tasks.disable_steady_tick();
                    self.tasks.finish_and_clear();
                }
            }
        }
    }
}
