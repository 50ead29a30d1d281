import { GetProviderServiceInput } from '@aws-sdk/client-entityresolution';
import { Valid } from '../rest-json/api-model';
import { ResourceNotFoundError } from '../rest-json/errors';

/** Nobody has subscribed to a provider's service here, and AWS publishes no list of them. */
export const providerServiceOperations = {
  GetProviderService({ providerName, providerServiceName }: Valid<GetProviderServiceInput>) {
    throw new ResourceNotFoundError(`there is no provider service ${providerServiceName} of "${providerName}": the local AWS has no providers; ` +
      'a workflow with one can be created, its jobs fail');
  },

  ListProviderServices() {
    return { providerServiceSummaries: [] };
  },
};
