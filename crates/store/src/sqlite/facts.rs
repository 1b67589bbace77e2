//! Facts as of a cutoff.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Alias, Cutoff, Game, GameDate, InjuryEvent, Known, LineupSpot, PlayerName, PropLine, TeamName};
use pipeline::ports::{FactStore, FactVersion, HistoryScope, Revision, SlateFacts, StoreError};
use pipeline::source::Directory;
use predict::History;
use rusqlite::named_params;

use super::Sqlite;
use super::statements::{select, select_facts, select_rows, sql};
use crate::rows::answers::{newest_team, revision};

#[async_trait]
impl FactStore for Sqlite {
    async fn directory(&self) -> Result<Directory, StoreError> {
        let directory = self.read(|connection| {
            let games = select::<Game>(connection, sql::newest_games, [])?;
            let players = select::<PlayerName>(connection, sql::newest_names, [])?;
            let teams = select::<TeamName>(connection, sql::newest_teams, [])?;
            let injuries = select::<InjuryEvent>(connection, sql::newest_injuries, [])?;
            let aliases = select::<Alias>(connection, sql::newest_aliases, [])?;
            let plays_for = select_rows(connection, sql::newest_teams_of_players, [], newest_team)?;
            let directory = Directory::new(games, players, teams).with_newest_teams(plays_for);
            Ok(directory.with_injuries(injuries).with_aliases(aliases))
        });
        Ok(directory.await?)
    }

    async fn games(&self, slates: RangeInclusive<GameDate>, cutoff: Cutoff) -> Result<Vec<Known<Game>>, StoreError> {
        let games = self.read(move |connection| {
            select_facts(connection, sql::games, between(&slates, cutoff).as_params().as_slice())
        });
        Ok(games.await?)
    }

    async fn slate_facts(&self, slate: GameDate) -> Result<SlateFacts, StoreError> {
        let facts = self.read(move |connection| {
            let slate = slate.to_string();
            let whole = Between { first: slate.clone(), last: slate.clone(), cutoff: i64::MAX };
            Ok(SlateFacts {
                games: select_facts(connection, sql::games, whole.as_params().as_slice())?,
                scores: select_facts(connection, sql::slate_final_score, named_params! { ":slate": slate })?,
                box_scores: select_facts(connection, sql::slate_box_score, named_params! { ":slate": slate })?,
                shots: select_facts(connection, sql::slate_player_shots, named_params! { ":slate": slate })?,
            })
        });
        Ok(facts.await?)
    }

    async fn prop_lines(
        &self,
        slates: RangeInclusive<GameDate>,
        cutoff: Cutoff,
    ) -> Result<Vec<Known<PropLine>>, StoreError> {
        let lines = self.read(move |connection| {
            select_facts(connection, sql::prop_lines, between(&slates, cutoff).as_params().as_slice())
        });
        Ok(lines.await?)
    }

    async fn lineups(&self, slate: GameDate, cutoff: Cutoff) -> Result<Vec<Known<LineupSpot>>, StoreError> {
        let spots = self.read(move |connection| {
            let (slate, cutoff) = (slate.to_string(), cutoff.instant().as_microsecond());
            select_facts(connection, sql::lineups, named_params! { ":slate": slate, ":cutoff": cutoff })
        });
        Ok(spots.await?)
    }

    async fn history(&self, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, StoreError> {
        let scope = *scope;
        Ok(self.read(move |connection| super::history::load(connection, &scope, cutoff)).await?)
    }

    async fn revisions(&self) -> Result<Vec<Revision>, StoreError> {
        Ok(self.read(|connection| select_rows(connection, sql::revisions, [], revision)).await?)
    }

    async fn version(&self) -> Result<FactVersion, StoreError> {
        let version = self.read(|connection| {
            let mut statement = connection.prepare_cached(sql::fact_version)?;
            let (all, directory): (i64, i64) = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(FactVersion { all: all.unsigned_abs(), directory: directory.unsigned_abs() })
        });
        Ok(version.await?)
    }
}

/// Parameters of the statements that read a range of slates.
pub(super) struct Between {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) cutoff: i64,
}

pub(super) fn between(slates: &RangeInclusive<GameDate>, cutoff: Cutoff) -> Between {
    Between {
        first: slates.start().to_string(),
        last: slates.end().to_string(),
        cutoff: cutoff.instant().as_microsecond(),
    }
}

impl Between {
    pub(super) fn as_params(&self) -> [(&'static str, &dyn rusqlite::ToSql); 3] {
        [(":first", &self.first), (":last", &self.last), (":cutoff", &self.cutoff)]
    }
}
