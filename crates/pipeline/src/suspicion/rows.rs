//! What rejected rows and missing ones tell, whatever they are about.

use domain::{Game, GameDate};
use jiff::SignedDuration;

use super::{Check, Judgement, Verdict, by_share, opened};
use crate::RawPayload;
use crate::source::{Directory, Expects, Facts, Parsed, RejectReason, Source};

/// An answer without rows is odd when a game begins within so long after it, or has begun within so long before.
const GAMES_ARE_NEAR: SignedDuration = SignedDuration::from_hours(24);

/// So many rows tell whether a share of them is normal.
const ENOUGH_ROWS: usize = 5;

pub(super) fn judge(
    source: &dyn Source,
    payload: &RawPayload,
    parsed: &Parsed,
    directory: &Directory,
    judgement: &mut Judgement,
) {
    let count = |reason| parsed.rejects.counts().get(&reason).copied().unwrap_or(0) as usize;
    let read = parsed.rows_read as usize;
    let shares = [
        (
            Check::Malformed,
            count(RejectReason::Malformed) + count(RejectReason::MissingValue),
            "lack a value or hold a wrong one",
        ),
        (Check::Impossible, count(RejectReason::Implausible), "contradict themselves"),
        (Check::Repeated, count(RejectReason::Duplicate), "occurred before"),
    ];
    for (check, wrong, what) in shares.into_iter().filter(|(_, wrong, _)| *wrong > 0) {
        judgement.add(check, by_share(wrong, read), format!("{wrong} of {read} rows {what}"));
    }
    let late = count(RejectReason::InPlay);
    if late > 0 {
        // What came with them from before their games stands.
        let rest = parsed.facts.prop_lines.len() + parsed.facts.game_lines.len();
        let worst = if rest == 0 { Verdict::Block } else { Verdict::Degrade };
        let detail = format!("{late} of {read} rows were seen after the game began");
        judgement.add(Check::InPlay, by_share(late, read).min(worst), detail);
    }
    let nobodies = count(RejectReason::UnresolvedPlayer);
    if nobodies > 0 {
        // New people come all the time; a payload full of them is about other people, or spells them in another way.
        let verdict = match nobodies * 2 > read && read >= ENOUGH_ROWS {
            true => Verdict::Degrade,
            false => Verdict::Accept,
        };
        judgement.add(Check::Unresolved, verdict, format!("{nobodies} of {read} rows name nobody known"));
    }
    let is_empty = read == 0 && parsed.rejects.counts().is_empty() && source.expects() == Expects::RowsWhenGamesAreNear;
    let near = |game: &Game| game.earliest_tipoff().duration_since(payload.fetched_at).abs() <= GAMES_ARE_NEAR;
    if is_empty && holds_anything(&parsed.facts) {
        // Who is not listed is back: an empty list would heal everybody.
        judgement.add(Check::Empty, Verdict::Block, "its facts rest on rows that are not there");
    } else if is_empty && directory.games().any(near) {
        judgement.add(Check::Empty, Verdict::Degrade, "no rows although games are near");
    }
    stale_schedule(payload, parsed, directory, judgement);
}

fn holds_anything(facts: &Facts) -> bool {
    facts.counts().iter().any(|(_, count)| *count > 0)
}

/// A schedule that ends before games that are known to come is last season's, or cut off.
fn stale_schedule(payload: &RawPayload, parsed: &Parsed, directory: &Directory, judgement: &mut Judgement) {
    let Some(last) = opened(&parsed.facts.games).map(|game| game.slate).max() else { return };
    let today = GameDate::of(payload.fetched_at);
    let expected = directory.games().map(|game| game.slate).max().filter(|expected| *expected > today);
    if last < today
        && let Some(expected) = expected
    {
        let detail = format!("its schedule ends {last}, and games are known up to {expected}");
        judgement.add(Check::Stale, Verdict::Degrade, detail);
    }
}
