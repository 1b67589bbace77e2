//! Spellings of players' names that no folding explains: nicknames, short first names, names that were given up.

/// The folded spelling, and the name the league lists.
const NICKNAMES: &[(&str, &str)] = &[("bonesHyland", "Nah'Shon Hyland")];

/// The name the league lists for a folded spelling.
pub(super) fn official(lookup: &str) -> Option<&'static str> {
    NICKNAMES.iter().find(|(spelling, _)| *spelling == lookup).map(|(_, name)| *name)
}
