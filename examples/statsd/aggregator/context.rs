//! What tells one series from another.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::DropReason;
use super::labels::{label_name, label_value, metric_name};
use crate::configuration::{AggregatorConfiguration, MOST_TAGS};
use crate::protocol::{Kind, Tag, Tags};

/// How the names of counters end, by the conventions of Prometheus.
const COUNTER_SUFFIX: &str = "_total";

/// A name and its labels as Prometheus writes them, `name` or `name key="value",…`: lines that Prometheus could not tell
/// apart share a context. The blank sorts before every character of a name, so sorted contexts keep a name's together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Context(Arc<str>);

impl Context {
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The metric's name.
    pub(crate) fn name(&self) -> &str {
        name_of(&self.0)
    }

    /// The labels, ready to stand between braces; empty when there are none.
    pub(crate) fn labels(&self) -> &str {
        self.0.split_once(' ').map_or("", |(_, labels)| labels)
    }
}

impl Borrow<str> for Context {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Writes the text of contexts into one buffer that is allocated once.
#[derive(Debug)]
pub(super) struct ContextWriter {
    text: String,
    max_name_bytes: usize,
    max_context_bytes: usize,
    tag_limit: usize,
}

impl ContextWriter {
    pub(super) fn new(configuration: &AggregatorConfiguration) -> Self {
        Self {
            text: String::with_capacity(configuration.max_context_bytes.get()),
            max_name_bytes: configuration.max_name_bytes.get(),
            max_context_bytes: configuration.max_context_bytes.get(),
            tag_limit: configuration.tag_limit.get(),
        }
    }

    /// What was written last.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The name in what was written last.
    pub(super) fn name(&self) -> &str {
        name_of(&self.text)
    }

    /// Writes the context of a line: the same text for the same tags in any order, each once.
    pub(super) fn write(&mut self, name: &str, kind: Kind, tags: Tags<'_>) -> Result<(), DropReason> {
        self.text.clear();
        self.push_name(metric_name(name))?;
        if kind == Kind::Counter && !self.text.ends_with(COUNTER_SUFFIX) {
            self.push_name(COUNTER_SUFFIX.chars())?;
        }
        let mut sorted = [Tag { key: "", value: None }; MOST_TAGS];
        let mut count = 0_usize;
        for tag in tags.iter() {
            let slot = sorted.get_mut(count).filter(|_| count < self.tag_limit);
            *slot.ok_or(DropReason::TagLimit)? = tag;
            count = count.saturating_add(1);
        }
        let sorted = sorted.get_mut(..count).unwrap_or_default();
        sorted.sort_unstable_by(|left, right| compare(*left, *right));
        self.write_labels(sorted)
    }

