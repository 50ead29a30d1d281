import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Command } from 'commander';
import { rehearseCommand } from 'id-mapping-rehearsal';
import { onNpmEnd } from './npm-end';
import { descendants } from './processes';

const FORWARDED: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const COMMAND_NOT_FOUND = 127;

const program = new Command('id-mapping-local').description('AWS on this machine for ID mapping, without an account');

program.command('exec')
  .description('bring the local AWS up, run a command that sees it and no other AWS, take it down; ends with the command\'s exit code')
  .option('--enforce-iam', 'check each call against the caller\'s IAM policies', false)
  .argument('<command...>', 'the command and its arguments, after --')
  .action(async (command: string[], options: { enforceIam: boolean }) => {
    // Not at the top: it takes a second, which a rehearsal need not wait for. And no import(), with which `tsx/cjs` does not help.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { LocalAws } = require('./local-aws') as typeof import('./local-aws');
    const aws = await LocalAws.start({ enforceIam: options.enforceIam });
    try {
      process.exitCode = await execute(command, { ...process.env, ...aws.env });
    } finally {
      await aws.stop();
    }
  });

program.addCommand(rehearseCommand());

/** A terminal sends its signals to all processes of a command, whoever else does to this one only. */
function forward(signal: NodeJS.Signals, child: ChildProcess): void {
  const all = signal === 'SIGTERM' ? descendants(child.pid!).map(({ pid }) => pid) : [];
  child.kill(signal);
  for (const pid of all) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended already.
    }
  }
}

/** Runs a command with this process's terminal. Its exit code is as a shell's: 128 + n for a signal, 127 when it is not found. */
async function execute([file, ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(file, args, { env, stdio: 'inherit' });
  for (const signal of FORWARDED) {
    process.on(signal, () => { forward(signal, child); });
  }
  try {
    const [code, signal] = await once(child, 'exit') as [number | null, NodeJS.Signals];
    return code ?? 128 + constants.signals[signal];
  } catch (error) {
    console.error(`id-mapping-local: cannot run '${file}': ${(error as Error).message}`);
    return COMMAND_NOT_FOUND;
  }
}

onNpmEnd(() => process.kill(process.pid, 'SIGTERM'));
program.parseAsync().catch((error: Error) => {
  console.error(`id-mapping-local: ${error.message}`);
  process.exitCode = 1;
});
