// Loaded into a process before the rehearsal: once that has its work folder, it waits for a signal.
const fs = require('node:fs/promises');

const { mkdtemp } = fs;
fs.mkdtemp = async (...args) => {
  const folder = await mkdtemp(...args);
  await new Promise(resolve => {
    // A listener alone keeps no process alive.
    const timer = setInterval(() => {}, 1000);
    const goOn = () => {
      clearInterval(timer);
      resolve();
    };
    ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].forEach(signal => process.once(signal, goOn));
  });
  return folder;
};
