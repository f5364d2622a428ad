import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Which platform and domain libs a lib may import, besides itself, primitives and config (docs/architecture.md). */
const scopes = {
  primitives: [],
  config: [],
  'admin-api': ['audit-log', 'database', 'telemetry'],
  'admin-pages': ['admin-api', 'audit-log', 'database', 'queue', 'telemetry'],
  'audit-log': ['database'],
  telemetry: [],
  database: ['telemetry'],
  queue: ['telemetry', 'database'],
  'http-client': ['telemetry'],
  parsers: [],
  directory: ['audit-log', 'database', 'queue', 'telemetry'],
  silo: ['http-client', 'telemetry'],
  'provider-apps': ['http-client', 'parsers', 'telemetry'],
  outbox: ['audit-log', 'database', 'queue', 'silo', 'telemetry'],
  'transactional-outbox': ['database', 'telemetry'],
  email: ['queue', 'telemetry'],
  'app-events': ['queue', 'telemetry', 'transactional-outbox'],
  'integration-request-buffer': ['database', 'queue', 'telemetry'],
  'event-stream': ['database', 'telemetry'],
  slack: ['http-client', 'queue', 'silo', 'telemetry'],
  outcomes: ['event-stream', 'database', 'telemetry'],
};

const effects = ['@nestjs/*', 'typeorm', 'pg', 'bullmq', 'ioredis', 'undici', 'kafkajs', 'nodemailer'];

const onlyIn = (where, ...properties) =>
  properties.map(([object, property, instead]) => ({ object, property, message: `Only ${where}: use ${instead}.` }));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.switchyard/**', '**/*.cjs', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      // With emitDecoratorMetadata an interface must be imported as a type and a class must not be.
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 15],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: [
            { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:domain', 'layer:platform'] },
            { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: ['layer:domain', 'layer:platform'] },
            { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: ['layer:platform'] },
            { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['layer:tool', 'layer:domain', 'layer:platform'] },
            {
              sourceTag: 'layer:e2e',
              onlyDependOnLibsWithTags: ['layer:e2e', 'layer:tool', 'layer:domain', 'layer:platform'],
            },
            { sourceTag: 'effects:none', onlyDependOnLibsWithTags: ['effects:none'], bannedExternalImports: effects },
            ...Object.entries(scopes).map(([scope, others]) => ({
              sourceTag: `scope:${scope}`,
              onlyDependOnLibsWithTags: [scope, 'primitives', 'config', ...others].map((name) => `scope:${name}`),
            })),
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['libs/config/**', 'libs/primitives/**', '**/*.spec.ts', '**/testing/**', 'tools/**', 'e2e/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...onlyIn('libs/config reads the environment', ['process', 'env', 'settings']),
        ...onlyIn('libs/primitives knows the time', ['Date', 'now', 'Clock'], ['performance', 'now', 'Clock']),
        ...onlyIn('libs/primitives makes random numbers', ['Math', 'random', 'RandomSource']),
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@switchyard/*/testing'], message: 'Test kits are for specs only.' }] },
      ],
    },
  },
);
