//! One condition: an operator, a key, and the values that satisfy it. It does not know statements.

use super::context::{Context, Value};
use super::document::Effect;
use super::operand::Operand;
use super::operator::{Operator, Quantifier, Test};

/// A compiled condition, with its words as they were written.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) operator: Operator,
    /// In lower case.
    pub(super) key: Box<str>,
    pub(super) operands: Box<[Operand]>,
    pub(super) written: Written,
}

/// What the policy's author wrote, for explanations.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) operator: Box<str>,
    pub(super) key: Box<str>,
    pub(super) values: Box<[Box<str>]>,
}

impl Condition {
    /// Whether it holds. The rows of the missing key: IAM user guide, "Condition operators" and "Set operators".
    ///
    /// Several values without a set operator are outside IAM's rules, and come of tags whose keys differ in case only.
    /// What is ambiguous opens nothing: a statement that allows needs all of them, one that denies any.
    pub(super) fn holds(&self, effect: Effect, context: &Context<'_>) -> bool {
        let Operator { test, negated, if_exists, quantifier } = self.operator;
        let found = context.find(&self.key);
        if test == Test::Null {
            let is_missing = found.is_none();
            return self
                .operands
                .iter()
                .any(|operand| matches!(operand, Operand::Missing(wanted) if *wanted == is_missing));
        }
        let Some(values) = found else {
            return quantifier.map_or(negated || if_exists, |quantifier| quantifier == Quantifier::All);
        };
        let all = quantifier.map_or(effect == Effect::Allow, |quantifier| quantifier == Quantifier::All);
        let mut values = values.iter();
        if all {
            values.all(|value| self.accepts(effect, value, context))
        } else {
            values.any(|value| self.accepts(effect, value, context))
        }
    }

    /// A variable that stands for nothing agrees with nothing; that something differs from it lets a statement deny,
    /// and no statement allow.
    fn accepts(&self, effect: Effect, value: &Value<'_>, context: &Context<'_>) -> bool {
        let mut operands = self.operands.iter();
        if self.operator.negated {
            let opens = |operand: &Operand| effect == Effect::Allow && operand.is_unresolved(context);
            let differs = |operand: &Operand| {
                !matches!(operand, Operand::Malformed) && !opens(operand) && !operand.agrees(value, context)
            };
            operands.all(differs)
        } else {
            operands.any(|operand| operand.agrees(value, context))
        }
    }
}
