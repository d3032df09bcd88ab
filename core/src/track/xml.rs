//! XML as strangers write it: parsed within limits, searched by local names.

use super::TrackError;
use roxmltree::{Document, Node, ParsingOptions};

/// Enough for 64 MB of ordinary GPX; a bomb of empty elements ends here.
const MAX_NODES: u32 = 8_000_000;

/// Parses without a DTD, so that no entity can grow.
pub(super) fn parse(text: &str) -> Result<Document<'_>, TrackError> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        entity_resolver: None,
    };
    Document::parse_with_options(text, options).map_err(|error| TrackError::Xml(error.to_string()))
}

/// Children of that local name.
pub(super) fn children<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

/// The first child of one of these names that has words in it, the first name preferred.
pub(super) fn text_of(node: Node<'_, '_>, names: &[&'static str]) -> Option<String> {
    names.iter().find_map(|name| {
        children(node, name).find_map(|child| {
            let words = child.text()?.split_whitespace().collect::<Vec<_>>().join(" ");
            (!words.is_empty()).then_some(words)
        })
    })
}
