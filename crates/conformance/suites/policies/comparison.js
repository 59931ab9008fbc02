// Both verdicts on every case, and what is made of those that differ. It knows neither how cases are made nor why the
// evaluators differ.
'use strict';

const { DIVERGENCES, explain, rewritten } = require('./divergences.js');
const { ours, theirs } = require('./evaluators.js');

/** After so many differences by a divergence no more are looked for: they are known to be there, and time is short. */
const ENOUGH = 10;

/**
 * Our verdicts, the cases with a difference that the divergences do not explain, and of each divergence in how many
 * cases it applies and in how many it is needed.
 */
exports.compare = async (cases) => {
  const verdicts = ours(cases);
  const unexplained = [];
  const tally = new Map(DIVERGENCES.map(({ name }) => [name, { applied: 0, needed: 0 }]));
  for (const [index, one] of cases.entries()) {
    const verdict = verdicts[index];
    const { said, applied } = rewritten(one);
    if ((await theirs(said)) !== verdict) {
      unexplained.push(one);
      continue;
    }
    const counts = applied.map(({ name }) => tally.get(name));
    for (const count of counts) count.applied += 1;
    if (counts.every(({ needed }) => needed >= ENOUGH) || (await theirs(one)) === verdict) continue;
    for (const { name } of await explain(one, verdict, theirs)) tally.get(name).needed += 1;
  }
  return { verdicts, unexplained, tally };
};

/** The least case that is left when everything is taken out without which the difference stays; with both verdicts. */
exports.shrink = async (one) => {
  let least = pick(one);
  for (;;) {
    const smaller = await firstUnexplained([...reductions(least)]);
    if (!smaller) return told(least);
    least = smaller;
  }
};

async function told(one) {
  const { said, applied } = rewritten(one);
  const words = applied.length > 0 ? `, and ${await theirs(said)} of ${JSON.stringify(said)}` : '';
  return `ours says ${ours([one])[0]}, theirs ${await theirs(one)} of ${JSON.stringify(one)}${words}`;
}

const pick = ({ identity, boundary, session, action, resource, context }) => ({
  ...{ identity, boundary, session, action, resource, context },
});

async function firstUnexplained(cases) {
  if (cases.length === 0) return undefined;
  const verdicts = ours(cases);
  for (const [index, one] of cases.entries()) {
    const verdict = verdicts[index];
    if (!verdict.startsWith('Refused') && verdict !== (await theirs(rewritten(one).said))) return one;
  }
  return undefined;
}

/** Everything that the case is with one part less. */
function* reductions(one) {
  for (const part of ['boundary', 'session']) {
    if (one[part]) yield { ...one, [part]: null };
  }
  for (const key of Object.keys(one.context)) yield without(one, ['context'], key);
  for (const path of ['identity', 'boundary', 'session']) {
    if (one[path]) yield* within(one, [path]);
  }
}

/** Takes out members and entries, the outer ones first. A case without a required field is refused, and not taken. */
function* within(one, path) {
  const value = path.reduce((at, name) => at[name], one);
  if (typeof value !== 'object') return;
  const names = Object.keys(value);
  if (names.length > 1 || path.at(-1) === 'Condition') for (const name of names) yield without(one, path, name);
  for (const name of names) yield* within(one, [...path, name]);
}

function without(one, path, name) {
  const made = structuredClone(one);
  const holder = path.reduce((at, step) => at[step], made);
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
  return made;
}
