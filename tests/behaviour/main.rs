//! What each public item does, where no tracking allocator is installed.

mod expressions;
mod config_values;
mod keys;
mod places;
mod bounds;
mod times;
mod guarded_bounds;
mod shared_parts;
mod grants;
#[cfg(unix)]
mod layouts;
#[cfg(unix)]
mod detection;
mod verification;
mod partitioning;
mod sizing;
mod largest;
mod settings;
mod setting_ranges;
mod differences;
mod printed;
mod guide;
mod registry;
mod redeclaring;
mod architecture;
