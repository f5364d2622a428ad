import { counter, CounterTally } from '@switchyard/telemetry';

export const directoryLookups = new CounterTally({
  name: 'switchyard_directory_lookups_total',
  help: 'Lookups of integrations: from memory, from the database, or from the database because memory may be out of date.',
  labels: ['result'],
});

export const directoryInvalidations = counter({
  name: 'switchyard_directory_invalidations_total',
  help: 'How often the memory of the directory was emptied.',
  labels: ['cause'],
});

export const unknownRegions = counter({
  name: 'switchyard_directory_unknown_regions_total',
  help: 'Lookups that found a mapping to a region that is not configured.',
});
