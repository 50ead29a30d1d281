// The newest aws-cdk-lib validates what a test synthesizes, and only warns; that takes seconds for each file of tests.
process.env.CDK_VALIDATION = 'false';

const transform = { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }] };
const project = (displayName, testMatch, options = {}) => ({ displayName, testMatch, transform, testEnvironment: 'node', ...options });

const constructs = ['<rootDir>/test/{clean-rooms,entity-resolution,live-review,runs,private}/**/*.test.ts'];

/** @type {import('jest').Config} */
module.exports = {
  maxWorkers: 3,
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/longest-first.js',
  // The last line of a run says how many tests passed and failed.
  reporters: ['default', '<rootDir>/test/closing-line-reporter.js'],
  projects: [
    project('constructs', constructs),
    // The same tests with the newest aws-cdk-lib that is known to work; the library is developed against the oldest.
    project('constructs, newest aws-cdk-lib', constructs, { moduleNameMapper: { '^aws-cdk-lib(/.*)?$': 'aws-cdk-lib-newest$1' } }),
    project('lambda', ['<rootDir>/test/lambda/**/*.test.ts']),
    project('faults', ['<rootDir>/test/faults/**/*.test.ts']),
    project('package', ['<rootDir>/test/{*,contract/*}.test.ts']),
    project('rehearsal', ['<rootDir>/rehearsal/test/**/*.test.ts']),
    project('local', ['<rootDir>/local/test/**/*.test.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.test.ts']),
  ],
};
