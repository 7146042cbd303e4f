//! One line, parsed.

use super::{Kind, ParseError, Tags, Unsupported, Value, Values};

/// A well-formed line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line<'line> {
    pub(crate) name: &'line str,
    pub(crate) kind: Kind,
    values: Values<'line>,
    rate: f64,
    pub(crate) tags: Tags<'line>,
    /// When a gauge had the value, or a counter was incremented, in seconds since 1970; for other types nobody says.
    pub(crate) time: Option<u64>,
    /// Fields of which this agent does not know what they say.
    pub(crate) ignored_fields: u64,
}

/// What stands behind the type.
#[derive(Debug, Default)]
struct Fields<'line> {
    rate: Option<f64>,
    tags: Option<&'line str>,
    time: Option<u64>,
    ignored: u64,
}

impl<'line> Line<'line> {
    /// Parses a line without its line break.
    pub(crate) fn parse(line: &'line [u8]) -> Result<Self, ParseError> {
        let line = std::str::from_utf8(line).map_err(|_| ParseError::NotUtf8)?;
        if let Some(error) = Unsupported::parse(line) {
            return Err(error);
        }
        let mut fields = line.split('|');
        let (name, values) =
            fields.next().and_then(|head| head.split_once(':')).ok_or(ParseError::MissingValue)?;
        let (name, tags) = Tags::behind(name)?;
        if name.is_empty() {
            return Err(ParseError::EmptyName);
        }
        let kind = parse_kind(fields.next().ok_or(ParseError::MissingKind)?)?;
        let fields = Fields::parse(fields)?;
        let rate = fields.rate.unwrap_or(1.0);
        let has_time = matches!(kind, Kind::Counter | Kind::Gauge);
        Ok(Self {
            name,
            kind,
            values: Values::parse(values, kind, rate)?,
            rate,
            tags: tags.with_field(fields.tags.unwrap_or_default()),
            time: fields.time.filter(|_| has_time),
            ignored_fields: fields.ignored,
        })
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'line>> {
        self.values.iter()
    }

    /// How many measurements each value stands for.
    pub(crate) fn weight(&self) -> f64 {
        1.0 / self.rate
    }
}

fn parse_kind(text: &str) -> Result<Kind, ParseError> {
    match text {
        "c" => Ok(Kind::Counter),
        "g" => Ok(Kind::Gauge),
        "ms" | "h" | "d" => Ok(Kind::Distribution),
        "s" => Ok(Kind::Set),
        "" => Err(ParseError::MissingKind),
        _ => Err(ParseError::UnknownKind),
    }
}

impl<'line> Fields<'line> {
    /// Each where present, in any order. A client that is newer than this agent may send others.
    fn parse(texts: impl Iterator<Item = &'line str>) -> Result<Self, ParseError> {
        let mut fields = Self::default();
        for text in texts {
            let is_repeated = if let Some(rate) = text.strip_prefix('@') {
                fields.rate.replace(parse_rate(rate)?).is_some()
            } else if let Some(tags) = text.strip_prefix('#') {
                fields.tags.replace(tags).is_some()
            } else if let Some(time) = text.strip_prefix('T') {
                fields.time.replace(parse_time(time)?).is_some()
            } else {
                let is_unknown = !is_about_the_sender(text);
                fields.ignored = fields.ignored.saturating_add(u64::from(is_unknown));
                false
            };
            if is_repeated {
                return Err(ParseError::RepeatedField);
            }
        }
        Ok(fields)
    }
}

fn parse_rate(text: &str) -> Result<f64, ParseError> {
    let rate: f64 = text.parse().map_err(|_| ParseError::InvalidRate)?;
    // The reciprocal of the very smallest numbers is infinite.
    let valid = rate > 0.0 && rate <= 1.0 && (1.0 / rate).is_finite();
    valid.then_some(rate).ok_or(ParseError::InvalidRate)
}

fn parse_time(text: &str) -> Result<u64, ParseError> {
    // The page has milliseconds, which Prometheus reads as a signed number.
    const LATEST: u64 = i64::MAX.unsigned_abs() / 1000;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|seconds| is_number && (1..=LATEST).contains(seconds));
    seconds.ok_or(ParseError::InvalidTimestamp)
}

