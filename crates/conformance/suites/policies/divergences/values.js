// Where values of conditions are read differently. See `../divergences.js`.
'use strict';

const { NEVER, NEVER_ARN, conditions, literal } = require('../rewriting.js');
const { isAddress, isNetwork, isOneVariable, number, seconds, segments } = require('../texts.js');

const MALFORMED = 'malformed';

/** Rewrites the values of a kind on both sides; a policy's value may become several. */
const respell = (one, kind, { operand = () => undefined, value = () => undefined, when = () => true }) =>
  conditions(one, ({ operator, key, values, found = [], isSet }, version, spare) => {
    if (operator.kind !== kind || !when([...values, ...found])) return undefined;
    const wanted = values.flatMap((text) => operand(text) ?? text);
    const given = found.map((text) => value(text) ?? text);
    const isGiven = given.some((text, index) => text !== found[index]);
    if (!isGiven && wanted.join('\u0003') === values.join('\u0003')) return undefined;
    return [{ operator: operator.full, key: isGiven ? spare(isSet ? given : given[0]) : key, values: wanted }];
  });

/** The same on both sides. */
const both = (one, kind, rewrite, when) => respell(one, kind, { operand: rewrite, value: rewrite, when });

const sets = [
  {
    // Guide, Null: false is for a key that "exists and its value is not null"; theirs takes the empty set for a value.
    name: 'a set without values',
    right: 'ours',
    rewrite: (one) =>
      conditions(one, ({ operator, values, found }, version, spare) =>
        found?.length === 0 ? [{ operator: operator.full, key: spare(undefined), values }] : undefined
      ),
  },
  {
    // Guide, Multivalued context keys: they "require a condition set operator", and what follows without one is not
    // said: theirs never matches, ours opens nothing: all must do to allow, any does to deny.
    name: 'a set without a set operator',
    right: 'open',
    rewrite: (one) =>
      conditions(one, ({ operator, key, values, isSet, found, effect }) => {
        if (!isSet || operator.prefix || operator.kind === 'presence' || found.length === 0) return undefined;
        return [{ operator: (effect === 'Allow' ? 'ForAllValues:' : 'ForAnyValue:') + operator.full, key, values }];
      }),
  },
];

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/i;

const addresses = [
  {
    // The guide is silent; ours takes ::ffff:a.b.c.d for a.b.c.d, as the socket gives it (RFC 4291, 2.5.5.2).
    name: 'an IPv4 address in the clothes of IPv6',
    right: 'open',
    rewrite: (one) =>
      both(one, 'address', (text) => {
        const [, address, length] = MAPPED.exec(text) ?? [];
        return address && address + (length ? `/${Number(length) - 96}` : '');
      }),
  },
  {
    // Guide, IP address operators: without a prefix it is one of "/32"; theirs compares the texts, and under
    // NotIpAddress nothing with the other family.
    name: 'an address without a prefix',
    right: 'ours',
    rewrite: (one) =>
      respell(one, 'address', {
        operand: (text) => (isAddress(text) ? `${text}/${text.includes(':') ? 128 : 32}` : undefined),
      }),
  },
  {
    // RFC 4632: 0.0.0.0/0 is every address; theirs shifts by 32 bits, which is by none, and takes it for a /32.
    name: 'an IPv4 prefix of no bits',
    right: 'ours',
    rewrite: (one) =>
      respell(one, 'address', {
        operand: (text) => (/^[\d.]+\/0$/.test(text) ? ['0.0.0.0/1', '128.0.0.0/1'] : undefined),
      }),
  },
  {
    // Guide, IP address operators: "The value must be in the standard CIDR format"; theirs reads the digits before the
    // rest.
    name: 'a prefix with more than digits',
    right: 'ours',
    rewrite: (one) =>
      respell(one, 'address', {
        operand: (text) => (!isNetwork(text) && isNetwork(text.replace(/(\/\d+).+/, '$1')) ? MALFORMED : undefined),
      }),
  },
];

const numbers = [
  {
    // Guide, Numeric operators: "an integer or decimal value", which 5x and 0x10 are not; theirs reads the digits
    // before the rest.
    name: 'a number with other text behind it',
    right: 'ours',
    rewrite: (one) =>
      both(one, 'number', (text) =>
        number(text) === undefined && !Number.isNaN(parseFloat(text)) ? MALFORMED : undefined
      ),
  },
  {
    // Guide, Numeric operators: "an integer or decimal value" and nothing of exponents; ours reads 1e1 as ten, theirs
    // as one.
    name: 'a number with an exponent',
    right: 'open',
    rewrite: (one) =>
      both(one, 'number', (text) => (/e/i.test(text) && number(text) !== undefined ? String(number(text)) : undefined)),
  },
];

