// The known differences between the two evaluators. A divergence is a rewriting: it says a construct that both read,
// but differently, in words that both read alike, with the meaning that ours gives it. Of a case rewritten by all of
// them, iam-simulate must say what ours says of the case itself: so an error of ours can hide neither behind a known
// difference nor behind the same error there.
//
// `right` says who follows IAM's user guide ("the guide" in the reasons): ours, theirs, or that it leaves the question
// open. What says `ours: to fix` is listed only until it is.
'use strict';

const DIVERGENCES = ['variables', 'resources', 'values'].flatMap((file) => require(`./divergences/${file}.js`).list);
exports.DIVERGENCES = DIVERGENCES;

/** The case after all of these rewritings, and those that applied. */
exports.rewritten = (one, divergences = DIVERGENCES) => {
  const applied = [];
  let said = one;
  for (const divergence of divergences) {
    const made = divergence.rewrite(said);
    if (made === null) continue;
    applied.push(divergence);
    said = made;
  }
  return { said, applied };
};

/** The divergences that explain a verdict which all of them together explain, as few as do. */
exports.explain = async (one, verdict, theirs) => {
  const explains = async (divergences) => {
    const { said, applied } = exports.rewritten(one, divergences);
    return applied.length > 0 && (await theirs(said)) === verdict;
  };
  for (const divergence of DIVERGENCES) {
    if (await explains([divergence])) return [divergence];
  }
  let needed = DIVERGENCES;
  for (const divergence of DIVERGENCES) {
    const fewer = needed.filter((other) => other !== divergence);
    if (await explains(fewer)) needed = fewer;
  }
  return needed;
};
