//! What f-strings print as it is spelled.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, InterpolatedStringElement, Stmt};
use ruff_text_size::Ranged;

use crate::extract::{MAX_DEPTH, with_tree};
use crate::position::Positions;

/// The ranges of a source, in bytes, that f-strings print as they are spelled: `{x=}`.
pub fn spoken(source: &[u8]) -> Result<Vec<(u32, u32)>, String> {
    with_tree(source, |_, positions, body, _| {
        let mut listener = Listener { positions, heard: Vec::new(), depth: 0 };
        listener.visit_body(body);
        listener.heard
    })
}

struct Listener<'a> {
    positions: &'a Positions<'a>,
    heard: Vec<(u32, u32)>,
    depth: u32,
}

impl<'a> Visitor<'a> for Listener<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            visitor::walk_stmt(self, statement);
            self.depth -= 1;
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            visitor::walk_expr(self, expression);
            self.depth -= 1;
        }
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if let InterpolatedStringElement::Interpolation(each) = element
            && each.debug_text.is_some()
        {
            let span = self.positions.span(each.range());
            self.heard.push((span.start, span.end));
        }
        visitor::walk_interpolated_string_element(self, element);
    }
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn what_is_printed_as_it_is_spelled_is_told() {
        assert_eq!(spoken(b"f'{a.b=} {c}'\n"), Ok(vec![(2, 8)]));
    }
}
