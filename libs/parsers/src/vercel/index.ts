export { vercelParser } from './vercel.parser';
