export { discordParser } from './discord.parser';
