import { RawAnswer } from '../../../local/src/rest-json/fault-plan';
import { about, Case, ONE_STARTED } from '../case';
import { Event } from '../events';
import { START, refused } from '../world';

const CHANGED = { definition: { version: '1', IdMappingWorkflow: 'changed' } };

/** An error whose message is longer than AWS's API model lets it be. */
function saying(error: string, message: string): RawAnswer {
  return { status: 400, headers: { 'x-amzn-errortype': error }, body: JSON.stringify({ message }) };
}

export const ANSWERS = about('answers arrive', [
  ...([
    ['is down', [503, 503]], ['drops the connection', ['DROP', 'DROP']], ['is down for longer than one step tries', Array(7).fill(500)],
    ['is down for longer than three steps try', Array(16).fill(503)], ['knows no such URL', [403, 404]],
    ...[301, 302, 303, 307, 308].map((status) => [`redirects with ${status}`, [status]] as [string, number[]]),
    ['redirects for longer than one step tries', Array(7).fill(303)],
  ] as [string, (number | 'DROP')[]][]).map(([what, refusals]): Case => ({
    name: `the receiver ${what}`,
    expected: ONE_STARTED,
    run: (world) => {
      world.cloudFormation.refusals = [...refusals];
      return world.answered(world.create());
    },
  })),
  {
    name: 'the receiver redirects the answer that nothing is run, for longer than the entry function tries: Lambda tries again',
    expected: { jobs: 0, answers: ['SUCCESS NOT_RUN'] },
    run: (world) => {
      world.cloudFormation.refusals = Array(6).fill(303);
      return world.answered(world.update());
    },
  },
  ...([['long', 'x'.repeat(2_048)], ['long and in four bytes a character', '🦆'.repeat(1_024)], ['full of quotes', '"\\'.repeat(1_024)]]).map(([what, failure]): Case => ({
    name: `the message of the service is ${what}`,
    expected: { jobs: 1, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure } });
      const events = await world.answered(world.create({ waitFor: 'SUCCEEDED' }));
      expect(Buffer.byteLength(world.cloudFormation.answers[0].text)).toBeLessThan(4_096);
      return events;
    },
  })),
  ...([['in one byte a character', 'x'.repeat(300_000)], ['in four', '🦆'.repeat(75_000)], ['full of quotes', '"\\'.repeat(150_000)]]).flatMap(([what, message]): Case[] => [
    {
      name: `the service refuses the start with 300 KB ${what}`,
      expected: { jobs: 0, answers: ['FAILED FAILED'] },
      run: async (world) => {
        await world.faults(refused(saying('ValidationException', message)));
        const [event] = await world.answered(world.create());
        expect(Buffer.byteLength(world.cloudFormation.answers[0].text)).toBeLessThan(4_096);
        await world.runner.allEnded(world.deployed, world.id);
        const history = await world.runner.history((await world.runner.executions(world.deployed, event.RequestId))[0]);
        // What an execution carries may have 256 KB.
        expect(Math.max(...history.map((each) => Buffer.byteLength(JSON.stringify(each))))).toBeLessThan(20_000);
        return [event];
      },
    },
    {
      name: `the service is busy, and says so with 300 KB ${what}`,
      expected: ONE_STARTED,
      run: async (world) => {
        await world.faults(refused(saying('ConflictException', message), 3));
        return world.answered(world.create());
      },
    },
  ]),
  {
    name: 'the physical id of an update is echoed, whatever it is',
    expected: ONE_STARTED,
    run: async (world) => {
      const event = { ...world.update(CHANGED), PhysicalResourceId: 'of-an-older-version' } as Event;
      await world.answered(event);
      expect(world.runner.answersTo(event)[0].PhysicalResourceId).toBe('of-an-older-version');
      return [event];
    },
  },
]);
