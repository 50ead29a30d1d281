export { entry } from './entry';
export { worker } from './worker';
