//! Providers: whom sources ask, under which address, with which key, and how often one may.

use std::fmt;

/// Somebody who is asked over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// The files behind NBA.com's live pages.
    NbaCdn,
    /// The statistics service of NBA.com.
    NbaStats,
    /// The league's own documents: the injury report.
    NbaOfficial,
    /// ESPN's site.
    Espn,
    /// BallDontLie.
    Balldontlie,
    /// The Odds API.
    OddsApi,
    /// BettingPros.
    BettingPros,
    /// PrizePicks.
    PrizePicks,
}

/// How a provider wants its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRule {
    /// It asks for none.
    Free,
    /// In a header of this name.
    Header(&'static str),
    /// As a parameter of this name.
    Parameter(&'static str),
}

/// What there is to know about a provider before one asks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderSpec {
    /// Its name in settings, tables and reports.
    pub name: &'static str,
    /// Where its paths begin; ends with a slash.
    pub base: &'static str,
    /// How it wants its key.
    pub key: KeyRule,
    /// Requests a minute that it is asked at most.
    pub per_minute: u32,
    /// Requests under way at a time.
    pub at_once: u32,
    /// Headers without which it does not answer.
    pub headers: &'static [(&'static str, &'static str)],
}

/// The statistics service answers its own pages only.
const OF_NBA_PAGES: &[(&str, &str)] = &[
    ("Referer", "https://www.nba.com/"),
    ("Origin", "https://www.nba.com"),
    ("x-nba-stats-origin", "stats"),
    ("x-nba-stats-token", "true"),
];

impl Provider {
    /// Every provider, those that answer without a key first.
    pub const ALL: [Self; 8] = [
        Self::NbaCdn,
        Self::NbaStats,
        Self::NbaOfficial,
        Self::Espn,
        Self::PrizePicks,
        Self::Balldontlie,
        Self::OddsApi,
        Self::BettingPros,
    ];

    /// What there is to know about it. Limits are ours, and below what each is known to bear.
    pub fn spec(self) -> ProviderSpec {
        let (name, base, key, per_minute, at_once) = match self {
            Self::NbaCdn => ("nba_cdn", "https://cdn.nba.com/", KeyRule::Free, 120, 4),
            Self::NbaStats => ("nba_stats", "https://stats.nba.com/", KeyRule::Free, 20, 1),
            Self::NbaOfficial => ("nba_official", "https://ak-static.cms.nba.com/", KeyRule::Free, 20, 1),
            Self::Espn => ("espn", "https://site.api.espn.com/", KeyRule::Free, 60, 4),
            Self::PrizePicks => ("prizepicks", "https://api.prizepicks.com/", KeyRule::Free, 10, 1),
            Self::Balldontlie => {
                ("balldontlie", "https://api.balldontlie.io/", KeyRule::Header("Authorization"), 60, 2)
            }
            Self::OddsApi => ("odds_api", "https://api.the-odds-api.com/", KeyRule::Parameter("apiKey"), 120, 4),
            Self::BettingPros => ("bettingpros", "https://api.bettingpros.com/", KeyRule::Header("x-api-key"), 60, 2),
        };
        let headers = if self == Self::NbaStats { OF_NBA_PAGES } else { &[] };
        ProviderSpec { name, base, key, per_minute, at_once, headers }
    }

    /// Its name in settings, tables and reports.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The provider of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_and_an_address_of_its_own() {
        for provider in Provider::ALL {
            let spec = provider.spec();
            assert_eq!(Provider::named(spec.name), Some(provider));
            assert!(spec.base.starts_with("https://") && spec.base.ends_with('/'), "{}", spec.base);
            assert_eq!(Provider::ALL.iter().filter(|other| other.spec().base == spec.base).count(), 1, "{provider}");
        }
    }
}
