// The values that conditions ask for: some made from what the request has, so that conditions often hold, some not. It
// knows no statements.
'use strict';

const { escaped } = require('./rewriting.js');
const { PATTERNS, VALUES, SINGLE_KEYS } = require('./vocabulary.js');

const VARIABLES = Object.values(SINGLE_KEYS).flat().concat('aws:PrincipalTag/none', 'aws:TagKeys');

/**
 * One to three values for the operator, as they stand in a document of this version; `wanted` are values of the request
 * that it shall agree with, if any, and `operator.isSet` says whether the key has a set of them.
 */
exports.operands = (random, operator, wanted, version) => {
  const made = wanted.map((value) => agreeing(random, operator, value, version));
  const others = random.chance(0.4) || made.length === 0 ? random.between(1, 2) : 0;
  for (let added = 0; added < others; added += 1) made.push(any(random, operator, version));
  const values = [...new Set(made)].map((value) => unquoted(random, operator.kind, value));
  return values.length === 1 && random.chance(0.7) ? values[0] : values;
};

/** JSON's own booleans and numbers may stand where strings do. */
function unquoted(random, kind, value) {
  if (random.chance(0.8)) return value;
  if (value === 'true' || value === 'false') return value === 'true';
  const isPlain =
    (kind === 'number' || kind === 'string') && /^-?(0|[1-9]\d{0,8})(\.\d{0,3}[1-9])?$/.test(value) && value !== '-0';
  return isPlain ? Number(value) : value;
}

function any(random, operator, version) {
  const { kind } = operator;
  if (kind === 'presence') return random.pick(['true', 'false', 'true', 'false', 'TRUE', 'maybe']);
  if (kind === 'string') return text(random, random.pick(VALUES.string), operator, version);
  if (kind === 'arn' && random.chance(0.3)) return arnWithVariable(random, random.pick(VALUES.arn), operator, version);
  if (kind === 'boolean' && random.chance(0.4)) return `\${${random.pick(SINGLE_KEYS.boolean)}}`;
  if (PATTERNS[kind] && random.chance(0.7)) return random.pick(PATTERNS[kind]);
  return plain(random.pick(VALUES[kind]), kind, version);
}

function agreeing(random, operator, value, version) {
  switch (operator.kind) {
    case 'string':
      return text(random, value, operator, version);
    case 'arn':
      return random.chance(0.4)
        ? arnWithVariable(random, value, operator, version)
        : arnPattern(random, plain(value, operator.kind, version));
    case 'binary':
      return random.chance(0.6) ? Buffer.from(value).toString('base64') : value;
    case 'boolean':
      if (random.chance(0.3)) return any(random, operator, version);
      return random.chance(0.3) ? random.turnCase(value) : value;
    case 'address':
      return random.chance(0.4) ? value : random.pick(PATTERNS.address);
    default:
      if (random.chance(0.4)) return value;
      return random.chance(0.5) ? (bound(operator) ?? value) : any(random, operator, version);
  }
}

/** What nearly every number or date is less or greater than, as the operator asks. */
function bound({ name, kind }) {
  const [least, most] = kind === 'date' ? ['1', '2027-06-01'] : ['-10', '2000'];
  return { Less: most, Greater: least }[/Less|Greater/.exec(name)?.[0]];
}

/** A pool's text where a document may hold no text that looks like a variable. */
function plain(value, kind, version) {
  return version === '2012-10-17' && kind === 'arn' ? value.replaceAll('${', '') : value;
}

/** The text for a string operator: as it is, escaped, behind wildcards or variables, in another case. */
function text(random, value, operator, version) {
  if (operator.name.endsWith('IgnoreCase') && random.chance(0.4)) value = random.turnCase(value);
  if (random.chance(0.25))
    return variable(random, version) + (random.chance(0.2) ? random.pick(['-x', '*', '${*}']) : '');
  const raw = random.chance(0.5) ? value : escaped(value);
  if (!operator.name.endsWith('Like') && random.chance(0.9)) return raw;
  return random.chance(0.6) ? wild(random, value) : raw;
}

/** A variable, sometimes with a default, sometimes of a key that no request has. */
function variable(random, version) {
  const key = random.chance(0.2) ? random.turnCase(random.pick(VARIABLES)) : random.pick(VARIABLES);
  if (random.chance(0.65)) return `\${${key}}`;
  const fallback = random.pick(['red', 'red', 'none', 'ann', '', '*', 'a, b', 'a}b']);
  // A document of the older version has no variables: there it is a text as any other.
  return version === '2012-10-17' && random.chance(0.15) ? `\${${key},'${fallback}'}` : `\${${key}, '${fallback}'}`;
}

/** The text with some part behind wildcards. */
function wild(random, value) {
  const start = random.below(value.length + 1);
  const end = random.between(start, value.length);
  const middle = random.chance(0.5) ? '*' : '?'.repeat(end - start) + (random.chance(0.2) ? '*' : '');
  return escaped(value.slice(0, start)) + middle + escaped(value.slice(end));
}

function arnPattern(random, value) {
  const segments = value.split(':');
  return segments
    .map((segment, index) => (index > 0 && random.chance(0.3) ? wild(random, segment) : segment))
    .join(':');
}

/** A variable in the account, in the resource, or for the whole of it; the last not where the key has a set. */
function arnWithVariable(random, value, operator, version) {
  const segments = plain(value, 'arn', version).split(':');
  if (!operator.isSet && random.chance(0.3)) return `\${${random.pick(SINGLE_KEYS.arn)}}`;
  if (segments.length < 6) return segments.join(':');
  const last = segments.length - 1;
  if (random.chance(0.3)) segments[4] = '${aws:PrincipalAccount}';
  else
    segments[last] = random.chance(0.5) ? variable(random, version) : segments[last].replace(/ann$/, '${aws:username}');
  return segments.join(':');
}
