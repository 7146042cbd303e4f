//! The standard library's hash tables.

use std::collections::{HashMap, HashSet};

use super::group_width::GroupWidth;
use super::map_and_set::map_and_set;

map_and_set!(HashMap, HashSet, GroupWidth::STANDARD);
