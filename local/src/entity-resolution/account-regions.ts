import { AccountRegion } from './account-region';

/** What the service keeps, of all accounts and Regions. */
export class AccountRegions {
  private readonly known = new Map<string, AccountRegion>();

  public of(account: string, region: string): AccountRegion {
    const key = `${account} ${region}`;
    const accountRegion = this.known.get(key) ?? new AccountRegion(account, region, (owner) => this.of(owner, region));
    this.known.set(key, accountRegion);
    return accountRegion;
  }

  public all(): AccountRegion[] {
    return [...this.known.values()];
  }
}