const isEpoch = (text) => /^[+-]?\d+$/.test(text);

const dates = [
  {
    // Guide, Date operators: "You must specify date/time values with one of the W3C implementations"; theirs takes
    // what JavaScript takes: other words, no offset, the 30th of February.
    name: 'a date that is none of W3C',
    right: 'ours',
    rewrite: (one) =>
      both(one, 'date', (text) => {
        return seconds(text) === undefined && !Number.isNaN(Date.parse(text)) ? MALFORMED : undefined;
      }),
  },
  {
    // The guide is silent; ours counts in seconds as aws:EpochTime does, theirs in milliseconds.
    name: 'a fraction of a second',
    right: 'open',
    rewrite: (one) =>
      both(one, 'date', (text) => (seconds(text) === undefined ? undefined : text.replace(/\.\d+/, ''))),
  },
  {
    // Guide, Date operators: a date is one of either; theirs compares seconds with milliseconds.
    name: 'epoch time beside ISO 8601',
    right: 'ours',
    rewrite: (one) =>
      both(
        one,
        'date',
        (text) => (seconds(text) === undefined ? undefined : String(seconds(text))),
        (texts) => texts.some(isEpoch)
      ),
  },
];

const STRING_EQUALS = { name: 'StringEquals', kind: 'string' };

const others = [
  {
    // Guide, Binary operators: "compares the value of the specified key byte for byte against a base-64 encoded
    // representation of the binary value in the policy"; its table shows the request's value in base64 too. Ours
    // compares the bytes with the key's text, theirs the two texts. No key of ours is binary.
    name: 'a binary value',
    right: 'open',
    rewrite: (one) =>
      conditions(one, ({ operator, key, values }, version, spare) => {
        if (operator.kind !== 'binary') return undefined;
        const isBase64 = (text) => Buffer.from(text, 'base64').toString('base64') === text;
        const decoded = (text) => literal(Buffer.from(text, 'base64').toString(), STRING_EQUALS, spare);
        const wanted = values.map((text) => (isBase64(text) ? decoded(text) : NEVER));
        return [{ operator: `${operator.prefix}StringEquals${operator.suffix}`, key, values: wanted }];
      }),
  },
  {
    // Guide, ARN operators: "Each of the six colon-delimited components of the ARN is checked separately", the first
    // too.
    name: 'what stands before the first colon of an ARN',
    right: 'ours',
    rewrite: (one) =>
      both(
        one,
        'arn',
        (text) => {
          const [scheme, partition, ...rest] = segments(text);
          return rest.length === 4 ? ['arn', `${scheme}\u0004${partition}`, ...rest].join(':') : undefined;
        },
        (texts) => texts.some((text) => !text.startsWith('arn:'))
      ),
  },
  {
    // Guide, ARN operators: "each of the six"; theirs adds an empty sixth.
    name: 'an ARN of five segments',
    right: 'ours',
    rewrite: (one) => both(one, 'arn', (text) => (segments(text).length === 5 ? MALFORMED : undefined)),
  },
  {
    // The guide is silent on values of requests that are not of the operator's kind; ours holds the negation to be the
    // opposite, theirs lets neither match.
    name: 'a malformed value of a request under a negated operator',
    right: 'open',
    rewrite: (one) =>
      conditions(one, ({ operator, values, found, isSet }, version, spare) => {
        const isRead = READERS[operator.kind];
        if (!isRead || !operator.negated || !found || found.every((text) => isRead.value(text))) return undefined;
        if (!values.every((text) => isRead.operand(text))) return undefined;
        if (operator.prefix !== 'ForAllValues:' || !isSet) return [];
        return [{ operator: operator.full, key: spare(found.filter(isRead.value)), values }];
      }),
  },
];

const READERS = {
  number: { value: (text) => number(text) !== undefined, operand: (text) => number(text) !== undefined },
  date: { value: (text) => seconds(text) !== undefined, operand: (text) => seconds(text) !== undefined },
  address: { value: isAddress, operand: isNetwork },
  arn: {
    value: (text) => segments(text).length === 6,
    operand: (text) => segments(text).length === 6 || isOneVariable(text),
  },
};

exports.list = [...sets, ...addresses, ...numbers, ...dates, ...others];
