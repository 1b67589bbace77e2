//! Aliases as rows.

use domain::{Alias, Meaning, PlayerId};

use super::{Cells, Corrupt, Record, Writer};

impl Record for Alias {
    const TABLE: &'static str = "alias";
    const KEY: &'static [&'static str] = &["provider", "kind", "foreign_id"];
    const CONTENT: &'static [&'static str] = &["game_id", "player_id"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.text(&self.provider)
            .text(self.meaning.code())
            .text(&self.foreign_id)
            .text_if_any(self.meaning.game().map(|game| game.to_string()))
            .integer_if_any(self.meaning.player().map(PlayerId::number));
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let (provider, kind, foreign_id) = (row.text()?.into_owned(), row.text()?, row.text()?.into_owned());
        let (game, player) = (row.text_if_any()?, row.whole_if_any()?.map(PlayerId::new));
        let meaning = match (&*kind, game, player) {
            ("game", Some(game), None) => {
                Meaning::Game(game.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()))?)
            }
            ("player", None, Some(player)) => Meaning::Player(player),
            ("player_name", None, Some(player)) => Meaning::PlayerName(player),
            (kind, ..) => return Err(Corrupt(format!("alias {foreign_id:?} of a {kind:?} means nobody, or two"))),
        };
        Ok(Self { provider, foreign_id, meaning })
    }
}
