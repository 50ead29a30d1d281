/** CloudFormation takes 4,096 bytes; the rest of the answer needs less than the difference. */
const REASON_BYTES = 2_048;

/** Cuts a text that is too long in its middle: both the beginning and the end help. */
export function cut(text: string): string {
  // Half a surrogate pair can be written as JSON, but not every reader takes it.
  let kept = [...Buffer.from(text).toString()];
  while (Buffer.byteLength(JSON.stringify(kept.join(''))) > REASON_BYTES) {
    const half = Math.floor(kept.length * 0.45);
    kept = [...kept.slice(0, half), '…', ...kept.slice(-half)];
  }
  return kept.join('');
}
