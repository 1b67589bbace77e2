//! How fast the steps are: each one's newest run against its week and its deadline, and whole weeks and months compared.

use std::ops::RangeInclusive;

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pipeline::Step;
use runtime::judge::{
    Period, Regression, RegressionLimits, RunSample, Slowdown, SlowdownLimits, regressions, slowdown,
};

use super::App;

/// A step's newest successful run, judged.
#[derive(Debug, Clone)]
pub struct NewestRun {
    /// Which step.
    pub step: Step,
    /// The run.
    pub run: RunSample,
    /// How it compares.
    pub slowdown: Slowdown,
}

/// Two periods of every step, compared.
#[derive(Debug, Clone)]
pub struct Regressions {
    /// The days of the period before.
    pub before: RangeInclusive<Date>,
    /// The days of the newest period that is over.
    pub newest: RangeInclusive<Date>,
    /// Every step that ran in either.
    pub steps: Vec<(Step, Regression)>,
}

impl App {
    /// How the newest successful run of a step, or of every one, compares with the days before it; in the order of the flow.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn slowdowns(&self, step: Option<Step>) -> anyhow::Result<Vec<NewestRun>> {
        let limits = SlowdownLimits::default();
        let newest = self.store.history.newest_done().await?;
        let mut runs: Vec<(Step, RunSample)> = newest
            .iter()
            .filter_map(|attempt| {
                let step = Step::named(attempt.key.step.as_str())?;
                Some((step, RunSample::of(attempt, step.spec().limits.attempt)?))
            })
            .filter(|(of, _)| step.is_none_or(|step| step == *of))
            .collect();
        runs.sort_by_key(|(step, _)| *step);
        // A step that runs once a month is compared with the days before that run, not with those before today.
        let Some(first) = runs.iter().map(|(_, run)| run.day).min() else { return Ok(Vec::new()) };
        let days = self.store.history.step_days(first.saturating_sub(Span::new().days(limits.days))).await?;
        let judged = runs.into_iter().map(|(step, run)| {
            let slowdown = slowdown(&run, &days, &limits);
            NewestRun { step, run, slowdown }
        });
        Ok(judged.collect())
    }

    /// Every step, or one, in the newest week or month that is over, compared with the one before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn regressions(&self, period: Period, step: Option<Step>) -> anyhow::Result<Regressions> {
        let yesterday = self.now().to_zoned(TimeZone::UTC).date().saturating_sub(Span::new().days(1));
        let [before, newest] = period.newest_two(yesterday);
        let days = self.store.history.step_days(*before.start()).await?;
        let compared = regressions(&days, period, yesterday, &RegressionLimits::default()).into_iter();
        let mut steps: Vec<(Step, Regression)> = compared
            .filter_map(|regression| Some((Step::named(regression.step.as_str())?, regression)))
            .filter(|(of, _)| step.is_none_or(|step| step == *of))
            .collect();
        steps.sort_by_key(|(step, _)| *step);
        Ok(Regressions { before, newest, steps })
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use runtime::judge::{Finding, Part, RegressionVerdict, Severity};

    use super::super::past::Past;
    use super::*;

    fn at(day: i8, hour: i8) -> Timestamp {
        format!("2026-01-{day:02}T{hour:02}:00:00Z").parse().unwrap()
    }

    /// Three runs a day of so many seconds.
    async fn runs(past: &Past, step: Step, days: std::ops::RangeInclusive<i8>, seconds: i64) {
        for day in days {
            for hour in [6, 12, 18] {
                past.done(step, &format!("{day} {hour}"), at(day, hour), SignedDuration::from_secs(seconds)).await;
            }
        }
    }

    #[tokio::test]
    async fn the_newest_run_is_measured_by_the_days_before_it_however_long_ago_it_was() {
        let past = Past::seen_from("2026-06-01T00:00:00Z");
        runs(&past, Step::Process, 2..=8, 3).await;
        runs(&past, Step::Forecast, 1..=1, 400).await;
        runs(&past, Step::Forecast, 2..=8, 4).await;
        past.done(Step::Forecast, "9", at(9, 7), SignedDuration::from_secs(13)).await;
        let judged = past.app.slowdowns(None).await.unwrap();
        assert_eq!(judged.iter().map(|newest| newest.step).collect::<Vec<_>>(), [Step::Process, Step::Forecast]);
        assert_eq!(judged[0].slowdown.severity, Severity::Fine);
        let NewestRun { run, slowdown, .. } = &judged[1];
        // The store adds what its commit took.
        assert_eq!((run.parts.wait.as_secs(), slowdown.newest.as_secs()), (1, 13));
        assert_eq!(slowdown.baseline.unwrap().runs, 21, "the first of January lies eight days back");
        assert_eq!(slowdown.severity, Severity::Critical);
        assert!(matches!(slowdown.findings[..], [Finding::Slower { part: Part::Compute, .. }]), "{slowdown:?}");
        let one = past.app.slowdowns(Some(Step::Process)).await.unwrap();
        assert_eq!(one.len(), 1);
    }

    #[tokio::test]
    async fn a_run_is_held_against_its_own_step_s_limit() {
        let past = Past::seen_from("2026-01-31T00:00:00Z");
        let limit = Step::Forecast.spec().limits.attempt;
        past.done(Step::Forecast, "1", at(2, 1), limit.mul_f64(0.8)).await;
        let judged = past.app.slowdowns(None).await.unwrap().remove(0);
        assert_eq!((judged.run.attempt_deadline, judged.slowdown.severity), (limit, Severity::Warning));
        assert!(matches!(judged.slowdown.findings[..], [Finding::NearDeadline { .. }]));
    }

    #[tokio::test]
    async fn a_week_is_compared_with_the_one_before_it() {
        // A Monday: the week of the 12th is over.
        let past = Past::seen_from("2026-01-19T09:00:00Z");
        runs(&past, Step::Grade, 5..=11, 2).await;
        runs(&past, Step::Grade, 12..=18, 3).await;
        runs(&past, Step::Process, 12..=12, 3).await;
        let report = past.app.regressions(Period::Week, None).await.unwrap();
        assert_eq!(report.newest.start().to_string(), "2026-01-12");
        let verdicts: Vec<_> = report.steps.iter().map(|(step, found)| (*step, found.verdict)).collect();
        let expected = [(Step::Process, RegressionVerdict::TooFewRuns), (Step::Grade, RegressionVerdict::Slower)];
        assert_eq!(verdicts, expected);
        assert_eq!(past.app.regressions(Period::Month, Some(Step::Grade)).await.unwrap().steps.len(), 0);
    }
}
