//! The tags of a line, in either of the two ways in which they are sent.

use super::ParseError;

/// The tags of a line, as they were sent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Tags<'line> {
    /// Behind the name: `key=value,…`.
    telegraf: &'line str,
    /// In a field of their own: `key:value,key,…`.
    dogstatsd: &'line str,
}

/// One tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'line> {
    pub(crate) key: &'line str,
    /// Never empty; `None` where only the key was sent.
    pub(crate) value: Option<&'line str>,
}

impl<'line> Tags<'line> {
    /// Takes the tags of Telegraf off a name.
    pub(super) fn behind(name: &'line str) -> Result<(&'line str, Self), ParseError> {
        let Some((name, telegraf)) = name.split_once(',') else {
            return Ok((name, Self::default()));
        };
        let is_pair = |tag: &str| tag.split_once('=').is_some_and(|(key, _)| !key.is_empty());
        if telegraf.split(',').all(is_pair) {
            Ok((name, Self { telegraf, dogstatsd: "" }))
        } else {
            Err(ParseError::InvalidTag)
        }
    }

    pub(super) fn with_field(self, dogstatsd: &'line str) -> Self {
        Self { dogstatsd, ..self }
    }

    /// The tags that say something. One with an empty value does not: to Prometheus, a label without a value is none.
    pub(crate) fn iter(self) -> impl Iterator<Item = Tag<'line>> {
        let telegraf = self.telegraf.split(',').map(|tag| Tag::split(tag, '='));
        // Some clients write the sign of the field in front of every tag.
        let dogstatsd =
            self.dogstatsd.split(',').map(|tag| Tag::split(tag.strip_prefix('#').unwrap_or(tag), ':'));
        telegraf.chain(dogstatsd).flatten()
    }
}

impl<'line> Tag<'line> {
    fn split(tag: &'line str, separator: char) -> Option<Self> {
        match tag.split_once(separator) {
            Some((key, value)) => (!value.is_empty()).then_some(Self { key, value: Some(value) }),
            None => (!tag.is_empty()).then_some(Self { key: tag, value: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(name: &'static str, field: &'static str) -> Vec<(&'static str, Option<&'static str>)> {
        let (_, tags) = Tags::behind(name).unwrap();
        tags.with_field(field).iter().map(|tag| (tag.key, tag.value)).collect()
    }

    #[test]
    fn tags_with_and_without_a_value_are_told_apart_from_those_with_an_empty_one() {
        assert_eq!(tags("a", "env:prod:eu,,beta,empty:"), [("env", Some("prod:eu")), ("beta", None)]);
        assert_eq!(tags("a,empty=", ""), []);
    }

    #[test]
    fn every_tag_may_carry_the_sign_of_the_field() {
        assert_eq!(tags("a", "tag1:v1,#tag2:v2"), [("tag1", Some("v1")), ("tag2", Some("v2"))]);
    }

    #[test]
    fn what_stands_behind_a_name_are_tags() {
        assert_eq!(
            tags("a,host=x,path=/b=c", "env:prod"),
            [("host", Some("x")), ("path", Some("/b=c")), ("env", Some("prod"))]
        );
        assert_eq!(Tags::behind("a,host=x").unwrap().0, "a");
        for name in ["a,", "a,host", "a,=x", "a,host=x,", "a,host=x,y"] {
            assert_eq!(Tags::behind(name), Err(ParseError::InvalidTag), "{name}");
        }
    }
}
