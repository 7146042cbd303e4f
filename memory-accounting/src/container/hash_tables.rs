//! The standard library's hash tables.

use std::collections::{HashMap, HashSet};

use super::table::{Table, hash_tables};
use super::{Container, HashContainer};
use crate::UsageExpr;

hash_tables! { of:
    [K, V, S] HashMap<K, V, S>, (K, V);
    [T, S] HashSet<T, S>, T;
}
