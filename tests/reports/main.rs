//! Reports as text and JSON, from made-up numbers.

mod json;
mod sample;
mod text;
