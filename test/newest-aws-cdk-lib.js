const Module = require('node:module');

/** Preloaded into an app: it gets the newest aws-cdk-lib that is known to work, not the oldest, which this repository is developed against. */
const { _resolveFilename } = Module;
Module._resolveFilename = function (request, ...rest) {
  return _resolveFilename.call(this, request.replace(/^aws-cdk-lib(?=\/|$)/, 'aws-cdk-lib-newest'), ...rest);
};
