import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Browser, chromium } from 'playwright-core';

const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** The Chromium of this machine; Debian's is installed when there is none, which takes root. Undefined where that can't be. */
export function findChromium(): string | undefined {
  const found = () => EXECUTABLES.find(existsSync);
  if (found() === undefined && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']]) {
      execFileSync('apt-get', args, { stdio: 'ignore' });
    }
  }
  return found();
}

/** Chromium without a window. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  // Chromium's sandbox does not run as root, which containers are.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
