//! What a spelling of a player's name may stand for: remarks, turned names, and, as data, what no folding explains.

use domain::PlayerName;

/// Nicknames, short first names, names that were given up, and the feeds' own mistakes: spellings of one person's name,
/// folded like `PlayerName::lookup`, a suffix kept where it tells son from father. Nobody else has ever borne any of them.
const SPELLINGS: &[&[&str]] = &[
    &["alexsarr", "alexandresarr"],
    &["alfredjoelhorfordreynoso", "alhorford"],
    &["bjboston", "brandonboston"],
    &["bojanbogdanovich", "bojanbogdanovic"],
    &["boneshyland", "nahshonhyland"],
    &["brookrobertlopez", "brooklopez"],
    &["bubcarrington", "carltoncarrington"],
    &["cameronreddish", "camreddish"],
    &["camjohnson", "cameronjohnson"],
    &["camthomas", "cameronthomas"],
    &["camwhitmore", "cameronwhitmore"],
    &["christianjamesmccollum", "cjmccollum"],
    &["danilogalinari", "danilogallinari"],
    &["dennisschrder", "dennisschroder"],
    &["djaugustine", "djaugustin"],
    &["edricefemiadebayo", "bamadebayo"],
    &["eneskanter", "enesfreedom", "eneskanterfreedom"],
    &["ericambrosegordon", "ericgordon"],
    &["gregoryjackson", "ggjackson", "gregoryggjackson"],
    &["herbjones", "herbertjones"],
    &["ishmaellarrysmith", "ishsmith"],
    &["jameshuff", "jayhuff"],
    &["joshuagiddey", "joshgiddey"],
    &["kenyonmartinjr", "martinkenyonjr", "kjmartin"],
    &["milbridges", "milesbridges"],
    &["moebamba", "mobamba", "mohamedbamba"],
    &["moewagner", "moritzwagner"],
    &["nicclaxton", "nicolasclaxton", "nickclaxton"],
    &["nicholasbatum", "nicolasbatum"],
    &["nigelhayes", "nigelhayesdavis"],
    &["obadiahtoppin", "obitoppin"],
    &["pjhall", "philliphall"],
    &["robdillingham", "robertdillingham"],
    &["ronholland", "ronaldholland"],
    &["svimykhailiuk", "sviatoslavmykhailiuk"],
    &["traycejackson", "traycejacksondavis"],
    &["vasamicic", "vasilijemicic"],
    &["vincentwilliams", "vincewilliams"],
    &["vitkrejci", "vitokrejci"],
];

/// What a spelling may stand for, folded, the likeliest first: itself, another spelling of the same person, either side of a
/// slash, the same without a remark in brackets, the last name first.
pub(super) fn readings(name: &str) -> Vec<String> {
    let (lookup, whole) = (PlayerName::lookup(name), PlayerName::lookup(&name.replace(' ', "")));
    let mut readings = Vec::new();
    if whole != lookup {
        readings.extend(others(&whole).map(str::to_owned));
    }
    readings.push(lookup);
    for part in name.split('/') {
        let plain = without_remarks(part);
        let (lookup, whole) = (PlayerName::lookup(&plain), PlayerName::lookup(&plain.replace(' ', "")));
        readings.extend(others(&whole).chain(others(&lookup)).map(str::to_owned));
        readings.push(lookup);
        let turned = [plain.split_once([' ', ',']), plain.rsplit_once(' ')].into_iter().flatten();
        readings.extend(turned.map(|(last, first)| PlayerName::lookup(&format!("{first} {last}"))));
    }
    readings.retain(|reading| !reading.is_empty());
    readings
}

/// The initial and the rest of an abbreviated name, folded: `J. Green`.
pub(super) fn abbreviated(name: &str) -> Option<(char, String)> {
    let (first, rest) = name.trim().split_once([' ', '.'])?;
    let mut letters = first.chars();
    let initial = letters.next()?.to_ascii_lowercase();
    let rest = PlayerName::lookup(&format!("x {rest}"));
    (letters.next().is_none() && rest.len() > 1).then(|| (initial, rest[1..].to_owned()))
}

/// `Jalen (2001) Johnson` is Jalen Johnson, and `Kyle Lowry (Phi)` is Kyle Lowry.
fn without_remarks(name: &str) -> String {
    let mut depth = 0_u32;
    let kept = name.chars().filter(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The other spellings of a folded name.
fn others(lookup: &str) -> impl Iterator<Item = &'static str> {
    let group = SPELLINGS.iter().find(|group| group.contains(&lookup)).copied().unwrap_or_default();
    group.iter().copied().filter(move |spelling| *spelling != lookup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_is_two_peoples() {
        let mut all: Vec<&str> = SPELLINGS.iter().copied().flatten().copied().collect();
        assert!(all.iter().all(|spelling| domain::PlayerName::lookup(spelling) == **spelling), "folded");
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
