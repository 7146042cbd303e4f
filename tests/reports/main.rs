//! Reports as text, JSON, gauges and events, from made-up numbers.

mod events;
mod gauges;
mod json;
mod sample;
mod text;
