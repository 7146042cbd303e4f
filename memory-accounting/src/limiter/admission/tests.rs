//! A limiter is driven through random lives, by a clock that only the test moves.

mod cases;
mod clock;
mod life;
mod overdrafts;
mod service;
mod world;
