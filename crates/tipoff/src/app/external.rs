//! Systems outside this program: what an edition asks them, and what of their answers is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::{Cutoff, Edition, Game, GameId, PlayerId};
use jiff::Timestamp;
use pipeline::ports::Heard;
use pipeline::rows::ExternalAnswer;
use pipeline::{MARKET, Rows, Step, closing_time};
use predict::features::{FeatureRow, UpcomingPlayerGameContext, lines_known};
use predict::{BookQuote, CountLaw, ExternalSystem, NotALaw};
use runtime::AuditOutcome;

use super::App;

/// A question as a system outside reads it: all that ours know of the player, and the market that most of them do not see.
pub(crate) struct Asked {
    pub(crate) row: FeatureRow,
    pub(crate) context: UpcomingPlayerGameContext,
    pub(crate) name: String,
    /// Each book's newest main line known at the cutoff.
    pub(crate) quotes: Vec<BookQuote>,
}

/// An answer as it was sent, read.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) player: PlayerId,
    /// Nothing: the only game he is asked about.
    pub(crate) game: Option<GameId>,
    pub(crate) law: CountLaw,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nobody asked that.
    NotAsked,
    /// The same post has another answer to it.
    Twice,
    /// There is neither a list of probabilities nor a mean with a deviation, or both.
    NoLaw,
    /// What it says is no law.
    NotALaw(NotALaw),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => write!(f, "this batch does not ask about this player, game and market ({MARKET})"),
            Self::Twice => f.write_str("the same post has another answer about this player"),
            Self::NoLaw => f.write_str("send either probabilities, or mean and deviation"),
            Self::NotALaw(why) => why.fmt(f),
        }
    }
}

/// What came of a post of answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Hearing {
    /// Nothing was asked under this edition.
    NothingAsked,
    /// The slate has tipped off at this instant.
    Closed(Timestamp),
    /// Each answer was taken, or refused alone.
    Heard(Vec<Result<Heard, Refusal>>),
}

impl App {
    /// What an edition asks about each player; nothing while its features are not made.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn questions(&self, edition: Edition) -> anyhow::Result<Option<Vec<Asked>>> {
        let features = self.output(edition, Step::MlFeatureStore).await?;
        let Some(Rows::Features(rows)) = features.as_deref() else { return Ok(None) };
        let contexts = self.output(edition, Step::UpcomingPlayerGameContext).await?;
        let Some(Rows::PlayerContexts(contexts)) = contexts.as_deref() else { return Ok(None) };
        let mut contexts: BTreeMap<_, _> =
            contexts.iter().cloned().map(|context| ((context.game, context.player), context)).collect();
        let lines = self.store.facts.prop_lines(edition.slate..=edition.slate, edition.cutoff).await?;
        let lines = lines_known(edition.cutoff, &lines);
        let directory = self.store.facts.directory().await?;
        let asked = rows.iter().cloned().filter_map(|row| {
            let key = (row.game, row.player);
            Some(Asked {
                context: contexts.remove(&key)?,
                name: directory.name(row.player).unwrap_or_default().to_owned(),
                quotes: lines.get(&key).map(|lines| BookQuote::newest(lines, MARKET)).unwrap_or_default(),
                row,
            })
        });
        Ok(Some(asked.collect()))
    }

    /// When an edition takes no more answers: at its slate's first tip-off, by the schedule of the cutoff or as it is known
    /// now, whichever is earlier.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn answers_close(&self, edition: Edition) -> anyhow::Result<Option<Timestamp>> {
        let mut first = None;
        for cutoff in [edition.cutoff, edition.cutoff.max(Cutoff::at(self.now()))] {
            let games = self.store.facts.games(edition.slate..=edition.slate, cutoff).await?;
            let scheduled: Vec<Game> = Game::scheduled(&games, edition.slate, cutoff).cloned().collect();
            first = first.into_iter().chain(closing_time(&scheduled)).min();
        }
        Ok(first)
    }

    /// Takes what a system outside answered, and notes who sent it. The same again changes nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn hear(
        &self,
        edition: Edition,
        system: ExternalSystem,
        said: Vec<Result<Said, Refusal>>,
        actor: &str,
    ) -> anyhow::Result<Hearing> {
        let features = self.output(edition, Step::MlFeatureStore).await?;
        let Some(Rows::Features(asked)) = features.as_deref() else {
            return Ok(Hearing::NothingAsked);
        };
        let now = self.now();
        match self.answers_close(edition).await? {
            Some(closing) if now < closing => {}
            Some(closing) => return Ok(Hearing::Closed(closing)),
            None => return Ok(Hearing::NothingAsked),
        }
        let asked: BTreeSet<(PlayerId, GameId)> = asked.iter().map(|row| (row.player, row.game)).collect();
        let judged = judge(&asked, system, said);
        let taken: Vec<ExternalAnswer> = judged.iter().flatten().cloned().collect();
        let mut heard = self.store.answers.hear(edition, &taken, now).await?.into_iter();
        let each = judged.into_iter().map(|answer| answer.map(|_| heard.next().expect("one an answer that was taken")));
        let heard: Vec<Result<Heard, Refusal>> = each.collect();
        let news = heard.iter().filter(|outcome| **outcome == Ok(Heard::New)).count();
        if news > 0 {
            let detail = format!("{news} new answers of {} by {system}", heard.len());
            self.audit(actor, "complete", edition.to_string(), AuditOutcome::Done, detail).await?;
        }
        Ok(Hearing::Heard(heard))
    }
}

