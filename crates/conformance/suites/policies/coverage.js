// What a run must have reached to say anything. It knows no evaluator.
'use strict';

const { ALL_OPERATORS } = require('./vocabulary.js');

const FEATURES = {
  NotAction: ({ text }) => text.includes('"NotAction"'),
  NotResource: ({ text }) => text.includes('"NotResource"'),
  'the version of 2008': ({ text }) => text.includes('"2008-10-17"'),
  'no version': ({ documents }) => documents.some((document) => !('Version' in document)),
  'a permissions boundary': ({ one }) => one.boundary,
  'a session policy': ({ one }) => one.session,
  'several identity policies': ({ one }) => one.identity.length > 1,
  'a variable': ({ text }) => /\$\{\w+:[^}',]+\}/.test(text),
  'a default': ({ text }) => /\$\{\w+:[^}']+, '/.test(text),
  'an escape': ({ text }) => /\$\{[*?$]\}/.test(text),
  'a tag': ({ text }) => /aws:(Resource|Request|Principal)Tag\//i.test(text),
  'a set of several values': ({ one }) =>
    Object.values(one.context).some((value) => Array.isArray(value) && value.length > 1),
  'an empty set': ({ one }) => Object.values(one.context).some((value) => value.length === 0 && Array.isArray(value)),
  'a condition without keys': ({ text }) => text.includes('"Condition":{}'),
  'a number or a boolean without quotes': ({ text }) => /[:[,](\d+|true|false)[,\]}]/.test(text),
};

/** The features that fewer cases than this share have. */
exports.rareFeatures = (cases, share) => {
  const seen = new Map(Object.keys(FEATURES).map((name) => [name, 0]));
  for (const one of cases) {
    const documents = [...one.identity, one.boundary, one.session].filter((document) => document);
    const view = { one, documents, text: JSON.stringify(documents) };
    for (const [name, has] of Object.entries(FEATURES)) if (has(view)) seen.set(name, seen.get(name) + 1);
  }
  return [...seen].filter(([, count]) => count < cases.length * share).map(([name, count]) => `${name}: ${count}`);
};

/** The operators for which no probe has a key that agrees, one that does not, or none. */
exports.unreachedOperators = (cases, verdicts) => {
  const reached = new Set();
  for (const [index, { operator, key, context }] of cases.entries()) {
    if (!operator) continue;
    const isMissing = [context[key] ?? []].flat().length === 0;
    const holds = verdicts[index] !== 'ImplicitlyDenied(Identity)';
    reached.add(`${operator.full}: ${isMissing ? 'missing' : holds ? 'holds' : 'fails'}`);
  }
  const wanted = ALL_OPERATORS.flatMap(({ full }) => ['holds', 'fails', 'missing'].map((state) => `${full}: ${state}`));
  return wanted.filter((state) => !reached.has(state));
};

/** The share of the verdicts that begin so. */
exports.share = (verdicts, start) => verdicts.filter((verdict) => verdict.startsWith(start)).length / verdicts.length;
