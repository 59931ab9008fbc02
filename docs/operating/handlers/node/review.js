// A message review handler as a Lambda function: it refuses one word, masks another, and lets everything else pass.
'use strict';

const REFUSED = 'badword';
const MASKED = 'darn';

/** What becomes of a message. `RoomArn` and `Sender`, with `UserId`, `Attributes` and `Ip`, can be looked at too. */
const review = ({ Content, Attributes }) => {
  if (Content.includes(REFUSED)) {
    return { ReviewResult: 'DENY', Content, Attributes: { Reason: 'That word is not welcome here.' } };
  }
  if (Content.includes(MASKED)) {
    return {
      ReviewResult: 'ALLOW',
      Content: Content.replaceAll(MASKED, '****'),
      Attributes: { ...Attributes, masked: 'true' },
    };
  }
  return { ReviewResult: 'ALLOW', Content, Attributes };
};

exports.handler = async (message) => {
  const answer = review(message);
  console.log(message.MessageId, answer.ReviewResult);
  return answer;
};
