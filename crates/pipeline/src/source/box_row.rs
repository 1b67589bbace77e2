//! A row of a box score, the same from whichever provider it comes.

use domain::{Appearance, BoxScore, Game, PlayerId, Playtime, Role, StatLine, Team};

use super::{RejectReason, Rejection};

/// The row of a player of one of a game's teams.
pub(super) fn box_row(
    game: &Game,
    team: Team,
    player: PlayerId,
    appearance: Appearance,
) -> Result<BoxScore, Rejection> {
    let elsewhere = || (RejectReason::Malformed, format!("{team} does not play in {}", game.id));
    let (opponent, venue) = game.side_of(team).ok_or_else(elsewhere)?;
    Ok(BoxScore { game: game.id, slate: game.slate, player, team, opponent, venue, appearance })
}

/// What somebody did who played, if his counts can belong together.
pub(super) fn played(role: Role, line: StatLine, name: &str) -> Result<Appearance, Rejection> {
    let line = line.checked().map_err(|why| (RejectReason::Implausible, format!("{name}: {why}")))?;
    Ok(Appearance::Played(role, line))
}

/// Time on court as a clock shows it: `34:30`, `34.000000:30`, or whole minutes alone.
pub(super) fn clock(text: &str) -> Option<Playtime> {
    let (minutes, seconds) = text.split_once(':').unwrap_or((text, "0"));
    let minutes: u16 = minutes.split('.').next()?.parse().ok()?;
    let seconds: u16 = seconds.parse().ok().filter(|seconds| *seconds < 60)?;
    Some(Playtime::from_seconds(minutes.checked_mul(60)?.checked_add(seconds)?))
}

/// Made and attempted, as `7-15`.
pub(super) fn made_of(text: &str) -> Option<(u16, u16)> {
    let (made, attempted) = text.split_once('-')?;
    Some((made.parse().ok()?, attempted.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_as_each_provider_writes_them() {
        let seconds = |text| clock(text).map(Playtime::seconds);
        for (text, expected) in
            [("34:30", 2070), ("34.000000:30", 2070), ("38", 2280), ("00", 0), ("06", 360), ("0:07", 7)]
        {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["", "--", "34:61", "-3", "12:", "70000:00"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn shots_are_made_of_attempted() {
        assert_eq!(made_of("7-15"), Some((7, 15)));
        assert_eq!(made_of("-"), None);
        assert_eq!(made_of("7"), None);
    }
}
