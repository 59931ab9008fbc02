//! Latency over time as an SVG picture: for each group of rooms the median, the 99th percentile and the worst, on a
//! logarithmic scale.

use super::digits::{counted, significant};
use super::error::BenchError;
use super::report::{GroupReport, Report, TimelinePoint};
use plotters::prelude::{
    ChartBuilder, IntoDrawingArea as _, IntoFont as _, IntoLogRange as _, LineSeries, PathElement, RGBColor,
    SVGBackend, SeriesLabelPosition, ShapeStyle,
};
use std::fmt::Display;
use std::ops::Range;

const SIZE: (u32, u32) = (1000, 560);
const WHITE: RGBColor = RGBColor(255, 255, 255);
const INK: RGBColor = RGBColor(60, 60, 60);
const GRID: RGBColor = RGBColor(225, 225, 225);
/// One hue for each group; from the median to the worst it grows lighter and thinner.
const HUES: [[RGBColor; 3]; 2] = [
    [RGBColor(8, 69, 148), RGBColor(66, 146, 198), RGBColor(158, 202, 225)],
    [RGBColor(153, 52, 4), RGBColor(236, 112, 20), RGBColor(254, 196, 79)],
];
const STROKES: [u32; 3] = [3, 2, 1];

/// What is drawn of a stretch of time.
type Figure = (&'static str, fn(&TimelinePoint) -> u64);
const FIGURES: [Figure; 3] =
    [("p50", |point| point.p50_us), ("p99", |point| point.p99_us), ("max", |point| point.max_us)];

/// The whole picture.
///
/// # Errors
/// [`BenchError::Chart`]
pub(super) fn draw(report: &Report) -> Result<String, BenchError> {
    let mut svg = String::new();
    draw_into(&mut svg, report).map_err(|error| BenchError::Chart(error.to_string()))?;
    Ok(svg)
}

fn draw_into(svg: &mut String, report: &Report) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title(report), ("sans-serif", 24).into_font().color(&INK))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .build_cartesian_2d(0.0..end(report), bounds(&report.groups).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("seconds since sending began")
        .y_desc("latency in milliseconds")
        .x_label_formatter(&|seconds| format!("{seconds}"))
        .y_label_formatter(&|ms| tick(*ms))
        .label_style(("sans-serif", 17).into_font().color(&INK))
        .bold_line_style(GRID)
        .light_line_style(WHITE)
        .draw()?;
    for (group, hues) in report.groups.iter().zip(HUES.iter().cycle()) {
        for (((name, pick), hue), stroke) in FIGURES.iter().zip(hues).zip(STROKES) {
            let style = ShapeStyle::from(hue).stroke_width(stroke);
            let line = group.timeline.iter().map(|point| (point.at_seconds, as_ms(pick(point))));
            chart
                .draw_series(LineSeries::new(line, style))?
                .label(label(report, group, name))
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .legend_area_size(32)
        .label_font(("sans-serif", 17).into_font().color(&INK))
        .background_style(WHITE)
        .border_style(GRID)
        .draw()?;
    area.present()?;
    Ok(())
}

fn title(report: &Report) -> String {
    let scenario = &report.scenario;
    let (viewers, rooms) = (counted(scenario.viewers, "viewer"), counted(scenario.rooms, "room"));
    let deliveries: f64 = report.groups.iter().map(|group| group.delivered_per_second).sum();
    format!("hubbub bench {}: {viewers} in {rooms}, {} deliveries/s", scenario.name, significant(deliveries))
}

fn label(report: &Report, group: &GroupReport, name: &dyn Display) -> String {
    if report.groups.len() > 1 { format!("{}, {name}", group.name) } else { name.to_string() }
}

/// The end of the time axis.
fn end(report: &Report) -> f64 {
    let points = report.groups.iter().flat_map(|group| &group.timeline);
    points.map(|point| point.at_seconds).fold(report.ran_seconds.max(1.0), f64::max)
}

/// Whole powers of ten around all that was measured.
fn bounds(groups: &[GroupReport]) -> Range<f64> {
    let all = || groups.iter().flat_map(|group| &group.timeline);
    let least = all().map(|point| as_ms(point.p50_us)).fold(f64::INFINITY, f64::min);
    let most = all().map(|point| as_ms(point.max_us)).fold(0.0, f64::max);
    if most == 0.0 {
        return 0.1..10.0;
    }
    let low = 10_f64.powf(least.log10().floor());
    low..10_f64.powf(most.log10().ceil()).max(low * 10.0)
}

/// A logarithm has no zero; what is faster than a clock's microsecond counts as one.
fn as_ms(us: u64) -> f64 {
    us.max(1) as f64 / 1000.0
}

/// `0.1`, `1`, `10`, `1000`.
fn tick(ms: f64) -> String {
    if ms < 1.0 { format!("{}", (ms * 1000.0).round() / 1000.0) } else { format!("{ms:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bench::table::samples::{fan_out, mixed};

    #[test]
    fn the_picture_holds_title_axes_and_every_line() {
        let check = |report: &Report, legends: &[&str]| {
            let svg = draw(report).unwrap();
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
            assert_eq!(svg.matches("<svg").count(), 1);
            let lines = svg.matches("<polyline").count();
            assert!(lines >= 2 * legends.len(), "{lines} of {}: {svg}", legends.len());
            for words in legends.iter().chain(&["seconds since", "latency in milli", "hubbub bench"]) {
                assert!(svg.contains(words), "{words}: {svg}");
            }
        };
        check(&fan_out(), &["p50", "p99", "max"]);
        let names = ["big room, p50", "big room, max", "small rooms, p50", "small rooms, p99"];
        check(&mixed(), &names);
    }

    #[test]
    fn nothing_measured_is_an_empty_picture() {
        let mut report = fan_out();
        report.groups.iter_mut().for_each(|group| group.timeline.clear());
        report.ran_seconds = 0.0;
        assert!(draw(&report).unwrap().starts_with("<svg"));
    }

    #[test]
    fn the_scale_has_whole_powers_of_ten() {
        let check = |p50_us, max_us, low: f64, high: f64| {
            let mut report = fan_out();
            report.groups[0].timeline =
                vec![TimelinePoint { at_seconds: 0.0, delivered: 1, p50_us, p99_us: p50_us, max_us }];
            let Range { start, end } = bounds(&report.groups);
            assert!((start / low - 1.0).abs() < 1e-9 && (end / high - 1.0).abs() < 1e-9, "{start}..{end}");
        };
        check(300, 20_000, 0.1, 100.0);
        check(0, 0, 0.001, 0.01);
        check(1000, 1000, 1.0, 10.0);
        assert_eq!([tick(0.001), tick(0.1), tick(1.0), tick(1000.0)], ["0.001", "0.1", "1", "1000"]);
    }
}
