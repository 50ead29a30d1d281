import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Browser, chromium } from 'playwright-core';

const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** The Chromium of this machine, without a window; Debian's is installed when there is none. */
export async function launchChromium(): Promise<Browser> {
  if (!EXECUTABLES.some(existsSync)) {
    for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']]) {
      execFileSync('apt-get', args, { stdio: 'ignore' });
    }
  }
  // Chromium's sandbox does not run as root, which containers are.
  return chromium.launch({ executablePath: EXECUTABLES.find(existsSync), args: ['--no-sandbox'] });
}
