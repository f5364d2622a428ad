export { AppProcess } from './app-process';
export { findRunningFleet } from './fleet-description';
export type { FleetDescription } from './fleet-description';
export { fireSampleRules, loadRegionSamples } from './load-region-samples';
export { loadSamples } from './load-samples';
export type { IntegrationIds } from './load-samples';
export { REGION_SAMPLES } from './region-samples';
export {
  SAMPLE_GITHUB_INSTALLATION,
  SAMPLE_INTEGRATIONS,
  SAMPLE_ORGANIZATIONS,
  SAMPLE_SLACK_TEAM,
  SAMPLE_SLACK_TEAM_DE,
  sampleRegions,
  sampleSecret,
} from './samples';
export type { SampleIntegration, SampleOrganization } from './samples';
export { startFleet } from './start-fleet';
export type { FleetOptions, RunningFleet } from './start-fleet';
