//! Refuses what is nested so deeply that parsing it would exhaust the stack.
//!
//! The compiler makes its stack longer where its own parser nests. `syn` does not, and a macro runs on the compiler's stack: on
//! `struct S { a: &&&…&u8 }`, with 500 `&`, rustc 1.95 dies with "rustc unexpectedly overflowed its stack! this is a bug", and names no
//! line. So depth is counted before anything is parsed, on the tokens of the declaration, and on the text of a
//! string, which is parsed later. Groups are found by themselves; what nests without one has to be known by its spelling.

use proc_macro2::{Span, TokenStream, TokenTree};

/// How deep parentheses and type arguments may stand inside each other, taken together; far above what a reader could
/// follow.
const MOST_NESTED_TYPES: usize = 100;

/// Looks at a declaration before it is parsed.
pub(crate) fn check_tokens(tokens: TokenStream) -> syn::Result<()> {
    check_below(tokens, 0)
}

fn check_below(tokens: TokenStream, above: usize) -> syn::Result<()> {
    let mut level = Level::from(above);
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) => level.pass(punct.as_char()),
            TokenTree::Ident(word) if word == "const" || word == "mut" => level.pass_pointer(),
            _ => level.pass(' '),
        }
        if level.depth() >= MOST_NESTED_TYPES {
            return Err(too_deep(token.span()));
        }
        if let TokenTree::Group(group) = token {
            check_below(group.stream(), level.depth().saturating_add(1))?;
        }
    }
    Ok(())
}

/// Looks at the text of a string before it is taken for tokens.
pub(crate) fn check_text(text: &str, span: Span) -> syn::Result<()> {
    let mut level = Level::from(0);
    for letter in text.chars() {
        level.pass(letter);
        if level.depth() >= MOST_NESTED_TYPES {
            return Err(too_deep(span));
        }
    }
    // What is left nests without brackets, as pointers do, and is found in the tokens.
    match text.parse::<TokenStream>() {
        Ok(tokens) if text.len() >= MOST_NESTED_TYPES => check_tokens(tokens).map_err(|_| too_deep(span)),
        _ => Ok(()),
    }
}

/// How deep what follows is.
struct Level {
    /// Open brackets.
    open: usize,
    /// What nests without brackets and ends with the next comma or bracket: `&`, `*const`, and `fn() ->`.
    prefixes: usize,
    least: usize,
    before: char,
}

impl Level {
    fn from(least: usize) -> Self {
        Self { open: least, prefixes: 0, least, before: ' ' }
    }

    fn depth(&self) -> usize {
        self.open.saturating_add(self.prefixes)
    }

    /// Passes `const` or `mut`, which makes a star a pointer.
    fn pass_pointer(&mut self) {
        if self.before == '*' {
            self.prefixes = self.prefixes.saturating_add(1);
        }
        self.before = ' ';
    }

    fn pass(&mut self, letter: char) {
        let shift = self.before == '<' && letter == '<';
        let arrow = letter == '>' && matches!(self.before, '-' | '=');
        match letter {
            // `1 << 4`, as discriminants have it, opens nothing.
            '<' if shift => self.open = self.open.saturating_sub(1),
            '>' if arrow => self.prefixes = self.prefixes.saturating_add(1),
            '&' => self.prefixes = self.prefixes.saturating_add(1),
            // What stands inside keeps the prefixes in front of it.
            '<' | '(' | '[' | '{' => self.open = self.open.saturating_add(1),
            '>' | ')' | ']' | '}' => self.open = self.open.saturating_sub(1),
            ',' | ';' => self.prefixes = 0,
            _ => {}
        }
        self.open = self.open.max(self.least);
        self.before = if shift { ' ' } else { letter };
    }
}

fn too_deep(span: Span) -> syn::Error {
    let message = format!(
        "this is nested more than {MOST_NESTED_TYPES} levels deep; give a part of it a name of its own"
    );
    syn::Error::new(span, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(text: &str) -> bool {
        let refused = check_text(text, Span::call_site()).is_err();
        assert_eq!(check_tokens(text.parse().unwrap()).is_err(), refused, "{text}");
        refused
    }

    #[test]
    fn types_and_groups_count_together() {
        let nested = |levels: usize| format!("{}u8{}", "[Option<".repeat(levels), ">]".repeat(levels));
        assert!(!is_refused(&nested(49)));
        assert!(is_refused(&nested(50)));
    }

    #[test]
    fn what_nests_without_brackets_counts_as_well() {
        for prefix in ["&", "& 'a ", "&mut ", "*const ", "* mut ", "fn() -> ", "Option<fn() -> "] {
            assert!(is_refused(&format!("{}u8", prefix.repeat(100))), "{prefix}");
            assert!(!is_refused(&format!("{}u8", prefix.repeat(30))), "{prefix}");
        }
    }

    #[test]
    fn what_stands_in_a_row_is_not_deep() {
        assert!(!is_refused(&"Option<Vec<(u8, u8)>>, ".repeat(200)));
        assert!(!is_refused(&"A = 1 << 4, ".repeat(200)));
        assert!(!is_refused(&"a: fn(&u8) -> *const u8, ".repeat(200)));
        assert!(!is_refused(&format!("a{}", " * b".repeat(200))));
    }
}
