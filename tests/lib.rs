//! Runs the snippets of the project's README as doc-tests.
#![cfg_attr(doctest, doc = include_str!("../README.md"))]
