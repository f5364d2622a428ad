export { jiraServerParser } from './jira-server.parser';
