//! How much a regular expression weighs: about how many states its automaton has.

use regex_syntax::ast::{
    Ast, ClassBracketed, ClassSet, ClassSetItem, RepetitionKind, RepetitionRange, parse::ParserBuilder,
};

/// How long a regular expression may be, in bytes, and how deep its groups may stand in each other.
const MAX_BYTES: usize = 500;
const MAX_NEST: u32 = 32;

/// How many classes such as `\d` it may have: each is rewritten as JavaScript means it, and the whole read again for each.
const MAX_CLASSES: usize = 64;

/// Anything but: several ranges of bytes for each length of a character.
const NEGATED: u64 = 10;
/// `\p{…}`: hundreds of ranges.
const UNICODE: u64 = 500;

/// The weight; `None` where the text is none that runs in linear time (it looks around, or refers back), or is too long.
pub(super) fn weight(pattern: &str) -> Option<u64> {
    let classes = pattern
        .as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [b'\\', b'd' | b'D' | b's' | b'S' | b'w' | b'W']));
    if pattern.len() > MAX_BYTES || classes.count() > MAX_CLASSES {
        return None;
    }
    let ast = ParserBuilder::new().nest_limit(MAX_NEST).build().parse(pattern).ok()?;
    Some(of(&ast))
}

fn of(ast: &Ast) -> u64 {
    let sum = |parts: &[Ast]| parts.iter().map(of).fold(1, u64::saturating_add);
    match ast {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Literal(_) | Ast::Assertion(_) => 1,
        Ast::Dot(_) | Ast::ClassPerl(_) => NEGATED,
        Ast::ClassUnicode(_) => UNICODE,
        Ast::ClassBracketed(class) => bracketed(class),
        Ast::Repetition(repetition) => {
            let times = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore => 2,
                RepetitionKind::Range(RepetitionRange::Exactly(most) | RepetitionRange::Bounded(_, most)) => {
                    *most
                }
                RepetitionKind::Range(RepetitionRange::AtLeast(least)) => least.saturating_add(1),
            };
            of(&repetition.ast).saturating_mul(u64::from(times.max(1)))
        }
        Ast::Group(group) => of(&group.ast).saturating_add(1),
        Ast::Alternation(alternation) => sum(&alternation.asts),
        Ast::Concat(concat) => sum(&concat.asts),
    }
}

fn bracketed(class: &ClassBracketed) -> u64 {
    let inner = match &class.kind {
        ClassSet::Item(item) => set(item),
        // Set arithmetic, which JavaScript writes otherwise.
        ClassSet::BinaryOp(_) => UNICODE,
    };
    inner.saturating_add(if class.negated { NEGATED } else { 0 })
}

fn set(item: &ClassSetItem) -> u64 {
    match item {
        ClassSetItem::Empty(_)
        | ClassSetItem::Literal(_)
        | ClassSetItem::Range(_)
        | ClassSetItem::Ascii(_) => 1,
        ClassSetItem::Perl(_) => NEGATED,
        ClassSetItem::Unicode(_) => UNICODE,
        ClassSetItem::Bracketed(class) => bracketed(class),
        ClassSetItem::Union(union) => union.items.iter().map(set).fold(0, u64::saturating_add),
    }
}
