import { pythonEnvironment } from '../../src/python-environment';
import { ApiModel } from '../../src/rest-json/api-model';
import { ResourceNotFoundError } from '../../src/rest-json/errors';

let cleanRooms: ApiModel;
let entityResolution: ApiModel;

beforeAll(async () => {
  const { botocoreModel } = await pythonEnvironment();
  cleanRooms = await ApiModel.load(botocoreModel('cleanrooms', '2022-02-17'));
  entityResolution = await ApiModel.load(botocoreModel('entityresolution', '2018-05-10'));
});

const job = (members: object = {}) => {
  const { operation } = entityResolution.route('GET', '/idmappingworkflows/crm/jobs/0123456789abcdef0123456789abcdef')!;
  return entityResolution.output(operation, { jobId: '0123456789abcdef0123456789abcdef', status: 'RUNNING', startTime: new Date(1_000), ...members });
};

test('an answer has what the model knows, and times as epoch seconds', () => {
  expect(job({ workflowName: 'crm', metrics: { inputRecords: 1, unknown: 2 } })).toEqual({
    jobId: '0123456789abcdef0123456789abcdef', status: 'RUNNING', startTime: 1, metrics: { inputRecords: 1 },
  });
});

test.each([
  ['lacks a required member', { startTime: undefined }, "Value null at 'startTime'"],
  ['has a value that the model lacks', { status: 'STOPPED' }, "Value 'STOPPED' at 'status'"],
  ['has a value of another type', { metrics: { inputRecords: '1' } }, 'the member metrics.inputRecords is no integer'],
  ['has a value that is too long', { errorDetails: { errorMessage: 'x'.repeat(2_049) } }, "at 'errorDetails.errorMessage'"],
  ['lacks a required member further down', { outputSourceConfig: [{ outputS3Path: 's3://bucket/' }] }, "Value null at 'outputSourceConfig.1.member.roleArn'"],
])('an answer that %s is not sent', (_, members, message) => {
  expect(() => job(members)).toThrow(message);
});

test.each([
  ['lacks a required member', {}, "Value null at 'resourceId'"],
  ['has a value that the model lacks', { resourceId: '1', resourceType: 'ID_MAPPING_TABLE' }, "Value 'ID_MAPPING_TABLE' at 'resourceType'"],
])('an error that %s is not sent', (_, members, message) => {
  expect(() => cleanRooms.error(new ResourceNotFoundError('none', members))).toThrow(message);
});

test('an error of the model can be made with all that it has to have', () => {
  const members = cleanRooms.requiredMembers('ResourceNotFoundException');
  expect(cleanRooms.error(new ResourceNotFoundError('none', members))).toEqual({ message: 'none', resourceId: 'as-planned', resourceType: 'CONFIGURED_TABLE' });
});
