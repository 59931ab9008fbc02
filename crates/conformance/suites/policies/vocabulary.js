// The words that cases are made of: operations, resources, condition keys and values. It knows no policy.
'use strict';

const list = (text) => text.split(' ');

/** What each compares, and whether it is negated. */
exports.OPERATORS = [
  ['string', 'StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike'],
  ['number', 'NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan'],
  ['number', 'NumericGreaterThanEquals'],
  ['date', 'DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals'],
  ['boolean', 'Bool'],
  ['binary', 'BinaryEquals'],
  ['address', 'IpAddress NotIpAddress'],
  ['arn', 'ArnEquals ArnLike ArnNotEquals ArnNotLike'],
].flatMap(([kind, names]) => list(names).map((name) => ({ name, kind, negated: name.includes('Not') })));

exports.PREFIXES = ['', 'ForAllValues:', 'ForAnyValue:'];

/** The full name of every operator there is. */
exports.ALL_OPERATORS = [
  ...exports.OPERATORS.flatMap((operator) =>
    exports.PREFIXES.flatMap((prefix) =>
      ['', 'IfExists'].map((suffix) => ({ ...operator, full: prefix + operator.name + suffix, prefix, suffix }))
    )
  ),
  { name: 'Null', full: 'Null', kind: 'presence', negated: false, prefix: '', suffix: '' },
];

/** Keys that have at most one value. */
exports.SINGLE_KEYS = {
  string: [
    ...['aws:username', 'aws:PrincipalTag/team', 'aws:ResourceTag/Team', 'aws:RequestTag/cost center', 'aws:UserAgent'],
    'aws:PrincipalAccount',
  ],
  number: ['aws:MultiFactorAuthAge', 'ec2:RoleDelivery'],
  date: ['aws:CurrentTime', 'aws:EpochTime', 'aws:TokenIssueTime'],
  boolean: ['aws:SecureTransport', 'aws:MultiFactorAuthPresent'],
  binary: ['aws:ResourceTag/blob'],
  address: ['aws:SourceIp', 'aws:VpcSourceIp'],
  arn: ['aws:PrincipalArn', 'aws:SourceArn'],
};

/** Keys with any number of values; nothing asks what these are. */
exports.SET_KEYS = ['aws:TagKeys', 'aws:CalledVia', 'aws:PrincipalOrgPaths', 'aws:PrincipalServiceNamesList'];

/** One second of a day in 2026, in four words. */
const MOMENT = list('2026-11-21T08:00:00Z 2026-11-21T08:00Z 2026-11-21T09:00:00+01:00 1795248000');

/** Values of requests. Some cannot be read as what they should be. */
exports.VALUES = {
  string: [
    ...list(
      'red red red ann ann Red RED blue green bob a * ? r*d r?d red* a/b:c é É ${aws:username} a.b axb $ (a|b) [r]ed'
    ),
    ...list('^red$ a+b a\\b redred 5 true'),
    ...['x y', '', ''],
  ],
  number: [
    ...list('0 1 1 2 3 4 5 5 5 5.0 -1 -5 6 7 10 10 10.0 3.14 100 1000 2.5 +5 .5 5. 007 1e1 1.5e1'),
    ...['five', '5x', ' 5', '0x10', '1e400', ''],
  ],
  date: [
    ...[...MOMENT, ...MOMENT, '2026-11-21T08:00:00.5Z'],
    ...list('2026-11-21T07:59:59Z 2026-11-21T08:00:01Z 2026-12-31T23:59:59-08:00 2026-11-20T23:59:59Z 1795248001'),
    ...list('1795247999 2025-11-21 2026-11-21 2026-11-22 2027-01-01T00:00:00Z 0 1 1700000000 1795219200 2026'),
    ...list('2026-11 2026-02-30 2026-13-01 2026-11-21T08:00:00 tomorrow'),
    ...['21 Nov 2026', ''],
  ],
  boolean: ['true', 'true', 'false', 'false', 'True', 'FALSE', 'yes', '1', ''],
  binary: ['abc', 'YWJj', 'hi', 'aGk=', '', 'abd'],
  address: [
    ...list('10.0.0.1 10.1.2.3 10.1.2.4 192.0.2.7 203.0.113.9 255.255.255.255 0.0.0.0 2001:db8::1 2001:DB8::1'),
    ...list('2001:db8:0:0:0:0:0:1 2001:db8:0:1::7 ::1 :: fe80::1 ::ffff:10.1.2.3'),
    ...['10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1/32', 'here', ''],
  ],
  arn: [
    ...list('arn:aws:iam::123456789012:user/ann arn:aws:iam::123456789012:role/team/ann'),
    ...list('arn:aws:ivschat:us-west-2:123456789012:room/abc arn:aws:sns:us-east-1:210987654321:topic:sub:1'),
    ...list('arn:aws-cn:iam::123456789012:user/ann arn:aws:iam::123456789012:user/*'),
    ...['ARN:aws:iam::123456789012:user/ann', 'arn:aws:iam::123456789012', 'red', 'ann', ''],
  ],
};

/** Values of policies that are no values of requests. */
exports.PATTERNS = {
  address: [
    ...list('10.0.0.0/8 10.1.0.0/16 10.1.2.3/16 10.1.2.0/24 10.1.2.2/31 10.1.2.3/32 0.0.0.0/0 0.0.0.0/0 10.0.0.0/0'),
    ...list('128.0.0.0/1 192.0.2.0/28 2001:db8::/32 2001:db8::/64 2001:DB8:0:1::/64 ::/0 ::1/128 fe80::/10'),
    ...list('::ffff:10.0.0.0/104 10.0.0.0/33 2001:db8::/129 10.0.0.0/ 10.0.0/8 10.0.0.0/8x 2001:db8::/32x ::/0x'),
  ],
  arn: [
    ...list('arn:*:*:*:*:* arn:aws:iam::*:user/* arn:aws:iam::123456789012:*/ann arn:aws:iam:*:*:role/?eam/*'),
    ...list('arn:aws:i?m::123456789012:user/a* arn:aws:*:*:*:room/abc arn:aws:*:sub:1 * arn:* a*:*:*:*:*:*'),
    ...list('*:aws:iam::123456789012:user/ann arn:aws:sns:*:*:topic:* arn:aws:iam::*'),
  ],
};

/** Each operation with the kinds of resources it is about. */
const about = (kinds, names) => list(names).map((name) => ({ name, kinds }));
exports.OPERATIONS = [
  ...about(['room'], 'CreateChatToken CreateRoom DeleteMessage DeleteRoom DisconnectUser GetRoom ListRooms'),
  ...about(['room'], 'ListTagsForResource SendEvent UpdateRoom'),
  ...about(['logging-configuration'], 'CreateLoggingConfiguration DeleteLoggingConfiguration'),
  ...about(['logging-configuration'], 'GetLoggingConfiguration ListLoggingConfigurations UpdateLoggingConfiguration'),
  ...about(['room', 'logging-configuration'], 'TagResource UntagResource'),
];

exports.ACCOUNT = '123456789012';
exports.PARTITIONS = list('aws aws aws aws-cn');
exports.REGIONS = list('us-west-2 us-west-2 us-east-1 eu-central-1');
exports.ACCOUNTS = [exports.ACCOUNT, exports.ACCOUNT, exports.ACCOUNT, '210987654321'];

/** The ends of ARNs. AWS's own have letters and digits only. */
exports.IDS = list('AbCdEfGhIjKl AbCdEfGhIjKl abc abc ABC ann ann red red a a.b axb a/b a:b wh?t ${aws:username}');
