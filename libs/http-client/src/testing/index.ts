export { startHttpServer, startTcpServer } from './test-server';
export type { TestServer } from './test-server';
