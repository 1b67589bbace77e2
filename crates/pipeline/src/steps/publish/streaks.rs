//! `streaks/today.json`: who has stayed on one side of his lines for long, and whose side was told right for long.

use std::cmp::Ordering;

use domain::{Edition, PlayerId};
use schemars::JsonSchema;
use serde::Serialize;

use super::track::{Graded, Track, lookups_of};
use super::{Head, name, rounded};
use crate::source::Directory;

/// Streaks that go on, of at least `minimum_length` games that a player played and had a line for. The longest first.
#[derive(JsonSchema, Serialize)]
pub(super) struct Streaks {
    #[serde(flatten)]
    head: Head,
    minimum_length: usize,
    over_streaks: Vec<Streak>,
    under_streaks: Vec<Streak>,
    /// The headline's number lay on the right side of the line.
    prediction_hits: Vec<Streak>,
}

#[derive(JsonSchema, Serialize)]
struct Streak {
    player_lookup: String,
    player_id: u32,
    name: String,
    /// Of his newest game.
    team: Option<String>,
    length: usize,
    #[schemars(extend("format" = "date"))]
    since: String,
    /// Mean distance of what he did from the line.
    average_margin: f64,
}

/// The original's.
const MINIMUM_LENGTH: usize = 4;

pub(super) fn document(edition: Edition, track: &Track<'_>, directory: &Directory) -> Streaks {
    let lookups = lookups_of(track, directory);
    let all = |goes_on: fn(&Graded<'_>) -> bool| {
        let streak = |(player, graded): (&PlayerId, &Vec<Graded<'_>>)| {
            let Run { length, since, average_margin } = run(graded, goes_on)?;
            Some(Streak {
                player_lookup: lookups[player].clone(),
                player_id: player.number(),
                name: name(directory, *player),
                team: directory.newest_team(*player).map(|team| team.to_string()),
                length,
                since,
                average_margin,
            })
        };
        let mut streaks: Vec<Streak> = track.iter().filter_map(streak).collect();
        streaks.sort_by(|a, b| b.length.cmp(&a.length).then_with(|| a.player_lookup.cmp(&b.player_lookup)));
        streaks
    };
    Streaks {
        head: Head::of(edition),
        minimum_length: MINIMUM_LENGTH,
        over_streaks: all(|game| side(game) == Some(Ordering::Greater)),
        under_streaks: all(|game| side(game) == Some(Ordering::Less)),
        prediction_hits: all(|game| side(game).is_some() && side(game) == predicted_side(game)),
    }
}

struct Run {
    length: usize,
    since: String,
    average_margin: f64,
}

/// His newest games in a row of which something is true. Games he missed and games without a line neither belong nor interrupt.
fn run(graded: &[Graded<'_>], goes_on: fn(&Graded<'_>) -> bool) -> Option<Run> {
    let lined = graded.iter().rev().filter(|game| game.against_line().is_some());
    let run: Vec<&Graded<'_>> = lined.take_while(|game| goes_on(game)).collect();
    let oldest = run.last().filter(|_| run.len() >= MINIMUM_LENGTH)?;
    let margins = run.iter().filter_map(|game| game.against_line()).map(|(did, line)| f64::from(did) - line.points());
    Some(Run {
        length: run.len(),
        since: oldest.headline.slate.to_string(),
        average_margin: rounded(margins.sum::<f64>() / run.len() as f64),
    })
}

/// On which side of the line he ended.
fn side(game: &Graded<'_>) -> Option<Ordering> {
    let (did, line) = game.against_line()?;
    f64::from(did).partial_cmp(&line.points())
}

/// On which side the headline saw him.
fn predicted_side(game: &Graded<'_>) -> Option<Ordering> {
    game.predicted()?.partial_cmp(&game.bet.line?.points())
}

#[cfg(test)]
mod tests {
    use super::super::track::tests::graded;
    use super::*;
    use crate::rows::Grade;

    /// The document about one player who did so much against so much, oldest game first; his number was always 20.
    fn streaks(games: &[(Option<u16>, Option<f64>)]) -> [Vec<(usize, String)>; 3] {
        let grades: Vec<Grade> = graded(games, 20.0);
        let track = super::super::track::track(&grades);
        let Streaks { over_streaks, under_streaks, prediction_hits, .. } =
            document(Edition::morning(grades[0].slate, None), &track, &Directory::default());
        [over_streaks, under_streaks, prediction_hits]
            .map(|streaks| streaks.into_iter().map(|streak| (streak.length, streak.since)).collect())
    }

    #[test]
    fn a_streak_goes_on_over_games_missed_and_ends_on_the_other_side_or_on_the_line() {
        let over = (Some(25), Some(22.5));
        let streak = || (4, "2025-01-02".to_owned());
        let games = [(Some(20), Some(22.5)), over, over, (None, Some(22.5)), (Some(30), None), over, over];
        assert_eq!(streaks(&games), [vec![streak()], vec![], vec![]]);
        let games = [over, over, over, over, (Some(22), Some(22.0)), over];
        assert_eq!(streaks(&games), [vec![], vec![], vec![]], "three games and less are no streak");
    }

    #[test]
    fn a_hit_is_a_number_on_the_right_side() {
        let games = [(Some(10), Some(22.5)), (Some(25), Some(12.5)), (Some(20), Some(22.5)), (Some(19), Some(12.5))];
        assert_eq!(streaks(&games), [vec![], vec![], vec![(4, "2025-01-01".to_owned())]]);
    }
}
