// A case said in other words: its conditions, resources and context keys replaced. It knows no reasons.
'use strict';

const { ALL_OPERATORS, SET_KEYS, SINGLE_KEYS } = require('./vocabulary.js');

/** A text of a policy that no text of a request matches, and an ARN likewise. */
exports.NEVER = 'never\u0001';
exports.NEVER_ARN = 'arn:never:never:never:never:never/never';

/** The text as iam-simulate takes it for itself under the operator: only some know escapes there. */
exports.literal = (text, operator, spare) => {
  if (operator.kind === 'arn' || operator.name.endsWith('Like')) return escaped(text);
  return text.includes('$') ? text.replaceAll('$', `\${${spare('$')}}`) : text;
};

/** Escapes what has a meaning in a pattern. */
function escaped(text) {
  return text.replace(/[*?$]/g, (character) => `\${${character}}`);
}
exports.escaped = escaped;

/** A condition that never holds. */
exports.NEVER_HOLDS = { operator: 'Null', key: SINGLE_KEYS.string[0], values: ['neither'] };

/** A key that no request has. */
const MISSING = 'aws:PrincipalTag/missing';
exports.MISSING = MISSING;

/** Keys that iam-simulate takes sets for: three that the generator does not use, and those that a case does not. */
const SPARE_SETS = ['aws:SourceOrgPaths', 'aws:VpceOrgPaths', 'aws:ResourceOrgPaths', ...SET_KEYS];

const byName = new Map(ALL_OPERATORS.map((operator) => [operator.full.toLowerCase(), operator]));

/** What was made of an object and another, as long as the other is the same; nothing here changes one. */
function remembered(make) {
  const made = new WeakMap();
  return (object, other) => {
    const known = made.get(object);
    if (known && known.other === other) return known.value;
    const value = make(object, other);
    made.set(object, { other, value });
    return value;
  };
}

const folded = remembered(
  (context) => new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
);

/** The value of a key, whose case does not count. */
exports.valueOf = (context, key) => folded(context).get(key.toLowerCase());

/**
 * The case with each condition replaced by those that `rewrite` gives for it; no case when it gives none for any.
 * `rewrite` gets the operator, the key, the policy's values as texts, the request's values as a list and whether they
 * are a set, the statement's effect and the context; and apart the document's version, and `spare`, which puts a value
 * or a set under a key of its own, or names a key that is missing.
 */
exports.conditions = (one, rewrite) => {
  const { added, spare } = spareKeys(one);
  const made = eachStatement(one, (statement, version) => {
    if (!statement.Condition) return statement;
    const read = entries(statement, one.context);
    const given = read.map((condition) => rewrite(condition, version, spare));
    if (given.every((conditions) => conditions === undefined)) return statement;
    const written = ({ operator, key, values }) => ({ operator: operator.full, key, values });
    return { ...statement, Condition: render(read.flatMap((condition, at) => given[at] ?? written(condition))) };
  });
  const isMore = Object.keys(added).length > 0;
  return made && isMore ? { ...made, context: { ...one.context, ...added } } : made;
};

const entries = remembered((statement, context) =>
  Object.entries(statement.Condition).flatMap(([name, keys]) => {
    const operator = byName.get(name.toLowerCase());
    return Object.entries(keys).map(([key, written]) => {
      const value = exports.valueOf(context, key);
      const known = { isSet: Array.isArray(value), found: value === undefined ? undefined : [value].flat() };
      return { operator, key, values: [written].flat().map(String), effect: statement.Effect, context, ...known };
    });
  })
);

/** Keys to put values under: none that a policy of the case names. */
function spareKeys(one) {
  const added = {};
  const spareSet = (values) => {
    const policies = JSON.stringify([one.identity, one.boundary, one.session]).toLowerCase();
    const isSame = (key) => JSON.stringify(added[key]) === JSON.stringify(values);
    const isFree = (key) => !(key in added) && !policies.includes(key.toLowerCase());
    return SPARE_SETS.find((key) => isSame(key) || isFree(key));
  };
  const spare = (values) => {
    if (values === undefined) return MISSING;
    const count = Object.keys(one.context).length + Object.keys(added).length;
    const key = Array.isArray(values) ? spareSet(values) : `aws:PrincipalTag/spare-${count}`;
    if (key === undefined) throw new Error('no spare key is left');
    added[key] = values;
    return key;
  };
  return { added, spare };
}

/** The case with each resource of its policies replaced by what `rewrite` gives for it, if it gives one for any. */
exports.resources = (one, rewrite) => {
  const { context, resource: asked } = one;
  return eachStatement(one, (statement, version) => {
    const field = 'Resource' in statement ? 'Resource' : 'NotResource';
    const effect = statement.Effect;
    const texts = [statement[field]].flat();
    const given = texts.map((text) =>
      text === '*' ? undefined : rewrite({ text, field, effect, version, context, asked })
    );
    if (given.every((text) => text === undefined)) return statement;
    return { ...statement, [field]: texts.map((text, at) => given[at] ?? text) };
  });
};

/** The case with other statements; nothing when all stay the same. */
function eachStatement(one, rewrite) {
  let changed = false;
  const document = (found) => {
    if (!found) return found;
    const statements = [found.Statement].flat();
    const made = statements.map((statement) => rewrite(statement, found.Version));
    if (made.every((statement, at) => statement === statements[at])) return found;
    changed = true;
    return { ...found, Statement: made };
  };
  const made = {
    identity: one.identity.map(document),
    boundary: document(one.boundary),
    session: document(one.session),
  };
  return changed ? { ...one, ...made } : null;
}

/** Operators that would stand twice get another case: iam-simulate tells them apart, and the policy is for it alone. */
function render(conditions) {
  const block = {};
  for (const { operator, key, values } of conditions) {
    let name = operator;
    for (let at = 0; name in block && at < name.length; at += 1) {
      name = name.slice(0, at) + name[at].toUpperCase() + name.slice(at + 1);
      if (name in block) name = name.slice(0, at) + name[at].toLowerCase() + name.slice(at + 1);
    }
    if (name in block) throw new Error(`no name is left for ${operator}`);
    block[name] = { [key]: values };
  }
  return block;
}
