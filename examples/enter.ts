import { LocalAws } from 'id-mapping-local';

/** Makes the local AWS the only one that this process and those that it starts can see. */
export function enter(aws: LocalAws): void {
  for (const [name, value] of Object.entries(aws.env)) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
}
