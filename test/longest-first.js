const Sequencer = require('@jest/test-sequencer').default;

/** The projects whose tests deploy, and wait most of the time. */
const LONG = ['faults', 'e2e'];

/**
 * Starts the files that take longest first, so that none of them is left to a single worker at the end. Jest does so by itself
 * only when it remembers an earlier run.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ context }) => LONG.indexOf(context.config.displayName.name) + 1 || LONG.length + 1;
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