/// `DogStatsD` fields about where a metric was made, which this agent has no use for: container, external data, cardinality.
fn is_about_the_sender(field: &str) -> bool {
    ["c:", "e:", "card:"].iter().any(|prefix| field.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::Tag;

    fn parse(line: &str) -> Result<Line<'_>, ParseError> {
        Line::parse(line.as_bytes())
    }

    #[test]
    fn parses_a_line_with_everything() {
        let line = parse("page.views:1:2|c|@0.1|#env:prod,,beta|c:ci-1|T1656581400").unwrap();
        assert_eq!((line.name, line.kind), ("page.views", Kind::Counter));
        assert_eq!(line.values().collect::<Vec<_>>(), [Value::Number(1.0), Value::Number(2.0)]);
        assert!((line.weight() - 10.0).abs() < 1e-12);
        assert_eq!(
            line.tags.iter().collect::<Vec<_>>(),
            [Tag { key: "env", value: Some("prod") }, Tag { key: "beta", value: None }]
        );
        assert_eq!((line.time, line.ignored_fields), (Some(1_656_581_400), 0));
    }

    #[test]
    fn gauges_and_counters_may_say_when() {
        for (kind, time) in
            [("c", Some(5)), ("g", Some(5)), ("ms", None), ("h", None), ("d", None), ("s", None)]
        {
            assert_eq!(parse(&format!("a:1|{kind}|T5")).unwrap().time, time, "{kind}");
        }
        for garbage in ["", "0", "-1", "+1", "1.5", "1e9", "now", "9223372036854776", "99999999999999999999"]
        {
            for kind in ["c", "ms"] {
                let line = format!("a:1|{kind}|T{garbage}");
                assert_eq!(parse(&line).map(|_| ()), Err(ParseError::InvalidTimestamp), "{line}");
            }
        }
    }

    #[test]
    fn fields_of_which_nothing_is_known_are_ignored_and_counted() {
        assert_eq!(parse("a:1|c|?|@0.5||new:x|#b").unwrap().ignored_fields, 3);
    }

    #[test]
    fn a_name_carries_no_tags() {
        let line = parse("cpu.load,host=a:1|g|#env:prod").unwrap();
        assert_eq!((line.name, line.tags.iter().count()), ("cpu.load", 2));
    }

    #[test]
    fn knows_every_type() {
        for (text, kind) in [
            ("c", Kind::Counter),
            ("g", Kind::Gauge),
            ("ms", Kind::Distribution),
            ("h", Kind::Distribution),
            ("d", Kind::Distribution),
            ("s", Kind::Set),
        ] {
            assert_eq!(parse(&format!("a:1|{text}")).unwrap().kind, kind);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (line, error) in [
            ("", ParseError::MissingValue),
            ("a", ParseError::MissingValue),
            ("a|c|#x:1", ParseError::MissingValue),
            ("a:|c", ParseError::MissingValue),
            (":1|c", ParseError::EmptyName),
            ("a:1", ParseError::MissingKind),
            ("a:1|", ParseError::MissingKind),
            ("a:1|x", ParseError::UnknownKind),
            ("a:one|c", ParseError::InvalidValue),
            ("a:-1|c", ParseError::NegativeCounter),
            ("a:1|c|@0", ParseError::InvalidRate),
            ("a:1|c|@2", ParseError::InvalidRate),
            ("a:1|c|@NaN", ParseError::InvalidRate),
            ("a:1|c|@1e-320", ParseError::InvalidRate),
            ("a:1|c|@1|@1", ParseError::RepeatedField),
            ("a:1|c|T1|T1", ParseError::RepeatedField),
            ("a:1|c|#x|#y", ParseError::RepeatedField),
            ("a::|c", ParseError::MissingValue),
            ("a,b:1|c", ParseError::InvalidTag),
            (",b=1:1|c", ParseError::EmptyName),
            ("_e{1,1}:a|b", Unsupported::Event.into()),
            ("_e{1,1}:a|", ParseError::InvalidEvent),
            ("_sc|db|0", Unsupported::ServiceCheck.into()),
            ("_sc|db", ParseError::InvalidServiceCheck),
        ] {
            assert_eq!(parse(line).map(|_| ()), Err(error), "{line:?}");
        }
        assert_eq!(Line::parse(b"\xff:1|c"), Err(ParseError::NotUtf8));
    }

    proptest! {
        #[test]
        fn never_panics_on_arbitrary_bytes(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Line::parse(&line);
        }

        #[test]
        fn what_it_accepts_is_finite(line in "[a-c:|#@,0-9.e+-]{0,40}") {
            if let Ok(line) = Line::parse(line.as_bytes()) {
                prop_assert!(line.weight() >= 1.0);
                prop_assert!(line.values().count() > 0);
                for value in line.values() {
                    if let Value::Number(number) | Value::Signed(number) = value {
                        prop_assert!(number.is_finite());
                    }
                }
            }
        }
    }
}
