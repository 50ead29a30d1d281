import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalAws } from '../src/local-aws';
import { pythonEnvironment } from '../src/python-environment';

test('boto3 understands each answer, and each is what the API model says', async () => {
  const { python } = await pythonEnvironment();
  const aws = await LocalAws.start();
  try {
    const ran = await promisify(execFile)(python, ['-B', join(__dirname, 'boto3', 'test_services.py')], { env: { ...process.env, ...aws.env } });
    // unittest tells on standard error.
    expect(ran.stderr).toMatch(/^Ran 4 tests/m);
  } finally {
    await aws.stop();
  }
});
