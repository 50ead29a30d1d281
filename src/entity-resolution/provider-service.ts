import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * Where an AWS Data Exchange subscription keeps what a provider service is called through.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_ProviderMarketplaceConfiguration.html
 */
export interface DataExchangeAsset {
  /**
   * The ID of the data set.
   */
  readonly dataSetId: string;

  /**
   * The ID of the revision.
   */
  readonly revisionId: string;

  /**
   * The ID of the asset.
   */
  readonly assetId: string;
}

/**
 * What a provider service needs. `aws entityresolution get-provider-service` tells it.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_GetProviderService.html
 */
export interface ProviderServiceOptions {
  /**
   * The asset of your subscription, to which the workflow's role may then send requests.
   *
   * @default - the role may not send requests to any asset
   */
  readonly dataExchangeAsset?: DataExchangeAsset;

  /**
   * The accounts with which the provider reads and writes data in the intermediate bucket.
   *
   * @default - the provider needs no intermediate bucket
   */
  readonly intermediateAccounts?: string[];
}

/**
 * A service of a data provider, such as LiveRamp, TransUnion or Unified ID 2.0, which you subscribe to on AWS Data Exchange.
 *
 * `aws entityresolution list-provider-services` lists them.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/prepare-third-party-input-data.html
 */
export class ProviderService {
  /**
   * The account with which LiveRamp reads and writes data in the intermediate bucket.
   *
   * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/id-mapping-workflow-prerequisite.html
   */
  public static readonly LIVERAMP_ACCOUNT = '715724997226';

  /**
   * A provider service in the Region of the workflow.
   *
   * @param providerName the name of the provider
   * @param providerServiceName the name of its service
   * @param options what the service needs
   */
  public static of(providerName: string, providerServiceName: string, options: ProviderServiceOptions = {}): ProviderService {
    return new ProviderService((scope) => Stack.of(scope).formatArn({
      service: 'entityresolution', account: '', resource: 'providerservice', resourceName: `${providerName}/${providerServiceName}`,
    }), options);
  }

  /**
   * A provider service by its ARN.
   *
   * @param providerServiceArn the ARN, `arn:aws:entityresolution:<region>::providerservice/<provider>/<service>`
   * @param options what the service needs
   */
  public static fromArn(providerServiceArn: string, options: ProviderServiceOptions = {}): ProviderService {
    return new ProviderService(() => providerServiceArn, options);
  }

  private constructor(private readonly arnIn: (scope: Construct) => string, private readonly options: ProviderServiceOptions) {}

  /** The accounts with which the provider reads and writes data in the intermediate bucket. */
  public get intermediateAccounts(): string[] {
    return [...this.options.intermediateAccounts ?? []];
  }

  /** @internal */
  public _arn(scope: Construct): string {
    return this.arnIn(scope);
  }

  /** The asset that the role of the workflow sends requests to. @internal */
  public _assetArn(scope: Construct): string | undefined {
    const { dataExchangeAsset } = this.options;
    return dataExchangeAsset && Stack.of(scope).formatArn({
      service: 'dataexchange',
      account: '',
      resource: 'data-sets',
      resourceName: `${dataExchangeAsset.dataSetId}/revisions/${dataExchangeAsset.revisionId}/assets/${dataExchangeAsset.assetId}`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
