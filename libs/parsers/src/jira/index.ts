export { jiraParser } from './jira.parser';
