// Documents that nobody takes, and some that only one of the two evaluators takes, with what each says. Ours refuses
// at load what IAM refuses or nobody can have meant; iam-simulate checks the form only.
'use strict';

const fields = { Effect: 'Allow', Action: 'ivschat:GetRoom', Resource: '*' };
const document = (changes) => ({ Version: '2012-10-17', Statement: [{ ...fields, ...changes }] });
const resource = (text) => document({ Resource: text });
const condition = (block) => document({ Condition: block });

/** What it is, the document, whether ours takes it, whether theirs does. */
exports.DOCUMENTS = [
  ['nothing wrong', document({}), true, true],
  ['an unknown version', { ...document({}), Version: '2012-10-18' }, false, false],
  ['an unknown field', document({ Actions: '*' }), false, false],
  ['an effect in lower case', document({ Effect: 'allow' }), false, false],
  ['both Action and NotAction', document({ NotAction: '*' }), false, false],
  ['no action', document({ Action: undefined }), false, false],
  ['no resource', document({ Resource: undefined }), false, false],
  ['a principal', document({ Principal: '*' }), false, false],
  ['an action without a service', document({ Action: 'GetRoom' }), false, false],
  ['a condition that is a list', document({ Condition: [] }), false, false],
  ['an unknown set operator', condition({ 'ForSome:StringEquals': { 'aws:username': 'ann' } }), false, false],
  ['a wildcard in the service of an action', document({ Action: 'ivs*:GetRoom' }), true, false],
  ['an unknown operator', condition({ StringIs: { 'aws:username': 'ann' } }), false, true],
  ['Null with IfExists', condition({ NullIfExists: { 'aws:username': 'true' } }), false, true],
  ['Null with a set operator', condition({ 'ForAnyValue:Null': { 'aws:username': 'true' } }), false, true],
  ['a key without a service', condition({ StringEquals: { username: 'ann' } }), false, true],
  ['an empty list of values', condition({ StringEquals: { 'aws:username': [] } }), false, true],
  ['an ARN of fewer than six segments', resource('arn:aws:ivschat:*'), false, true],
  ['two stars for a resource', resource('**'), false, true],
  [
    'a variable before the fifth colon',
    resource('arn:aws:ivschat:us-west-2:${aws:PrincipalAccount}:room/a'),
    false,
    true,
  ],
  ['a variable without an end', resource('arn:aws:ivschat:us-west-2:123456789012:room/${aws:username'), false, true],
  ['a variable without a service', resource('arn:aws:ivschat:us-west-2:123456789012:room/${username}'), false, true],
];
