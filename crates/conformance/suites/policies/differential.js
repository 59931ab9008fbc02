// Our evaluator of IAM policies against another, `@cloud-copilot/iam-simulate`, on random policies and requests.
// Session policies are part of it: that package takes them for roles. Resources of requests have no wildcards: there it
// looks for what a request might mean, and does not decide. By hand, after `cargo xtask test` has installed the
// packages:
//
//   cargo build --package auth --example decide
//   HUBBUB_DECIDE=target/debug/examples/decide NODE_PATH=target/conformance/node_modules \
//     node crates/conformance/suites/policies/differential.js
//
// HUBBUB_SEED=<number> takes other cases than the usual ones, HUBBUB_CASES=<number> so many. A difference that no known
// divergence explains is made as small as it stays one, and printed.
'use strict';

const { check, equal, ok, run } = require('../checks.js');
const { compare, shrink } = require('./comparison.js');
const { rareFeatures, share, unreachedOperators } = require('./coverage.js');
const { DIVERGENCES } = require('./divergences.js');
const { ours, theirs } = require('./evaluators.js');
const { cases } = require('./generator.js');
const { DOCUMENTS } = require('./refusals.js');

const SEED = Number(process.env.HUBBUB_SEED ?? 1);
const COUNT = Number(process.env.HUBBUB_CASES ?? 20000);
const MOST_PRINTED = 5;
const MINUTES = 60000;

const all = cases(SEED, COUNT);
let compared;

check(
  'every difference is a known one',
  async () => {
    console.log(`seed ${SEED}, ${COUNT} cases`);
    compared = await compare(all);
    const { tally, unexplained } = compared;
    for (const { name, right } of DIVERGENCES) {
      const { applied, needed } = tally.get(name);
      console.log(`  ${name}: in ${applied} cases, needed in ${needed} of those looked at (right: ${right})`);
    }
    for (const one of unexplained.slice(0, MOST_PRINTED)) console.log(await shrink(one));
    equal(unexplained.length, 0, 'the number of unexplained differences');
  },
  4 * MINUTES
);

check('every known divergence is met', async () => {
  const unmet = DIVERGENCES.filter(({ name }) => compared.tally.get(name).needed === 0);
  equal(
    unmet.map(({ name }) => name),
    [],
    'what can be struck from the list'
  );
});

check('every verdict is frequent', async () => {
  for (const [start, least] of [
    ...['Allowed', 'ImplicitlyDenied', 'ExplicitlyDenied'].map((start) => [start, 0.1]),
    ...['Identity', 'Boundary', 'Session'].flatMap((kind) => [
      [`ImplicitlyDenied(${kind})`, 0.005],
      [`ExplicitlyDenied(${kind})`, 0.005],
    ]),
  ]) {
    const found = share(compared.verdicts, start);
    ok(found >= least, `${start} is the verdict on ${found} of the cases`);
  }
});

check('every operator holds, fails and misses its key', async () => {
  equal(unreachedOperators(all, compared.verdicts), [], 'what is not reached');
});

check('every feature is frequent', async () => {
  equal(rareFeatures(all, 0.005), [], 'what is rare');
});

check('each takes and refuses the documents that it should', async () => {
  const request = { action: 'ivschat:GetRoom', resource: 'arn:aws:ivschat:us-west-2:123456789012:room/a', context: {} };
  const asked = DOCUMENTS.map(([, document]) => ({ ...request, identity: [document], boundary: null, session: null }));
  const isTaken = (verdict) => !verdict.startsWith('Refused');
  const found = [];
  for (const [index, verdict] of ours(asked).entries()) {
    found.push([DOCUMENTS[index][0], isTaken(verdict), isTaken(await theirs(asked[index]))]);
  }
  equal(
    found,
    DOCUMENTS.map(([what, , weTake, theyTake]) => [what, weTake, theyTake]),
    'who takes what'
  );
});

run();
