/** An input file that can't be read as it should. The message never holds a record's values. */
export class InputError extends Error {
  /**
   * @param file the path of the file
   * @param message what is wrong with it, and where
   */
  constructor(public readonly file: string, message: string) {
    super(message);
  }
}
