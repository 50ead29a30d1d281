/** What the user has asked for can't be done as it was asked; the message says what to do. */
export class UsageError extends Error {}
