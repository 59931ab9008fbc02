// Cases: the policies that a request stands under, and the request. Half of them, the probes, have one condition and
// nothing else, so that the verdict says whether it holds; the others mix everything. It knows no evaluator.
'use strict';

const { operands } = require('./operands.js');
const { escaped } = require('./rewriting.js');
const words = require('./vocabulary.js');
const { Random } = require('./random.js');

const { ALL_OPERATORS, OPERATIONS, SET_KEYS, SINGLE_KEYS, VALUES } = words;
const KINDS = Object.keys(SINGLE_KEYS);
const TIMES = ['aws:CurrentTime', 'aws:EpochTime'];
const YOUNGER = '2012-10-17';
/** Conditions on sets in a case: iam-simulate has few keys for them, and rewriting needs some. */
const MOST_SETS = 3;

/** So many cases; the same for the same seed. */
exports.cases = (seed, count) =>
  Array.from({ length: count }, (_, index) => {
    const random = new Random(Math.imul(seed, 1000003) + index);
    return index % 2 === 0 ? probe(random, index / 2) : mixture(random);
  });

/** Every operator in turn, each in turn with a key that agrees, one that may not, and one that is missing. */
function probe(random, turn) {
  const operator = ALL_OPERATORS[turn % ALL_OPERATORS.length];
  const aim = ['agree', 'any', 'missing'][Math.floor(turn / ALL_OPERATORS.length) % 3];
  const isSet = random.chance(operator.prefix !== '' ? 0.8 : 0.08);
  const kind = operator.kind === 'presence' ? random.pick(KINDS) : operator.kind;
  const key = random.pick(isSet ? SET_KEYS : SINGLE_KEYS[kind]);
  const context = contextWith(random, key, isSet, kind, aim === 'missing');
  const version = random.chance(0.9) ? YOUNGER : random.pick(['2008-10-17', undefined]);
  const values = [context[key] ?? []].flat();
  const wanted = aim === 'agree' ? random.sample(values, random.chance(0.5) ? values.length : 1) : [];
  const condition = {
    [nameOf(random, operator.full)]: {
      [keyOf(random, key)]: operands(random, { ...operator, isSet }, wanted, version),
    },
  };
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition };
  const statements = [statement];
  if (random.chance(0.3)) statements.push({ Effect: 'Deny', Action: '*', Resource: '*', Condition: condition });
  return {
    ...request(random),
    context,
    identity: [document(version, statements)],
    boundary: null,
    session: null,
    operator,
    key,
  };
}

/** A context where the key has values of the kind, or is missing. */
function contextWith(random, key, isSet, kind, isMissing) {
  const context = anyContext(random);
  delete context[key];
  if (TIMES.includes(key)) TIMES.forEach((time) => delete context[time]);
  if (isMissing) return context;
  const value = () => valueOf(random, key, random.chance(0.95) ? kind : random.pick(KINDS));
  context[key] = isSet ? distinct(random.between(1, 3), value) : value();
  return context;
}

/** A value from the pool; the source's address has the one spelling that the server gives it, an account is one. */
function valueOf(random, key, kind) {
  if (key === 'aws:PrincipalAccount') return random.pick(words.ACCOUNTS);
  const value = random.pick(VALUES[kind]);
  return key === 'aws:SourceIp' && /[A-Z]|0:0|ffff/.test(value) ? '2001:db8::1' : value;
}

function distinct(count, value) {
  return [...new Set(Array.from({ length: count }, value))];
}

/** Some keys with values of their kinds; now and then of another. */
function anyContext(random) {
  const context = {};
  for (const kind of KINDS) {
    for (const key of SINGLE_KEYS[kind]) {
      const isThere = random.chance(0.5) && !TIMES.includes(key);
      if (isThere) context[key] = valueOf(random, key, random.chance(0.93) ? kind : random.pick(KINDS));
    }
  }
  for (const key of SET_KEYS) {
    const kind = random.chance(0.7) ? 'string' : random.pick(KINDS);
    if (random.chance(0.5)) context[key] = distinct(random.between(0, 3), () => random.pick(VALUES[kind]));
  }
  if (random.chance(0.5)) {
    const second = 1795248000 + random.between(-100000, 100000) * random.between(0, 1);
    const fraction = random.chance(0.1) ? '.5' : '';
    context['aws:CurrentTime'] = new Date(second * 1000).toISOString().replace('.000', fraction);
    context['aws:EpochTime'] = String(second);
  }
  return context;
}

function request(random) {
  const operation = random.pick(OPERATIONS);
  const scope = [random.pick(words.PARTITIONS), 'ivschat', random.pick(words.REGIONS), random.pick(words.ACCOUNTS)];
  const resource = `arn:${scope.join(':')}:${random.pick(operation.kinds)}/${random.pick(words.IDS)}`;
  return { action: `ivschat:${operation.name}`, resource };
}

function mixture(random) {
  const asked = { ...request(random), context: anyContext(random), sets: 0 };
  const identity = Array.from({ length: random.between(1, 3) }, () => policy(random, asked, 0.35));
  const boundary = random.chance(0.3) ? policy(random, asked, 0.2) : null;
  const session = random.chance(0.3) ? policy(random, asked, 0.2) : null;
  const { action, resource, context } = asked;
  return { action, resource, context, identity, boundary, session };
}

function policy(random, asked, denial) {
  const version = random.chance(0.85) ? YOUNGER : random.pick(['2008-10-17', undefined]);
  const count = random.pick([1, 1, 2, 3]);
  const statements = Array.from({ length: count }, () => statement(random, asked, version, denial));
  return document(version, count === 1 && random.chance(0.3) ? statements[0] : statements);
}

