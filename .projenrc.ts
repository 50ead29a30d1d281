import { awscdk, javascript } from 'projen';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-id-mapping',
  description: 'AWS CDK constructs that declare ID mapping on AWS Entity Resolution and run it when the stack deploys',
  author: 'cdk-id-mapping',
  authorAddress: 'https://github.com/cdk-id-mapping',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-id-mapping/cdk-id-mapping.git',
  license: 'Apache-2.0',
  keywords: ['aws', 'aws-cdk', 'awscdk', 'clean-rooms', 'entity-resolution', 'id-mapping'],
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,

  // The floor: lower versions lack the reference interfaces (`I…Ref`) and `CfnFoo.isCfnFoo`.
  cdkVersion: '2.236.0',
  constructsVersion: '10.5.0',
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.0',
  minNodeVersion: '20.0.0',
  publishToPypi: { distName: 'cdk-id-mapping', module: 'cdk_id_mapping' },
  depsUpgrade: false,
  github: false,

  devDeps: [
    // Unpinned, projen asks for a dist-tag that not every registry has.
    '@types/node@^22',
    '@types/aws-lambda',
    '@aws-cdk/aws-service-spec@^0.1.216',
    '@aws-cdk/service-spec-types@^0.0.282',
    '@aws-sdk/client-cleanrooms@^3.1000.0',
    '@aws-sdk/client-cloudformation@^3.1000.0',
    '@aws-sdk/client-cloudwatch-logs@^3.1000.0',
    '@aws-sdk/client-entityresolution@^3.1000.0',
    '@aws-sdk/client-kms@^3.1000.0',
    '@aws-sdk/client-s3@^3.1000.0',
    '@aws-sdk/client-sfn@^3.1000.0',
    // `latest` is a 3.0.0 that cannot read the assemblies of today's aws-cdk-lib.
    'aws-cdk@2.1148.1',
    'ajv@^8',
    // The definition of the state machine, as AWS's own tools read it.
    'amazon-states-language-service@1.16.1',
    'asl-validator@4.0.0',
    'aws-cdk-lib-newest@npm:aws-cdk-lib@2.276.0',
    'esbuild',
    'fast-check@^4',
    // The version that AWS documents for Step Functions.
    'jsonata@2.0.6',
    // The workspaces in local/ and rehearsal/.
    'id-mapping-local@0.0.0',
    'id-mapping-rehearsal@0.0.0',
    '@types/jest@^29',
    'jest@^29',
    'listr2@^9',
    'ts-jest@^29',
    'tsx',
    'vscode-languageserver-textdocument@^1',
  ],

  eslintOptions: { dirs: ['src', 'lambda'], devdirs: ['test', 'rehearsal', 'local', 'examples', 'bench'], commandOptions: { fix: false }, projectService: false },
  // jest.config.js has several projects, which projen's own configuration does not know.
  jest: false,
});

// The rehearsal and the local AWS have dependencies of their own, so that the library has none.
project.package.addField('workspaces', ['rehearsal', 'local']);
// Not every platform's part of 1.13.0 was published, so that `npm ci` would find the lock file incomplete.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// The Lambda code ships as one file, with its own clients: the runtime's may be older and drop what they do not know.
const bundle = project.addTask('bundle', {
  description: 'Bundle the Lambda code of the runner',
  exec: 'esbuild lambda/index.ts --bundle --minify --platform=node --target=node20 --legal-comments=none --log-level=warning --outfile=assets/runner/index.js',
});
project.preCompileTask.spawn(bundle);

project.testTask.reset();
project.testTask.spawn(bundle);
project.testTask.spawn(project.eslint!.eslintTask);
project.testTask.exec('tsc --project tsconfig.dev.json');
project.testTask.exec('jest', { receiveArgs: true });

project.addTask('test:unit', {
  description: 'Run the tests of the constructs and of the Lambda code, which deploy nothing: less than a minute',
  steps: [{ spawn: bundle.name }, { exec: 'jest --selectProjects constructs lambda', receiveArgs: true }],
});

project.addTask('docs:schema', {
  description: 'Write docs/run-input.schema.json, the JSON Schema of what an execution of the runner takes as its input',
  exec: 'tsx -e "console.log(JSON.stringify(require(\'./src/runs/private/run-protocol\').INPUT_SCHEMA, null, 2))" > docs/run-input.schema.json',
});

