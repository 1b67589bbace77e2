//! The inputs of trained models: their names, meanings and order.

/// Version of the inputs; changes whenever a name, an order or a meaning does.
pub const INPUTS_VERSION: &str = "v1_inputs";

macro_rules! inputs {
    ($($variant:ident $name:literal $meaning:literal;)+) => {
        /// What a trained model reads about a player before a game. `count` is what the market counts; a number in a name
        /// is the share, in percent, that the newest game has in an average.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Input {
            $(#[doc = $meaning] $variant,)+
        }

        impl Input {
            /// Every input, in the order of a row.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant),+];
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
        }
    };
}

inputs! {
    Count1 "count_last" "What he counted in his newest game.";
    Count2 "count_second_last" "What he counted in the game before it.";
    Count3 "count_third_last" "What he counted in the game before that.";
    CountMean5 "count_mean_5" "Mean count of the newest 5 games.";
    CountMean10 "count_mean_10" "Mean count of the newest 10 games.";
    CountMean20 "count_mean_20" "Mean count of the newest 20 games.";
    CountSeason "count_mean_season" "Mean count of this season's games.";
    CountMost10 "count_most_10" "Highest count of the newest 10 games.";
    CountAverage2 "count_average_2" "Count a game, very slow average.";
    CountAverage5 "count_average_5" "Count a game, slow average.";
    CountAverage10 "count_average_10" "Count a game, average.";
    CountAverage20 "count_average_20" "Count a game, fast average.";
    CountAverage40 "count_average_40" "Count a game, very fast average.";
    CountDeviation "count_deviation_10" "Standard deviation of the count.";
    CountRate2 "count_per_minute_2" "Count a minute, very slow average.";
    CountRate5 "count_per_minute_5" "Count a minute, slow average.";
    CountRate20 "count_per_minute_20" "Count a minute, fast average.";
    CountRateSeason "count_per_minute_season" "Count a minute this season.";
    CountExpected "count_expected" "Fast average of the minutes times the slow rate a minute.";
    Minutes1 "minutes_last" "Minutes of his newest game.";
    Minutes2 "minutes_second_last" "Minutes of the game before it.";
    Minutes3 "minutes_third_last" "Minutes of the game before that.";
    MinutesMean10 "minutes_mean_10" "Mean minutes of the newest 10 games.";
    MinutesSeason "minutes_mean_season" "Mean minutes of this season's games.";
    MinutesMost10 "minutes_most_10" "Most minutes of the newest 10 games.";
    MinutesAverage5 "minutes_average_5" "Minutes a game, slow average.";
    MinutesAverage10 "minutes_average_10" "Minutes a game, average.";
    MinutesAverage20 "minutes_average_20" "Minutes a game, fast average.";
    MinutesAverage40 "minutes_average_40" "Minutes a game, very fast average.";
    MinutesDeviation "minutes_deviation_10" "Standard deviation of the minutes.";
    Starts5 "starts_5" "Share of games started, slow average.";
    Starts20 "starts_20" "Share of games started, fast average.";
    Starts40 "starts_40" "Share of games started, very fast average.";
    StartsSeason "starts_season" "Share of this season's games started.";
    Usage5 "usage_5" "Share of possessions ended while on court, slow average.";
    Usage20 "usage_20" "Share of possessions ended while on court, fast average.";
    ShotRate5 "shots_per_minute_5" "Shots taken a minute, slow average.";
    ShotRate20 "shots_per_minute_20" "Shots taken a minute, fast average.";
    ThreeRate5 "threes_per_minute_5" "Three-pointers taken a minute, slow average.";
    FreeThrowRate5 "free_throws_per_minute_5" "Free throws taken a minute, slow average.";
    FreeThrowRate20 "free_throws_per_minute_20" "Free throws taken a minute, fast average.";
    PointsPerShot2 "points_per_shot_2" "Points for each shot, very slow average.";
    PointsPerShot10 "points_per_shot_10" "Points for each shot, average.";
    PointsAverage10 "points_average_10" "Points a game, average.";
    ReboundRate5 "rebounds_per_minute_5" "Rebounds a minute, slow average.";
    AssistRate5 "assists_per_minute_5" "Assists a minute, slow average.";
    TurnoverRate5 "turnovers_per_minute_5" "Turnovers a minute, slow average.";
    FoulRate5 "fouls_per_minute_5" "Fouls a minute, slow average.";
    PlusMinus5 "plus_minus_5" "Score difference while on court a game, slow average.";
    DaysOff "days_off" "Days since he last played.";
    GamesLast7 "games_last_7" "Games he played in the seven days before.";
    GamesLast14 "games_last_14" "Games he played in the fourteen days before.";
    MinutesLast7 "minutes_last_7" "Minutes he played in the seven days before.";
    Games "games" "Games played in three years.";
    GamesSeason "games_season" "Games played this season.";
    GamesWithTeam "games_with_team" "Games in a row played with this team.";
    GamesMissed "games_missed" "Games of his team since he last played.";
    SeasonDay "season_day" "Days since the first of October.";
    Home "home" "1 at home, 0 away.";
    Playoffs "playoffs" "1 in the play-offs.";
    TeamRest "team_rest" "Days since the team last played.";
    OpponentRest "opponent_rest" "Days since the opponent last played.";
    TeamGamesLast7 "team_games_last_7" "The team's games in the seven days before.";
    TeamPace "team_pace" "The team's possessions per 48 minutes less the league's.";
    OpponentPace "opponent_pace" "The opponent's possessions per 48 minutes less the league's.";
    TeamOffense "team_offense" "The team's points per 100 possessions less the league's.";
    TeamDefense "team_defense" "Points the team allows per 100 possessions less the league's.";
    OpponentOffense "opponent_offense" "The opponent's points per 100 possessions less the league's.";
    OpponentDefense "opponent_defense" "Points the opponent allows per 100 possessions less the league's, slow average.";
    OpponentDefenseFast "opponent_defense_fast" "Points the opponent allows per 100 possessions less the league's, fast average.";
    NetRating "net_rating" "By how much the team is better than its opponent, per 100 possessions.";
    OpponentAllowed "opponent_allowed" "What the opponent's opponents count above expectation a game, slow average.";
    OpponentAllowedFast "opponent_allowed_fast" "What the opponent's opponents count above expectation a game, fast average.";
    OpponentAllowedRole "opponent_allowed_role" "The same for players of his role: guards, wings or bigs.";
    OpponentZones "opponent_zones" "Percentage points by which the opponent is weaker than the league where he shoots.";
    LeagueRate "league_rate" "What the league counts a minute, newest three weeks.";
    LeagueDrift "league_drift" "That over what it counted in the year before.";
    MissingMinutes "missing_minutes" "Minutes a game of team-mates who missed the team's newest one to three games.";
    MissingCount "missing_count" "What those team-mates count a game.";
    LongMissingMinutes "long_missing_minutes" "Minutes a game of team-mates who missed its newest four to twelve games.";
    ListedOutMinutes "listed_out_minutes" "Minutes a game of team-mates who played its newest game and are listed out.";
    ListedOutCount "listed_out_count" "What those team-mates count a game.";
    ExpectedMinutes "expected_minutes" "Minutes a game of all who played the team's newest game and are not listed out.";
    ExpectedCount "expected_count" "What they count a game.";
    Injury "injury" "0 available, 1 questionable, 2 listed out.";
    StartsTonight "starts_tonight" "1 in tonight's starting five, 0 not; known half an hour before tip-off.";
    AbsentMinutes "absent_minutes" "Minutes a game of team-mates known to be absent tonight.";
    AbsentCount "absent_count" "What those team-mates count a game.";
    PresentMinutes "present_minutes" "Minutes a game of all who are there tonight.";
    PresentCount "present_count" "What they count a game.";
}

impl Input {
    /// Whether more of it never lowers a prediction, all else equal: what basketball says of a weaker defence.
    pub fn raises(self) -> bool {
        matches!(
            self,
            Self::OpponentDefense
                | Self::OpponentDefenseFast
                | Self::OpponentAllowed
                | Self::OpponentAllowedFast
                | Self::OpponentAllowedRole
                | Self::OpponentZones
        )
    }

    /// Whether it is known only half an hour before tip-off.
    pub fn is_late(self) -> bool {
        matches!(
            self,
            Self::StartsTonight | Self::AbsentMinutes | Self::AbsentCount | Self::PresentMinutes | Self::PresentCount
        )
    }
}
