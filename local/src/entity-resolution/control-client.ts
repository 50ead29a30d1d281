export * from '../rest-json/control-client';
