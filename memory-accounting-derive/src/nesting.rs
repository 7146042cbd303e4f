//! Refuses what is nested so deeply that parsing it would exhaust the stack.

use proc_macro2::{Span, TokenStream, TokenTree};

/// How deep parentheses and type arguments may stand inside each other, taken together; far above what a reader could
/// follow.
const DEEPEST: usize = 100;

/// Looks at a declaration before it is parsed.
pub(crate) fn check_tokens(tokens: TokenStream) -> syn::Result<()> {
    check_below(tokens, 0)
}

fn check_below(tokens: TokenStream, above: usize) -> syn::Result<()> {
    let mut level = Level::from(above);
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) => level.pass(punct.as_char()),
            _ => level.pass(' '),
        }
        if level.depth >= DEEPEST {
            return Err(too_deep(token.span()));
        }
        if let TokenTree::Group(group) = token {
            check_below(group.stream(), level.depth.saturating_add(1))?;
        }
    }
    Ok(())
}

/// Looks at the text of a string before it is taken for tokens.
pub(crate) fn check_text(text: &str, span: Span) -> syn::Result<()> {
    let mut level = Level::from(0);
    for letter in text.chars() {
        level.pass(letter);
        if level.depth >= DEEPEST {
            return Err(too_deep(span));
        }
    }
    Ok(())
}

/// How deep what follows is.
struct Level {
    depth: usize,
    least: usize,
    before: char,
}

impl Level {
    fn from(least: usize) -> Self {
        Self { depth: least, least, before: ' ' }
    }

    fn pass(&mut self, letter: char) {
        let shift = self.before == '<' && letter == '<';
        self.depth = match letter {
            // `1 << 4`, as discriminants have it, opens nothing.
            '<' if shift => self.depth.saturating_sub(1),
            '<' | '(' | '[' | '{' => self.depth.saturating_add(1),
            '>' | ')' | ']' | '}' => self.depth.saturating_sub(1),
            _ => self.depth,
        };
        self.depth = self.depth.max(self.least);
        self.before = if shift { ' ' } else { letter };
    }
}

fn too_deep(span: Span) -> syn::Error {
    let message =
        format!("this is nested more than {DEEPEST} levels deep; give a part of it a name of its own");
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
    fn what_stands_in_a_row_is_not_deep() {
        assert!(!is_refused(&"Option<Vec<(u8, u8)>>, ".repeat(200)));
        assert!(!is_refused(&"A = 1 << 4, ".repeat(200)));
    }
}
