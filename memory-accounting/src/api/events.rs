//! The status again and again.

use std::io;
use std::str::FromStr;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use thiserror::Error;

use super::places::Place;
use super::question::Question;
use super::reader::Reader;

/// The time between two events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval(Duration);

const SHORTEST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(60);

/// It is none.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("`{text}` is no interval: write 250ms to 60000ms, or 1s to 60s")]
pub(super) struct NoInterval {
    text: String,
}

impl FromStr for Interval {
    type Err = NoInterval;

    fn from_str(text: &str) -> Result<Self, NoInterval> {
        let number = |digits: &str| digits.parse().ok();
        let duration = match text.strip_suffix("ms") {
            Some(digits) => number(digits).map(Duration::from_millis),
            None => text.strip_suffix('s').and_then(number).map(Duration::from_secs),
        };
        let bounded = duration.filter(|duration| (SHORTEST..=LONGEST).contains(duration));
        bounded.map(Self).ok_or_else(|| NoInterval { text: text.to_owned() })
    }
}

impl Interval {
    /// What `interval=` says in a query, a second where nothing does.
    pub(super) fn of_query(query: &str) -> Result<Self, NoInterval> {
        let said = query.split('&').find_map(|pair| pair.strip_prefix("interval="));
        said.map_or(Ok(Self(Duration::from_secs(1))), str::parse)
    }
}

/// One stream, until it is dropped or has lost its place.
pub(super) struct Events {
    reader: Reader,
    interval: Interval,
    place: Place,
}

impl Events {
    pub(super) fn new(reader: Reader, interval: Interval, place: Place) -> Self {
        Self { reader, interval, place }
    }

    /// The next event and when it was read, at once where there was none before; `None` where there will be none.
    async fn next(&self, last: Option<Instant>) -> Option<(Instant, Bytes)> {
        if !self.place.is_read() {
            return None;
        }
        let not_before = match last {
            Some(last) => self.reader.on_step(last.checked_add(self.interval.0)?),
            None => Instant::now(),
        };
        let (at, answer) = self.reader.answer_read(Question::StatusJson, not_before).await.ok()?;
        self.place.sends(Instant::now());
        // JSON has no line breaks of its own, so it is one line of data.
        Some((at, [b"data: ", answer.body.as_ref(), b"\n\n"].concat().into()))
    }
}

impl IntoResponse for Events {
    fn into_response(self) -> Response {
        let stream = unfold((self, None), |(events, last): (Self, Option<Instant>)| async move {
            let event = events.next(last).await;
            let at = event.as_ref().map_or(last, |(at, _)| Some(*at));
            event.map(|(_, event)| (Ok::<_, io::Error>(event), (events, at)))
        });
        let content_type = HeaderValue::from_static("text/event-stream");
        ([(CONTENT_TYPE, content_type)], Body::from_stream(stream)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;

    use axum::body::HttpBody;

    use super::*;
    use crate::api::blocking::block_on;
    use crate::api::places::{PATIENCE, Places, TooMany};
    use crate::api::question::Answer;

    /// What comes next of a body.
    fn next(body: &mut Body) -> Option<Bytes> {
        let frame = block_on(poll_fn(|context| Pin::new(&mut *body).poll_frame(context)))?;
        frame.unwrap().into_data().ok()
    }

    #[test]
    fn a_stream_that_nobody_reads_loses_its_place_and_ends() {
        let places = Places::default();
        let reader = Reader::by(Box::new(|_| Answer::text(&"{}")));
        let open = |now| {
            let place = places.take(now)?;
            let events = Events::new(reader.clone(), Interval(Duration::ZERO), place);
            Ok::<_, TooMany>(events.into_response().into_body())
        };
        let mut bodies: Vec<Body> = (0..Places::MOST).map(|_| open(Instant::now()).unwrap()).collect();
        for body in &mut bodies {
            assert_eq!(next(body).unwrap(), "data: {}\n\n\n");
        }
        // Each has been sent something that nobody has taken yet.
        let later = Instant::now().checked_add(PATIENCE).unwrap();
        let mut another = open(later).unwrap();
        assert!(next(&mut another).is_some());
        for body in &mut bodies {
            assert_eq!(next(body), None);
        }
    }

    #[test]
    fn an_interval_has_a_unit_and_is_bounded() {
        let milliseconds = |text: &str| text.parse().map(|Interval(interval)| interval.as_millis());
        assert_eq!(milliseconds("250ms"), Ok(250));
        assert_eq!(milliseconds("60s"), Ok(60_000));
        for text in ["249ms", "61s", "0s", "1000", "-1s", "1m", "s", "", "99999999999999999999s"] {
            assert_eq!(milliseconds(text), Err(NoInterval { text: text.to_owned() }));
        }
    }
}
