//! Axes and marks of the page's plots, as SVG text.
//!
//! Colours are middle tones that can be read on white and on black; the axes take the page's own ink by its style sheet.

use std::ops::Range;

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// What is asked about: the published probability, the headline system, the profit.
pub(crate) const OURS: RGBColor = RGBColor(47, 129, 212);
/// What it is held against: the price, the line.
pub(crate) const MARKET: RGBColor = RGBColor(224, 122, 31);
/// What would be perfect, or nothing.
const INK: RGBColor = RGBColor(128, 128, 128);

const SIZE: (u32, u32) = (560, 340);

type Marks<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Something that went wrong while drawing; text has no way to, but the library's signature does.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A plot while it is drawn.
pub(crate) struct Canvas<'a, 'b>(Marks<'a, 'b>);

/// An axis: its span, its name, and how its numbers are written.
pub(crate) struct Axis<'a> {
    /// What it shows, ends included.
    pub span: Range<f64>,
    /// Its name with the unit.
    pub name: &'a str,
    /// How many ticks at most.
    pub ticks: usize,
    /// A tick's text.
    pub text: &'a dyn Fn(f64) -> String,
}

impl<'a> Axis<'a> {
    /// One place for each of these names, at 0, 1, 2, ...
    pub(crate) fn of_names(names: &[String], name: &'a str, text: &'a dyn Fn(f64) -> String) -> Self {
        Self { span: -0.6..names.len() as f64 - 0.4, name, ticks: names.len() + 1, text }
    }
}

/// The name at a place of an axis of names.
pub(crate) fn named(names: &[String], place: f64) -> String {
    let at = place.round();
    let on_the_place = (place - at).abs() < 1e-6 && at >= 0.0;
    on_the_place.then(|| names.get(at as usize).cloned()).flatten().unwrap_or_default()
}

/// The span of these values with a margin, widened to at least `least`.
pub(crate) fn span(values: impl IntoIterator<Item = f64>, least: f64) -> Range<f64> {
    let ends = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (low, high) = values.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends);
    let (low, high) = if low > high { (0.0, least) } else { (low, high) };
    let margin = 0.06 * (high - low) + (least - (high - low)).max(0.0) / 2.0;
    low - margin..high + margin
}

/// Draws a plot.
pub(crate) fn plot(
    x: &Axis,
    y: &Axis,
    marks: impl FnOnce(&mut Canvas) -> Result<(), Failed>,
) -> Result<String, Failed> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(8)
            .margin_right(20)
            .x_label_area_size(44)
            .y_label_area_size(66)
            .build_cartesian_2d(x.span.clone(), y.span.clone())?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(INK.mix(0.25))
            .axis_style(INK)
            .label_style(("sans-serif", 15, &INK))
            .axis_desc_style(("sans-serif", 15, &INK))
            .x_labels(x.ticks)
            .y_labels(y.ticks)
            .x_label_formatter(&|value| (x.text)(*value))
            .y_label_formatter(&|value| (y.text)(*value))
            .x_desc(x.name)
            .y_desc(y.name)
            .draw()?;
        marks(&mut Canvas(chart))?;
        area.present()?;
    }
    Ok(svg)
}

impl Canvas<'_, '_> {
    /// A line through points.
    pub(crate) fn line(&mut self, points: Vec<(f64, f64)>, color: RGBColor) -> Result<(), Failed> {
        self.0.draw_series([PathElement::new(points, color.stroke_width(2))])?;
        Ok(())
    }

    /// A thin grey line: what would be perfect, or nothing.
    pub(crate) fn guide(&mut self, from: (f64, f64), to: (f64, f64)) -> Result<(), Failed> {
        self.line_of(vec![from, to], INK.stroke_width(1))
    }

    /// A filled area.
    pub(crate) fn area(&mut self, outline: Vec<(f64, f64)>, color: RGBColor) -> Result<(), Failed> {
        self.0.draw_series([Polygon::new(outline, color.mix(0.25))])?;
        Ok(())
    }

    /// Points.
    pub(crate) fn points(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        color: RGBColor,
    ) -> Result<(), Failed> {
        self.0.draw_series(points.into_iter().map(|point| Circle::new(point, 4, color.filled())))?;
        Ok(())
    }

    /// An interval, upright.
    pub(crate) fn whisker(&mut self, x: f64, low: f64, high: f64, color: RGBColor) -> Result<(), Failed> {
        self.line_of(vec![(x, low), (x, high)], color.mix(0.7).stroke_width(2))
    }

    /// A column from zero.
    pub(crate) fn column(&mut self, x: f64, height: f64, color: RGBColor) -> Result<(), Failed> {
        self.0.draw_series([Rectangle::new([(x - 0.4, 0.0), (x + 0.4, height)], color.mix(0.75).filled())])?;
        Ok(())
    }

    fn line_of(&mut self, points: Vec<(f64, f64)>, style: ShapeStyle) -> Result<(), Failed> {
        self.0.draw_series([PathElement::new(points, style)])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_holds_its_values_and_is_never_empty() {
        assert_eq!(span([], 2.0), -1.0 + 0.88..3.0 - 0.88);
        let Range { start, end } = span([5.0, 5.0], 1.0);
        assert!(start < 5.0 && end > 5.0 && (end - start - 1.0).abs() < 1e-9);
        let Range { start, end } = span([0.0, 10.0], 1.0);
        assert_eq!((start, end), (-0.6, 10.6));
    }

    #[test]
    fn names_stand_at_whole_places_alone() {
        let names = ["a".to_owned(), "b".to_owned()];
        assert_eq!([0.0, 1.0, 0.5, 2.0, -1.0].map(|place| named(&names, place)), ["a", "b", "", "", ""]);
    }
}
