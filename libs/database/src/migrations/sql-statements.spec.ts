import { sqlStatements } from './sql-statements';

const textsOf = (script: string): string[] => sqlStatements(script).map(({ text }) => text);

describe('sqlStatements', () => {
  it('splits at semicolons, without comments and with single spaces', () => {
    const script = '-- first; really\nCREATE  TABLE a (\n  id int /* key; */\n);\n\nDROP TABLE b; -- gone\n';
    expect(textsOf(script)).toEqual(['CREATE TABLE a ( id int )', 'DROP TABLE b']);
  });

  it('leaves what is quoted alone, and says what stands between dollar quotes', () => {
    const body = " BEGIN PERFORM 'a;  b'; END ";
    expect(textsOf(`INSERT INTO "a;--b" VALUES ('it''s;  --so')`)).toEqual([
      `INSERT INTO "a;--b" VALUES ('it''s;  --so')`,
    ]);
    expect(sqlStatements(`DO $do$${body}$do$; SELECT 1 - 2`)).toEqual([
      { text: `DO $do$${body}$do$`, bodies: [body] },
      { text: 'SELECT 1 - 2', bodies: [] },
    ]);
  });

  it('takes an empty body and a lone dollar as they are', () => {
    expect(sqlStatements('DO $$$$; SELECT $1')).toEqual([
      { text: 'DO $$$$', bodies: [''] },
      { text: 'SELECT $1', bodies: [] },
    ]);
  });
});
