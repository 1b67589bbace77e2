//! Phase 4 and models as rows.

use domain::Cutoff;
use pipeline::rows::ModelArtifact;
use predict::features::{
    Feature, FeatureRow, FeatureVector, PlayerCompositeFactors, PlayerDailyCache, PlayerShotZoneAnalysis,
    TeamDefenseZoneAnalysis,
};

use super::{Cells, Corrupt, Record, Writer};

impl Record for PlayerDailyCache {
    const TABLE: &'static str = "player_daily_cache";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "games",
        "games_season",
        "points_avg_last_5",
        "points_avg_last_10",
        "points_avg_season",
        "points_std_last_10",
        "minutes_avg_last_10",
        "minutes_avg_season",
        "points_per_minute_last_10",
        "recent_trend",
        "minutes_change",
        "free_throw_share",
        "points_avg_vs_opponent",
        "games_vs_opponent",
        "team_pace",
        "team_offensive_rating",
        "team_win_share",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .date(self.slate)
            .integer(self.games)
            .integer(self.games_season)
            .real_if_any(self.points_avg_last_5)
            .real_if_any(self.points_avg_last_10)
            .real_if_any(self.points_avg_season)
            .real_if_any(self.points_std_last_10)
            .real_if_any(self.minutes_avg_last_10)
            .real_if_any(self.minutes_avg_season)
            .real_if_any(self.points_per_minute_last_10)
            .real_if_any(self.recent_trend)
            .real_if_any(self.minutes_change)
            .real_if_any(self.free_throw_share)
            .real_if_any(self.points_avg_vs_opponent)
            .integer(self.games_vs_opponent)
            .real_if_any(self.team_pace)
            .real_if_any(self.team_offensive_rating)
            .real_if_any(self.team_win_share);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            games: row.whole()?,
            games_season: row.whole()?,
            points_avg_last_5: row.real_if_any()?,
            points_avg_last_10: row.real_if_any()?,
            points_avg_season: row.real_if_any()?,
            points_std_last_10: row.real_if_any()?,
            minutes_avg_last_10: row.real_if_any()?,
            minutes_avg_season: row.real_if_any()?,
            points_per_minute_last_10: row.real_if_any()?,
            recent_trend: row.real_if_any()?,
            minutes_change: row.real_if_any()?,
            free_throw_share: row.real_if_any()?,
            points_avg_vs_opponent: row.real_if_any()?,
            games_vs_opponent: row.whole()?,
            team_pace: row.real_if_any()?,
            team_offensive_rating: row.real_if_any()?,
            team_win_share: row.real_if_any()?,
        })
    }
}

impl Record for PlayerShotZoneAnalysis {
    const TABLE: &'static str = "player_shot_zone_analysis";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &["slate", "attempts", "paint", "mid_range", "three"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .date(self.slate)
            .integer(self.attempts)
            .fraction(self.paint)
            .fraction(self.mid_range)
            .fraction(self.three);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            attempts: row.whole()?,
            paint: row.fraction()?,
            mid_range: row.fraction()?,
            three: row.fraction()?,
        })
    }
}

impl Record for TeamDefenseZoneAnalysis {
    const TABLE: &'static str = "team_defense_zone_analysis";
    const KEY: &'static [&'static str] = &["game_id", "team"];
    const CONTENT: &'static [&'static str] =
        &["slate", "games", "defensive_rating", "pace", "paint_vs_league", "mid_range_vs_league", "three_vs_league"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .team(&self.team)
            .date(self.slate)
            .integer(self.games)
            .real_if_any(self.defensive_rating)
            .real_if_any(self.pace)
            .real_if_any(self.paint_vs_league)
            .real_if_any(self.mid_range_vs_league)
            .real_if_any(self.three_vs_league);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            team: row.parse()?,
            slate: row.parse()?,
            games: row.whole()?,
            defensive_rating: row.real_if_any()?,
            pace: row.real_if_any()?,
            paint_vs_league: row.real_if_any()?,
            mid_range_vs_league: row.real_if_any()?,
            three_vs_league: row.real_if_any()?,
        })
    }
}

