//! Which chapters stand on upright pages and which in landscape.

use super::columns::width;
use super::data::{Node, Section, settle};

/// Puts chapters together whose pages have the same direction. A chapter with a table that needs landscape is set in landscape whole: a table is not torn
/// from what is said of it.
pub(super) fn sections(nodes: Vec<Node>) -> Vec<Section> {
    let mut chapters: Vec<Section> = Vec::new();
    for node in nodes {
        let wide = matches!(&node, Node::Table { grid, .. } if grid.wide);
        let begins = matches!(node, Node::Heading { level: ..=2, .. });
        match chapters.last_mut() {
            Some(chapter) if !begins => {
                chapter.wide |= wide;
                chapter.blocks.push(node);
            }
            _ => chapters.push(Section { wide, blocks: vec![node] }),
        }
    }
    let mut sections: Vec<Section> = Vec::new();
    for chapter in chapters.into_iter().flat_map(picture_upright) {
        match sections.last_mut() {
            Some(section) if section.wide == chapter.wide => section.blocks.extend(chapter.blocks),
            _ => sections.push(chapter),
        }
    }
    let mut sections = with_short(sections);
    for section in &mut sections {
        settle(&mut section.blocks, section.wide);
    }
    sections
}

/// About so many lines of an upright run behind one in landscape are no page of their own.
const SHORT: u64 = 46;

/// Lets a short upright run go on where one in landscape ends, instead of on a page that stays nearly empty. One with a picture that needs height stays.
fn with_short(runs: Vec<Section>) -> Vec<Section> {
    let is_short = |run: &Section| {
        let is_tall = |node: &Node| matches!(node, Node::Figure { tall: true, .. });
        !run.blocks.iter().any(is_tall) && run.blocks.iter().map(Node::height).sum::<u64>() <= SHORT
    };
    let mut out: Vec<Section> = Vec::with_capacity(runs.len());
    for run in runs {
        match out.last_mut() {
            Some(before) if before.wide && (run.wide || is_short(&run)) => before.blocks.extend(run.blocks),
            _ => out.push(run),
        }
    }
    out
}

/// A chapter in landscape that begins with a tall picture, in two: up to the picture upright, where it is larger and what is said before it has room.
fn picture_upright(mut chapter: Section) -> Vec<Section> {
    let ends = |node: &Node| matches!(node, Node::Table { .. } | Node::Figure { .. });
    let at = chapter.blocks.iter().position(ends).filter(|at| matches!(chapter.blocks[*at], Node::Figure { tall: true, .. }));
    match at {
        Some(at) if chapter.wide => {
            let rest = chapter.blocks.split_off(at + 1);
            vec![Section { wide: false, blocks: chapter.blocks }, Section { wide: true, blocks: rest }]
        }
        _ => vec![chapter],
    }
}

impl Node {
    /// About how many lines it has on an upright page, with the room above and below it.
    fn height(&self) -> u64 {
        const LINE: u64 = 48_000;
        match self {
            Self::Heading { .. } => 3,
            Self::Table { grid, caption, .. } => grid.height(false) + if caption.is_empty() { 1 } else { 3 },
            Self::Figure { .. } => 20,
            Self::Par { .. } | Self::List { .. } | Self::Terms { .. } | Self::Pre { .. } | Self::Notice { .. } => {
                let mut said = Vec::new();
                self.lines(&mut said);
                1 + said.iter().filter(|line| !line.is_empty()).map(|line| width(line).div_ceil(LINE)).sum::<u64>()
            }
        }
    }
}
