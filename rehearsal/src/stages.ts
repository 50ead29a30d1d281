import { SingleBar } from 'cli-progress';
import { printable } from './printable';

const INTERVAL_MS = 100;

/** A stage that went on in the next line would leave its bars behind. */
const LONGEST = 48;

/** A progress bar for each stage, on a terminal only; a stage ends when the next one begins. */
export class Stages {
  private end: () => void = () => {};

  public begin(stage: string, progress: () => number): void {
    this.finish();
    const bar = new SingleBar({ format: '{bar} {percentage}% {stage}', barCompleteChar: '█', barIncompleteChar: '░', barsize: 24, stream: process.stderr });
    bar.start(1, 0, { stage: shortened(stage) });
    let shown = 0;
    // A stage may have several statements, each of which begins at 0.
    const timer = setInterval(() => { bar.update(shown = Math.max(shown, Math.min(1, progress()))); }, INTERVAL_MS);
    this.end = () => {
      clearInterval(timer);
      bar.update(1);
      bar.stop();
    };
  }

  /** Ends the last stage. */
  public finish(): void {
    this.end();
    this.end = () => {};
  }
}

function shortened(stage: string): string {
  const text = printable(stage);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
