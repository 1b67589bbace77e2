//! The league's teams and players: who they are, what is true of them, and who is hurt.

use domain::{GameDate, InjuryEvent, InjuryEventKind, PlayerId};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

/// Players of a team.
pub(super) const ROSTER: usize = 14;

/// A simulated team.
pub(crate) struct Team {
    pub(crate) code: domain::Team,
    pub(super) city: &'static str,
    pub(super) nickname: &'static str,
    /// Shots its games have, relative to the league.
    pub(super) pace: f64,
    /// How much likelier shots fall against it in the paint, from mid-range and behind the arc.
    pub(super) defense: [f64; 3],
}

/// A simulated player, and what is true of him.
pub(crate) struct Player {
    pub(crate) id: PlayerId,
    pub(crate) name: String,
    /// Index of his team.
    pub(super) team: usize,
    /// Minutes he is given when nobody is missing; they drift over a season.
    pub(super) minutes: f64,
    /// Shots a minute.
    pub(super) shots: f64,
    /// Share of shots in the paint, from mid-range, behind the arc.
    pub(super) shares: [f64; 3],
    /// Share of shots that fall in each.
    pub(super) accuracy: [f64; 3],
    /// Free throws a minute.
    pub(super) free_throws: f64,
    /// Slates he will still miss, and whether the injury list says so.
    hurt: Option<Hurt>,
}

struct Hurt {
    slates: u32,
    listed: bool,
}

impl Player {
    /// Whether he is hurt.
    pub(super) fn is_hurt(&self) -> bool {
        self.hurt.is_some()
    }

    /// What the injury list says about him on a slate.
    pub(super) fn listed(&self, date: GameDate) -> Option<InjuryEvent> {
        let listed = self.hurt.as_ref().is_some_and(|hurt| hurt.listed);
        let (player, kind) = (self.id, InjuryEventKind::Out);
        listed.then(|| InjuryEvent { player, date, kind, detail: "hurt".to_owned() })
    }
}

const TEAMS: [(&str, &str, &str); 30] = [
    ("ASH", "Ashford", "Anvils"),
    ("BRK", "Breakwater", "Gulls"),
    ("CIN", "Cinder Hill", "Foxes"),
    ("COR", "Coral Bay", "Rays"),
    ("DUN", "Dunmore", "Stags"),
    ("EAS", "Eastvale", "Comets"),
    ("ELM", "Elmstead", "Owls"),
    ("FAI", "Fairhaven", "Pilots"),
    ("FRO", "Frostburg", "Wolves"),
    ("GLE", "Glenrock", "Rams"),
    ("GRA", "Granite Falls", "Miners"),
    ("HAR", "Harborview", "Tides"),
    ("HIG", "Highmoor", "Hawks"),
    ("IRO", "Ironbridge", "Forge"),
    ("JUN", "Juniper", "Jays"),
    ("KIN", "Kingsport", "Crowns"),
    ("LAK", "Lakemont", "Herons"),
    ("LAN", "Lanternfield", "Lights"),
    ("MAR", "Marlow", "Mariners"),
    ("MES", "Mesa Verde", "Coyotes"),
    ("NOR", "Northgate", "Bears"),
    ("OAK", "Oakhurst", "Acorns"),
    ("PIN", "Pinecrest", "Rangers"),
    ("QUA", "Quarry Town", "Badgers"),
    ("RED", "Redwater", "Salmon"),
    ("SIL", "Silverlake", "Swans"),
    ("STO", "Stonewall", "Bulls"),
    ("THO", "Thornbury", "Roses"),
    ("VAL", "Valley Forge", "Smiths"),
    ("WIN", "Windermere", "Storm"),
];

const FIRST_NAMES: [&str; 24] = [
    "Aaron", "Basil", "Casper", "Dario", "Emil", "Felix", "Gideon", "Hugo", "Ivan", "Jonas", "Kofi", "Lucan", "Milo",
    "Nico", "Oskar", "Pavel", "Quinn", "Rafael", "Stellan", "Tobias", "Ulric", "Viktor", "Wesley", "Yannick",
];

