export { TestMailServer } from './mail-server';
export type { TakenMail } from './mail-server';
