//! Reports as text, JSON and gauges, from made-up numbers.

mod gauges;
mod json;
mod sample;
mod text;
