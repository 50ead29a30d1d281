import { setTimeout as wait } from 'node:timers/promises';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 200;
const TIMEOUT_MS = 10_000;

/**
 * Puts an answer where CloudFormation waits for it, again when that fails.
 *
 * @param url presigned: whoever has it can answer, so it is in no message
 * @returns why it could not be delivered, if it could not
 */
export async function deliver(url: string, answer: object): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const failure = await put(url, JSON.stringify(answer));
    if (failure === undefined || attempt === ATTEMPTS) return failure;
    await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
}

/** @returns why it failed, if it did */
async function put(url: string, body: string): Promise<string | undefined> {
  try {
    // The URL is signed for an empty content type.
    // A redirect that is followed turns into a GET of something else: what it answers is no receipt.
    const response = await fetch(url, {
      method: 'PUT', headers: { 'content-type': '' }, body, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? undefined : `HTTP status ${response.status}`;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return cause?.code ?? name;
  }
}
