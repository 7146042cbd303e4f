//! The paths that a source file writes.

use std::collections::BTreeSet;

use syn::Token;
use syn::buffer::{Cursor, TokenBuffer};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

/// The paths that `source`, the file of `module`, writes, from the crate's root on, outside of its tests.
pub(super) fn paths_of(source: &str, module: Vec<String>) -> BTreeSet<Vec<String>> {
    let mut paths = Paths { module, found: BTreeSet::new() };
    paths.visit_file(&syn::parse_file(source).expect("Rust"));
    paths.found
}

struct Paths {
    module: Vec<String>,
    found: BTreeSet<Vec<String>>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
        }
        _ => false,
    })
}

impl Paths {
    /// `None` for a path that begins elsewhere: in another crate, or in what is imported.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.module, rest].concat()),
            "super" => {
                let supers = path.iter().take_while(|segment| *segment == "super").count();
                let above = self.module.len().checked_sub(supers)?;
                Some([&self.module[..above], &path[supers..]].concat())
            }
            _ => None,
        }
    }

    fn add(&mut self, path: &[String]) {
        self.found.extend(self.absolute(path));
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) if name.ident == "self" => self.add(before),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.add(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }

    /// What is given to a macro, or written by one, is no syntax yet: a path is known by its first word.
    fn add_tokens(&mut self, mut rest: Cursor<'_>) {
        while let Some((_, behind)) = rest.token_tree() {
            if let Some((path, behind_path)) = path_at(rest) {
                match trees_at(behind_path) {
                    Some(trees) => trees.iter().for_each(|tree| self.add_tree(&path, tree)),
                    None if path.len() > 1 => self.add(&path),
                    // `self.field`, `pub(crate)` or `super::*`.
                    None => {}
                }
                rest = behind_path;
                continue;
            }
            match rest.any_group() {
                // `pub(in crate::a)` says who may use the item, not what it uses.
                Some((inside, ..)) if inside.ident().is_some_and(|(word, _)| word == "in") => {}
                Some((inside, ..)) => self.add_tokens(inside),
                None => {}
            }
            rest = behind;
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.add_tree(&[], &item.tree);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            // What a module within a file writes begins one deeper.
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if !is_test(&item.attrs) {
            visit::visit_item_macro(self, item);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.add_tokens(TokenBuffer::new2(call.tokens.clone()).begin());
        visit::visit_macro(self, call);
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {
        // Says who may use the item, not what it uses.
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }
}

/// The path of this crate that begins here, and what is behind it.
fn path_at(start: Cursor<'_>) -> Option<(Vec<String>, Cursor<'_>)> {
    let (first, mut rest) =
        start.ident().filter(|(word, _)| word == "crate" || word == "super" || word == "self")?;
    let mut path = vec![first.to_string()];
    while let Some((name, behind)) = behind_colons(rest).and_then(Cursor::ident) {
        path.push(name.to_string());
        rest = behind;
    }
    Some((path, rest))
}

/// What `{a, b::c}` behind a path imports.
fn trees_at(rest: Cursor<'_>) -> Option<Punctuated<syn::UseTree, Token![,]>> {
    let (inside, ..) = behind_colons(rest)?.any_group()?;
    Punctuated::parse_terminated.parse2(inside.token_stream()).ok()
}

fn behind_colons(rest: Cursor<'_>) -> Option<Cursor<'_>> {
    let (one, rest) = rest.punct()?;
    let (other, rest) = rest.punct()?;
    (one.as_char() == ':' && other.as_char() == ':').then_some(rest)
}

/// What a file of `outer::inner` writes.
fn found(source: &str) -> Vec<String> {
    let module = vec!["outer".to_owned(), "inner".to_owned()];
    paths_of(source, module).iter().map(|path| path.join("::")).collect()
}

#[test]
fn every_way_of_writing_a_path_is_seen() {
    let source = "
        use crate::a::{self, b::C};
        use super::d;
        use super::super::e as f;
        #[cfg(test)]
        use crate::never;
        pub(super) fn g() -> crate::h::I { self::j(std::iter::empty()) }
        mod k { use super::l; }
        #[cfg(all(test, not(loom)))]
        mod tests { use crate::never; }
    ";
    assert_eq!(
        found(source),
        ["a", "a::b::C", "e", "h::I", "outer::d", "outer::inner::j", "outer::inner::l"]
    );
}

#[test]
fn what_macros_are_given_and_write_is_seen_as_well() {
    let source = "
        constructor! {
            use crate::a::{self, b::C};
            pub(in crate::x) const fn new(&self) -> super::d { crate::e::f::<u8>(self.field, [super::super::g()]) }
        }
        macro_rules! written { ($x:ty) => { $crate::h::<$x>(self::i) }; }
        #[cfg(test)]
        check! { crate::never }
        fn k() { assert!(l(|| crate::m::N == \"crate::never\")); }
        pub(crate) const O: usize = p![pub(super) crate];
    ";
    assert_eq!(found(source), ["a", "a::b::C", "e::f", "g", "h", "m::N", "outer::d", "outer::inner::i"]);
}
