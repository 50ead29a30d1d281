import { access, constants as accessModes, copyFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readIdMappingFile } from './id-mapping-file';
import { InputError } from './matching/input-error';
import { UsageError } from './matching/usage-error';
import { printable } from './printable';
import { Rehearsal } from './rehearsal';
import { rehearse } from './rehearse';
import { checkMapping, RehearsedMapping, withFiles } from './rehearsed-mapping';
import { Stages } from './stages';
import { readTemplate } from './template';
import { count, percent, terminalReport } from './terminal-report';
import { makeWorkFolder } from './work-folder';

const TOO_FEW_MAPPED = 1;
const BAD_INPUT = 2;
const STDOUT = '-';

/** What this process takes beside the database. */
const MIB_OF_NODE = 512;

const WIDTH_OF_NO_TERMINAL = 120;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const TERMINAL = [process.stdout, process.stderr];

/** The user has had enough. */
class Interruption extends Error {
  /** As a shell tells of it. */
  public readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super('interrupted; nothing was written');
    this.exitCode = 128 + constants.signals[signal];
  }
}

interface Options {
  readonly app?: string;
  readonly workflow?: string;
  readonly input: ReadonlyMap<string, readonly string[]>;
  readonly pricePer1000: number;
  readonly failUnder?: number;
  readonly truth?: string;
  readonly diff?: string;
  readonly json?: string;
  readonly html?: string;
  readonly showValues: boolean;
  readonly memoryLimit: number;
}

/** The page, by a library of charts that takes as long to load as a small rehearsal takes: see cli.ts. */
function htmlReport(rehearsal: Rehearsal): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('./html-report') as typeof import('./html-report')).htmlReport(rehearsal);
}

/** `rehearse`: what an ID mapping would map, from files. Ends with 1 when too little is mapped, with 2 when something given can't be used. */
export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('map records from files as a run would, and report what the rules do; nothing leaves this machine')
    .argument('[file]', 'the ID mapping as YAML; or use --app and --workflow')
    .option('--app <folder>', 'a synthesized CDK app, such as cdk.out')
    .option('--workflow <name>', 'the ID mapping workflow in --app: its construct id or path, logical id or name')
    .addOption(new Option('--input <name=file>', 'a file (CSV, .csv.gz or .parquet) of an input; once for each file').argParser(addInput).default(new Map(), 'none'))
    .addOption(new Option('--price-per-1000 <usd>', 'the price of 1,000 records').argParser(numberFrom(0, Infinity)).default(0.25))
    .addOption(new Option('--fail-under <share>', 'end with 1 when a smaller share of the source records is mapped').argParser(numberFrom(0, 1)))
    .option('--truth <file>', 'CSV with the columns sourceId,targetId: the pairs that are right')
    .option('--diff <report>', 'compare with an earlier --json report')
    .option('--json <file>', 'write the report as JSON, with all pairs beside it as <file>.pairs.csv; - prints it, without pairs')
    .option('--html <file>', 'write the report as one HTML file')
    .option('--show-values', 'show values as they are instead of masked', false)
    .addOption(new Option('--memory-limit <MiB>', 'memory to use; what does not fit goes to disk').argParser(numberFrom(2 * MIB_OF_NODE, Infinity)).default(2048))
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : BAD_INPUT))
    .action(async (file: string | undefined, options: Options) => {
      process.exitCode = await run(file, options);
    });
}

async function run(file: string | undefined, options: Options): Promise<number> {
  try {
    const rehearsal = await report(file, options);
    if (options.failUnder !== undefined && rehearsal.mappedShare < options.failUnder) {
      complain(`${percent(rehearsal.mappedShare)} of ${count(rehearsal.sourceRecords)} source records are mapped: ` +
        `less than the ${percent(options.failUnder)} of --fail-under`);
      return TOO_FEW_MAPPED;
    }
    return 0;
  } catch (error) {
    complain(messageOf(error, options));
    return error instanceof Interruption ? error.exitCode : BAD_INPUT;
  }
}

function complain(message: string): void {
  console.error(`rehearse: ${printable(message)}`);
}

function messageOf(error: unknown, { memoryLimit }: Options): string {
  if (error instanceof InputError) {
    return `${error.file}: ${error.message}`;
  }
  if (error instanceof UsageError || error instanceof Interruption) {
    return error.message;
  }
  const { name, message, errno, path } = error as NodeJS.ErrnoException;
  if (message.startsWith('Out of Memory Error')) {
    return `the work does not fit into ${memoryLimit} MiB of memory and the free disk of ${tmpdir()}: raise --memory-limit, or set TMPDIR to a folder with more room`;
  }
  // Only the kind of any other error: its text may quote records.
  return errno !== undefined ? `${path ?? ''}: ${systemMessage(errno)}` : `internal failure (${/^[A-Z][A-Za-z ]*Error(?=:)/.exec(message)?.[0] ?? name})`;
}

/** What the operating system says of an error, such as `permission denied`. */
function systemMessage(errno: number): string {
  return getSystemErrorMap().get(errno)?.[1] ?? `error ${errno}`;
}

