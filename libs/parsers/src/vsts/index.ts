export { vstsParser } from './vsts.parser';
