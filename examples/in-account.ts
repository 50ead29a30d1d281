/** Does something in another account of the local AWS, for which an access key id of 12 digits is the account. */
export async function inAccount<T>(account: string, action: () => Promise<T>): Promise<T> {
  const before = process.env.AWS_ACCESS_KEY_ID;
  process.env.AWS_ACCESS_KEY_ID = account;
  try {
    return await action();
  } finally {
    process.env.AWS_ACCESS_KEY_ID = before;
  }
}
