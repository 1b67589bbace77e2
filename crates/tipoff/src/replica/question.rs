//! What is asked of a provider, read from the path it is asked by.

use domain::GameId;
use pipeline::source::Provider;

/// What is asked of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// The season's schedule.
    Schedule,
    /// A game's line-ups or box score.
    BoxScore(GameId),
    /// A game's shots.
    PlayByPlay(GameId),
    /// The games that books offer something on.
    Events,
    /// What books offer on a game.
    EventOdds {
        /// The game.
        game: GameId,
        /// The markets, by the provider's keys.
        markets: Vec<String>,
    },
    /// Who is hurt: a page of the list.
    Injuries {
        /// So many come before it.
        after: usize,
    },
}

impl Question {
    /// What a path under a provider's address asks for; nothing where it has no such thing.
    pub(crate) fn of(provider: Provider, subject: &str) -> Option<Self> {
        let (path, query) = subject.split_once('?').unwrap_or((subject, ""));
        match provider {
            Provider::NbaCdn => {
                let file = path.strip_prefix("static/json/")?.strip_suffix(".json")?;
                if file == "staticData/scheduleLeagueV2" {
                    return Some(Self::Schedule);
                }
                let (kind, game) = file.strip_prefix("liveData/")?.rsplit_once('_')?;
                match kind {
                    "boxscore/boxscore" => game.parse().ok().map(Self::BoxScore),
                    "playbyplay/playbyplay" => game.parse().ok().map(Self::PlayByPlay),
                    _ => None,
                }
            }
            Provider::OddsApi => {
                let events = path.strip_prefix("v4/sports/basketball_nba/events")?;
                if events.is_empty() {
                    return Some(Self::Events);
                }
                let game = events.strip_prefix('/')?.strip_suffix("/odds")?;
                let markets = query.split('&').find_map(|parameter| parameter.strip_prefix("markets="))?;
                let markets = markets.split(',').map(ToOwned::to_owned).collect();
                Some(Self::EventOdds { game: game.parse().ok()?, markets })
            }
            Provider::Balldontlie => {
                let cursor = query.split('&').find_map(|parameter| parameter.strip_prefix("cursor="));
                let after = cursor.map_or(Some(0), |cursor| cursor.parse().ok())?;
                (path == "v1/player_injuries").then_some(Self::Injuries { after })
            }
            Provider::NbaStats
            | Provider::NbaOfficial
            | Provider::Espn
            | Provider::PrizePicks
            | Provider::BettingPros => None,
        }
    }
}
