export { pluginsParser } from './plugins.parser';
