// A message review handler as a Lambda function: it refuses one word, masks another, and lets everything else pass.
'use strict';

const REFUSED = 'badword';
const MASKED = 'darn';

/**
 * What becomes of a message. `Attributes`, `RoomArn` and `Sender`, with `UserId`, `Attributes` and `Ip`, can be looked at
 * too.
 */
const review = ({ Content }) => {
  if (Content.includes(REFUSED)) {
    return { ReviewResult: 'DENY', Content, Attributes: { Reason: 'That word is not welcome here.' } };
  }
  // Without `Attributes` the sender's stay. A mask that is longer than what it hides could make the message too long,
  // and an answer past a limit is none.
  return { ReviewResult: 'ALLOW', Content: Content.replaceAll(MASKED, '****') };
};

exports.handler = async (message) => {
  const answer = review(message);
  console.log(message.MessageId, answer.ReviewResult);
  return answer;
};
