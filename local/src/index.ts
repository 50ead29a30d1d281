export * from './rest-json/control-client';
export * from './local-aws';
export * from './python-environment';
