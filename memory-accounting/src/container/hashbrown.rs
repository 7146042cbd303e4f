//! The hash tables of the crate `hashbrown`.

use hashbrown::{HashMap, HashSet};

use super::table::{Table, hash_tables};
use super::{Container, HashContainer};
use crate::UsageExpr;

hash_tables! { of_hashbrown:
    [K, V, S] HashMap<K, V, S>, (K, V);
    [T, S] HashSet<T, S>, T;
}
