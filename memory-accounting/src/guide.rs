//! A page on which an operator changes settings and sees what becomes of the memory.

mod data;

use std::fmt::Write as _;

use crate::bounds::ComponentBounds;
use crate::grant::MemoryGrant;

/// What stands in front of the data.
const BEFORE_DATA: &str = concat!(
    include_str!("guide/page/head.html"),
    "<style>\n",
    include_str!("guide/page/style.css"),
    "</style>\n",
    include_str!("guide/page/body.html"),
    "<script type=\"application/json\" id=\"data\">",
);

/// What stands behind it: the scripts. What they do at once uses only those before it.
const AFTER_DATA: &str = concat!(
    "</script>\n<script>\n\"use strict\";\n",
    include_str!("guide/page/arithmetic.js"),
    include_str!("guide/page/formula.js"),
    include_str!("guide/page/operations.js"),
    include_str!("guide/page/model.js"),
    include_str!("guide/page/largest.js"),
    include_str!("guide/page/together.js"),
    include_str!("guide/page/grant.js"),
    include_str!("guide/page/sizes.js"),
    include_str!("guide/page/words.js"),
    include_str!("guide/page/verdict.js"),
    include_str!("guide/page/export.js"),
    include_str!("guide/page/link.js"),
    include_str!("guide/page/elements.js"),
    include_str!("guide/page/settings.js"),
    include_str!("guide/page/picture.js"),
    include_str!("guide/page/tree.js"),
    include_str!("guide/page/page.js"),
    "</script>\n</body>\n</html>\n",
);

/// One HTML page that answers *what if*, for those who set a program's settings: it computes on its own and asks no network.
///
/// Every setting of the bounds is an input there. The page shows whether everything fits a limit, what each setting costs and the greatest
/// value of it that still fits, which part of the bytes is whose, and writes what was changed as JSON, YAML, TOML or environment variables,
/// and the `resources` of a Kubernetes container. A link to it keeps what was typed.
///
/// It computes as [`UsageExpr`](crate::UsageExpr) does, to the byte, and tells settings apart as [`sizing::explain`](crate::sizing::explain)
/// does: by the component that declared them, their key and their value. The greatest value of a setting that fits is that of
/// [`sizing::solve`](crate::sizing::solve).
///
/// The page tells names and values of settings, so show it to operators only.
///
/// ```
/// use memory_accounting::{ComponentBounds, Guide, MemoryBounds, MemoryGrant};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let bounds = ComponentBounds::of(&Cache { entries: 1000 });
/// let grant = MemoryGrant::with_slop_factor(2 << 20, 0.15)?;
/// let html = Guide::new(&bounds).with_grant(grant).to_html();
/// assert!(html.starts_with("<!doctype html>"));
/// # Ok::<(), memory_accounting::GrantError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Guide<'a> {
    bounds: &'a ComponentBounds,
    grant: Option<MemoryGrant>,
}

impl<'a> Guide<'a> {
    /// The page of `bounds`, without a limit: an operator may type one.
    pub fn new(bounds: &'a ComponentBounds) -> Self {
        Self { bounds, grant: None }
    }

    /// Begins with the limit and the slop factor of `grant`. Without a grant the slop factor is
    /// [`MemoryGrant::DEFAULT_SLOP_FACTOR`].
    pub fn with_grant(mut self, grant: MemoryGrant) -> Self {
        self.grant = Some(grant);
        self
    }

    /// The page, in UTF-8.
    pub fn to_html(&self) -> String {
        let data = data::of(self.bounds, self.grant).to_string();
        let mut html = String::with_capacity(
            [BEFORE_DATA.len(), data.len(), AFTER_DATA.len()].into_iter().fold(0, usize::saturating_add),
        );
        html.push_str(BEFORE_DATA);
        for character in data.chars() {
            match character {
                // In JSON these stand in texts only. There they could end the element that the data are in, or a line of a script.
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    // Writing to a string cannot fail.
                    _ = write!(html, "\\u{:04x}", u32::from(character));
                }
                character => html.push(character),
            }
        }
        html.push_str(AFTER_DATA);
        html
    }
}
