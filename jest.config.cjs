const fs = require('node:fs');
const path = require('node:path');

const swc = {
  ...JSON.parse(fs.readFileSync(path.join(__dirname, '.swcrc'), 'utf8')),
  swcrc: false,
  sourceMaps: 'inline',
};
delete swc.$schema;

const { paths } = JSON.parse(fs.readFileSync(path.join(__dirname, 'tsconfig.base.json'), 'utf8')).compilerOptions;

// Packages that ship only ES modules: Jest on Node.js before 24.9 cannot require() them, so swc turns them into CommonJS.
const esmOnly = [
  '@nestjs',
  'cookie',
  'content-disposition',
  'file-type',
  'load-esm',
  'uid',
  'iterare',
  'jose',
  'openid-client',
  'oauth4webapi',
  'postal-mime',
  // CommonJS, but it calls import(), which Jest's contexts lack.
  '@opentelemetry/otlp-exporter-base',
];

module.exports = {
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node', 'sql', 'html'],
  moduleNameMapper: Object.fromEntries(
    Object.entries(paths).map(([name, [file]]) => [`^${name}$`, path.join('<rootDir>', file)]),
  ),
  transform: {
    '^.+\\.(ts|js|mjs)$': ['@swc/jest', swc],
    '^.+\\.(sql|html)$': '<rootDir>/tools/jest/text-transform.cjs',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.nx/', '<rootDir>/.switchyard/'],
  globalSetup: '<rootDir>/tools/jest/global-setup.cjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.cjs',
  reporters: ['default', '<rootDir>/tools/jest/summary-reporter.cjs'],
  randomize: true,
  watchman: false,
  testTimeout: 20_000,
};