project.addTask('test:soak', {
  description: 'Put the runner through 100,000 random lives and 200 runs at once; takes most of an hour',
  steps: [{ spawn: bundle.name }, { exec: 'node --expose-gc --import tsx test/faults/soak.ts' }],
});

project.addTask('rehearse:example', {
  description: 'Rehearse the workflow of the quickstart and write examples/quickstart/rehearsal.html',
  steps: [{ spawn: bundle.name }, { exec: 'tsx examples/quickstart/rehearse.ts' }],
});

project.addTask('bench', {
  description: 'Measure the matching engine beside its peers; arguments are numbers of people in each table, 1000000 and 10000000 by default',
  exec: 'tsx bench/run.ts',
  receiveArgs: true,
});

project.addTask('febrl', {
  description: 'Map the FEBRL data sets by several rules and write the table of docs/febrl.md',
  exec: 'tsx bench/febrl.ts',
});

project.addTask('demo', {
  description: 'Deploy the quickstart onto the local AWS and show what it maps',
  steps: [{ spawn: bundle.name }, { exec: 'tsx examples/quickstart/demo.ts' }],
});
project.addTask('demo:two-parties', {
  description: 'Deploy both sides of the Clean Rooms example onto the local AWS, each in its own account, and show the ID mapping table',
  steps: [{ spawn: bundle.name }, { exec: 'tsx examples/clean-rooms-two-parties/demo.ts' }],
});
project.addGitIgnore('/assets/');
project.npmignore?.addPatterns('!/assets/', '/lambda/', '/rehearsal/', '/local/', '/examples/', '/bench/', '/docs/', '/.ci/', '/CONTRIBUTING.md', '/jest.config.js');
project.addGitIgnore('/local/.venv/');
project.addGitIgnore('__pycache__/');
project.addGitIgnore('/examples/.data/');
project.addGitIgnore('/examples/.febrl/');
project.addGitIgnore('/examples/quickstart/rehearsal.html');
project.addGitIgnore('/bench/.venv/');
project.addGitIgnore('cdk.out/');

// One project for all: a project for each folder would make ESLint read the types of aws-cdk-lib again for each.
project.eslint!.config.parserOptions.project = './tsconfig.dev.json';
project.eslint!.addRules({
  '@typescript-eslint/no-explicit-any': 'error',
  'import/no-extraneous-dependencies': ['error', {
    // The Lambda code is bundled; the examples are this project's.
    devDependencies: ['**/test/**', 'lambda/**', 'examples/**', 'bench/**', '.projenrc.ts'],
    packageDir: ['.', './rehearsal', './local'],
  }],
  // The examples import the library by its name, which examples/tsconfig.json resolves.
  'import/no-unresolved': ['error', { ignore: ['^cdk-id-mapping$'] }],
});

// One dialect of TypeScript.
project.eslint!.addRules({
  '@stylistic/arrow-parens': ['error', 'always'],
  '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'no-type-imports', disallowTypeAnnotations: false }],
  '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'explicit', overrides: { constructors: 'no-public' } }],
  '@typescript-eslint/prefer-readonly': 'error',
});

const tsconfig = (fileName: string, root: string, include: string[]) => new javascript.TypescriptConfig(project, {
  fileName,
  extends: javascript.TypescriptConfigExtends.fromTypescriptConfigs([project.tsconfig!]),
  // Examples import the library by its name, as a user does.
  compilerOptions: { noEmit: true, declaration: false, rootDir: root, isolatedModules: true, paths: { 'cdk-id-mapping': [`${root}/src`] } },
  include,
  exclude: ['**/node_modules', '**/.venv', '**/cdk.out'],
});
// Editors and tsx look for the nearest; the tests check all at once, which takes a third of the time.
for (const folder of ['lambda', 'rehearsal', 'local', 'examples', 'bench']) {
  tsconfig(`${folder}/tsconfig.json`, '..', ['**/*.ts']);
}
tsconfig('tsconfig.dev.json', '.', ['src', 'lambda', 'test', 'rehearsal', 'local', 'examples', 'bench', 'projenrc', '.projenrc.ts']);

project.synth();
