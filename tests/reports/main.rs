//! Reports as text, JSON, gauges, events and over HTTP, from made-up numbers.

mod api;
mod events;
mod gauges;
mod json;
mod sample;
mod text;
