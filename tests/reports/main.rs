//! Reports as text, JSON, metrics, events and over HTTP, from made-up numbers.

mod api;
mod events;
mod json;
mod metrics;
mod sample;
mod text;
