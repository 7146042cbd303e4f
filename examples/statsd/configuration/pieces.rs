//! Whether every series there may be fits into a piece of a page. No series is left out, however many there are; one that is longer than
//! a piece would have to be.

use super::Configuration;
use crate::exposition::most_series_bytes;

impl Configuration {
    pub(crate) fn check_pieces(&self) -> Result<(), SeriesTooLongError> {
        let (name, context) = (self.aggregator.max_name_bytes.get(), self.aggregator.max_context_bytes.get());
        let (series, piece) = (most_series_bytes(name, context), self.destination.piece_bytes.get());
        if series <= piece { Ok(()) } else { Err(SeriesTooLongError { name, context, series, piece }) }
    }
}

/// A series that would be left out of every page; all in bytes.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a series may take {series} bytes of a page with aggregator.max_context_bytes = {context} and \
     aggregator.max_name_bytes = {name}, but destination.piece_bytes is {piece}; raise that to {series}, or lower the others"
)]
pub(crate) struct SeriesTooLongError {
    name: usize,
    context: usize,
    series: usize,
    piece: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::Within;

    #[test]
    fn a_piece_that_is_too_small_says_how_large_it_has_to_be() {
        let mut configuration = Configuration::default();
        assert_eq!(configuration.check_pieces(), Ok(()));
        configuration.aggregator.max_context_bytes = Within::of::<10_000>();
        let error = configuration.check_pieces().unwrap_err();
        assert!(error.to_string().contains(&format!("raise that to {}, or", error.series)), "{error}");
        configuration.destination.piece_bytes = Within::try_from(error.series - 1).unwrap();
        assert!(configuration.check_pieces().is_err());
        configuration.destination.piece_bytes = Within::try_from(error.series).unwrap();
        assert_eq!(configuration.check_pieces(), Ok(()));
    }
}
