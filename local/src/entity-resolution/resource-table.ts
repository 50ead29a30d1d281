import { ExceedsLimitError } from './exceeds-limit-error';
import { ResourcePolicy } from './resource-policy';
import { ConflictError, ResourceNotFoundError } from '../rest-json/errors';

/** What every resource has besides the members that its own requests carry. */
export interface Resource<T> {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  /** What the owner lets others do with it. @default - nothing */
  readonly policy?: ResourcePolicy;
  readonly members: T;
}

/** What sets one kind of resource apart. */
export interface ResourceKind {
  /** For messages, such as `schema mapping`. */
  readonly noun: string;
  /** The ARN up to the resource's name. */
  readonly arnPrefix: string;
  readonly quotaName: string;
  readonly quotaValue: number;
}

/** The resources of one kind in one account and Region, by name. */
export class ResourceTable<T> {
  private readonly resources = new Map<string, Resource<T>>();

  constructor(private readonly kind: ResourceKind) {}

  public create(name: string, members: T, tags: Readonly<Record<string, string>> = {}): Resource<T> {
    if (this.resources.has(name)) {
      throw new ConflictError(`the ${this.kind.noun} "${name}" exists already`);
    }
    if (this.resources.size >= this.kind.quotaValue) {
      throw new ExceedsLimitError(this.kind.quotaName, this.kind.quotaValue);
    }
    const now = new Date();
    return this.put({ name, arn: this.kind.arnPrefix + name, createdAt: now, updatedAt: now, tags, members });
  }

  public find(name: string): Resource<T> | undefined {
    return this.resources.get(name);
  }

  /** @throws ResourceNotFoundError when there is none of the name */
  public get(name: string): Resource<T> {
    const resource = this.find(name);
    if (!resource) {
      throw new ResourceNotFoundError(`there is no ${this.kind.noun} "${name}" in this account and Region`);
    }
    return resource;
  }

  public update(name: string, members: T): Resource<T> {
    return this.put({ ...this.get(name), members, updatedAt: new Date() });
  }

  /** Changes what is not the resource's own: `updatedAt` stays. */
  public change(name: string, change: Pick<Partial<Resource<T>>, 'tags' | 'policy'>): void {
    this.put({ ...this.get(name), ...change });
  }

  public delete(name: string): void {
    this.get(name);
    this.resources.delete(name);
  }

  /** All of them, by name. */
  public list(): Resource<T>[] {
    return [...this.resources.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private put(resource: Resource<T>): Resource<T> {
    this.resources.set(resource.name, resource);
    return resource;
  }
}
