//! The feature catalogue: 33 named features in a fixed order, each with its meaning and direction.

use std::fmt;

/// Version of the feature schema; changes whenever a name, an order or a meaning does.
pub const SCHEMA_VERSION: &str = "v3_33features";

/// What basketball says about a feature, all else equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More of it never lowers a prediction.
    Raises,
    /// More of it never raises a prediction.
    Lowers,
    /// Nothing is claimed.
    Free,
}

macro_rules! features {
    ($($variant:ident $name:literal $direction:ident $meaning:literal;)+) => {
        /// A feature of `ml_feature_store`. Names and order are the original's.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Feature {
            $(#[doc = $meaning] $variant,)+
        }

        impl Feature {
            /// Every feature, in the order of the vector.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant),+];
            /// Their names, in the same order.
            pub const NAMES: [&'static str; Self::COUNT] = [$($name),+];
            /// How many there are.
            pub const COUNT: usize = [$($name),+].len();

            /// The name in tables and documents.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means, with its unit.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// What basketball says about it.
            pub fn direction(self) -> Direction {
                match self { $(Self::$variant => Direction::$direction,)+ }
            }
        }
    };
}

features! {
    PointsAvgLast5 "points_avg_last_5" Free "Mean points of the newest 5 games played.";
    PointsAvgLast10 "points_avg_last_10" Free "Mean points of the newest 10 games played.";
    PointsAvgSeason "points_avg_season" Free "Mean points of this season's games played.";
    PointsStdLast10 "points_std_last_10" Free "Standard deviation of points over the newest 10 games played.";
    GamesInLast7Days "games_in_last_7_days" Lowers "Games played in the seven days before the slate.";
    FatigueScore "fatigue_score" Raises "100 is fresh, 0 is exhausted.";
    ShotZoneMismatchScore "shot_zone_mismatch_score" Raises "Percentage points by which the opponent is weaker than the league where the player shoots, -10 to 10.";
    PaceScore "pace_score" Raises "Half of the opponent's pace less the league's, -3 to 3.";
    UsageSpikeScore "usage_spike_score" Free "Expected usage above the last week's, in percentage points times 0.3, -3 to 3.";
    RestAdvantage "rest_advantage" Raises "Player's days off less the opponent's, -2 to 2.";
    InjuryRisk "injury_risk" Free "0 available, 2 questionable, 3 listed out.";
    RecentTrend "recent_trend" Free "Newest three games against the two before, -2 falling to 2 rising.";
    MinutesChange "minutes_change" Free "Minutes of the newest five games against the season, -2 fewer to 2 more.";
    OpponentDefRating "opponent_def_rating" Raises "Points the opponent allows per 100 possessions, newest 15 games; higher is weaker.";
    OpponentPace "opponent_pace" Free "Opponent's possessions per 48 minutes, newest 15 games.";
    HomeAway "home_away" Free "1 at home, 0 away.";
    BackToBack "back_to_back" Lowers "1 when the player played yesterday.";
    PlayoffGame "playoff_game" Free "1 in the play-offs.";
    PctPaint "pct_paint" Free "Share of shots in the paint, newest 10 games.";
    PctMidRange "pct_mid_range" Free "Share of shots from mid-range, newest 10 games.";
    PctThree "pct_three" Free "Share of shots behind the arc, newest 10 games.";
    PctFreeThrow "pct_free_throw" Free "Share of points made at the line, newest 10 games, at most a half.";
    TeamPace "team_pace" Free "Team's possessions per 48 minutes, newest 15 games.";
    TeamOffRating "team_off_rating" Free "Team's points per 100 possessions, newest 10 games.";
    TeamWinPct "team_win_pct" Free "Share of this season's games won, from five games on.";
    VegasPointsLine "vegas_points_line" Free "Mean of the books' newest main points lines.";
    VegasOpeningLine "vegas_opening_line" Free "Mean of the books' first main points lines.";
    VegasLineMove "vegas_line_move" Free "Newest less opening line.";
    HasVegasLine "has_vegas_line" Free "1 when a book has a main points line.";
    AvgPointsVsOpponent "avg_points_vs_opponent" Free "Mean points against tonight's opponent over three years.";
    GamesVsOpponent "games_vs_opponent" Free "Games against tonight's opponent over three years.";
    MinutesAvgLast10 "minutes_avg_last_10" Free "Mean minutes of the newest 10 games of the last 30 days.";
    PpmAvgLast10 "ppm_avg_last_10" Free "Points per minute of the newest 10 games of the last 30 days.";
}

impl Feature {
    /// Whether the feature carries what the books think. Market-free systems never read these.
    pub fn saw_market(self) -> bool {
        matches!(self, Self::VegasPointsLine | Self::VegasOpeningLine | Self::VegasLineMove | Self::HasVegasLine)
    }
}

impl Feature {
    /// Whether no two dozen players can have the same value: a slate on which they do was computed wrongly. What is
    /// counted in small numbers, or is the same for a whole team, can come out alike by chance.
    pub fn differs_between_players(self) -> bool {
        matches!(
            self,
            Self::PointsAvgLast5
                | Self::PointsAvgLast10
                | Self::PointsAvgSeason
                | Self::PointsStdLast10
                | Self::HomeAway
                | Self::PctPaint
                | Self::PctMidRange
                | Self::PctThree
                | Self::VegasPointsLine
                | Self::MinutesAvgLast10
                | Self::PpmAvgLast10
        )
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_order_are_the_originals() {
        let index = |name: &str| Feature::ALL.iter().position(|feature| feature.name() == name);
        assert_eq!(Feature::COUNT, 33);
        for (position, name) in [
            (0, "points_avg_last_5"),
            (13, "opponent_def_rating"),
            (16, "back_to_back"),
            (25, "vegas_points_line"),
            (32, "ppm_avg_last_10"),
        ] {
            assert_eq!(index(name), Some(position));
        }
    }

    #[test]
    fn a_vector_index_is_the_variant() {
        for (index, feature) in Feature::ALL.into_iter().enumerate() {
            assert_eq!(feature as usize, index);
        }
    }
}
