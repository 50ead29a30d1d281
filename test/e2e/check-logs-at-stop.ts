import { LocalAws } from 'id-mapping-local';
import { checkLogs, personalValues } from './logs';
import { febrl } from '../../examples/febrl';
import { inAccount } from '../../examples/in-account';

/** Those that examples deploy to. */
const ACCOUNTS = ['000000000000', '111111111111', '222222222222'];

/** Loaded before a program that uses the local AWS: what was logged there is gone when it stops. */
const { stop } = LocalAws.prototype;
LocalAws.prototype.stop = async function(this: LocalAws) {
  try {
    const values = personalValues(await febrl());
    let lines = 0;
    for (const account of ACCOUNTS) lines += await inAccount(account, () => checkLogs(values));
    console.log(`Lines of the runner: ${lines}`);
  } finally {
    await stop.call(this);
  }
};
