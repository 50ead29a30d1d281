import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { checkAttributeName, checkCount, checkDescription, checkDuration, checkPrefix, checkResourceName } from '../../src/private/validation';

const scope = new Stack(undefined, 'Stack');
const minute = Duration.minutes(1);
const hour = Duration.hours(1);

describe('passes', () => {
  test.each<[string, () => void]>([
    ['a name that is not given', () => checkResourceName(scope, 'name', undefined)],
    ['a name that is a token', () => checkResourceName(scope, 'name', Lazy.string({ produce: () => 'a b' }))],
    ['an attribute name with a tab', () => checkAttributeName(scope, 'name', 'first\tname')],
    ['an attribute name that is not given', () => checkAttributeName(scope, 'name', undefined)],
    ['a description that is not given', () => checkDescription(scope, undefined)],
    ['an empty description', () => checkDescription(scope, '')],
    ['a prefix that is not given', () => checkPrefix(scope, 'prefix', undefined)],
    ['a prefix with a slash inside', () => checkPrefix(scope, 'prefix', 'a/b/')],
    ['a list that is one token', () => checkCount(scope, 'list', Token.asList({ Ref: 'List' }), 2, 3)],
    ['a duration that is not given', () => checkDuration(scope, 'wait', undefined, minute, hour)],
    ['a duration that is a token', () => checkDuration(scope, 'wait', Duration.seconds(Lazy.number({ produce: () => 1 })), minute, hour)],
    ['the shortest duration', () => checkDuration(scope, 'wait', Duration.seconds(60), minute, hour)],
    ['the longest duration', () => checkDuration(scope, 'wait', Duration.minutes(60), minute, hour)],
  ])('%s', (_, check) => {
    expect(check).not.toThrow();
  });
});

describe('fails with', () => {
  test.each([
    ['59 seconds', Duration.seconds(59)],
    ['1 hour 1 second', Duration.seconds(3601)],
  ])('a duration of %s where 1 minute to 1 hour is allowed', (got, duration) => {
    expect(() => checkDuration(scope, 'wait', duration, minute, hour)).toThrow(
      new Error(`[Stack] 'wait' must be 1 minute to 1 hour, got ${got}`));
  });
});
