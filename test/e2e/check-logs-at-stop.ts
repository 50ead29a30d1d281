import { LocalAws } from 'id-mapping-local';
import { checkLogs, personalValues } from './logs';
import { febrl } from '../../examples/febrl';

/** Loaded before a program that uses the local AWS: what was logged there is gone when it stops. */
const { stop } = LocalAws.prototype;
LocalAws.prototype.stop = async function(this: LocalAws) {
  try {
    console.log(`Lines of the runner: ${await checkLogs(personalValues(await febrl()))}`);
  } finally {
    await stop.call(this);
  }
};