const LAST_NAMES: [&str; 24] = [
    "Abara",
    "Bellweather",
    "Castellan",
    "Drummond-Hale",
    "Everhart",
    "Fontaine",
    "Greer",
    "Halloran",
    "Ibarra",
    "Jansen",
    "Kowalczyk",
    "Lindqvist",
    "Mbeki",
    "Novák",
    "Okafor",
    "Petrović",
    "Quill",
    "Rosenthal",
    "Sørensen",
    "Tanaka",
    "Underhill",
    "Vasquez",
    "Whitlock",
    "Zielinski",
];

/// Minutes by place on the roster, before anything individual.
const MINUTES: [f64; ROSTER] = [34.5, 33.0, 31.5, 30.0, 28.0, 23.0, 20.0, 17.0, 13.0, 6.0, 3.0, 1.0, 0.0, 0.0];

/// A kind of player: shares of shots by zone, free throws a minute.
const KINDS: [([f64; 3], f64); 3] =
    [([0.68, 0.17, 0.15], 0.11), ([0.40, 0.20, 0.40], 0.08), ([0.27, 0.15, 0.58], 0.06)];

/// Draws teams and players.
pub(super) fn draft(random: &mut ChaCha8Rng) -> (Vec<Team>, Vec<Player>) {
    let teams: Vec<Team> = TEAMS
        .into_iter()
        .map(|(code, city, nickname)| Team {
            code: code.parse().expect("three capital letters"),
            city,
            nickname,
            pace: normal(random, 1.0, 0.03),
            defense: [0, 1, 2].map(|_| normal(random, 1.0, 0.035)),
        })
        .collect();
    let mut players = Vec::with_capacity(teams.len() * ROSTER);
    for team in 0..teams.len() {
        for (place, minutes) in MINUTES.into_iter().enumerate() {
            players.push(player(random, team, place, minutes));
        }
    }
    (teams, players)
}

fn player(random: &mut ChaCha8Rng, team: usize, place: usize, minutes: f64) -> Player {
    let (shares, free_throws) = KINDS[random.random_range(0..KINDS.len())];
    let index = team * ROSTER + place;
    let star = if place < 2 { 1.35 } else { 1.0 };
    // A stride without a common divisor meets every pair of names once, and no team is one family.
    let pair = index * 103 % (FIRST_NAMES.len() * LAST_NAMES.len());
    let name = format!("{} {}", FIRST_NAMES[pair % FIRST_NAMES.len()], LAST_NAMES[pair / FIRST_NAMES.len()]);
    Player {
        id: PlayerId::new(9_000_001 + index as u32),
        name,
        team,
        minutes: (minutes + normal(random, 0.0, 1.5)).max(0.0),
        shots: (star * normal(random, 0.365, 0.06)).max(0.15),
        shares,
        accuracy: [normal(random, 0.565, 0.035), normal(random, 0.415, 0.03), normal(random, 0.36, 0.025)],
        free_throws: free_throws * star * normal(random, 1.0, 0.2).max(0.3),
        hurt: None,
    }
}

/// What a day changes: minutes drift, the hurt heal, others get hurt.
pub(super) fn pass_a_day(random: &mut ChaCha8Rng, players: &mut [Player]) {
    for player in players {
        player.minutes = (player.minutes + normal(random, 0.0, 0.12)).clamp(0.0, 37.0);
        match &mut player.hurt {
            Some(hurt) if hurt.slates > 1 => {
                hurt.slates -= 1;
                // Who was scratched late yesterday is on the list today.
                hurt.listed = true;
            }
            Some(_) => player.hurt = None,
            None if random.random_bool(0.008) => {
                let slates = 1 + (random.random::<f64>().powi(3) * 30.0) as u32;
                player.hurt = Some(Hurt { slates, listed: random.random_bool(0.7) });
            }
            None => {}
        }
    }
}

/// A draw from a normal distribution.
pub(super) fn normal(random: &mut impl Rng, mean: f64, deviation: f64) -> f64 {
    Normal::new(mean, deviation).expect("a positive deviation").sample(random)
}
