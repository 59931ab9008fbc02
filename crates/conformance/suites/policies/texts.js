// Texts of policies as IAM's user guide reads them: variables, escapes, wildcards, numbers, dates, addresses. It is a
// second reading, apart from both evaluators, and no faster than it need be.
'use strict';

const { isIPv4, isIPv6 } = require('node:net');

const { escaped, valueOf } = require('./rewriting.js');

const VARIABLE = /\$\{(?:([*?$])|([^,}*?$]+)(,\s*'([^']*)'\s*)?)\}/g;

/** The text with each variable replaced by what `replace` gives for it, if it gives something. */
exports.replaceVariables = (text, context, replace) =>
  text.replace(VARIABLE, (whole, escape, key, tail, fallback) => {
    if (escape) return whole;
    const found = valueOf(context, key.trim());
    const known = {
      found: typeof found === 'string' && found !== '' ? found : undefined,
      isSet: Array.isArray(found) && found.length > 0,
      isEmpty: found === '',
    };
    return replace({ whole, tail, fallback, ...known }) ?? whole;
  });

/** The text with each escape replaced by what `replace` gives for the character it stands for. */
exports.replaceEscapes = (text, replace) =>
  text.replace(VARIABLE, (whole, escape) => (escape ? replace(escape) : whole));

/** Whether a variable of the text has neither a value nor a default. */
exports.hasUnresolved = (text, context) => {
  let has = false;
  exports.replaceVariables(text, context, ({ found, fallback }) => void (has ||= (found ?? fallback) === undefined));
  return has;
};

/** Whether a variable of the text stands for the empty text, and has no default. */
exports.hasEmpty = (text, context) => {
  let has = false;
  exports.replaceVariables(text, context, ({ isEmpty, fallback }) => void (has ||= isEmpty && fallback === undefined));
  return has;
};

/** Whether the text is one variable. */
exports.isOneVariable = (text) => /^\$\{[^*?$][^}]*\}$/.test(text);

/** The text with its variables filled in, their values escaped; nothing when one has no value. */
exports.filled = (text, context) =>
  exports.hasUnresolved(text, context)
    ? undefined
    : exports.replaceVariables(text, context, ({ found, fallback }) => escaped(found ?? fallback));

/** Whether the pattern, without variables, matches the whole text: `*` is anything, `?` any character. */
exports.matches = (pattern, text, flags = 's') => {
  const source = pattern.replace(/\$\{([*?$])\}|[^]/g, (piece, escape) => {
    if (escape) return `\\${escape}`;
    return { '*': '.*', '?': '.' }[piece] ?? piece.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${source}$`, flags).test(text);
};

/** Seconds since 1970: epoch time, a month, a day, or a time with its offset, of which a fraction is cut. */
exports.seconds = (text) => {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return Date.parse(`${text}-01T00:00Z`) / 1000;
  const match = /^(\d{4}-\d\d-(\d\d))(?:(T\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d))?$/.exec(text);
  if (!match) return undefined;
  const [, day, ofMonth, time = '', offset = ''] = match;
  const exists = new Date(`${day}T00:00Z`).getUTCDate() === Number(ofMonth);
  const moment = Date.parse(day + time + offset);
  return exists && !Number.isNaN(moment) ? moment / 1000 : undefined;
};

/** A finite decimal number. */
exports.number = (text) => {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
  return isNumber ? Number(text) : undefined;
};

/** Whether it is an address, in a policy perhaps with the length of its prefix. */
exports.isAddress = (text) => isIPv4(text) || isIPv6(text);
exports.isNetwork = (text) => {
  const [address, length, more] = text.split('/');
  const most = isIPv4(address) ? 32 : 128;
  const fits = length === undefined || (/^\d+$/.test(length) && Number(length) <= most);
  return exports.isAddress(address) && fits && more === undefined;
};

/** The segments of an ARN, the last with all that follows the fifth colon; colons of variables do not count. */
exports.segments = (text) => {
  const shielded = text.replace(VARIABLE, (whole) => whole.replaceAll(':', '\u0002'));
  const parts = shielded.split(':').map((part) => part.replaceAll('\u0002', ':'));
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
};
