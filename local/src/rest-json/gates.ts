/** Where calls and jobs wait until a test lets them go on. */
export class Gates {
  private readonly closed = new Map<string, { readonly opened: Promise<void>; readonly open: () => void; waiting: number }>();

  /** Whoever comes to the gate from now on waits. */
  public close(name: string): void {
    if (!this.closed.has(name)) {
      let open!: () => void;
      const opened = new Promise<void>((resolve) => { open = resolve; });
      this.closed.set(name, { opened, open, waiting: 0 });
    }
  }

  /** Lets all go on who wait at the gate, and who come to it until it is closed again. */
  public open(name: string): void {
    this.closed.get(name)?.open();
    this.closed.delete(name);
  }

  public openAll(): void {
    [...this.closed.keys()].forEach((name) => this.open(name));
  }

  /** @param name no name is no gate */
  public async pass(name: string | undefined): Promise<void> {
    const gate = name === undefined ? undefined : this.closed.get(name);
    if (gate) {
      gate.waiting++;
      await gate.opened;
    }
  }

  /** How many wait at the gate. */
  public waiting(name: string): number {
    return this.closed.get(name)?.waiting ?? 0;
  }
}
