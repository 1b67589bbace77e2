//! Facts as of a cutoff.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Alias, Cutoff, Game, GameDate, InjuryEvent, Known, LineupSpot, PlayerName, PropLine, TeamName};
use futures::future::try_join4;
use pipeline::ports::{FactStore, FactVersion, HistoryScope, Revision, SlateFacts, StoreError};
use pipeline::source::Directory;
use predict::History;

use super::Postgres;
use super::statements::{Params, select, select_facts, select_rows, sql};
use crate::rows::Cells;
use crate::rows::answers::{newest_team, revision};

#[async_trait]
impl FactStore for Postgres {
    async fn directory(&self) -> Result<Directory, StoreError> {
        let client = self.client().await?;
        let games = select::<Game>(&client, sql::newest_games, &[]).await?;
        let players = select::<PlayerName>(&client, sql::newest_names, &[]).await?;
        let teams = select::<TeamName>(&client, sql::newest_teams, &[]).await?;
        let injuries = select::<InjuryEvent>(&client, sql::newest_injuries, &[]).await?;
        let aliases = select::<Alias>(&client, sql::newest_aliases, &[]).await?;
        let plays_for = select_rows(&client, sql::newest_teams_of_players, &[], newest_team).await?;
        let directory = Directory::new(games, players, teams).with_newest_teams(plays_for);
        Ok(directory.with_injuries(injuries).with_aliases(aliases))
    }

    async fn games(&self, slates: RangeInclusive<GameDate>, cutoff: Cutoff) -> Result<Vec<Known<Game>>, StoreError> {
        let client = self.client().await?;
        Ok(select_facts(&client, sql::games, &between(&slates, cutoff).as_params()).await?)
    }

    async fn slate_facts(&self, slate: GameDate) -> Result<SlateFacts, StoreError> {
        let client = self.client().await?;
        let slate = slate.to_string();
        let of_slate: Params<'_> = &[&slate];
        let whole = Between { first: slate.clone(), last: slate.clone(), cutoff: i64::MAX };
        let whole = whole.as_params();
        let (games, scores, box_scores, shots) = try_join4(
            select_facts(&client, sql::games, &whole),
            select_facts(&client, sql::slate_final_score, of_slate),
            select_facts(&client, sql::slate_box_score, of_slate),
            select_facts(&client, sql::slate_player_shots, of_slate),
        )
        .await?;
        Ok(SlateFacts { games, scores, box_scores, shots })
    }

    async fn prop_lines(
        &self,
        slates: RangeInclusive<GameDate>,
        cutoff: Cutoff,
    ) -> Result<Vec<Known<PropLine>>, StoreError> {
        let client = self.client().await?;
        Ok(select_facts(&client, sql::prop_lines, &between(&slates, cutoff).as_params()).await?)
    }

    async fn lineups(&self, slate: GameDate, cutoff: Cutoff) -> Result<Vec<Known<LineupSpot>>, StoreError> {
        let client = self.client().await?;
        let cutoff = cutoff.instant().as_microsecond();
        Ok(select_facts(&client, sql::lineups, &[&slate.to_string(), &cutoff]).await?)
    }

    async fn history(&self, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, StoreError> {
        let client = self.client().await?;
        Ok(super::history::load(&client, scope, cutoff).await?)
    }

    async fn revisions(&self) -> Result<Vec<Revision>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::revisions, &[], revision).await?)
    }

    async fn version(&self) -> Result<FactVersion, StoreError> {
        let client = self.client().await?;
        let versions = select_rows(&client, sql::fact_version, &[], |row| {
            let mut cells = Cells::from(row, 0);
            Ok(FactVersion { all: cells.whole()?, directory: cells.whole()? })
        });
        Ok(versions.await?.pop().unwrap_or_default())
    }
}

/// Parameters of the statements that read a range of slates.
pub(super) struct Between {
    first: String,
    last: String,
    cutoff: i64,
}

pub(super) fn between(slates: &RangeInclusive<GameDate>, cutoff: Cutoff) -> Between {
    Between {
        first: slates.start().to_string(),
        last: slates.end().to_string(),
        cutoff: cutoff.instant().as_microsecond(),
    }
}

impl Between {
    pub(super) fn as_params(&self) -> [&(dyn tokio_postgres::types::ToSql + Sync); 3] {
        [&self.first, &self.last, &self.cutoff]
    }
}
