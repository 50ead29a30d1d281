export * from './entity-resolution/control-client';
export * from './local-aws';
export * from './python-environment';
