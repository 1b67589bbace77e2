//! Live providers as they stand: what each was asked today, what was last heard of it, and whether it is left alone.

use domain::GameDate;
use pipeline::ports::ProviderDay;
use pipeline::source::Provider;
use runtime::Breaker;

use super::App;
use crate::fetch::breaker_of;

/// What was last heard of a provider is looked for in so many days: a quota is that of a month.
const LOOKED_BACK_DAYS: i32 = 31;

/// A provider as it stands.
#[derive(Debug, Clone)]
pub(crate) struct ProviderStanding {
    /// What it was asked today, with what was last heard of it, today or before.
    pub(crate) today: ProviderDay,
    /// The most that it was seen to count against its quota from one day to the next; nothing where it tells no quota, or was
    /// asked on one day only.
    pub(crate) quota_a_day: Option<u64>,
    /// Whether it is left alone.
    pub(crate) breaker: Breaker,
}

impl App {
    /// Every provider as it stands now, live or not.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn providers(&self) -> anyhow::Result<Vec<ProviderStanding>> {
        let today = GameDate::of(self.now());
        let days = self.store.providers.provider_days(today.plus_days(-LOOKED_BACK_DAYS)).await?;
        let mut breakers = self.store.ledger.breakers().await?;
        let standing = |provider: Provider| {
            let breaker = breakers.remove(&breaker_of(provider)).unwrap_or_default();
            ProviderStanding::of(provider, today, &days, breaker)
        };
        Ok(Provider::ALL.map(standing).into())
    }
}

impl ProviderStanding {
    /// What days in order, of all providers, come to.
    fn of(provider: Provider, today: GameDate, days: &[ProviderDay], breaker: Breaker) -> Self {
        let own: Vec<&ProviderDay> = days.iter().filter(|day| day.provider == provider).collect();
        let asked = own.iter().find(|day| day.day == today);
        let mut standing = asked.map_or_else(|| ProviderDay::unasked(provider, today), |day| (*day).clone());
        for earlier in own.iter().rev() {
            standing.answered_at = standing.answered_at.or(earlier.answered_at);
            standing.problem = standing.problem.or_else(|| earlier.problem.clone());
            standing.quota = standing.quota.or(earlier.quota);
        }
        let used: Vec<u64> = own.iter().filter_map(|day| Some(day.quota?.used)).collect();
        // A new month begins anew.
        let quota_a_day = used.windows(2).filter_map(|pair| pair[1].checked_sub(pair[0])).max();
        Self { today: standing, quota_a_day, breaker }
    }

    /// Who it is.
    pub(crate) fn provider(&self) -> Provider {
        self.today.provider
    }

    /// Whether less of its quota is left than a day was seen to take; at the latest when nothing is left.
    pub(crate) fn runs_out_today(&self) -> bool {
        self.today.quota.is_some_and(|quota| quota.left == 0 || self.quota_a_day.is_some_and(|day| quota.left < day))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use pipeline::ports::Quota;

    use super::*;

    fn day(day: &str, quota: Option<(u64, u64)>) -> ProviderDay {
        let quota = quota.map(|(used, left)| Quota { used, left });
        ProviderDay { asked: 9, quota, ..ProviderDay::unasked(Provider::OddsApi, day.parse().unwrap()) }
    }

    fn standing(days: &[ProviderDay]) -> ProviderStanding {
        ProviderStanding::of(Provider::OddsApi, "2025-01-15".parse().unwrap(), days, Breaker::default())
    }

    #[test]
    fn what_was_last_heard_stands_until_something_else_is_and_counts_are_todays() {
        let at: Timestamp = "2025-01-14T20:00:00Z".parse().unwrap();
        let heard = ProviderDay { answered_at: Some(at), ..day("2025-01-14", Some((400, 100))) };
        let other = ProviderDay { provider: Provider::Espn, ..day("2025-01-15", Some((1, 1))) };
        let yesterday = standing(&[heard.clone(), other]);
        assert_eq!((yesterday.today.asked, yesterday.today.answered_at), (0, Some(at)));
        assert_eq!(yesterday.today.quota, Some(Quota { used: 400, left: 100 }));
        let today = standing(&[heard, day("2025-01-15", Some((420, 80)))]);
        assert_eq!((today.today.asked, today.today.answered_at), (9, Some(at)));
        assert_eq!(today.today.quota, Some(Quota { used: 420, left: 80 }));
    }

    #[test]
    fn a_quota_runs_out_today_where_less_is_left_than_a_day_takes() {
        let runs_out = |days: &[ProviderDay]| standing(days).runs_out_today();
        let (first, second) = (day("2025-01-13", Some((300, 200))), day("2025-01-14", Some((400, 100))));
        assert!(!runs_out(&[first.clone(), second.clone()]), "a day took 100 and 100 are left");
        assert!(runs_out(&[first.clone(), second.clone(), day("2025-01-15", Some((401, 99)))]));
        let anew = day("2025-01-15", Some((20, 480)));
        assert!(!runs_out(&[first, second, anew]), "a month began");
        assert!(!runs_out(&[day("2025-01-15", Some((499, 1)))]), "nobody knows what a day takes");
        assert!(runs_out(&[day("2025-01-15", Some((500, 0)))]));
        assert!(!runs_out(&[day("2025-01-15", None)]), "it tells none");
    }
}
