export * from '../rest-json/faults';