impl Record for PlayerCompositeFactors {
    const TABLE: &'static str = "player_composite_factors";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "fatigue_score",
        "shot_zone_mismatch_score",
        "pace_score",
        "usage_spike_score",
        "rest_advantage",
        "injury_risk",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .date(self.slate)
            .real_if_any(self.fatigue_score)
            .real_if_any(self.shot_zone_mismatch_score)
            .real_if_any(self.pace_score)
            .real_if_any(self.usage_spike_score)
            .real_if_any(self.rest_advantage)
            .real(self.injury_risk);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            fatigue_score: row.real_if_any()?,
            shot_zone_mismatch_score: row.real_if_any()?,
            pace_score: row.real_if_any()?,
            usage_spike_score: row.real_if_any()?,
            rest_advantage: row.real_if_any()?,
            injury_risk: row.real()?,
        })
    }
}

/// The columns before the features.
const FEATURE_ROW: &[&str] = &["team", "opponent", "tipoff", "cutoff", "games", "rest_days"];
const FEATURE_CONTENT: [&str; FEATURE_ROW.len() + Feature::COUNT] = {
    let mut columns = [""; FEATURE_ROW.len() + Feature::COUNT];
    let mut index = 0;
    while index < columns.len() {
        columns[index] =
            if index < FEATURE_ROW.len() { FEATURE_ROW[index] } else { Feature::NAMES[index - FEATURE_ROW.len()] };
        index += 1;
    }
    columns
};

impl Record for FeatureRow {
    const TABLE: &'static str = "ml_feature_store";
    const KEY: &'static [&'static str] = &["slate", "game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &FEATURE_CONTENT;

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.date(self.slate)
            .game(self.game)
            .player(self.player)
            .team(&self.team)
            .team(&self.opponent)
            .instant(self.tipoff)
            .instant(self.vector.cutoff().instant())
            .integer(self.games)
            .rest(self.rest);
        for value in self.vector.values() {
            row.real_if_any(*value);
        }
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let (slate, game, player) = (row.parse()?, row.parse()?, row.player()?);
        let (team, opponent, tipoff) = (row.parse()?, row.parse()?, row.instant()?);
        let cutoff = Cutoff::at(row.instant()?);
        let (games, rest) = (row.whole()?, row.rest()?);
        let mut values = [None; Feature::COUNT];
        for value in &mut values {
            *value = row.real_if_any()?;
        }
        let vector = FeatureVector::rehydrate(values, cutoff);
        Ok(Self { game, slate, player, team, opponent, tipoff, games, rest, vector })
    }
}

impl Record for ModelArtifact {
    const TABLE: &'static str = "model_artifact";
    const KEY: &'static [&'static str] = &["market", "system"];
    const CONTENT: &'static [&'static str] = &["schema", "trained_through", "training_rows", "card", "body", "hash"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.text(self.market.code())
            .text(self.system.code())
            .text(&self.schema)
            .instant(self.trained_through)
            .integer(self.rows as i64)
            .text(&self.card)
            .blob(&self.body)
            .blob(self.hash().bytes().to_vec());
    }

    /// An artifact that no longer has its hash is refused: a damaged model must not predict.
    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let artifact = Self {
            market: row.parse()?,
            system: row.parse()?,
            schema: row.text()?.into_owned(),
            trained_through: row.instant()?,
            rows: row.whole()?,
            card: row.text()?.into_owned(),
            body: row.blob()?.into_owned(),
        };
        if *row.blob()? != *artifact.hash().bytes() {
            return Err(Corrupt(format!(
                "the {} model of {} does not have its hash",
                artifact.market, artifact.system
            )));
        }
        Ok(artifact)
    }
}
