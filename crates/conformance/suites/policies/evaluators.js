// The two evaluators: ours, behind the example `decide` of the crate `auth`, and `@cloud-copilot/iam-simulate`. Both
// say `Allowed`, `ExplicitlyDenied(Identity)` and the like, or `Refused: why`. It knows no differences.
'use strict';

const { spawnSync } = require('node:child_process');

// iam-simulate reads dates without an offset as local ones.
process.env.TZ = 'UTC';

const { runSimulation } = require('@cloud-copilot/iam-simulate');
const { ACCOUNT } = require('./vocabulary.js');

/** What ours says of each case, in one run of the program that HUBBUB_DECIDE names. */
exports.ours = (cases) => {
  const program = process.env.HUBBUB_DECIDE;
  if (!program) throw new Error('HUBBUB_DECIDE names no program');
  const input = cases.map((one) => `${JSON.stringify(line(one))}\n`).join('');
  const { status, error, stdout, stderr } = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${error ?? stderr}`);
  const verdicts = stdout.trimEnd().split('\n');
  if (verdicts.length !== cases.length) throw new Error(`${verdicts.length} verdicts on ${cases.length} cases`);
  return verdicts;
};

function line({ identity, boundary, session, action, resource, context }) {
  const text = (document) => document && JSON.stringify(document);
  return { identity: identity.map(text), boundary: text(boundary), session: text(session), action, resource, context };
}

/** What iam-simulate says of a case. */
exports.theirs = async (one) => {
  const answer = await runSimulation(simulation(one), {});
  if (answer.resultType === 'error') {
    if (answer.errors.message === 'policy.errors') return `Refused: ${JSON.stringify(answer.errors)}`;
    throw new Error(`iam-simulate does not take the request: ${JSON.stringify(answer.errors)} ${JSON.stringify(one)}`);
  }
  const { analysis, ignoredContextKeys } = answer.result;
  if (ignoredContextKeys.length > 0) throw new Error(`iam-simulate ignores ${ignoredContextKeys}`);
  const verdict = reason(analysis);
  // Its own word is what counts; the kinds only say who spoke it.
  return verdict.startsWith(analysis.result) ? verdict : analysis.result;
};

function simulation({ identity, boundary, session, action, resource, context }) {
  const named = (policy, index) => ({ name: `p${index}`, policy });
  return {
    request: {
      principal: `arn:aws:iam::${ACCOUNT}:role/tester`,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: context,
    },
    identityPolicies: identity.map(named),
    permissionBoundaryPolicies: boundary ? [named(boundary, 0)] : undefined,
    sessionPolicy: session ?? undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
}

/** The first kind of policies that denies, or else the first that does not allow. */
function reason(analysis) {
  const kinds = [
    ['Identity', analysis.identityAnalysis],
    ['Boundary', analysis.permissionBoundaryAnalysis],
    ['Session', analysis.sessionAnalysis],
  ].filter(([, kind]) => kind);
  for (const result of ['ExplicitlyDenied', 'ImplicitlyDenied']) {
    const found = kinds.find(([, kind]) => kind.result === result);
    if (found) return `${result}(${found[0]})`;
  }
  return 'Allowed';
}
