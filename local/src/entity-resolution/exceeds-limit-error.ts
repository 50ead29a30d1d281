import { ServiceError } from '../rest-json/errors';

/** 402: a quota of the account in this Region is used up. */
export class ExceedsLimitError extends ServiceError {
  constructor(quotaName: string, quotaValue: number) {
    super('ExceedsLimitException', `the quota "${quotaName}" allows ${quotaValue} per account and Region`, { quotaName, quotaValue });
  }
}
