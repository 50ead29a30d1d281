import { GetProviderServiceCommand, ListProviderServicesCommand } from '@aws-sdk/client-entityresolution';
import { errorOf, startServer, TestServer } from './test-server';

let local: TestServer;

beforeAll(async () => {
  local = await startServer();
});

afterAll(async () => {
  await local.server.close();
});

test('there is no provider service', async () => {
  expect((await local.client.send(new ListProviderServicesCommand())).providerServiceSummaries).toEqual([]);
});

test('a provider service that is asked for is a 404 ResourceNotFoundException that says what can be done', async () => {
  const providerServiceName = 'arn:aws:entityresolution:us-east-1::providerservice/provider/service';

  expect(await errorOf(local.client.send(new GetProviderServiceCommand({ providerName: 'provider', providerServiceName })))).toEqual({
    name: 'ResourceNotFoundException',
    status: 404,
    message: `there is no provider service ${providerServiceName} of "provider": the local AWS has no providers; ` +
      'a workflow with one can be created, its jobs fail',
  });
});
