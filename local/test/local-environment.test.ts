import { localEnvironment } from '../src/local-environment';

const ENDPOINTS = { endpointUrl: 'http://127.0.0.1:1', entityResolutionUrl: 'http://127.0.0.1:2', cleanRoomsUrl: 'http://127.0.0.1:3' };

const LOCAL = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_ENTITYRESOLUTION: 'http://127.0.0.1:2',
  AWS_ENDPOINT_URL_CLEANROOMS: 'http://127.0.0.1:3',
  AWS_ACCESS_KEY_ID: '000000000000',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

test('names the local end points, credentials and Region, and no configuration file', () => {
  expect(localEnvironment(ENDPOINTS, {})).toStrictEqual(LOCAL);
});

test.each([
  'AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_ENDPOINT_URL_S3', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_USE_FIPS_ENDPOINT',
])('removes an inherited %s', (name) => {
  expect(localEnvironment(ENDPOINTS, { [name]: 'real' })).toStrictEqual({ ...LOCAL, [name]: undefined });
});

test.each(Object.keys(LOCAL))('replaces an inherited %s', (name) => {
  expect(localEnvironment(ENDPOINTS, { [name]: 'real' })).toStrictEqual(LOCAL);
});

test('leaves other variables alone', () => {
  expect(localEnvironment(ENDPOINTS, { HOME: '/home/me', AWSOME: 'yes' })).toStrictEqual(LOCAL);
});
