import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

/** The content of a file. A chunk is good until the next one is asked for. */
export async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    // Two buffers, one of which is filled while the other one is looked at: a stream takes a new one for each part of the file, and more than twice the time.
    let [buffer, next] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
    let { bytesRead } = await file.read(buffer);
    while (bytesRead > 0) {
      const reading = file.read(next);
      try {
        yield buffer.subarray(0, bytesRead);
      } finally {
        ({ bytesRead } = await reading);
      }
      [buffer, next] = [next, buffer];
    }
  } finally {
    await file.close();
  }
}
