//! The kinds of documents there are: under which paths each is published, and the JSON Schema of its shape.

use domain::GameDate;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::best_bets::BestBets;
use super::leaderboard::Leaderboard;
use super::player::PlayerTonight;
use super::players::{PlayerIndex, PlayerProfile};
use super::predictions::Predictions;
use super::results::Results;
use super::streaks::Streaks;
use super::tonight::Tonight;
use crate::rows::Twin;

/// A kind of published document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// Every player of a slate at a glance.
    Tonight,
    /// One player of a slate in depth.
    PlayerTonight,
    /// Every system's number on every player.
    Predictions,
    /// The bets worth their price.
    BestBets,
    /// How a slate's predictions came out.
    Results,
    /// The systems' records.
    Leaderboard,
    /// How each player of a season was predicted, a line each.
    PlayerIndex,
    /// The same of one player in depth.
    PlayerProfile,
    /// Who has stayed on one side of his lines for long.
    Streaks,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Tonight,
        Self::PlayerTonight,
        Self::Predictions,
        Self::BestBets,
        Self::Results,
        Self::Leaderboard,
        Self::PlayerIndex,
        Self::PlayerProfile,
        Self::Streaks,
    ];

    /// Its name in paths.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tonight => "tonight/all-players",
            Self::PlayerTonight => "tonight/player",
            Self::Predictions => "predictions",
            Self::BestBets => "best-bets",
            Self::Results => "results",
            Self::Leaderboard => "systems/performance",
            Self::PlayerIndex => "players/index",
            Self::PlayerProfile => "players/profile",
            Self::Streaks => "streaks",
        }
    }

    /// Where a slate's document of this kind is published.
    pub(super) fn path(self, slate: GameDate) -> String {
        format!("v1/{}/{slate}.json", self.name())
    }

    /// Where the newest one is published too.
    pub fn twin(self) -> Twin {
        let one = |path: &str| Twin::One(format!("v1/{path}.json"));
        match self {
            Self::Tonight | Self::Leaderboard | Self::PlayerIndex => one(self.name()),
            Self::Predictions | Self::Streaks => one(&format!("{}/today", self.name())),
            Self::BestBets | Self::Results => one(&format!("{}/latest", self.name())),
            Self::PlayerTonight => Twin::EachPlayer("v1/tonight/player".to_owned()),
            Self::PlayerProfile => Twin::EachPlayer("v1/players".to_owned()),
        }
    }

    /// The kind of what is published under a path, a slate's own or the newest one's.
    pub fn of_path(path: &str) -> Option<Self> {
        let stem = path.strip_suffix(".json")?;
        let (folder, last) = stem.rsplit_once('/')?;
        let is_its = |kind: &Self| {
            let slates = folder.strip_prefix("v1/") == Some(kind.name()) && last.parse::<GameDate>().is_ok();
            let newest = match kind.twin() {
                Twin::One(twin) => twin == path,
                Twin::EachPlayer(each) => each == folder,
            };
            slates || newest
        };
        // `players/index.json` lies in the folder of the profiles.
        let exact = Self::ALL.into_iter().find(|kind| kind.twin() == Twin::One(path.to_owned()));
        exact.or_else(|| Self::ALL.into_iter().find(is_its))
    }

    /// The JSON Schema (draft 2020-12) of one document of this kind.
    pub fn schema(self) -> Value {
        match self {
            Self::Tonight => schema::<Tonight>(),
            Self::PlayerTonight => schema::<PlayerTonight>(),
            Self::Predictions => schema::<Predictions>(),
            Self::BestBets => schema::<BestBets>(),
            Self::Results => schema::<Results>(),
            Self::Leaderboard => schema::<Leaderboard>(),
            Self::PlayerIndex => schema::<PlayerIndex>(),
            Self::PlayerProfile => schema::<PlayerProfile>(),
            Self::Streaks => schema::<Streaks>(),
        }
    }
}

/// The schema of what is written, not of what could be read.
fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_kind() {
        let slate = "2025-01-15".parse().unwrap();
        for kind in DocumentKind::ALL {
            let newest = match kind.twin() {
                Twin::One(twin) => twin,
                Twin::EachPlayer(folder) => format!("{folder}/nikolajokic.json"),
            };
            assert_eq!([kind.path(slate), newest].map(|path| DocumentKind::of_path(&path)), [Some(kind); 2]);
        }
        assert_eq!(DocumentKind::of_path("v1/status.json"), None);
    }
}
