// Where `Resource` and `NotResource` are read differently. See `../divergences.js`.
'use strict';

const { NEVER_ARN, escaped, resources } = require('../rewriting.js');
const { filled, hasUnresolved, matches, segments } = require('../texts.js');

const YOUNGER = '2012-10-17';

/** What iam-simulate takes for the resource's type: all up to the first slash or colon. */
const typeOf = (text) => /^[^/:]*[/:]/.exec(segments(text)[5])?.[0] ?? '';

/** The ARN that was asked for if the pattern matches it as a whole, or else one that nobody asks for. */
const decided = ({ text, version, context, asked }) => {
  const pattern = version === YOUNGER ? filled(text, context) : text.replaceAll('$', '${$}');
  return pattern !== undefined && matches(pattern, asked) ? escaped(asked) : NEVER_ARN;
};

const scopes = (text, asked) => [1, 2, 3, 4].map((place) => [segments(text)[place], asked.split(':')[place]]);

/** Whether it is in a NotResource of such a statement, and has a variable without a value. */
const isNothing = ({ text, field, effect, version, context }, wanted) =>
  field === 'NotResource' && effect === wanted && version === YOUNGER && hasUnresolved(text, context);

exports.list = [
  {
    // Guide, Variables with no value: in NotResource too "the resource that includes a policy variable with no value
    // will not match any resource", so it excludes none; theirs drops the statement.
    name: 'NotResource with a variable that has no value, to deny',
    right: 'ours',
    rewrite: (one) => resources(one, (resource) => (isNothing(resource, 'Deny') ? NEVER_ARN : undefined)),
  },
  {
    // The same words of the guide. Ours departs from them: all but nothing would be everything, so nothing is allowed.
    // So does theirs, but only where all that it compares before the variable fits.
    name: 'NotResource with a variable that has no value, to allow',
    right: 'theirs; ours opens nothing',
    rewrite: (one) =>
      resources(one, (resource) => (isNothing(resource, 'Allow') ? escaped(resource.asked) : undefined)),
  },
  {
    // Guide, ARNs: "You cannot use a wildcard in the portion of the ARN that specifies the resource type" and what
    // follows from it is not said: theirs never matches such a pattern if a slash follows, ours does.
    name: 'a wildcard in the type of a resource',
    right: 'open',
    rewrite: (one) =>
      resources(one, (resource) => {
        const type = typeOf(resource.text).replace(/\$\{.*/s, '');
        return /[*?]/.test(type) ? decided(resource) : undefined;
      }),
  },
  {
    // Guide, Variables: a variable may stand "in the resource portion of the ARN … after the fifth colon"; theirs
    // takes the colon in it for the end of the type.
    name: 'a variable at the start of what follows the fifth colon',
    right: 'ours',
    rewrite: (one) =>
      resources(one, (resource) => {
        const isThere = resource.version === YOUNGER && /^[^/:]*\$\{[^*?$]/.test(segments(resource.text)[5]);
        return isThere ? decided(resource) : undefined;
      }),
  },
  {
    // Guide, Resource: "If the * wildcard is the last character of a resource ARN segment, it can expand to match
    // beyond the colon boundaries".
    name: 'a star that ends a segment and goes on past the colon',
    right: 'ours',
    rewrite: (one) =>
      resources(one, (resource) => {
        const isInside = scopes(resource.text, resource.asked).every(([wanted, found]) => matches(wanted, found));
        const isOver = /\*:/.test(resource.text) && resource.asked.split(':').length > 6;
        return isOver && (!isInside || typeOf(resource.text) !== typeOf(resource.asked))
          ? decided(resource)
          : undefined;
      }),
  },
  {
    // The guide says of no part of Resource that its case does not count, and of ArnEquals that it does; theirs
    // ignores it in the partition, service, region and account.
    name: 'case in the scope of an ARN',
    right: 'open',
    rewrite: (one) =>
      resources(one, ({ text, asked }) => {
        const differs = scopes(text, asked).some(
          ([wanted, found]) => !matches(wanted, found) && matches(wanted, found, 'si')
        );
        return differs ? NEVER_ARN : undefined;
      }),
  },
];
