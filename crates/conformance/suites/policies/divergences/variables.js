// Where variables are read differently. See `../divergences.js`.
'use strict';

const { MISSING, NEVER, NEVER_ARN, NEVER_HOLDS, conditions, escaped, literal, resources } = require('../rewriting.js');
const texts = require('../texts.js');
const { filled, hasEmpty, hasUnresolved, isOneVariable, replaceEscapes, replaceVariables, segments } = texts;

const YOUNGER = '2012-10-17';
const never = ({ kind }) => (kind === 'arn' ? NEVER_ARN : NEVER);

/** Rewrites the policy's values of conditions with such operators in documents that have variables. */
const operands = (one, fits, rewrite) =>
  conditions(one, (condition, version, spare) => {
    const { operator, key, values } = condition;
    if (version !== YOUNGER || !fits(operator)) return undefined;
    const made = values.map((value) => (value.includes('${') ? (rewrite(value, condition, spare) ?? value) : value));
    if (made.every((value, index) => value === values[index])) return undefined;
    return [{ operator: operator.full, key, values: made }];
  });

const isText = ({ kind }) => kind === 'string' || kind === 'arn';

/** Fills in the variables that `select` chooses, in conditions and resources: with their values or other words. */
const fillIn = (one, select, instead) => {
  const replace = (said) => (variable) => {
    const value = variable.found ?? variable.fallback;
    if (!select(variable)) return undefined;
    return instead ? instead() : value === undefined ? undefined : said(value);
  };
  const inConditions = operands(one, isText, (text, { operator, context }, spare) =>
    replaceVariables(
      text,
      context,
      replace((value) => literal(value, operator, spare))
    )
  );
  const inResources = resources(inConditions ?? one, ({ text, version, context }) => {
    const made = version === YOUNGER ? replaceVariables(text, context, replace(escaped)) : text;
    return made === text ? undefined : made;
  });
  return inResources ?? inConditions;
};

/** Decides conditions where an ARN of the policy is one variable, and the request's value is a single one that fits. */
const wholeArns = (one, fits) =>
  conditions(one, ({ operator, key, values, context, found, isSet }, version) => {
    if (operator.kind !== 'arn' || version !== YOUNGER || isSet || !found || !fits(found[0])) return undefined;
    if (!values.some(isOneVariable)) return undefined;
    if (values.some((text) => isOneVariable(text) && filled(text, context) === escaped(found[0]))) {
      return operator.negated ? [NEVER_HOLDS] : [];
    }
    return [{ operator: operator.full, key, values: values.map((text) => (isOneVariable(text) ? NEVER_ARN : text)) }];
  });

