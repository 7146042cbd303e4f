//! Attributes every allocation to the component that made it.