async function report(file: string | undefined, options: Options): Promise<Rehearsal> {
  const mapping = withFiles(await mappingFrom(file, options), options.input);
  checkMapping(mapping);
  const read = [...mapping.sources, ...mapping.targets].flatMap(({ files }) => files);
  await Promise.all([...read, ...options.truth === undefined ? [] : [options.truth]].map(checkFile));
  await Promise.all([options.json, options.html].flatMap((written) => (written === undefined || written === STDOUT ? [] : checkWritable(written))));
  const stages = new Stages();
  const interrupted = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => { interrupted.abort(new Interruption(signal)); };
  // Again and again: by default a second signal would end the process before it has tidied up.
  SIGNALS.forEach((signal) => process.on(signal, interrupt));
  // A terminal that was closed can't be written to, which is no reason to leave files behind.
  TERMINAL.forEach((stream) => stream.on('error', ignore));
  const workFolder = await makeWorkFolder('id-mapping-rehearsal');
  try {
    const pairsFile = join(workFolder, 'pairs.csv');
    const rehearsal = await rehearse(mapping, {
      ...options,
      memoryLimit: options.memoryLimit - MIB_OF_NODE,
      workFolder,
      signal: interrupted.signal,
      pairsFile,
      truthFile: options.truth,
      earlierPairsFile: options.diff === undefined ? undefined : await earlierPairs(options.diff),
      onStage: (stage, progress) => { stages.begin(stage, progress); },
    });
    stages.finish();
    await write(rehearsal, pairsFile, options);
    return rehearsal;
  } catch (error) {
    throw interrupted.signal.aborted ? interrupted.signal.reason : error;
  } finally {
    stages.finish();
    await rm(workFolder, { recursive: true, force: true });
    SIGNALS.forEach((signal) => process.off(signal, interrupt));
    TERMINAL.forEach((stream) => stream.off('error', ignore));
  }
}

function ignore(): void {}

/** Writes the reports, all of them made before the first one is written. */
async function write(rehearsal: Rehearsal, pairsFile: string, { json, html }: Options): Promise<void> {
  if (json === STDOUT) {
    console.log(JSON.stringify(rehearsal, undefined, 2));
  } else {
    console.log(terminalReport(rehearsal, process.stdout.columns ?? WIDTH_OF_NO_TERMINAL));
  }
  const page = html === undefined ? undefined : await htmlReport(rehearsal);
  if (json !== undefined && json !== STDOUT) {
    const pairs = `${json}.pairs.csv`;
    await copyWhole(pairsFile, pairs);
    await writeWhole(json, JSON.stringify({ ...rehearsal, pairsFile: basename(pairs) }, undefined, 2));
  }
  if (html !== undefined && page !== undefined) {
    await writeWhole(html, page);
    console.error(`wrote ${printable(html)}`);
  }
}

/** A file is there with its whole content or not at all. */
async function writeWhole(file: string, content: string): Promise<void> {
  await whole(file, (part) => writeFile(part, content));
}

async function copyWhole(from: string, file: string): Promise<void> {
  await whole(file, (part) => copyFile(from, part));
}

async function whole(file: string, make: (part: string) => Promise<void>): Promise<void> {
  const part = `${file}.part`;
  try {
    await make(part);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function mappingFrom(file: string | undefined, { app, workflow }: Options): Promise<RehearsedMapping> {
  if (file !== undefined && app === undefined && workflow === undefined) {
    await checkFile(file);
    return readIdMappingFile(file);
  }
  if (file === undefined && app !== undefined && workflow !== undefined) {
    return readTemplate(app, workflow);
  }
  throw new UsageError('give either a YAML file with the ID mapping, or both --app and --workflow');
}

/** The pairs of an earlier report. */
async function earlierPairs(earlier: string): Promise<string> {
  await checkFile(earlier);
  const { pairsFile } = jsonOf(earlier, await readFile(earlier, 'utf8'));
  if (typeof pairsFile !== 'string') {
    throw new UsageError(`--diff ${earlier}: it is not a report that --json <file> has written`);
  }
  const file = resolve(dirname(earlier), pairsFile);
  await checkFile(file);
  return file;
}

function jsonOf(file: string, content: string): Partial<Rehearsal> {
  try {
    return JSON.parse(content) as Partial<Rehearsal>;
  } catch {
    throw new UsageError(`--diff ${file}: it is not JSON`);
  }
}

async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    throw new UsageError(`${file}: ${found?.isDirectory() ? 'it is a folder: give a file' : 'there is no such file'}`);
  }
  await access(file, accessModes.R_OK).catch(refuse(file, 'read'));
}

/** Whether a report can be written is known before the work, not after it. */
async function checkWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new UsageError(`${file}: it is a folder: give the name of a file`);
  }
  await access(dirname(file), accessModes.W_OK).catch(refuse(file, 'written'));
}

function refuse(file: string, done: string): (error: unknown) => never {
  return (error) => { throw new UsageError(`${file}: it can't be ${done}: ${systemMessage((error as NodeJS.ErrnoException).errno!)}`); };
}

function addInput(value: string, previous: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError('it has the form <name of the input>=<file>');
  }
  return new Map([...previous, [name, [...previous.get(name) ?? [], file]]]);
}

function numberFrom(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !(number >= min && number <= max)) {
      throw new InvalidArgumentError(max === Infinity ? `allowed are numbers from ${min}` : `allowed are numbers from ${min} to ${max}`);
    }
    return number;
  };
}
