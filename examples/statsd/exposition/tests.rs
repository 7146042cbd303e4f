use proptest::prelude::*;

use super::*;
use crate::aggregator::Store;
use crate::configuration::AggregatorConfiguration;
use crate::protocol::{Line, lines};

/// The series written for these packets, without the agent's own.
fn rendered(packet: &[u8], max_page_bytes: usize, telemetry: &Arc<Telemetry>) -> String {
    let mut store = Store::new(&AggregatorConfiguration::default());
    for line in lines(packet) {
        if let Ok(line) = Line::parse(line) {
            store.record(&line, |reason| telemetry.dropped.increment(reason));
        }
    }
    let mut scrape = Scrape::new(SharedStore::new(store), Arc::clone(telemetry));
    let mut text = String::new();
    loop {
        let mut page = Page::new(max_page_bytes);
        if !scrape.write(&mut page) {
            break;
        }
        text.push_str(page.text());
    }
    let own = "statsd_agent_contexts ";
    let start = text.find(&format!("\n{own}")).unwrap();
    let series = text.get(start.saturating_add(1)..).unwrap();
    series.split_once('\n').unwrap().1.to_owned()
}

fn text(packet: &str) -> String {
    rendered(packet.as_bytes(), 1 << 20, &Arc::default())
}

#[test]
fn families_have_one_header_and_a_fixed_order() {
    assert_eq!(
        text("b:1|g\na:1|c|#x:2\na.b:1|s\na:1|c\na:2|c|#x:1"),
        "# HELP a_b StatsD set\n\
         # TYPE a_b gauge\n\
         a_b 1\n\
         # HELP a_total StatsD counter\n\
         # TYPE a_total counter\n\
         a_total 1\n\
         a_total{x=\"1\"} 2\n\
         a_total{x=\"2\"} 1\n\
         # HELP b StatsD gauge\n\
         # TYPE b gauge\n\
         b 1\n"
    );
}

#[test]
fn what_has_a_time_is_shown_with_it() {
    assert!(text("a:1|g|T1656581400").ends_with("\na 1 1656581400000\n"));
    assert!(text("a:1|g|T1656581400\na:2|g").ends_with("\na 2\n"));
    assert!(text("a:1|c|T1656581400").ends_with("\na_total 1\n"));
}

#[test]
fn distributions_are_summaries() {
    assert_eq!(
        text("t:4:1:2:3|ms|#x:1"),
        "# HELP t StatsD distribution\n\
         # TYPE t summary\n\
         t{x=\"1\",quantile=\"0.5\"} 2\n\
         t{x=\"1\",quantile=\"0.95\"} 4\n\
         t{x=\"1\",quantile=\"0.99\"} 4\n\
         t{x=\"1\",quantile=\"1\"} 4\n\
         t_sum{x=\"1\"} 10\n\
         t_count{x=\"1\"} 4\n"
    );
    assert!(text("t:1|d").contains("t{quantile=\"0.5\"} 1\n"));
}

#[test]
fn a_page_is_the_same_in_pieces_of_any_size() {
    let telemetry = Arc::default();
    let lines: Vec<String> =
        (0..200).map(|number| format!("metric.{:03}:1|ms|#n:{number}", number / 3)).collect();
    let packet = lines.join("\n");
    let whole = rendered(packet.as_bytes(), 1 << 20, &telemetry);
    assert_eq!(whole.lines().filter(|line| line.starts_with("# TYPE ")).count(), 67);
    assert_eq!(whole.lines().filter(|line| line.contains("_count{")).count(), 200);
    for piece_bytes in [12_000, 15_001, 30_000] {
        assert_eq!(rendered(packet.as_bytes(), piece_bytes, &telemetry), whole);
    }
    assert_eq!((telemetry.omitted_series.get(), telemetry.pages.get()), (0, 4));
}

#[test]
fn no_series_takes_more_than_is_said() {
    let value = f64::MIN_POSITIVE * 1.000_000_1;
    let context = Context::new(&format!("{} t=\"{}\"", "n".repeat(50), "v".repeat(90)));
    let quantiles = [0.5, 0.95, 0.99, 1.0].map(|quantile| (quantile, -value));
    let summary = Summary { count: f64::MAX, sum: f64::MIN, quantiles };
    let mut page = Page::new(1 << 20);
    write_family(&mut page, context.name(), Kind::Distribution).unwrap();
    write_series(&mut page, &context, Reading::Summary(summary)).unwrap();
    let most = most_series_bytes(50, 50 + 5 + 90);
    assert!(page.text().len() <= most && page.text().len() > most / 2, "{} of {most}", page.text().len());
}

/// What happens between two pieces.
#[test]
fn contexts_that_come_and_go_meanwhile_are_there_once_or_not_at_all() {
    let mut store = Store::new(&AggregatorConfiguration::default());
    let send = |store: &mut Store, line: &str| store.record(&Line::parse(line.as_bytes()).unwrap(), |_| ());
    (0..400).for_each(|number| send(&mut store, &format!("b.{number:03}:1|g")));
    let store = SharedStore::new(store);
    let mut scrape = Scrape::new(store.clone(), Arc::default());
    let mut text = String::new();
    for round in 0.. {
        let mut page = Page::new(12_000);
        if !scrape.write(&mut page) {
            break;
        }
        text.push_str(page.text());
        if round == 0 {
            send(&mut store.lock(), "a:1|g");
            send(&mut store.lock(), "c:1|g");
            store.lock().sort();
        }
    }
    let count = |name: &str| text.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!((count("a "), count("b_"), count("c ")), (0, 400, 1));
}

/// Whether a line of the page is one that Prometheus reads.
fn is_valid(line: &str) -> bool {
    let Some((series, value)) = line.rsplit_once(' ') else {
        return false;
    };
    let name = series.split_once('{').map_or(series, |(name, _)| name);
    let first_is_valid = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let rest_is_valid = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let labels_are_closed = series == name || series.ends_with("\"}");
    first_is_valid && rest_is_valid && labels_are_closed && value.parse::<f64>().is_ok_and(f64::is_finite)
}

proptest! {
    #[test]
    fn every_line_is_valid_and_no_series_is_there_twice(
        packet in "([a-b.é0]{1,4}:[0-9+-]{1,2}\\|(c|g|ms|h|s)(\\|#[a-b_,:\"\\\\é]{0,12})?\n){0,12}",
    ) {
        let page = text(&packet);
        let mut series: Vec<&str> =
            page.lines().filter(|line| !line.starts_with("# HELP")).collect();
        for line in series.iter().filter(|line| !line.starts_with('#')) {
            prop_assert!(is_valid(line), "{line}");
        }
        series = series.iter().filter_map(|line| line.rsplit_once(' ').map(|(name, _)| name)).collect();
        let total = series.len();
        series.sort_unstable();
        series.dedup();
        prop_assert_eq!(series.len(), total);
    }
}