/// Which of these answers are to questions that were asked, each once.
fn judge(
    asked: &BTreeSet<(PlayerId, GameId)>,
    system: ExternalSystem,
    said: Vec<Result<Said, Refusal>>,
) -> Vec<Result<ExternalAnswer, Refusal>> {
    let mut answered = BTreeSet::new();
    let mut judge_one = |said: Result<Said, Refusal>| {
        let Said { player, game, law } = said?;
        let mut games = asked.iter().filter(|(who, which)| *who == player && game.is_none_or(|game| *which == game));
        let (Some((_, game)), None) = (games.next(), games.next()) else { return Err(Refusal::NotAsked) };
        if !answered.insert((player, *game)) {
            return Err(Refusal::Twice);
        }
        Ok(ExternalAnswer { game: *game, player, market: MARKET, system, law })
    };
    said.into_iter().map(&mut judge_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(number: u32) -> GameId {
        format!("00224{number:05}").parse().unwrap()
    }

    fn said(player: u32, game: Option<GameId>) -> Result<Said, Refusal> {
        Ok(Said { player: PlayerId::new(player), game, law: CountLaw::from_mass(vec![1.0]).unwrap() })
    }

    #[test]
    fn what_was_not_asked_and_what_is_said_twice_is_refused_alone() {
        // The second player is asked about in two games, so an answer must name one.
        let asked = [(1, 7), (2, 7), (2, 8)].map(|(player, number)| (PlayerId::new(player), game(number)));
        let posted = vec![
            said(1, None),
            said(1, Some(game(7))),
            said(1, Some(game(8))),
            said(2, None),
            said(2, Some(game(8))),
            said(3, None),
            Err(Refusal::NoLaw),
        ];
        let judged = judge(&BTreeSet::from(asked), "theirs".parse().unwrap(), posted);
        let places: Vec<_> =
            judged.into_iter().map(|answer| answer.map(|answer| (answer.player, answer.game))).collect();
        let (taken, not_asked) = (|player, number| Ok((PlayerId::new(player), game(number))), Err(Refusal::NotAsked));
        let expected =
            [taken(1, 7), Err(Refusal::Twice), not_asked, not_asked, taken(2, 8), not_asked, Err(Refusal::NoLaw)];
        assert_eq!(places, expected);
    }
}
