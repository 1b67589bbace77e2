//! A law as a small picture: how likely each count is, and where the line lies. Its colours are the style sheet's.

use std::fmt::Write;

use domain::HalfPoints;
use predict::CountLaw;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 24.0;

/// What is rarer than this on either side is not drawn.
const TAIL: f64 = 0.002;

/// The picture, with words for those who do not see it. All pictures of a table share the scale up to `most`.
pub(super) fn spark(law: &CountLaw, line: Option<HalfPoints>, most: usize) -> String {
    let mass = &law.mass()[..law.mass().len().min(most + 1)];
    let highest = mass.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let place = |count: f64| (count + 0.5) / (most as f64 + 1.0) * WIDTH;
    let mut outline = format!("0,{HEIGHT}");
    for (count, mass) in mass.iter().enumerate() {
        let _ = write!(outline, " {:.1},{:.1}", place(count as f64), HEIGHT - (HEIGHT - 2.0) * mass / highest);
    }
    let _ = write!(outline, " {:.1},{HEIGHT}", place(mass.len() as f64 - 1.0));
    let (low, high) = law.interval_80();
    let at_line = line.map_or(String::new(), |line| {
        let x = place(line.points());
        format!(r#"<line class="at" x1="{x:.1}" x2="{x:.1}" y1="0" y2="{HEIGHT}"/>"#)
    });
    format!(
        r#"<svg class="spark" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="8 of 10 times between {low} and {high}, median {}"><polygon points="{outline}"/>{at_line}</svg>"#,
        law.median()
    )
}

/// The highest count that any of these laws still gives a chance.
pub(super) fn most<'a>(laws: impl IntoIterator<Item = &'a CountLaw>) -> usize {
    let end = |law: &CountLaw| law.mass().iter().rposition(|mass| *mass > TAIL).unwrap_or(0);
    laws.into_iter().map(end).max().unwrap_or(0).max(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_in_words_what_it_shows_and_has_no_style_of_its_own() {
        let law = CountLaw::from_mass(vec![0.1, 0.2, 0.4, 0.2, 0.1]).unwrap();
        let svg = spark(&law, Some(HalfPoints::from_points(2.5).unwrap()), most([&law]));
        assert!(svg.contains("median 2") && svg.contains(r#"class="at""#), "{svg}");
        assert!(!svg.contains("style="), "{svg}");
        assert!(!spark(&law, None, 10).contains(r#"class="at""#));
    }
}
