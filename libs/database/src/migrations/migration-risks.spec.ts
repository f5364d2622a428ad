import { faultyOptOuts, migrationRisks } from './migration-risks';

const rulesOf = (sql: string): string[] => migrationRisks(sql).map(({ rule }) => rule);

describe('migrationRisks', () => {
  it.each([
    ['DROP TABLE IF EXISTS mailbox', 'drop-table'],
    ['TRUNCATE mailbox', 'drop-table'],
    ['ALTER TABLE mailbox DROP COLUMN region', 'drop-column'],
    ['ALTER TABLE mailbox DROP region', 'drop-column'],
    ['DROP FUNCTION drop_day_partitions(text, date)', 'drop-function'],
    ['ALTER TABLE mailbox RENAME TO mailboxes', 'rename'],
    ['ALTER TABLE mailbox RENAME COLUMN due_at TO due', 'rename'],
    ['ALTER TABLE mailbox RENAME due_at TO due', 'rename'],
    ['ALTER TABLE mailbox ADD COLUMN lane int NOT NULL', 'not-null-column'],
    ['ALTER TABLE mailbox ADD COLUMN a int DEFAULT 1, ADD COLUMN lane int NOT NULL', 'not-null-column'],
    ['ALTER TABLE mailbox ALTER COLUMN lane SET NOT NULL', 'set-not-null'],
    ['ALTER TABLE mailbox ALTER lane TYPE bigint', 'rewrite'],
    ['ALTER TABLE mailbox ALTER COLUMN lane SET DATA TYPE bigint', 'rewrite'],
    ['ALTER TABLE mailbox ADD COLUMN id uuid DEFAULT gen_random_uuid()', 'rewrite'],
    ['ALTER TABLE mailbox ADD COLUMN id bigserial', 'rewrite'],
    ['ALTER TABLE mailbox ADD COLUMN n int GENERATED ALWAYS AS (length(region)) STORED', 'rewrite'],
    ["ALTER TABLE mailbox ADD CONSTRAINT region_known CHECK (region <> '')", 'constraint'],
    ['ALTER TABLE mailbox ADD UNIQUE (region)', 'constraint'],
    ['CREATE INDEX mailbox_due ON mailbox (due_at)', 'blocking-index'],
    ['CREATE UNIQUE INDEX ON mailbox (due_at)', 'blocking-index'],
    ['CREATE INDEX CONCURRENTLY mailbox_due ON mailbox (due_at)', 'transaction'],
    ["UPDATE mailbox SET region = 'us'", 'backfill'],
    ['DO $$ BEGIN IF true THEN DROP TABLE mailbox; END IF; END $$', 'drop-table'],
  ])('%s: %s', (sql, rule) => {
    expect(rulesOf(`CREATE TABLE other (id int);\n${sql};`)).toEqual([rule]);
  });

  it.each([
    'ALTER TABLE mailbox ADD COLUMN lane int',
    'ALTER TABLE mailbox ADD COLUMN lane int NOT NULL DEFAULT 0',
    "ALTER TABLE mailbox ADD CONSTRAINT region_known CHECK (region <> '') NOT VALID",
    'ALTER TABLE mailbox DROP CONSTRAINT region_known',
    'ALTER TABLE mailbox ALTER COLUMN lane DROP NOT NULL',
    'ALTER TABLE mailbox ALTER COLUMN lane DROP DEFAULT, ALTER COLUMN lane SET DEFAULT 1',
    'ALTER TABLE mailbox VALIDATE CONSTRAINT region_known',
    'ALTER TABLE mailbox RENAME CONSTRAINT a TO b',
    'ALTER TABLE mailbox SET (fillfactor = 50)',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM mailbox $$',
    "INSERT INTO mailbox VALUES ('DROP TABLE mailbox')",
    '-- DROP TABLE mailbox\nSELECT 1',
  ])('%s: nothing', (sql) => {
    expect(rulesOf(sql)).toEqual([]);
  });

  it('lets a migration do what it likes with a table that it creates', () => {
    expect(
      rulesOf(
        'CREATE TABLE IF NOT EXISTS a (id int); CREATE INDEX a_id ON a (id); ALTER TABLE a ALTER id SET NOT NULL;',
      ),
    ).toEqual([]);
    expect(rulesOf('CREATE TABLE a (id int); CREATE INDEX b_id ON b (id);')).toEqual(['blocking-index']);
    expect(rulesOf('ALTER TABLE a RENAME TO b; CREATE TABLE a (id int);')).toEqual(['rename']);
  });

  it('takes a reason for what it finds, rule by rule', () => {
    const sql = '-- allow-risk rename: nothing reads it before this release\nALTER TABLE a RENAME TO b; DROP TABLE c;';
    expect(migrationRisks(sql)).toMatchObject([
      { rule: 'rename', allowedBecause: 'nothing reads it before this release' },
      { rule: 'drop-table' },
    ]);
    expect(migrationRisks(sql)[1]).not.toHaveProperty('allowedBecause');
    expect(faultyOptOuts(sql)).toEqual([]);
  });

  it('finds opt-outs without a reason and those that nothing needs', () => {
    expect(faultyOptOuts('-- allow-risk rename: fine\nALTER TABLE a RENAME TO b')).toEqual(['rename']);
    expect(faultyOptOuts('-- allow-risk drop-table: it is gone anyway\nSELECT 1')).toEqual(['drop-table']);
  });
});