exports.list = [
  {
    // Guide, Variables: without the Version 2012-10-17 "variables like ${aws:username} are treated as literal
    // strings".
    name: 'a variable in a document of the older version',
    right: 'ours',
    rewrite: (one) => {
      const isOlder = (text, version) => version !== YOUNGER && text.includes('${');
      const inConditions = conditions(one, ({ operator, key, values }, version, spare) => {
        if (operator.kind === 'presence' || !values.some((value) => isOlder(value, version))) return undefined;
        const dollar = literal('$', operator, spare);
        return [{ operator: operator.full, key, values: values.map((value) => value.replaceAll('$', dollar)) }];
      });
      const inResources = resources(inConditions ?? one, ({ text, version }) =>
        isOlder(text, version) ? text.replaceAll('$', '${$}') : undefined
      );
      return inResources ?? inConditions;
    },
  },
  {
    // Guide, Variables: "You can't use a multivalued condition key as a variable", and nothing of what its default is
    // for then; theirs takes the default, ours takes the variable for one without a value.
    name: 'a default behind a key that has a set',
    right: 'open',
    rewrite: (one) =>
      fillIn(
        one,
        ({ isSet, tail }) => isSet && tail !== undefined,
        () => `\${${MISSING}}`
      ),
  },
  {
    // Guide, Variables with no value: "Inverted condition operators … do match against a null value".
    name: 'a negated operator and a variable that has no value, to deny',
    right: 'ours',
    rewrite: (one) =>
      operands(
        one,
        (operator) => isText(operator) && operator.negated,
        (text, { operator, effect, context }) =>
          effect === 'Deny' && hasUnresolved(text, context) ? never(operator) : undefined
      ),
  },
  {
    // The same words of the guide. Ours departs from them: what differs from nothing is not allowed. So does theirs,
    // but of an ARN only where the segments before the variable fit.
    name: 'a negated ARN operator and a variable that has no value, to allow',
    right: 'theirs; ours opens nothing',
    rewrite: (one) =>
      operands(
        one,
        ({ kind, negated }) => kind === 'arn' && negated,
        (text, { effect, context }) => (effect === 'Allow' && hasUnresolved(text, context) ? 'malformed' : undefined)
      ),
  },
  {
    // Guide, Variables with no value: "a condition context key that has no value or is not present … is effectively
    // null"; ours takes an empty value for none, and what differs from nothing is not allowed. Theirs compares with it.
    name: 'a negated operator and a variable that is empty, to allow',
    right: 'ours',
    rewrite: (one) =>
      conditions(one, ({ operator, values, context, found, effect }, version) => {
        const fits = operator.kind === 'string' && operator.negated && effect === 'Allow' && version === YOUNGER;
        if (!fits || !found?.length || !values.some((text) => hasEmpty(text, context))) return undefined;
        return [NEVER_HOLDS];
      }),
  },
  {
    // Guide, Variables: any condition with an ARN operator takes them; theirs cuts the variable at its colon.
    name: 'an ARN that is one variable',
    right: 'ours',
    rewrite: (one) => wholeArns(one, (found) => segments(found).length === 6),
  },
  {
    // Guide, Specifying default values: the default is what stands between the single quotes.
    name: 'a default that is empty, or has a comma or a brace in it',
    right: 'ours',
    rewrite: (one) =>
      fillIn(one, ({ tail, fallback }) => tail?.startsWith(', ') && (fallback === '' || /, |\}/.test(fallback))),
  },
  {
    // Guide, Specifying default values: "a comma and space"; without the space ours reads a default, theirs a key of
    // that name.
    name: 'a default behind a comma without a space',
    right: 'open',
    rewrite: (one) => fillIn(one, ({ tail }) => tail !== undefined && !tail.startsWith(', ')),
  },
  {
    // Guide, Special characters: they "can be used in any string where you can use regular policy variables"; under
    // StringEquals theirs takes ${*} for those four characters.
    name: 'an escape under an operator without wildcards',
    right: 'ours',
    rewrite: (one) =>
      operands(
        one,
        ({ kind, name }) => kind === 'string' && !name.endsWith('Like'),
        (text, { operator }, spare) => replaceEscapes(text, (character) => literal(character, operator, spare))
      ),
  },
  {
    // The guide contradicts itself. Variables: "You can't use a policy variable with … Boolean", and so says the
    // policy check; Boolean condition operators: "Policy variables - Supported". Ours follows the first, theirs the
    // second.
    name: 'a variable under Bool',
    right: 'open',
    rewrite: (one) =>
      operands(
        one,
        ({ kind }) => kind === 'boolean',
        (text) => (text.includes('${') ? 'malformed' : undefined)
      ),
  },
  {
    // Guide, Variables: any condition with an ARN operator takes them; theirs cuts the variable at its colon.
    name: 'a variable before the fifth colon of an ARN in a condition',
    right: 'ours',
    rewrite: (one) =>
      operands(
        one,
        ({ kind }) => kind === 'arn',
        (text, { context }) => {
          const parts = segments(text);
          const scope = parts.slice(0, 5).map((part) => filled(part, context));
          if (parts.length < 6 || scope.every((part, index) => part === parts[index])) return undefined;
          const isOne = scope.every((part) => part !== undefined && !part.includes(':'));
          return isOne ? [...scope, parts[5]].join(':') : NEVER_ARN;
        }
      ),
  },
];