function document(version, statements) {
  return { ...(version && { Version: version }), Statement: statements };
}

function statement(random, asked, version, denial) {
  const made = { ...(random.chance(0.1) && { Sid: '' }), Effect: random.chance(denial) ? 'Deny' : 'Allow' };
  const isOther = random.chance(0.15);
  made[isOther ? 'NotAction' : 'Action'] = listed(random, () => action(random, asked.action, isOther ? 0.1 : 0.8));
  const isElsewhere = random.chance(0.15);
  made[isElsewhere ? 'NotResource' : 'Resource'] = listed(random, () =>
    resource(random, asked, version, isElsewhere ? 0.15 : 0.85)
  );
  const conditions = random.pick([0, 0, 0, 1, 1, 2, 3]);
  if (conditions > 0 || random.chance(0.05)) made.Condition = conditionBlock(random, asked, version, conditions);
  return made;
}

function listed(random, value) {
  const values = distinct(random.pick([1, 1, 2, 3]), value);
  return values.length === 1 && random.chance(0.5) ? values[0] : values;
}

/** Mostly one that includes the request's. */
function action(random, asked, aim) {
  if (!random.chance(aim)) {
    return random.pick([
      's3:*',
      'ivschat:Nothing',
      'ivschat:Get?',
      'ivschat:*Rooms?',
      `ivschat:${random.pick(OPERATIONS).name}`,
    ]);
  }
  const name = asked.slice('ivschat:'.length);
  const cut = random.between(1, name.length - 1);
  const forms = ['*', 'ivschat:*', asked, asked, random.turnCase(asked), `ivschat:${name.slice(0, cut)}*`];
  forms.push(
    `ivschat:*${name.slice(cut)}`,
    `ivschat:${name.slice(0, cut)}?${name.slice(cut + 1)}`,
    `IVSCHAT:**${name}*`
  );
  return random.pick(forms);
}

/** Mostly one that includes the request's. */
function resource(random, asked, version, aim) {
  const segments = asked.resource.split(':');
  const [head, id] = [segments.slice(0, 5), segments.slice(5).join(':')];
  const [type, name] = [id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1)];
  if (!random.chance(aim)) {
    const stranger = `${type}/${random.pick(words.IDS).replaceAll('${', '')}`;
    return random.pick([
      'arn:aws:s3:::bucket/*',
      [...head, stranger].join(':'),
      [...head, 'room/${aws:username}'].join(':'),
    ]);
  }
  for (const place of [1, 3, 4]) {
    if (random.chance(0.25))
      head[place] = random.pick(['*', head[place].slice(0, 2) + '*', '?' + head[place].slice(1)]);
  }
  if (random.chance(0.02)) head[3] = head[3].toUpperCase();
  const safe = escaped(name);
  const cut = random.below(name.length + 1);
  const forms = ['*', `${type}/*`, `${type}/${safe}`, `${type}/${escaped(name.slice(0, cut))}*`, `${type}*`];
  forms.push(
    `${type}/${escaped(name.slice(0, cut))}?${escaped(name.slice(cut + 1))}`,
    `${type}/*${escaped(name.slice(cut))}`
  );
  const variables = ['aws:username', 'aws:TagKeys', "aws:TagKeys, 'AbCdEfGhIjKl'", "aws:PrincipalTag/none, 'abc'"];
  forms.push(...variables.map((variable) => `${type}/\${${variable}}`));
  forms.push(`${type}/\${aws:username}*`, `${type}/*\${aws:UserAgent}`);
  if (random.chance(0.15)) forms.push(`*/${safe}`, `${type.slice(0, 2)}*/${safe}`);
  if (random.chance(0.15)) forms.push('${aws:username}*', "${aws:PrincipalTag/none, 'room'}/*", '${aws:UserAgent}');
  if (id.includes(':') && random.chance(0.1))
    return [...head.slice(0, 4), '*', id.slice(id.indexOf(':') + 1)].join(':');
  return random.chance(0.1) ? '*' : [...head, random.pick(forms)].join(':');
}

function conditionBlock(random, asked, version, count) {
  const { context } = asked;
  const block = {};
  const taken = new Set();
  for (let made = 0; made < count; made += 1) {
    const operator = random.pick(ALL_OPERATORS);
    const kind = operator.kind === 'presence' || random.chance(0.03) ? random.pick(KINDS) : operator.kind;
    const isSet = random.chance(operator.prefix !== '' ? 0.8 : 0.04) && asked.sets < MOST_SETS;
    const candidates = isSet ? SET_KEYS : SINGLE_KEYS[kind];
    const present = candidates.filter((key) => key in context);
    const key = random.pick(present.length > 0 && random.chance(0.8) ? present : candidates);
    if (taken.has(operator.full)) continue;
    taken.add(operator.full);
    if (isSet) asked.sets += 1;
    const values = [context[key] ?? []].flat();
    const wanted = random.chance(operator.negated ? 0.3 : 0.8) ? values : [];
    block[nameOf(random, operator.full)] = {
      [keyOf(random, key)]: operands(random, { ...operator, isSet }, wanted, version),
    };
  }
  return block;
}

function nameOf(random, operator) {
  return random.chance(0.05) ? random.turnCase(operator) : operator;
}

function keyOf(random, key) {
  return random.chance(0.1) ? random.turnCase(key) : key;
}