    /// Values of one label name stand together, joined by commas, as a label can be there only once.
    fn write_labels(&mut self, tags: &[Tag<'_>]) -> Result<(), DropReason> {
        let mut previous: Option<Tag<'_>> = None;
        for &tag in tags {
            match previous {
                Some(before) if compare(before, tag) == Ordering::Equal => continue,
                Some(before) if label_name(before).eq(label_name(tag)) => self.push(',')?,
                _ => {
                    if previous.is_some() {
                        self.push_all("\",".chars())?;
                    } else {
                        self.push(' ')?;
                    }
                    self.push_all(label_name(tag))?;
                    self.push_all("=\"".chars())?;
                }
            }
            self.write_value(label_value(tag))?;
            previous = Some(tag);
        }
        if previous.is_some() { self.push('"') } else { Ok(()) }
    }

    fn write_value(&mut self, value: &str) -> Result<(), DropReason> {
        for letter in value.chars() {
            if matches!(letter, '"' | '\\') {
                self.push('\\')?;
            }
            self.push(letter)?;
        }
        Ok(())
    }

    fn push_name(&mut self, mut letters: impl Iterator<Item = char>) -> Result<(), DropReason> {
        letters.try_for_each(|letter| {
            if self.text.len() >= self.max_name_bytes {
                return Err(DropReason::NameTooLong);
            }
            self.push(letter)
        })
    }

    fn push_all(&mut self, mut letters: impl Iterator<Item = char>) -> Result<(), DropReason> {
        letters.try_for_each(|letter| self.push(letter))
    }

    fn push(&mut self, letter: char) -> Result<(), DropReason> {
        if self.text.len().saturating_add(letter.len_utf8()) > self.max_context_bytes {
            return Err(DropReason::ContextTooLong);
        }
        self.text.push(letter);
        Ok(())
    }
}

/// By what becomes of the tags, not by how they were spelt.
fn compare(left: Tag<'_>, right: Tag<'_>) -> Ordering {
    label_name(left).cmp(label_name(right)).then_with(|| label_value(left).cmp(label_value(right)))
}

fn name_of(text: &str) -> &str {
    text.split_once(' ').map_or(text, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::Within;
    use crate::protocol::Line;

    fn configuration() -> AggregatorConfiguration {
        AggregatorConfiguration {
            max_name_bytes: Within::of::<8>(),
            max_context_bytes: Within::of::<40>(),
            tag_limit: Within::of::<3>(),
            ..AggregatorConfiguration::default()
        }
    }

    fn context(line: &str) -> Result<String, DropReason> {
        let mut writer = ContextWriter::new(&configuration());
        let line = Line::parse(line.as_bytes()).unwrap();
        writer.write(line.name, line.kind, line.tags).map(|()| writer.text().to_owned())
    }

    #[test]
    fn the_name_of_a_counter_says_so_once() {
        assert_eq!(context("a:1|c").as_deref(), Ok("a_total"));
        assert_eq!(context("a.total:1|c|#b").as_deref(), Ok("a_total b=\"true\""));
        assert_eq!(context("a:1|g").as_deref(), Ok("a"));
        assert_eq!(context("abc:1|c"), Err(DropReason::NameTooLong));
    }

    #[test]
    fn tags_are_sorted_and_there_once() {
        assert_eq!(context("a.b:1|g").as_deref(), Ok("a_b"));
        assert_eq!(context("a:1|g|#z:1,b:2,z:1").as_deref(), Ok("a b=\"2\",z=\"1\""));
    }

    /// To Prometheus they are one series.
    #[test]
    fn a_label_without_a_value_is_none() {
        assert_eq!(context("a:1|g|#env:").as_deref(), Ok("a"));
        assert_eq!(context("a:1|g|#env:,b:2").as_deref(), Ok("a b=\"2\""));
    }

    #[test]
    fn tags_of_both_kinds_are_labels() {
        assert_eq!(context("a,b=1:1|g|#c:2").as_deref(), Ok("a b=\"1\",c=\"2\""));
        assert_eq!(context("a,b=1:1|g|#b:2").as_deref(), Ok("a b=\"1,2\""));
    }

    #[test]
    fn values_of_one_label_are_joined() {
        assert_eq!(context("a:1|g|#t-t:y,b,t_t:x").as_deref(), Ok("a b=\"true\",t_t=\"x,y\""));
    }

    #[test]
    fn values_are_escaped() {
        assert_eq!(context("a:1|g|#p:\\\"").as_deref(), Ok("a p=\"\\\\\\\"\""));
    }

    #[test]
    fn every_limit_has_its_reason() {
        assert_eq!(context("12345678:1|g"), Err(DropReason::NameTooLong));
        assert_eq!(context("a:1|g|#a,b,c,d"), Err(DropReason::TagLimit));
        assert_eq!(
            context("a:1|g|#key:0123456789012345678901234567890123456789"),
            Err(DropReason::ContextTooLong)
        );
        assert_eq!(context("abcdefgh:1|g").as_deref(), Ok("abcdefgh"));
    }

    #[test]
    fn a_context_knows_its_parts() {
        let context = Context::new("a b=\"1 2\"");
        assert_eq!((context.name(), context.labels()), ("a", "b=\"1 2\""));
        assert_eq!((Context::new("a").name(), Context::new("a").labels()), ("a", ""));
    }
}
