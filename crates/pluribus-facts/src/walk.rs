//! The walk over the syntax tree: each node once, no deeper than the stack allows.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, Decorator, Expr, InterpolatedStringElement, Parameters, Pattern, Stmt, TypeParams,
};
use ruff_text_size::Ranged;

use crate::extract::{MAX_DEPTH, Reader};
use crate::model::{BindingKind, ReferenceKind};

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth >= MAX_DEPTH {
            self.is_too_deep = true;
            return;
        }
        self.depth += 1;
        self.read_statement(statement);
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            self.is_too_deep = true;
            return;
        }
        self.depth += 1;
        self.read_expression(expression);
        self.depth -= 1;
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if let InterpolatedStringElement::Literal(text) = element {
            self.mention(&text.value);
        }
        visitor::walk_interpolated_string_element(self, element);
    }

    fn visit_annotation(&mut self, expression: &'a Expr) {
        self.reading_as(ReferenceKind::Annotation, |reader| reader.visit_expr(expression));
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        self.reading_as(ReferenceKind::Decorator, |reader| reader.visit_expr(&decorator.expression));
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.visit_expr(&comprehension.iter);
        self.bind_targets(&comprehension.target);
        comprehension.ifs.iter().for_each(|each| self.visit_expr(each));
    }

    fn visit_type_params(&mut self, parameters: &'a TypeParams) {
        for parameter in &parameters.type_params {
            let span = self.span(parameter.name());
            self.bind(parameter.name().as_str(), span, BindingKind::Other, 0);
        }
        visitor::walk_type_params(self, parameters);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(each) => each.name.as_ref(),
            Pattern::MatchStar(each) => each.name.as_ref(),
            Pattern::MatchMapping(each) => each.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            let span = self.span(name);
            self.bind(name.as_str(), span, BindingKind::Other, 0);
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_parameters(&mut self, parameters: &'a Parameters) {
        for (index, parameter) in parameters.iter().enumerate() {
            let span = self.span(parameter.name());
            let annotation = parameter.annotation().map_or(0, |each| self.text_of(each.range()));
            self.bind(parameter.name().as_str(), span, BindingKind::Parameter(index as u32), annotation);
        }
    }
}
